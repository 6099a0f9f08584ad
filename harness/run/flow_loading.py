"""Frames and stacks of optical flow on their way into MMAction2's transforms.

A sample's pixels are one uint8 array, ``imgs``, ``(T, H, W, C)``: at each of T centres the
frame (R, G, B), the flow around it, or both, frame first. So one crop and one flip
serve both, bytes go to the device once, and MMAction2's ``FormatShape("NCTHW")``,
``PackActionInputs`` and ``ActionDataPreprocessor`` carry them as they carry frames. The
preprocessor's ``mean`` and ``std`` have a value for each channel: ``[…, 128.0, 128.0]``, since
128 is no motion.

A stack of L fields is 2·L channels, u1, v1, u2, v2, …, uL, vL. Around centre c, a frame's
number from 0, it holds fields c − before to c − before + L − 1, where field t leads
from frame t to frame t + 1:

* Feichtenhofer et al. (2016): L = 10, before = 5; c is the 6th of the 10.
* Wang et al. (2017): L = 10, before = 0, and three stacks, ``offsets`` −τ, 0 and τ.

Where a stack reaches beyond the video, the first or last field is repeated. So videos
of fewer than L + 1 frames are padded, and only a video of one frame is refused, by name:
it has no flow.

A pipeline, with ``ClipDataset`` of :mod:`harness.run.video_loading` as its data set::

    dict(type=DrawCentres, clip_len=5, strides=(5, 15)),    # or SpreadCentres(25)
    dict(type=ReadStacks, short_side=80, rgb=True),         # imgs, (5, H, W, 3 + 20)
    dict(type=…),                                           # any crop of imgs
    dict(type=FlipStacks, ratio=0.5),                       # never MMAction2's Flip
    dict(type=FormatShape, input_format="NCTHW"),           # (1, 23, 5, H, W)
    dict(type=PackActionInputs, meta_keys=("frame_dir", "group")),

Draws come from NumPy's state, which the data set sets for each sample and epoch.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform
from numpy.typing import NDArray

from harness.datasets.decoding import Frames
from harness.datasets.flow import FlowKind, measure_flow, to_bytes
from harness.datasets.flow_stored import StoredFlow, flow_command, load_flow
from harness.datasets.videos import PreparedVideos
from harness.errors import DataError, PlanError

Centres = NDArray[np.int64]


def find_range(total_frames: int, before: int, length: int) -> tuple[int, int]:
    """First and last centre whose stack lies in the video; the middle where none does.

    Args:
        total_frames: Frames of the video.
        before: Fields of the stack before the centre.
        length: Fields of the stack.
    """
    first, last = before, total_frames - 1 - (length - before)
    middle = (total_frames - 1) // 2
    return (first, last) if first <= last else (middle, middle)


def spread_centres(first: int, last: int, count: int) -> Centres:
    """Equally spaced centres from the first to the last, rounded."""
    return np.rint(np.linspace(first, last, count)).astype(np.int64)


class _Centres(BaseTransform):
    """Choose the centres of a sample; ``before`` and ``length`` are the stack's."""

    def __init__(self, before: int, length: int) -> None:
        if length < 1 or not 0 <= before <= length:
            raise PlanError(
                f"a stack of {length} fields, {before} of them before its centre",
                fix="give a length of at least 1, and at most so many before",
            )
        self.before, self.length = before, length

    def _range(self, results: dict[str, Any]) -> tuple[int, int]:
        return find_range(results["total_frames"], self.before, self.length)

    @staticmethod
    def _place(results: dict[str, Any], centres: Centres, clip_len: int) -> dict[str, Any]:
        results["frame_inds"] = results["start_index"] + centres
        results["clip_len"], results["num_clips"] = clip_len, len(centres) // clip_len
        results["frame_interval"] = 1
        return results


