"""A folder that appears whole or not at all.

New content is written to a hidden sibling, flushed, and renamed. A lock keeps
two writers apart; whatever a killed writer left behind is cleared, or put back,
by the next one.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def staging(root: Path, name: str) -> Iterator[Path]:
    """Give an empty folder to write to, to be handed to :func:`publish`.

    It waits for another writer of the same name. If the block fails or is
    interrupted, the folder is removed.

    Args:
        root: Folder that shall hold the result; made if need be.
        name: Name of the result.
    """
    root.mkdir(parents=True, exist_ok=True)
    with locked(root, name):
        _recover(root, name)
        folder = root / f".{name}.new"
        try:
            folder.mkdir()
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def publish(folder: Path, target: Path) -> None:
    """Put a written folder in its place; the one before it goes only then.

    Args:
        folder: What :func:`staging` gave, all its files written.
        target: Its place.
    """
    for file in folder.iterdir():
        _flush(file)
    _flush(folder)
    aside = _aside(target.parent, target.name)
    try:
        if target.exists():
            target.rename(aside)
        folder.rename(target)
    except BaseException:
        if aside.exists() and not target.exists():
            aside.rename(target)
        raise
    _flush(target.parent)
    shutil.rmtree(aside, ignore_errors=True)


@contextmanager
def replace_file(path: Path) -> Iterator[BinaryIO]:
    """Write a file that appears whole or not at all; the one before it goes only then.

    Args:
        path: Its place.
    """
    part = path.with_name(f".{path.name}.new")
    try:
        with part.open("wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        part.rename(path)
    finally:
        part.unlink(missing_ok=True)


def restore(root: Path, name: str) -> None:
    """Put back what a writer that was killed in :func:`publish` had moved aside."""
    if not (root / name).exists() and _aside(root, name).exists():
        with locked(root, name):
            _recover(root, name)


@contextmanager
def locked(root: Path, name: str) -> Iterator[None]:
    """Wait for other writers of a name, and keep them out; a killed one keeps nobody out."""
    with (root / f".{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # released when the file closes, even by a kill
        yield


def _recover(root: Path, name: str) -> None:
    aside = _aside(root, name)
    if aside.exists():
        if (root / name).exists():
            shutil.rmtree(aside)
        else:
            aside.rename(root / name)
    if (leftover := root / f".{name}.new").exists():
        shutil.rmtree(leftover)


def _aside(root: Path, name: str) -> Path:
    return root / f".{name}.old"


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
