"""Optical flow between frames, by OpenCV, and how it is kept in bytes.

Flow is computed on the file's own frames, those with a shorter side above
:data:`LARGEST_SIDE` scaled down to it first, and then shrunk to the size at which
frames are decoded. A displacement stays what it was: pixels of the frames it was
computed on, whatever the size at which it is kept, as where images of flow are resized.
On UTD-MHAD's 320×240 videos, DIS on the file's frames, shrunk to a third, explains
nearly twice as much of the change from frame to frame as DIS on frames of that size.
``harness bench data NAME`` holds the methods beside one another.

Bytes. A displacement d in [−B, B] is kept as round(127.5 + 127.5·d/B), ties to even;
beyond B it is clipped. This is the map of the field's tools (github.com/feichtenhofer/
gpu_flow). Nothing else is lost than the rounding, at most B/255 pixels. 255 − byte is
the opposite displacement, but on ties: zero is one, it is kept as 128 and its opposite
is 127, each half a step from zero.

Legend: T frames, H x W pixels; channels of flow are u, to the right, and v, downwards.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from harness.datasets.decoding import Frames, fit_short_side
from harness.errors import DataError, suggest

LARGEST_SIDE = 256
"""Shorter side of the largest frames that flow is computed on, in pixels (Feichtenhofer et al.)."""

Flow = NDArray[np.float32]
AnyT = TypeVar("AnyT", bound=np.generic)
_Grey = NDArray[np.uint8]
_Method = Callable[[_Grey, _Grey], Flow]


@dataclass(frozen=True, kw_only=True, slots=True)
class FlowKind:
    """Which flow it is.

    Args:
        method: ``dis`` (Kroeger et al., 2016), ``farneback`` (Farnebäck, 2003) or
            ``tvl1`` (Zach et al., 2007).
        bound: Largest displacement that is kept, in pixels of the frames it is
            computed on.
        short_side: Shorter side of the fields that are kept, in pixels.

    Raises:
        DataError: There is no such flow.
    """

    method: str = "dis"
    bound: int = 20
    short_side: int

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise DataError(
                f"there is no flow method '{self.method}'", fix=suggest(self.method, METHODS)
            )
        if self.bound < 1 or self.short_side < 1:
            raise DataError(
                f"flow of at most {self.bound} pixels at a short side of {self.short_side}",
                fix="give at least one pixel for both",
            )

    @property
    def name(self) -> str:
        """Name on disk."""
        return f"flow-{self.method}-{self.bound}-{self.short_side}"


def to_bytes(flow: Flow, bound: int) -> Frames:
    """Displacements in pixels as bytes, 0 to 255 for −bound to bound."""
    scaled = flow * np.float32(127.5 / bound) + np.float32(127.5)
    kept: Frames = np.rint(np.clip(scaled, 0, 255)).astype(np.uint8)
    return kept


def to_pixels(kept: Frames, bound: int) -> Flow:
    """Displacements that bytes stand for, in pixels."""
    return (kept.astype(np.float32) - np.float32(127.5)) * np.float32(bound / 127.5)


def measure_flow(frames: Frames, firsts: Sequence[int], method: str, size: tuple[int, int]) -> Flow:
    """Flow from some frames to those that follow them.

    It is computed on one thread: on several, DIS divides a frame into as many strips
    and gives other values.

    Args:
        frames: ``(T, H, W, C)``, grey or RGB, at the file's size.
        firsts: Numbers of the frames that flow begins at.
        method: As of :class:`FlowKind`.
        size: Width and height of what comes out, in pixels.

    Returns:
        Displacements in pixels of the frames it was computed on, ``(firsts, H', W', 2)``.

    Raises:
        DataError: This OpenCV lacks the method.
    """
    grey = [to_grey(frame) for frame in frames]
    flow = np.empty((len(firsts), size[1], size[0], 2), dtype=np.float32)
    with one_thread():
        compute = METHODS[method]()
        for place, first in enumerate(firsts):
            flow[place] = fit(compute(grey[first], grey[first + 1]), size)
    return flow


def to_grey(frame: Frames) -> _Grey:
    """A frame as it is computed on, ``(H, W)``."""
    height, width = frame.shape[:2]
    if frame.shape[-1] == 1:
        grey = np.ascontiguousarray(frame[..., 0])
    else:
        grey = cv2.cvtColor(np.ascontiguousarray(frame), cv2.COLOR_RGB2GRAY)
    return fit(grey, fit_short_side(width, height, min(width, height, LARGEST_SIDE)))


def fit(image: NDArray[AnyT], size: tuple[int, int]) -> NDArray[AnyT]:
    """An image at another size: by areas where it shrinks, bilinearly where it grows.

    Args:
        image: ``(H, W)`` or ``(H, W, C)``.
        size: Width and height, in pixels.
    """
    height, width = image.shape[:2]
    if (width, height) == size:
        return image
    shrinks = size[0] <= width and size[1] <= height
    fitted: NDArray[AnyT] = cv2.resize(
        image, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    )
    return fitted


@contextmanager
def one_thread() -> Iterator[None]:
    """OpenCV on one thread for as long as the block lasts."""
    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        yield
    finally:
        cv2.setNumThreads(before)


def _make_dis() -> _Method:
    method = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    return lambda first, second: method.calc(first, second, None)


def _make_farneback() -> _Method:
    return lambda first, second: cv2.calcOpticalFlowFarneback(
        first, second, None, 0.5, 3, 15, 3, 5, 1.2, 0
    )


def _make_tvl1() -> _Method:
    if not hasattr(cv2, "optflow"):
        raise DataError(
            "TV-L1 is in OpenCV's extra modules, which are not installed",
            fix="pip install --force-reinstall opencv-contrib-python (opencv-python, installed "
            "after it, takes them away), or choose --method dis",
        )
    method = cv2.optflow.DualTVL1OpticalFlow.create()
    return lambda first, second: method.calc(first, second, None)


METHODS: dict[str, Callable[[], _Method]] = {
    "dis": _make_dis,
    "farneback": _make_farneback,
    "tvl1": _make_tvl1,
}
"""What gives each method; parameters are OpenCV's own, of Farnebäck's its example's."""
