"""A prepared data set on disk: mapped, not read, and checked when loaded."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from harness.datasets.definition import Dataset, Sample, is_known
from harness.datasets.index import Index, IndexFileError, parse
from harness.datasets.staging import restore
from harness.errors import DataError

KEYPOINTS = "keypoints.npy"
INDEX = "index.json"
DTYPE = np.dtype("<f4")

_MAX_INDEX_BYTES = 1 << 28
_CHUNK = 1 << 20


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Prepared:
    """A data set, ready to train on.

    Args:
        dataset: What it is.
        folder: Where it lies.
        keypoints: All frames, ``(frames, M, V, C)``, mapped and read-only.
        index: What lies where.
    """

    dataset: Dataset
    folder: Path
    keypoints: NDArray[np.float32]
    index: Index

    @property
    def samples(self) -> tuple[Sample, ...]:
        """All samples."""
        return self.index.samples

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the keypoints and what each sample is."""
        return self.index.fingerprint

    @property
    def known(self) -> bool | None:
        """Whether it is the authors' complete data set; ``None`` if not known."""
        return is_known(self.dataset.need_skeletons().known_fingerprint, self.fingerprint)

    @property
    def classes(self) -> tuple[str, ...]:
        """Class names, in label order."""
        return self.dataset.classes

    def subset(self, split: str, name: str) -> tuple[Sample, ...]:
        """Samples of one subset of a split, in order.

        Args:
            split: Name of the split.
            name: ``train``, ``val`` or ``test``.

        Raises:
            DataError: There is no such split or subset.
        """
        return self.dataset.select(self.samples, split, name)

    def frames_of(self, sample: Sample) -> NDArray[np.float32]:
        """Keypoints of one sample, ``(T, M, V, C)``, read-only."""
        return self.keypoints[sample.start : sample.start + sample.frames]


def load_prepared(dataset: Dataset, root: Path) -> Prepared:
    """Map a prepared data set.

    Its index is checked whole; the keypoints by shape and size only, by
    :func:`harness.datasets.verification.verify` byte for byte.

    Args:
        dataset: Which one.
        root: Folder of the prepared data sets.

    Raises:
        DataError: It is not prepared there, or is damaged.
    """
    folder = root / dataset.key
    try:
        restore(root, dataset.key)
    except OSError as error:
        raise _damaged(dataset, str(error)) from error
    if not folder.is_dir():
        raise DataError(
            f"data set '{dataset.key}' is not prepared in {root}", fix=how_to_get(dataset)
        )
    try:
        index = parse(_read_index(folder), dataset)
        keypoints = _map(folder / KEYPOINTS, index.shape)
    except IndexFileError as problem:
        raise _damaged(dataset, f"{folder / INDEX} {problem}") from problem
    except (OSError, EOFError, ValueError, OverflowError, TypeError) as error:
        raise _damaged(dataset, f"{folder}: {error}") from error
    return Prepared(dataset=dataset, folder=folder, keypoints=keypoints, index=index)


def how_to_get(dataset: Dataset) -> str:
    """Say how to come by a data set that is not there."""
    command = prepare_command(dataset)
    return command if dataset.embedded else f"get it from {dataset.obtain}, then: {command}"


def prepare_command(dataset: Dataset) -> str:
    """What prepares a data set's skeletons."""
    source = "" if dataset.embedded else " --source FOLDER_OR_ZIP"
    return f"harness data prepare {dataset.key}{source}"


def hash_keypoints(keypoints: NDArray[np.float32]) -> str:
    """SHA-256 of keypoints as bytes: little-endian float32, C order."""
    content = hashlib.sha256()
    step = max(1, _CHUNK // max(1, keypoints[:1].nbytes))
    for start in range(0, len(keypoints), step):
        content.update(np.ascontiguousarray(keypoints[start : start + step]).tobytes())
    return content.hexdigest()


def _read_index(folder: Path) -> str:
    path = folder / INDEX
    if path.stat().st_size > _MAX_INDEX_BYTES:
        raise IndexFileError(f"is larger than {_MAX_INDEX_BYTES} bytes")
    return path.read_text(encoding="ascii")


def _map(path: Path, shape: tuple[int, ...]) -> NDArray[np.float32]:
    keypoints = np.load(path, mmap_mode="r", allow_pickle=False)
    if not isinstance(keypoints, np.memmap):
        raise ValueError(f"{path.name} is not an array")
    if keypoints.shape != shape or keypoints.dtype != DTYPE or not keypoints.flags.c_contiguous:
        raise ValueError(f"{path.name} holds {keypoints.dtype} {keypoints.shape}, not {shape}")
    if path.stat().st_size != keypoints.offset + keypoints.nbytes:
        raise ValueError(f"{path.name} is longer than its frames")
    return keypoints


def _damaged(dataset: Dataset, problem: str) -> DataError:
    return DataError(
        f"the prepared data set '{dataset.key}' is damaged: {problem}",
        fix=f"prepare it again: {prepare_command(dataset)}",
    )