@TRANSFORMS.register_module()
class DrawCentres(_Centres):
    """Draw centres that follow one another at a drawn distance.

    As in the code of Feichtenhofer et al. (2016), ``cnn_get_im_flow_batch.m``: of the
    centres at that distance from the first possible one on, a window of ``clip_len``
    is drawn; where there are fewer, they are spread over the video instead.

    Args:
        clip_len: Centres, T.
        strides: Least and largest distance, in frames; all equally likely.
        before: Fields of a stack before its centre.
        length: Fields of a stack.
    """

    def __init__(
        self,
        clip_len: int = 1,
        strides: tuple[int, int] = (1, 1),
        *,
        before: int = 5,
        length: int = 10,
    ) -> None:
        super().__init__(before, length)
        if clip_len < 1 or not 1 <= strides[0] <= strides[1]:
            raise PlanError(
                f"{clip_len} centres at distances of {strides}",
                fix="give at least one centre, and the least distance before the largest",
            )
        self.clip_len, self.strides = clip_len, tuple(strides)

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Set ``frame_inds``, ``clip_len`` and ``num_clips``."""
        first, last = self._range(results)
        stride = np.random.randint(self.strides[0], self.strides[1] + 1)
        centres = np.arange(first, last + 1, stride)
        if len(centres) < self.clip_len:
            centres = spread_centres(first, last, self.clip_len)
        begin = np.random.randint(len(centres) - self.clip_len + 1)
        return self._place(results, centres[begin : begin + self.clip_len], self.clip_len)

    def __repr__(self) -> str:
        """Name and arguments."""
        return (
            f"{type(self).__name__}(clip_len={self.clip_len}, strides={self.strides}, "
            f"before={self.before}, length={self.length})"
        )


@TRANSFORMS.register_module()
class SpreadCentres(_Centres):
    """Take centres equally spaced over the video.

    Args:
        count: Centres.
        as_clips: Whether each is a clip of its own, instead of all being one.
        before: Fields of a stack before its centre.
        length: Fields of a stack.
    """

    def __init__(
        self, count: int = 25, *, as_clips: bool = False, before: int = 5, length: int = 10
    ) -> None:
        super().__init__(before, length)
        if count < 1:
            raise PlanError(f"{count} centres", fix="give at least one")
        self.count, self.as_clips = count, as_clips

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Set ``frame_inds``, ``clip_len`` and ``num_clips``."""
        centres = spread_centres(*self._range(results), self.count)
        return self._place(results, centres, 1 if self.as_clips else self.count)

    def __repr__(self) -> str:
        """Name and arguments."""
        return (
            f"{type(self).__name__}(count={self.count}, as_clips={self.as_clips}, "
            f"before={self.before}, length={self.length})"
        )


