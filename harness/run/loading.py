"""Data set classes that feed MMAction2's transforms."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np
from mmaction.registry import DATASETS
from mmengine.dataset import Compose
from torch.utils.data import Dataset

from harness.catalog import load_dataset
from harness.datasets.definition import Sample
from harness.datasets.stored import Prepared, load_prepared
from harness.datasets.videos import PreparedVideos
from harness.places import data_root
from harness.run.randomness import seed_everything

S = TypeVar("S")


class PreparedDataset(Dataset[dict[str, Any]], Generic[S]):
    """A subset of prepared data, sample by sample through MMAction2's transforms.

    Args:
        prepared: The data.
        samples: The samples that are shown.
        subset: ``train``, ``val`` or ``test``.
        complete: Samples of the subset, shown or not, readable or not.
        failed: Those that cannot be read.
        pipeline: Transforms.
        seed: Seed of the run, for transforms that draw; ``None`` leaves the
            process's random state alone.
    """

    def __init__(
        self,
        prepared: Prepared | PreparedVideos,
        samples: Sequence[S],
        *,
        subset: str,
        complete: int,
        failed: int,
        pipeline: list[Any],
        seed: int | None,
    ) -> None:
        self.prepared, self.samples, self.subset = prepared, samples, subset
        self.complete, self.failed = complete, failed
        self.pipeline = Compose(pipeline)
        self.seed = seed
        self.metainfo = {"dataset": prepared.dataset.key, "classes": prepared.classes}

    def __len__(self) -> int:
        return len(self.samples)

    def __getitem__(self, key: int | tuple[int, int]) -> dict[str, Any]:
        epoch, index = key if isinstance(key, tuple) else (0, key)
        if self.seed is not None:
            seed_everything(self.seed, "sample", epoch, index)
        sample = {
            **self.read(self.samples[index]),
            "start_index": 0,
            "test_mode": self.subset != "train",
        }
        return self.pipeline(sample)  # type: ignore[no-any-return]

    def read(self, sample: S) -> dict[str, Any]:
        """What the transforms are given of a sample."""
        raise NotImplementedError

    def name(self, sample: S) -> tuple[str, int]:
        """Id and label of a sample."""
        raise NotImplementedError


@DATASETS.register_module()
class SkeletonDataset(PreparedDataset[Sample]):
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
        seed: Seed of the run; ``None`` for none.

    Raises:
        DataError: The data set is not prepared, or is damaged.
    """

    prepared: Prepared

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
        prepared = load_prepared(load_dataset(dataset), data_root(Path(root) if root else None))
        samples = prepared.subset(split, subset)
        left_out = prepared.count_left_out(split, subset)
        super().__init__(
            prepared,
            spread(samples, limit),
            subset=subset,
            complete=len(samples) + left_out,
            failed=left_out,
            pipeline=pipeline,
            seed=seed,
        )

    def read(self, sample: Sample) -> dict[str, Any]:
        """Coordinates and facts of a sample."""
        frames = self.prepared.frames_of(sample)  # T M V C
        tracks = self.prepared.tracks_of(sample)  # T M
        return ({} if tracks is None else {"track": tracks.T}) | {
            "keypoint": np.ascontiguousarray(frames.transpose(1, 0, 2, 3)),  # M T V C
            "total_frames": sample.frames,
            "label": sample.label,
            "modality": "Pose",
            "frame_dir": sample.id,
            "group": sample.group,
        }

    def name(self, sample: Sample) -> tuple[str, int]:
        """Id and label of a sample."""
        return sample.id, sample.label


def spread(samples: tuple[S, ...], limit: int | None) -> tuple[S, ...]:
    """Evenly spread samples, so that a limited run still sees many classes."""
    if limit is None or limit >= len(samples):
        return samples
    return tuple(samples[i * len(samples) // limit] for i in range(limit))
