"""Data sets and transforms that feed MMAction2's transforms with the frames of videos."""

from pathlib import Path
from typing import Any, Literal

import numpy as np
from mmaction.registry import DATASETS, TRANSFORMS
from mmcv.transforms import BaseTransform
from mmengine.dataset import Compose
from numpy.typing import NDArray
from torch.utils.data import Dataset

from harness.catalog import load_dataset
from harness.datasets.videos import VideoSample, load_videos
from harness.errors import PlanError
from harness.places import data_root
from harness.run.loading import spread
from harness.run.randomness import seed_everything


@DATASETS.register_module()
class ClipDataset(Dataset[dict[str, Any]]):
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
        root: Folder of the prepared data; ``None`` for ``$HARNESS_DATA`` or ``data``.
        limit: Most videos, spread evenly over the subset; ``None`` for all.
        seed: Seed of the run, for transforms that draw; ``None`` leaves the
            process's random state alone.

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
        root: str | None = None,
        limit: int | None = None,
        seed: int | None = None,
    ) -> None:
        self.prepared = load_videos(load_dataset(dataset), data_root(Path(root) if root else None))
        videos = self.prepared.subset(split, subset)
        self.failed = self.prepared.count_unreadable(split, subset)
        self.subset = subset
        shown = spread(videos, limit)
        self.views: list[tuple[VideoSample, int | None]]
        if level == "clip":
            if not clip_len:
                raise PlanError("clips of no length are samples", fix="say clip_len")
            counts = {video.id: len(place_clips(video.frames, clip_len)) for video in videos}
            self.views = [(video, clip) for video in shown for clip in range(counts[video.id])]
            self.complete = sum(counts.values()) + self.failed
        else:
            self.views = [(video, None) for video in shown]
            self.complete = len(videos) + self.failed
        self.pipeline = Compose(pipeline)
        self.seed = seed
        self.test_mode = subset != "train"
        self.metainfo = {"dataset": dataset, "classes": self.prepared.classes}

    def __len__(self) -> int:
        return len(self.views)

    def __getitem__(self, key: int | tuple[int, int]) -> dict[str, Any]:
        epoch, index = key if isinstance(key, tuple) else (0, key)
        if self.seed is not None:
            seed_everything(self.seed, "sample", epoch, index)
        video, clip = self.views[index]
        return self.pipeline(  # type: ignore[no-any-return]
            {
                "videos": self.prepared,
                "sample": video,
                "total_frames": video.frames,
                "label": video.label,
                "start_index": 0,
                "modality": "RGB",
                "frame_dir": video.id if clip is None else f"{video.id}/{clip}",
                "group": video.group,
                "test_mode": self.test_mode,
                "clip": clip,
            }
        )


def place_clips(total_frames: int, clip_len: int) -> NDArray[np.int32]:
    """Frames of all clips of a video, one after another, ``(clips, clip_len)``.

    What is left at the end is a clip too, repeated to full length, unless it is a
    single frame, as in the code of Hara et al., 2018.

    Args:
        total_frames: Frames of the video.
        clip_len: Frames of a clip.
    """
    begins = np.arange(0, max(total_frames - 1, 1), clip_len)[:, None]
    lengths = np.minimum(clip_len, total_frames - begins)
    return (begins + np.arange(clip_len) % lengths).astype(np.int32)


@TRANSFORMS.register_module()
class ConsecutiveClips(BaseTransform):
    """Take all clips of a video, one after another, or the one that is the sample.

    MMAction2's ``SampleFrames`` takes a fixed number of clips. Videos have different
    numbers of them, so that batches are of one video.

    Args:
        clip_len: Frames of a clip.
    """

    def __init__(self, clip_len: int) -> None:
        if clip_len < 1:
            raise PlanError(f"clips of {clip_len} frames", fix="give at least one frame")
        self.clip_len = clip_len

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Set ``frame_inds`` and ``num_clips``."""
        clips = place_clips(results["total_frames"], self.clip_len)
        if results.get("clip") is not None:
            clips = clips[results["clip"]][None]
        results["frame_inds"] = results["start_index"] + clips.ravel()
        results["clip_len"] = self.clip_len
        results["frame_interval"] = 1
        results["num_clips"] = len(clips)
        return results

    def __repr__(self) -> str:
        """Name and arguments."""
        return f"{type(self).__name__}(clip_len={self.clip_len})"


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
