"""From what the authors give away to the prepared form: whole, or not at all.

``<root>/<key>/keypoints.npy`` holds all frames, float32, ``(frames, M, V, C)``,
and is mapped, not read; ``index.json`` says which frames are which sample.
"""

import errno
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from harness import __version__
from harness.datasets.definition import Dataset, RawSample, Sample, is_known
from harness.datasets.index import Index, dump
from harness.datasets.staging import publish, staging
from harness.datasets.stored import DTYPE, INDEX, KEYPOINTS, Prepared, how_to_get, load_prepared
from harness.datasets.verification import (
    Difference,
    Verification,
    find_difference,
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
    """

    folder: Path
    samples: int
    frames: int
    fingerprint: str
    known: bool | None
    unchanged: bool
    difference: Difference


def prepare(
    dataset: Dataset,
    source: Path | None,
    root: Path,
    progress: Progress,
    *,
    overwrite: bool = False,
    partial: bool = False,
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
            index = writer.write(dataset.need_skeletons().read(source), folder, progress)
            difference = find_difference(dataset, index.samples)
            if difference and not partial:
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
        frames=index.shape[0],
        fingerprint=index.fingerprint,
        known=is_known(dataset.need_skeletons().known_fingerprint, index.fingerprint),
        unchanged=before == index.fingerprint,
        difference=difference,
    )


class _Writer:
    """Writes samples as they come; knows how much room they all need."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset, self.shape = dataset, dataset.need_skeletons().shape
        self.samples: list[Sample] = []
        self.checksums: list[str] = []
        self.frames = 0
        self.content = hashlib.sha256()

    @property
    def needed_bytes(self) -> int | None:
        """Size of the whole, known or extrapolated from what was written."""
        frames = sum(sample.frames for sample in self.dataset.manifest)
        if not frames and self.samples:
            frames = self.frames * (self.dataset.expected_samples or 0) // len(self.samples)
        return frames * int(np.prod(self.shape)) * DTYPE.itemsize or None

    def write(self, raw: Iterator[RawSample], folder: Path, progress: Progress) -> Index:
        """Write all samples and their index."""
        with (folder / KEYPOINTS).open("wb") as stream:
            self._write_header(stream)
            start = stream.tell()
            for sample in raw:
                self._append(sample, stream)
                done = len(self.samples)
                progress(done, max(done, self.dataset.expected_samples or 0))
            stream.seek(0)
            self._write_header(stream)  # NumPy leaves room for the number of frames to grow
            if stream.tell() != start:
                raise RuntimeError("the header outgrew its place")
        index = Index(
            dataset=self.dataset.key,
            classes=self.dataset.classes,
            shape=(self.frames, *self.shape),
            samples=tuple(self.samples),
            checksums=tuple(self.checksums),
            keypoints_sha256=self.content.hexdigest(),
            harness_version=__version__,
        )
        (folder / INDEX).write_text(dump(index), encoding="ascii")
        return index

    def _write_header(self, stream: BinaryIO) -> None:
        shape = (self.frames, *self.shape)
        header = {"descr": DTYPE.str, "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(stream, header)

    def _append(self, raw: RawSample, stream: BinaryIO) -> None:
        if raw.keypoints.shape[1:] != self.shape or not len(raw.keypoints):
            raise ValueError(f"sample {raw.id} has the shape {raw.keypoints.shape}")
        if not np.isfinite(raw.keypoints).all():
            raise DataError(
                f"sample {raw.id} has values that are not finite",
                fix="repair or remove it in the source",
            )
        content = np.ascontiguousarray(raw.keypoints, dtype=DTYPE).tobytes()
        stream.write(content)
        self.content.update(content)
        self.samples.append(
            Sample(
                id=raw.id,
                label=raw.label,
                start=self.frames,
                frames=len(raw.keypoints),
                group=raw.group,
            )
        )
        self.checksums.append(raw.checksum)
        self.frames += len(raw.keypoints)


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
