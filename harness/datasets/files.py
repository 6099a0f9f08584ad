"""Sequences that lie in a file each: found in folders and archives, read one by one.

A file that cannot be read, or is not what it should be, is one sequence that is left
out; it says nothing of the others.
"""

import hashlib
import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harness.datasets.definition import LeftOut, RawSample
from harness.datasets.sources import SourceFile, open_source
from harness.errors import DataError

MOST_JOBS = 8  # one process hands the files out, and cannot feed more
FEW_FILES = 100  # which are read before processes have started
BATCH = 8  # files


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """What a sequence is, known without reading it.

    Args:
        id: Name, unique in its data set.
        label: Index into the classes.
        group: Subject, or pair of subjects.
    """

    id: str
    label: int
    group: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Bodies:
    """What a file of a crowded data set holds.

    Args:
        keypoints: Joints of the bodies, frame by frame as listed, ``(R, V, C)``.
        tracks: Which body has which place in the list of a frame, ``(T, M)``, numbered
            from 1; 0 for an empty place.
        label: Its class, where the file says so.
    """

    keypoints: NDArray[np.float32]
    tracks: NDArray[np.uint8]
    label: int | None = None

    def spread(self) -> NDArray[np.float32]:
        """Joints by place, ``(T, M, V, C)``; absent bodies are zero."""
        spread = np.zeros((*self.tracks.shape, *self.keypoints.shape[1:]), dtype=np.float32)
        spread[self.tracks != 0] = self.keypoints
        return spread


Identify = Callable[[str], Identity | None]
"""Says what a file is by its name; ``None`` for another kind of file."""
Parse = Callable[[bytes, str], Bodies]
"""Parses a file's content, given its name for messages; raises :class:`DataError`."""
_Task = tuple[Identity, str, bytes | SourceFile | DataError]


@contextmanager
def find_files(
    source: Path, identify: Identify, names: str
) -> Iterator[list[tuple[Identity, SourceFile]]]:
    """Find the sequences' files below a folder or in archives, in order of their ids.

    Where a sequence is both unpacked and in an archive, the unpacked one counts.

    Args:
        source: The folder or archive.
        identify: Says what a file is by its name.
        names: How the files are called, for messages.

    Raises:
        DataError: There are none, one is there twice, or an archive has a path that
            leads out of it.
    """
    with open_source(source) as files:
        found: dict[str, tuple[Identity, SourceFile]] = {}
        for file in files:
            identity = identify(PurePosixPath(file.name).name)
            if identity is None:
                continue
            refuse_escape(file)
            _, before = found.setdefault(identity.id, (identity, file))
            if before is not file and (before.archive is None) == (file.archive is None):
                raise DataError(
                    f"sequence {identity.id} is there twice: {before.name} and {file.name}",
                    fix="give a folder with one copy of the data set",
                )
        if not found:
            raise DataError(
                f"there is no file {names} in {source}",
                fix="give the folder that holds them, or the authors' zip file",
            )
        yield [found[name] for name in sorted(found)]


def refuse_escape(file: SourceFile) -> None:
    """Refuse a path that no sound archive has, although nothing is unpacked.

    Raises:
        DataError: It is absolute, or goes up.
    """
    path = PurePosixPath(file.name)
    if ".." in path.parts or path.is_absolute() or "\\" in file.name:
        raise DataError(
            f"{file.name} leads out of its archive",
            fix="no archive of the authors has such a path: download it from them again",
        )


def read_files(
    found: Sequence[tuple[Identity, SourceFile]], parse: Parse, limit: int
) -> Iterator[RawSample | LeftOut]:
    """Read sequences one by one, on all cores; what cannot be read comes as left out.

    Args:
        found: What there is, and its files.
        parse: Parses a file; a function of a module.
        limit: Largest size of a file that is believed, in bytes.
    """
    batches = _make_tasks(found, limit)
    jobs = min(_count_cores(), MOST_JOBS)
    if jobs == 1 or len(found) < FEW_FILES:
        for batch in batches:
            yield from _parse_batch(parse, limit, batch)
        return
    pool = ProcessPoolExecutor(jobs)
    waiting: deque[Future[list[RawSample | LeftOut]]] = deque()
    try:
        for batch in batches:
            waiting.append(pool.submit(_parse_batch, parse, limit, batch))
            if len(waiting) > 2 * jobs:  # what is read ahead lies in memory
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def _make_tasks(found: Sequence[tuple[Identity, SourceFile]], limit: int) -> Iterator[list[_Task]]:
    """Files, some at a time; an archive is open here only, so that its members are read here."""
    for start in range(0, len(found), BATCH):
        some = found[start : start + BATCH]
        yield [(who, file.name, _read_member(file, limit)) for who, file in some]


def _read_member(file: SourceFile, limit: int) -> bytes | SourceFile | DataError:
    if file.archive is None:
        return file
    try:
        return file.read(limit)
    except DataError as error:
        return error


def _parse_batch(parse: Parse, limit: int, batch: list[_Task]) -> list[RawSample | LeftOut]:
    """Make sequences of files."""
    samples: list[RawSample | LeftOut] = []
    for identity, name, source in batch:
        facts = asdict(identity)
        try:
            content = source.read(limit) if isinstance(source, SourceFile) else source
            if isinstance(content, DataError):
                raise content
            samples.append(_make_sample(facts, parse(content, name), content, name))
        except DataError as error:
            samples.append(LeftOut(**facts, problem=error.problem, fix=error.fix))
    return samples


def _make_sample(facts: dict[str, Any], bodies: Bodies, content: bytes, name: str) -> RawSample:
    if bodies.label not in (None, facts["label"]):
        raise DataError(
            f"{name} has the label {bodies.label} instead of {facts['label']}",
            fix="take this file from the authors again",
        )
    return RawSample(
        **facts,
        keypoints=bodies.keypoints,
        tracks=bodies.tracks,
        checksum=hashlib.sha256(content).hexdigest(),
    )


def _count_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
