"""Data set classes that feed MMAction2's transforms."""

from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from mmaction.registry import DATASETS
from mmengine.dataset import Compose
from torch.utils.data import Dataset

from harness.catalog import load_dataset
from harness.datasets.stored import load_prepared
from harness.places import data_root
from harness.run.randomness import seed_everything

T = TypeVar("T")


@DATASETS.register_module()
class SkeletonDataset(Dataset[dict[str, Any]]):
    """Prepared skeletons, memory-mapped, as MMAction2's pose transforms take them.

    A sample before the pipeline is a dict of ``keypoint`` (M, T, V, C) float32,
    ``total_frames``, ``label``, ``start_index``, ``modality``, ``frame_dir``
    (its id), ``group`` and ``test_mode``; of a crowded set also ``track`` (M, T),
    which body has which place, 0 where there is none.

    Args:
        dataset: Key of the data set.
        split: One of its splits.
        subset: ``train``, ``val`` or ``test``.
        pipeline: Transforms.
        root: Folder of the prepared data; ``None`` for ``$HARNESS_DATA`` or
            ``data``.
        limit: Most samples, spread evenly over the subset; ``None`` for all.
        seed: Seed of the run, for transforms that draw; ``None`` leaves the
            process's random state alone.

    Raises:
        DataError: The data set is not prepared, or is damaged.
    """

    def __init__(
        self,
        dataset: str,
        split: str,
        subset: str,
        pipeline: list[Any],
        *,
        root: str | None = None,
        limit: int | None = None,
        seed: int | None = None,
    ) -> None:
        self.prepared = load_prepared(
            load_dataset(dataset), data_root(Path(root) if root else None)
        )
        samples = self.prepared.subset(split, subset)
        self.subset = subset
        self.complete, self.failed = len(samples), 0
        self.samples = spread(samples, limit)
        self.pipeline = Compose(pipeline)
        self.seed = seed
        self.test_mode = subset != "train"
        self.metainfo = {"dataset": dataset, "classes": self.prepared.classes}

    def __len__(self) -> int:
        return len(self.samples)

    def __getitem__(self, key: int | tuple[int, int]) -> dict[str, Any]:
        epoch, index = key if isinstance(key, tuple) else (0, key)
        if self.seed is not None:
            seed_everything(self.seed, "sample", epoch, index)
        sample = self.samples[index]
        frames = self.prepared.frames_of(sample)  # T M V C
        tracks = self.prepared.tracks_of(sample)  # T M
        return self.pipeline(  # type: ignore[no-any-return]
            ({} if tracks is None else {"track": tracks.T})
            | {
                "keypoint": np.ascontiguousarray(frames.transpose(1, 0, 2, 3)),  # M T V C
                "total_frames": sample.frames,
                "label": sample.label,
                "start_index": 0,
                "modality": "Pose",
                "frame_dir": sample.id,
                "group": sample.group,
                "test_mode": self.test_mode,
            }
        )


def spread(samples: tuple[T, ...], limit: int | None) -> tuple[T, ...]:
    """Evenly spread samples, so that a limited run still sees many classes."""
    if limit is None or limit >= len(samples):
        return samples
    return tuple(samples[i * len(samples) // limit] for i in range(limit))
