"""Skeleton transforms that MMAction2 does not have.

They take and give ``results["keypoint"]``, ``(M, T, V, C)``: persons, frames,
joints, coordinates. A joint at exactly zero in all coordinates was not tracked
and stays there, so that absent persons and padding can still be told apart.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Literal

import numpy as np
from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform
from numpy.typing import NDArray
from scipy.signal import savgol_filter

Array = NDArray[np.float32]

_TAPS = 5
_ORDER = 2


@lru_cache(maxsize=1024)
def _smoother(frames: int) -> Array:
    """Matrix that smooths a sequence: the filter is linear in its input."""
    matrix = savgol_filter(np.eye(frames), _TAPS, _ORDER, axis=0, mode="interp")
    matrix = np.ascontiguousarray(matrix, dtype=np.float32)
    matrix.flags.writeable = False
    return matrix


@TRANSFORMS.register_module()
class SmoothKeypoints(BaseTransform):
    """Smooth each coordinate over time with a 5-tap Savitzky-Golay filter.

    Inside a sequence the weights are (-3, 12, 17, 12, -3) / 35, a parabola
    fitted to five frames. The first and last two frames take the values of the
    parabola through the first and last five. Sequences of fewer than five
    frames pass unchanged. Persons who are absent (zero) stay zero.

    Source: the pre-processing of Zhu et al., 2016 (weights recalled).
    """

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Smooth ``keypoint``."""
        keypoint: Array = results["keypoint"]
        m, t, v, c = keypoint.shape
        if t >= _TAPS:
            smooth = _smoother(t) @ keypoint.reshape(m, t, v * c)
            results["keypoint"] = smooth.reshape(m, t, v, c).astype(keypoint.dtype, copy=False)
        return results

    def __repr__(self) -> str:
        """Name and arguments."""
        return f"{type(self).__name__}()"


@TRANSFORMS.register_module()
class ScaleKeypoints(BaseTransform):
    """Scale and shift each coordinate: ``x * scale + offset``.

    SBU's normalised coordinates become metres with
    ``scale=(-2.56, -1.92, 1.28)`` and ``offset=(1.28, 0.96, 0.0)``.

    Args:
        scale: Factor of each coordinate.
        offset: What is added to each coordinate; nothing by default.
    """

    def __init__(self, scale: Sequence[float], offset: Sequence[float] | None = None) -> None:
        self.scale = np.asarray(scale, dtype=np.float32)
        self.offset = np.zeros_like(self.scale)
        if offset is not None:
            self.offset = np.asarray(offset, dtype=np.float32)
        if self.scale.shape != self.offset.shape:
            raise ValueError(f"{len(self.scale)} factors and {len(self.offset)} offsets")

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Scale and shift ``keypoint``."""
        keypoint: Array = results["keypoint"]
        results["keypoint"] = _keep_missing(keypoint, keypoint * self.scale + self.offset)
        return results

    def __repr__(self) -> str:
        """Name and arguments."""
        scale, offset = self.scale.tolist(), self.offset.tolist()
        return f"{type(self).__name__}(scale={scale}, offset={offset})"


@TRANSFORMS.register_module()
class CentreKeypoints(BaseTransform):
    """Move the origin to the mean of some joints over the persons present.

    Args:
        joints: Indices of the joints whose mean is the origin.
        origin: ``first`` for one origin a sequence, that of its first frame in
            which one of the joints is tracked, which keeps the motion of the
            whole group; ``each`` for one a frame, which removes it.
    """

    def __init__(
        self, joints: Sequence[int], *, origin: Literal["first", "each"] = "first"
    ) -> None:
        if origin not in ("first", "each"):
            raise ValueError(f"origin is 'first' or 'each', not {origin!r}")
        if not joints:
            raise ValueError("there is no origin without joints")
        self.joints = list(joints)
        self.origin = origin

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Move ``keypoint``."""
        keypoint: Array = results["keypoint"]
        chosen = keypoint[:, :, self.joints]  # M T J C
        tracked = chosen.any(-1)  # M T J
        count = tracked.sum((0, 2))  # T
        centre = chosen.sum((0, 2)) / np.maximum(count, 1)[:, None]  # T C
        index = (count > 0).argmax() if self.origin == "first" else np.s_[:, None]
        centre = centre[index]  # C, or T 1 C
        moved = (keypoint - centre).astype(keypoint.dtype, copy=False)
        results["keypoint"] = _keep_missing(keypoint, moved)
        return results

    def __repr__(self) -> str:
        """Name and arguments."""
        return f"{type(self).__name__}(joints={self.joints}, origin={self.origin!r})"


@TRANSFORMS.register_module()
class AlignPersons(BaseTransform):
    """Turn the scene about the vertical so that the second person is to the right.

    The turn is that of the first frame, from the first person's joint to the
    second's in the horizontal plane, and the same for the whole sequence. It
    takes away where the camera stood and which of the two is on which side, as
    the view normalisation of Shahroudy et al., 2016, does for one person; it
    leaves a sequence alone in which one of the two is missing at the start.

    Args:
        joint: Joint that stands for a person, such as the torso.
        horizontal: Coordinates of the horizontal plane: right, then depth.
    """

    def __init__(self, joint: int, *, horizontal: Sequence[int] = (0, 2)) -> None:
        self.joint = joint
        self.horizontal = list(horizontal)

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Turn ``keypoint``."""
        keypoint: Array = results["keypoint"]
        ends = keypoint[:2, 0, self.joint]  # M C
        if len(ends) < 2 or not ends.any(-1).all():
            return results
        right, depth = (ends[1] - ends[0])[self.horizontal]
        angle = np.arctan2(depth, right)
        cos, sin = np.cos(angle), np.sin(angle)
        turn = np.array([[cos, -sin], [sin, cos]], dtype=keypoint.dtype)
        turned = keypoint.copy()
        turned[..., self.horizontal] = keypoint[..., self.horizontal] @ turn
        results["keypoint"] = turned
        return results

    def __repr__(self) -> str:
        """Name and arguments."""
        return f"{type(self).__name__}(joint={self.joint}, horizontal={self.horizontal})"


def _keep_missing(before: Array, after: Array) -> Array:
    """Put joints that were not tracked back to zero."""
    tracked = before.any(-1)
    if not tracked.all():
        after[~tracked] = 0
    return after
