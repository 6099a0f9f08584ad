"""From what the authors give away to the prepared form: whole, or not at all.

``<root>/<key>/keypoints.npy`` holds all frames, float32, ``(frames, M, V, C)``,
and is mapped, not read; ``index.json`` says which frames are which sample. Of a
crowded set it holds the bodies that are there, one after the other, ``(bodies, V, C)``,
and ``tracks.npy``, uint8, ``(frames, M)``, says which place each of them has.
"""

import errno
import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harness import __version__
from harness.datasets.definition import Dataset, LeftOut, RawSample, Sample, is_known
from harness.datasets.index import Index, dump
from harness.datasets.staging import publish, staging
from harness.datasets.stored import (
    DTYPE,
    INDEX,
    KEYPOINTS,
    TRACK_DTYPE,
    TRACKS,
    Prepared,
    combine,
    how_to_get,
    load_prepared,
)
from harness.datasets.verification import (
    Difference,
    Verification,
    find_difference,
    find_lost,
    recompute_fingerprint,
    verify,
)
from harness.errors import DataError

__all__ = ["Prepared", "Summary", "Verification", "load_prepared", "prepare", "verify"]

Progress = Callable[[int, int], None]
"""Told the number of samples done and of samples in all."""

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@dataclass(frozen=True, kw_only=True, slots=True)
class Summary:
    """What a preparation did.

    Args:
        folder: The prepared data set.
        samples: Number of samples.
        frames: Number of frames.
        fingerprint: Fingerprint of it.
        known: Whether that is the complete data set's; ``None`` if not known.
        unchanged: Whether the same was there before, and was left alone.
        difference: In what it differs from the complete data set.
        left_out: Sequences that could not be read.
    """

    folder: Path
    samples: int
    frames: int
    fingerprint: str
    known: bool | None
    unchanged: bool
    difference: Difference
    left_out: tuple[LeftOut, ...]


def prepare(
    dataset: Dataset,
    source: Path | None,
    root: Path,
    progress: Progress,
    *,
    overwrite: bool = False,
    partial: bool = False,
    skip_bad: bool = False,
) -> Summary:
    """Read a data set as its authors give it and write the prepared form.

    A failure, an interruption or a kill leaves no half-made data set, and the one
    that was there before in its place. A second preparation waits for the first.

    Args:
        dataset: What to read.
        source: Its folder or archive; ``None`` for an embedded one.
        root: Folder of the prepared data sets.
        progress: Told after every sample.
        overwrite: Replace another, sound preparation (a damaged one always is).
        partial: Accept missing, surplus or truncated samples.
        skip_bad: Leave out what cannot be read; the index names it, and the fingerprint
            is another one for it.

    Raises:
        DataError: The source is not as it should be, the disk is full, or another
            preparation is there.
    """
    if source is None and not dataset.embedded:
        raise DataError(f"data set '{dataset.key}' needs a source", fix=how_to_get(dataset))
    writer = _Writer(dataset)
    target = root / dataset.key
    try:
        with staging(root, dataset.key) as folder:
            read = dataset.need_skeletons().read(source)
            index = writer.write(read if skip_bad else _refuse_bad(read), folder, progress)
            lost = find_lost(dataset, index.samples, index.left_out)
            difference = find_difference(dataset, index.samples, lost)
            if _without(difference, index.left_out) and not partial:
                raise DataError(
                    f"this is not the complete data set '{dataset.key}': {difference}",
                    fix="get those from the authors' archive, or give --partial "
                    "to go on with what there is",
                )
            before = _sound_fingerprint(dataset, root)
            if before not in (None, index.fingerprint) and not overwrite:
                raise DataError(
                    f"data set '{dataset.key}' is already prepared in {root}, from other data",
                    fix="give --overwrite to replace it",
                )
            if before != index.fingerprint:
                publish(folder, target)
    except OSError as error:
        raise _explain(error, root, writer.needed_bytes) from error
    return Summary(
        folder=target,
        samples=len(index.samples),
        frames=index.frames,
        fingerprint=index.fingerprint,
        known=False
        if index.left_out or difference
        else is_known(dataset.need_skeletons().known_fingerprint, index.fingerprint),
        unchanged=before == index.fingerprint,
        difference=difference,
        left_out=index.left_out,
    )


def _refuse_bad(read: Iterator[RawSample | LeftOut]) -> Iterator[RawSample]:
    """Give sequences up to the first that cannot be read, which is an error."""
    for sample in read:
        if isinstance(sample, LeftOut):
            raise DataError(sample.problem, fix=f"{sample.fix}, or give --skip-bad to leave it out")
        yield sample


def _without(difference: Difference, left_out: Sequence[LeftOut]) -> Difference:
    """What differs besides the sequences that were left out."""
    ids = {item.id for item in left_out}
    return replace(
        difference,
        missing=tuple(name for name in difference.missing if name not in ids),
        expected=difference.expected - len(ids),
    )


