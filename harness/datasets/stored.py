"""A prepared data set on disk: mapped, not read, and checked when loaded."""

import hashlib
import mmap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harness.datasets.definition import Dataset, Sample, is_known
from harness.datasets.index import Index, IndexFileError, parse
from harness.datasets.staging import restore
from harness.errors import DataError

KEYPOINTS = "keypoints.npy"
TRACKS = "tracks.npy"
INDEX = "index.json"
DTYPE = np.dtype("<f4")
TRACK_DTYPE = np.dtype("u1")

_MAX_INDEX_BYTES = 1 << 28
_CHUNK = 1 << 20
_AROUND = 1 << 16  # bytes that Linux maps around a page, a multiple of any page's size


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Prepared:
    """A data set, ready to train on.

    Args:
        dataset: What it is.
        folder: Where it lies.
        keypoints: All frames, ``(frames, M, V, C)``, mapped and read-only; of a crowded
            set all bodies, ``(bodies, V, C)``.
        index: What lies where.
        tracks: Of a crowded set which body has which place, ``(frames, M)``, from 1; 0
            where a place is empty. Mapped and read-only.
        first_bodies: Of a crowded set the first body of each sample by its ``start``.
    """

    dataset: Dataset
    folder: Path
    keypoints: NDArray[np.float32]
    index: Index
    tracks: NDArray[np.uint8] | None = None
    first_bodies: Mapping[int, int] = field(default_factory=dict)

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
        """Whether it is the authors' complete data set; ``None`` if not known.

        It is not where something was left out or another number of samples is there,
        whether or not the complete one's fingerprint is known.
        """
        if self.index.left_out or len(self.samples) != self.dataset.expected_samples:
            return False
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

    def count_left_out(self, split: str, name: str) -> int:
        """Samples of a subset that could not be read, of those whose class is known."""
        left_out = (
            Sample(id=item.id, label=item.label, start=0, frames=0, group=item.group)
            for item in self.index.left_out
            if item.label is not None
        )
        return len(self.dataset.select(tuple(left_out), split, name))

    def frames_of(self, sample: Sample) -> NDArray[np.float32]:
        """Keypoints of one sample, ``(T, M, V, C)``, to be read only; absent bodies are zero."""
        tracks = self.tracks_of(sample)
        if tracks is None:
            return self.keypoints[sample.start : sample.start + sample.frames]
        there = tracks != 0
        first = self.first_bodies[sample.start]
        last = first + int(np.count_nonzero(there))
        frames = np.zeros((*tracks.shape, *self.keypoints.shape[1:]), dtype=DTYPE)
        frames[there] = self.keypoints[first:last]
        _release(self.keypoints, first, last)
        return frames

    def tracks_of(self, sample: Sample) -> NDArray[np.uint8] | None:
        """Which body has which place in one sample, ``(T, M)``; ``None`` if never stored."""
        if self.tracks is None:
            return None
        return self.tracks[sample.start : sample.start + sample.frames]


def load_prepared(dataset: Dataset, root: Path) -> Prepared:
    """Map a prepared data set.

    Its index is checked whole; the keypoints and tracks by shape and size only, by
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
        keypoints = _map(folder / KEYPOINTS, index.shape, DTYPE)
        tracks, first_bodies = None, dict[int, int]()
        if dataset.need_skeletons().crowded:
            places = (index.frames, dataset.need_skeletons().persons)
            tracks = _map(folder / TRACKS, places, TRACK_DTYPE)
            first_bodies = _find_first_bodies(index, tracks)
    except IndexFileError as problem:
        raise _damaged(dataset, f"{folder / INDEX} {problem}") from problem
    except (OSError, EOFError, ValueError, OverflowError, TypeError) as error:
        raise _damaged(dataset, f"{folder}: {error}") from error
    return Prepared(
        dataset=dataset,
        folder=folder,
        keypoints=keypoints,
        index=index,
        tracks=tracks,
        first_bodies=first_bodies,
    )


def how_to_get(dataset: Dataset) -> str:
    """Say how to come by a data set that is not there."""
    command = prepare_command(dataset)
    return command if dataset.embedded else f"get it from {dataset.obtain}, then: {command}"


def prepare_command(dataset: Dataset) -> str:
    """What prepares a data set's skeletons."""
    source = "" if dataset.embedded else " --source FOLDER_OR_ZIP"
    return f"harness data prepare {dataset.key}{source}"


def hash_content(prepared: Prepared) -> str:
    """SHA-256 of keypoints as bytes, little-endian float32, C order, and of the tracks.

    The files are read, not mapped: what is mapped would stay in memory.
    """
    digests = []
    for array in (prepared.keypoints, prepared.tracks):
        if isinstance(array, np.memmap):
            content = hashlib.sha256()
            with Path(str(array.filename)).open("rb") as stream:
                stream.seek(array.offset)
                while chunk := stream.read(_CHUNK):
                    content.update(chunk)
            digests.append(content.hexdigest())
    return combine(digests)


def combine(digests: Sequence[str]) -> str:
    """One digest of several in their order; a single one stays."""
    return (
        digests[0] if len(digests) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()
    )


def _find_first_bodies(index: Index, tracks: NDArray[np.uint8]) -> dict[int, int]:
    """First body of each sample, by the sample's first frame."""
    bodies = (int(np.count_nonzero(tracks[s.start : s.start + s.frames])) for s in index.samples)
    firsts = list(accumulate(bodies, initial=0))
    if firsts[-1] != index.shape[0]:
        raise IndexFileError(f"has {index.shape[0]} bodies, and the tracks {firsts[-1]}")
    return {s.start: first for s, first in zip(index.samples, firsts, strict=False)}


def _read_index(folder: Path) -> str:
    path = folder / INDEX
    if path.stat().st_size > _MAX_INDEX_BYTES:
        raise IndexFileError(f"is larger than {_MAX_INDEX_BYTES} bytes")
    return path.read_text(encoding="ascii")


def _map(path: Path, shape: tuple[int, ...], dtype: np.dtype[Any]) -> NDArray[Any]:
    mapped = np.load(path, mmap_mode="r", allow_pickle=False)
    if not isinstance(mapped, np.memmap):
        raise ValueError(f"{path.name} is not an array")
    if mapped.shape != shape or mapped.dtype != dtype or not mapped.flags.c_contiguous:
        raise ValueError(f"{path.name} holds {mapped.dtype} {mapped.shape}, not {shape}")
    if path.stat().st_size != mapped.offset + mapped.nbytes:
        raise ValueError(f"{path.name} is longer than its frames")
    return mapped


def _release(mapped: NDArray[Any], first: int, last: int) -> None:
    """Let go of the pages of some rows, or an epoch would count the whole file as memory.

    They stay in the system's cache. The system maps some pages around those that are
    touched, which go, too.
    """
    pages = mapped.base
    if isinstance(mapped, np.memmap) and isinstance(pages, mmap.mmap):
        row = mapped.strides[0]
        start = max(0, mapped.offset + first * row - _AROUND) // _AROUND * _AROUND
        stop = min(len(pages), mapped.offset + last * row + _AROUND)
        pages.madvise(mmap.MADV_DONTNEED, start, stop - start)


def _damaged(dataset: Dataset, problem: str) -> DataError:
    return DataError(
        f"the prepared data set '{dataset.key}' is damaged: {problem}",
        fix=f"prepare it again: {prepare_command(dataset)}",
    )
