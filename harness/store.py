"""``results/`` on disk: append-only, one folder a run.

A run's files are written to a hidden folder, flushed, and renamed to their
place in one step, so a reader sees all of a run or nothing, and two writers
never meet: run ids differ, and a rename onto an existing run fails.
"""

import csv
import errno
import io
import json
import os
import shutil
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from harness.documents import RecordReader, dump, parse
from harness.errors import CatalogError, StoreError, suggest
from harness.hits import Hits, read_hits
from harness.records import RunRecord
from harness.scores import Scores, unpack_scores

RECORD = "record.json"
HISTORY = "history.csv"
SCORES = "scores.npz"
OBSERVATIONS = "observations.npz"
INVALID = "invalidated.json"


@dataclass(frozen=True, kw_only=True)  # no slots: the hits are kept
class StoredRun:
    """A record and where it is.

    Args:
        record: The record.
        folder: Its folder.
        invalidated: Why it no longer counts; ``""`` while it does.
    """

    record: RunRecord
    folder: Path
    invalidated: str = ""

    @property
    def scores(self) -> Scores:
        """Its per-sample scores.

        Raises:
            StoreError: They are missing or corrupt.
        """
        return unpack_scores(self._read_scores(), source=str(self.folder / SCORES))

    @cached_property
    def hits(self) -> Hits:
        """Which test samples it had right, of its scores.

        Raises:
            StoreError: The scores are missing or corrupt.
        """
        return read_hits(self._read_scores(), source=str(self.folder / SCORES))

    def _read_scores(self) -> bytes:
        path = self.folder / SCORES
        try:
            return path.read_bytes()
        except FileNotFoundError as error:
            raise StoreError(f"{path} is missing", fix="restore it from git") from error

    @property
    def history(self) -> tuple[dict[str, float | None], ...]:
        """Its curves: one row an epoch; ``None`` where nothing was measured."""
        return self.parse_history(self.read_history())

    def read_history(self) -> bytes:
        """The file of its curves; empty where there is none."""
        path = self.folder / HISTORY
        return path.read_bytes() if path.exists() else b""

    def parse_history(self, data: bytes) -> tuple[dict[str, float | None], ...]:
        """Its curves, from what :meth:`read_history` gave."""
        path = self.folder / HISTORY
        try:
            with io.TextIOWrapper(io.BytesIO(data), encoding="utf-8", newline="") as file:
                return tuple(
                    {name: float(value) if value else None for name, value in row.items()}
                    for row in csv.DictReader(file)
                )
        except (ValueError, TypeError, csv.Error) as error:
            raise StoreError(f"{path} is damaged: {error}", fix="restore it from git") from error


@dataclass(frozen=True, kw_only=True, slots=True)
class Invalidation:
    """Why a run no longer counts."""

    reason: str


class ResultStore:
    """The stored runs under one folder.

    Args:
        root: ``results/``; need not exist.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def runs(self, recipe: str | None = None) -> tuple[StoredRun, ...]:
        """Stored runs in the order of their ids, the invalidated included.

        Raises:
            StoreError: A record is corrupt or of a newer schema.
        """
        pattern = f"{recipe or '*'}/*/{RECORD}"
        paths = [path for path in self.root.glob(pattern) if not path.parent.name.startswith(".")]
        paths.sort(key=lambda path: path.parent.name)
        reader = RecordReader()
        return tuple(self._load(path, reader) for path in paths)

    def find(self, run_id: str) -> StoredRun:
        """The run with this id, or with the only id that begins so.

        Raises:
            CatalogError: There is none, or several.
        """
        if not run_id:
            raise CatalogError("the name of a run is empty", fix="harness list runs")
        paths = list(self.root.glob(f"*/{_literal(run_id)}*/{RECORD}"))
        paths = [path for path in paths if path.parent.name == run_id] or paths
        if len(paths) == 1:
            return self._load(paths[0], RecordReader())
        if paths:
            raise CatalogError(
                f"{len(paths)} runs begin with '{run_id}'", fix="give more of the run id"
            )
        names = [path.parent.name for path in self.root.glob(f"*/*/{RECORD}")]
        raise CatalogError(f"there is no run '{run_id}'", fix=suggest(run_id, names))

    def add(self, record: RunRecord, files: Mapping[str, bytes]) -> StoredRun:
        """Store a record and the files beside it; all of it or nothing.

        Args:
            record: The record; where its id is taken it gets a longer one.
            files: Contents by file name.

        Raises:
            StoreError: The disk is full, or cannot be written.
        """
        home = self.root / record.plan.recipe
        for left in home.glob(f".{_literal(record.run_id)}.*"):
            if not _is_alive(left.suffix):
                shutil.rmtree(left, ignore_errors=True)  # of a writer that was killed
        new = home / f".{record.run_id}.{uuid.uuid4().hex[:8]}.{os.getpid()}"
        try:
            new.mkdir(parents=True)
            for name, content in files.items():
                write_durably(new / name, content)
            return self._place(record, new, home)
        except OSError as error:
            raise StoreError(
                f"the record {record.run_id} could not be stored in {home}: {error.strerror}",
                fix="make room or give --results a folder that can be written, then run again",
            ) from error
        finally:
            shutil.rmtree(new, ignore_errors=True)

    def _place(self, record: RunRecord, new: Path, home: Path) -> StoredRun:
        name = record.run_id
        for attempt in range(2, 1000):
            write_durably(new / RECORD, dump(record).encode())
            try:
                new.rename(home / record.run_id)
            except OSError as error:
                if error.errno not in (errno.EEXIST, errno.ENOTEMPTY):
                    raise
                record = replace(record, run_id=f"{name}-{attempt}")
                continue
            _sync_folder(home)
            return StoredRun(record=record, folder=home / record.run_id)
        raise StoreError(f"there are too many runs called {name}", fix="run again in a second")

    def invalidate(self, run_id: str, reason: str) -> StoredRun:
        """Say of a run that it no longer counts; its record stays as it is."""
        run = self.find(run_id)
        write_replacing(run.folder / INVALID, json.dumps({"reason": reason}).encode() + b"\n")
        return replace(run, invalidated=reason)

    def _load(self, path: Path, reader: RecordReader) -> StoredRun:
        record = reader.read(path.read_bytes(), source=str(path))
        if record.run_id != path.parent.name:
            raise StoreError(
                f"{path} says it is run {record.run_id}",
                fix="a run's folder has the run's name: rename it back, or restore it from git",
            )
        note = path.parent / INVALID
        if not note.exists():
            return StoredRun(record=record, folder=path.parent)
        reason = parse(Invalidation, note.read_bytes(), source=str(note)).reason
        return StoredRun(record=record, folder=path.parent, invalidated=reason)


def write_durably(path: Path, content: bytes) -> None:
    """Write a new file and flush it to the disk."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def write_replacing(path: Path, content: bytes) -> None:
    """Write a file in one step: a reader sees the old content or the new."""
    new = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}")
    try:
        write_durably(new, content)
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _is_alive(suffix: str) -> bool:
    """Whether the writer whose process id ends a hidden folder's name still runs."""
    try:
        os.kill(int(suffix.removeprefix(".")), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:  # it is somebody else's
        pass
    return True


def _literal(text: str) -> str:
    """Text as a glob pattern that matches it alone."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in text)