class _Writer:
    """Writes samples as they come; knows how much room they all need."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset, self.shape = dataset, dataset.need_skeletons().shape
        self.crowded = dataset.need_skeletons().crowded
        self.samples: list[Sample] = []
        self.checksums: list[str] = []
        self.left_out: list[LeftOut] = []
        self.frames = 0
        self.written = 0

    @property
    def needed_bytes(self) -> int | None:
        """Size of the whole, known or extrapolated from what was written."""
        frames = sum(sample.frames for sample in self.dataset.manifest)
        if frames:
            return frames * int(np.prod(self.shape)) * DTYPE.itemsize
        if self.samples:
            return self.written * (self.dataset.expected_samples or 0) // len(self.samples)
        return None

    def write(self, raw: Iterator[RawSample | LeftOut], folder: Path, progress: Progress) -> Index:
        """Write all samples and their index."""
        with ExitStack() as stack:
            shape = self.shape[1:] if self.crowded else self.shape
            keypoints = stack.enter_context(_ArrayFile(folder / KEYPOINTS, DTYPE, shape))
            files = [keypoints]
            if self.crowded:
                tracks = _ArrayFile(folder / TRACKS, TRACK_DTYPE, self.shape[:1])
                files.append(stack.enter_context(tracks))
            for sample in raw:
                if isinstance(sample, LeftOut):
                    self.left_out.append(sample)
                    continue
                self._append(sample, files)
                done = len(self.samples)
                progress(done, max(done, self.dataset.expected_samples or 0))
        if not self.samples and self.left_out:
            first = self.left_out[0]
            raise DataError(f"nothing can be read: {first.problem}", fix=first.fix)
        index = Index(
            dataset=self.dataset.key,
            classes=self.dataset.classes,
            shape=keypoints.shape,
            samples=tuple(self.samples),
            checksums=tuple(self.checksums),
            keypoints_sha256=combine([file.content.hexdigest() for file in files]),
            harness_version=__version__,
            left_out=tuple(self.left_out),
        )
        (folder / INDEX).write_text(dump(index), encoding="ascii")
        return index

    def _append(self, raw: RawSample, files: list["_ArrayFile"]) -> None:
        arrays: list[NDArray[Any]] = [raw.keypoints]
        if raw.tracks is not None:
            arrays.append(raw.tracks)
            if np.count_nonzero(raw.tracks) != len(raw.keypoints):
                raise ValueError(f"sample {raw.id} has not one track for each body")
        frames = len(arrays[-1])
        if not frames:
            raise ValueError(f"sample {raw.id} has no frames")
        if not np.isfinite(raw.keypoints).all():
            raise DataError(
                f"sample {raw.id} has values that are not finite",
                fix="repair or remove it in the source",
            )
        for file, array in zip(files, arrays, strict=True):
            self.written += file.append(array, raw.id)
        self.samples.append(
            Sample(id=raw.id, label=raw.label, start=self.frames, frames=frames, group=raw.group)
        )
        self.checksums.append(raw.checksum)
        self.frames += frames


class _ArrayFile:
    """A NumPy file that grows by its first axis, however long it gets."""

    def __init__(self, path: Path, dtype: np.dtype[Any], shape: tuple[int, ...]) -> None:
        self.dtype, self.shape = dtype, (0, *shape)
        self.content = hashlib.sha256()
        self.stream = path.open("wb")
        self._write_header()
        self.start = self.stream.tell()

    def __enter__(self) -> "_ArrayFile":
        return self

    def append(self, array: NDArray[Any], name: str) -> int:
        """Write rows; how many bytes they have."""
        if array.shape[1:] != self.shape[1:]:
            raise ValueError(f"sample {name} has the shape {array.shape}")
        content = np.ascontiguousarray(array, dtype=self.dtype).tobytes()
        self.stream.write(content)
        self.content.update(content)
        self.shape = (self.shape[0] + len(array), *self.shape[1:])
        return len(content)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self.stream:
            self.stream.seek(0)
            self._write_header()  # NumPy leaves room for the first axis to grow
            if self.stream.tell() != self.start:
                raise RuntimeError("the header outgrew its place")

    def _write_header(self) -> None:
        header = {"descr": self.dtype.str, "fortran_order": False, "shape": self.shape}
        np.lib.format.write_array_header_1_0(self.stream, header)


def _sound_fingerprint(dataset: Dataset, root: Path) -> str | None:
    """Fingerprint of what is prepared; ``None`` if nothing is, or it is damaged."""
    try:
        prepared = load_prepared(dataset, root)
    except DataError:
        return None
    found = recompute_fingerprint(prepared)
    return found if found == prepared.fingerprint else None


def _explain(error: OSError, root: Path, needed_bytes: int | None) -> DataError:
    if error.errno not in _FULL:
        return DataError(
            f"cannot write to {root}: {error}", fix="choose another folder for prepared data"
        )
    needed = f"about {needed_bytes / 1e6:.1f} MB" if needed_bytes else "more room"
    return DataError(
        f"no room in {root}: {error.strerror}; the prepared form needs {needed}",
        fix="make room, or choose a folder on another disk",
    )