@TRANSFORMS.register_module()
class ReadStacks(BaseTransform):
    """Read the frame at each centre, the flow around it, or both.

    Flow is what ``harness data flow`` keeps. It is computed on the way where videos
    are made by the harness itself, or where a single file is looked at; both give the
    same bytes.

    Args:
        short_side: Length that a frame's shorter side is scaled to, in pixels.
        rgb: Whether the frame is read, as three channels; depth as three equal ones.
        offsets: Where stacks lie, in frames from the centre; none for no flow.
        before: Fields of a stack before its centre.
        length: Fields of a stack, L.
        method: Method of the flow, as of :class:`harness.datasets.flow.FlowKind`.
        bound: Largest displacement that is kept, in pixels.
    """

    def __init__(
        self,
        short_side: int,
        *,
        rgb: bool,
        offsets: Sequence[int] = (0,),
        before: int = 5,
        length: int = 10,
        method: str = "dis",
        bound: int = 20,
    ) -> None:
        if not rgb and not offsets:
            raise PlanError("neither frames nor flow are read", fix="set rgb, or give offsets")
        self.rgb, self.offsets = rgb, tuple(offsets)
        self.before, self.length = before, length
        try:
            self.kind = FlowKind(method=method, bound=bound, short_side=short_side)
        except DataError as error:
            raise PlanError(error.problem, fix=error.fix) from error
        self._stored: dict[Path, StoredFlow | None] = {}

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Set ``imgs``, ``img_shape``, and ``flow_u``, the channels that hold u."""
        parts = [self._read_frames(results)] if self.rgb else []
        parts += self._read_stacks(results) if self.offsets else []
        results["imgs"] = np.concatenate(parts, axis=-1)
        results["original_shape"] = results["img_shape"] = results["imgs"].shape[1:3]
        first = 3 if self.rgb else 0
        results["flow_u"] = list(range(first, results["imgs"].shape[-1], 2))
        return results

    def _read_frames(self, results: dict[str, Any]) -> Frames:
        short_side = self.kind.short_side
        frames: Frames = results["videos"].read(
            results["sample"], results["frame_inds"], short_side
        )
        return np.repeat(frames, 3, axis=-1) if frames.shape[-1] == 1 else frames

    def _read_stacks(self, results: dict[str, Any]) -> list[Frames]:
        """One stack for each offset, ``(T, H, W, 2 L)``."""
        fields = results["total_frames"] - 1
        if fields < 1:
            raise DataError(
                f"video '{results['frame_dir']}' has a single frame, and so no flow",
                fix="leave it out",
            )
        within = np.arange(self.length) - self.before
        centres = np.asarray(results["frame_inds"])[:, None] + within  # T L
        numbers = np.stack([centres + offset for offset in self.offsets]).clip(0, fields - 1)
        wanted, places = np.unique(numbers, return_inverse=True)
        flow = self._read_fields(results, wanted)  # wanted H W 2
        stacks = flow[places.reshape(numbers.shape)]  # offsets T L H W 2
        stacks = np.moveaxis(stacks, 2, 4)  # offsets T H W L 2
        return list(stacks.reshape(*stacks.shape[:4], 2 * self.length))

    def _read_fields(self, results: dict[str, Any], numbers: Centres) -> Frames:
        """Some fields of a video, ``(numbers, H, W, 2)``; ascending, none twice."""
        videos = results["videos"]
        if isinstance(videos, PreparedVideos):
            if (stored := self._find(videos)) is not None:
                return stored.fields_of(results["sample"])[numbers]
            if not videos.dataset.embedded:
                raise DataError(
                    f"the {self.kind.method} flow of '{videos.dataset.key}' at a short side of "
                    f"{self.kind.short_side} is not there",
                    fix=flow_command(videos, self.kind),
                )
        frames = np.union1d(numbers, numbers + 1)
        pixels = videos.read(results["sample"], frames, None)
        firsts = np.searchsorted(frames, numbers).tolist()
        flow = measure_flow(pixels, firsts, self.kind.method, self._size(results))
        return to_bytes(flow, self.kind.bound)

    def _size(self, results: dict[str, Any]) -> tuple[int, int]:
        """Width and height of what is read."""
        frame = results["videos"].read(results["sample"], [0], self.kind.short_side)
        return frame.shape[2], frame.shape[1]

    def _find(self, videos: PreparedVideos) -> StoredFlow | None:
        if videos.folder not in self._stored:
            self._stored[videos.folder] = load_flow(videos, self.kind)
        return self._stored[videos.folder]

    def __repr__(self) -> str:
        """Name and arguments."""
        return (
            f"{type(self).__name__}({self.kind}, rgb={self.rgb}, offsets={self.offsets}, "
            f"before={self.before}, length={self.length})"
        )


def mirror(pixels: Frames, flow_u: Sequence[int]) -> Frames:
    """Frames and flow seen in a mirror: columns reversed, motion to the side reversed.

    Args:
        pixels: ``(T, H, W, C)``.
        flow_u: Channels that hold u.
    """
    seen = pixels[:, :, ::-1].copy()
    seen[..., list(flow_u)] = 255 - seen[..., list(flow_u)]
    return seen


@TRANSFORMS.register_module()
class FlipStacks(BaseTransform):
    """Mirror a sample, frames and flow together, or leave it alone.

    MMAction2's ``Flip`` inverts both channels of every other field.

    Args:
        ratio: Share of samples that are mirrored.
    """

    def __init__(self, ratio: float = 0.5) -> None:
        if not 0 <= ratio <= 1:
            raise PlanError(f"a share of {ratio} is mirrored", fix="give one from 0 to 1")
        self.ratio = ratio

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Replace ``imgs``."""
        if np.random.rand() < self.ratio:
            results["imgs"] = mirror(np.asarray(results["imgs"]), results["flow_u"])
        return results

    def __repr__(self) -> str:
        """Name and arguments."""
        return f"{type(self).__name__}(ratio={self.ratio})"


@TRANSFORMS.register_module()
class AddMirrored(BaseTransform):
    """Add the mirrored sample behind the sample, as further views."""

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Replace ``imgs`` by twice as many."""
        pixels = np.asarray(results["imgs"])
        results["imgs"] = np.concatenate([pixels, mirror(pixels, results["flow_u"])])
        return results

    def __repr__(self) -> str:
        """Name."""
        return f"{type(self).__name__}()"
