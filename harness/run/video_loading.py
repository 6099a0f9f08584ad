"""Data sets and transforms that feed MMAction2's transforms with the frames of videos."""

from pathlib import Path
from typing import Any, Literal

import numpy as np
from mmaction.registry import DATASETS, TRANSFORMS
from mmcv.transforms import BaseTransform
from numpy.typing import NDArray

from harness.catalog import load_dataset
from harness.datasets.videos import VideoSample, load_videos
from harness.errors import PlanError
from harness.places import data_root
from harness.run.loading import PreparedDataset, spread

View = tuple[VideoSample, int | None]
"""A video, and the number of its clip that is meant; ``None`` for all of it."""


@DATASETS.register_module()
class ClipDataset(PreparedDataset[View]):
    """Prepared videos, or single clips of them, as MMAction2's transforms take them.

    A sample before the pipeline is a dict of ``total_frames``, ``start_index``,
    ``modality``, ``label``, ``frame_dir`` (its id), ``group``, ``test_mode``, and of
    ``videos`` and ``sample``, from which :class:`ReadFrames` reads; where clips are
    samples also of ``clip``, the number of one.

    Args:
        dataset: Key of the data set.
        split: One of its splits.
        subset: ``train``, ``val`` or ``test``.
        pipeline: Transforms.
        level: What a sample is: a ``video``, or a ``clip``, of which a video has as
            many as :func:`place_clips` finds.
        clip_len: Frames of a clip, where clips are samples.
        frame_interval: Frames from one of a clip to the next, where clips are samples.
        root: Folder of the prepared data; ``None`` for ``$HARNESS_DATA`` or ``data``.
        limit: Most videos, spread evenly over the subset; ``None`` for all.
        seed: Seed of the run; ``None`` for none.

    Raises:
        DataError: The videos are not prepared, or the index is damaged.
        PlanError: Clips are asked for, of no length.
    """

    def __init__(
        self,
        dataset: str,
        split: str,
        subset: str,
        pipeline: list[Any],
        *,
        level: Literal["video", "clip"] = "video",
        clip_len: int | None = None,
        frame_interval: int = 1,
        root: str | None = None,
        limit: int | None = None,
        seed: int | None = None,
    ) -> None:
        prepared = load_videos(load_dataset(dataset), data_root(Path(root) if root else None))
        videos = prepared.subset(split, subset)
        failed = prepared.count_unreadable(split, subset)
        shown = spread(videos, limit)
        views: list[View] = [(video, None) for video in shown]
        complete = len(videos)
        if level == "clip":
            if not clip_len:
                raise PlanError("clips of no length are samples", fix="say clip_len")
            counts = {
                video.id: len(place_clips(video.frames, clip_len, frame_interval))
                for video in videos
            }
            views = [(video, clip) for video in shown for clip in range(counts[video.id])]
            complete = sum(counts.values())
        super().__init__(
            prepared,
            views,
            subset=subset,
            complete=complete + failed,
            failed=failed,
            pipeline=pipeline,
            seed=seed,
        )

    def read(self, sample: View) -> dict[str, Any]:
        """Where a video's frames are, and its facts."""
        video, clip = sample
        return {
            "videos": self.prepared,
            "sample": video,
            "clip": clip,
            "total_frames": video.frames,
            "label": video.label,
            "modality": "RGB",
            "frame_dir": self.name(sample)[0],
            "group": video.group,
        }

    def name(self, sample: View) -> tuple[str, int]:
        """Id of a video, or of a clip of it, and its label."""
        video, clip = sample
        return video.id if clip is None else f"{video.id}/{clip}", video.label


def place_clips(total_frames: int, clip_len: int, frame_interval: int = 1) -> NDArray[np.int32]:
    """Frames of all clips of a video, one after another, ``(clips, clip_len)``.

    What is left at the end is a clip too, repeated to full length, unless it is a
    single frame, as in the code of Hara et al., 2018.

    Args:
        total_frames: Frames of the video.
        clip_len: Frames of a clip.
        frame_interval: Frames from one of a clip to the next.
    """
    begins = np.arange(0, max(total_frames - 1, 1), clip_len * frame_interval)[:, None]
    lengths = np.minimum(clip_len, -((begins - total_frames) // frame_interval))
    return (begins + np.arange(clip_len) % lengths * frame_interval).astype(np.int32)


@TRANSFORMS.register_module()
class ConsecutiveClips(BaseTransform):
    """Take all clips of a video, one after another, or the one that is the sample.

    MMAction2's ``SampleFrames`` takes a fixed number of clips. Videos have different
    numbers of them, so that batches are of one video.

    Args:
        clip_len: Frames of a clip.
        frame_interval: Frames from one of a clip to the next.
    """

    def __init__(self, clip_len: int, frame_interval: int = 1) -> None:
        if clip_len < 1 or frame_interval < 1:
            raise PlanError(
                f"clips of {clip_len} frames at intervals of {frame_interval}",
                fix="give at least one of each",
            )
        self.clip_len, self.frame_interval = clip_len, frame_interval

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Set ``frame_inds`` and ``num_clips``."""
        clips = place_clips(results["total_frames"], self.clip_len, self.frame_interval)
        if results.get("clip") is not None:
            clips = clips[results["clip"]][None]
        results["frame_inds"] = results["start_index"] + clips.ravel()
        results["clip_len"] = self.clip_len
        results["frame_interval"] = self.frame_interval
        results["num_clips"] = len(clips)
        return results

    def __repr__(self) -> str:
        """Name and arguments."""
        return f"{type(self).__name__}({self.clip_len}, {self.frame_interval})"


@TRANSFORMS.register_module()
class ReadFrames(BaseTransform):
    """Read the frames that were sampled, from the file or from what was decoded once.

    Both give the same values. Depth becomes three equal channels.

    Args:
        short_side: Length that a frame's shorter side is scaled to, in pixels;
            ``None`` for the file's.
    """

    def __init__(self, short_side: int | None = None) -> None:
        if short_side is not None and short_side < 1:
            raise PlanError(f"a short side of {short_side} pixels", fix="give at least one pixel")
        self.short_side = short_side

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Set ``imgs``, ``(T, H, W, 3)`` uint8, and ``img_shape``."""
        frames = results["videos"].read(results["sample"], results["frame_inds"], self.short_side)
        results["imgs"] = np.repeat(frames, 3, axis=-1) if frames.shape[-1] == 1 else frames
        results["original_shape"] = results["img_shape"] = frames.shape[1:3]
        return results

    def __repr__(self) -> str:
        """Name and arguments."""
        return f"{type(self).__name__}(short_side={self.short_side})"
