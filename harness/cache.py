"""Values that are slow to compute, kept in a file from one command to the next.

A value is kept under a digest of all that it follows from: the contents of the files
that it was computed from, never their names or dates, and the code of the harness. So
what is found there is right, nothing in it is ever out of date, and the file can be
deleted, damaged or shared by several commands at the cost of time alone.

Functions say what a value follows from and how it is computed (:func:`recall`); whether
and where it is kept is decided around them (:func:`use_cache`).
"""

import hashlib
import os
import sys
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import cache
from pathlib import Path

import msgspec

import harness

MAGIC = b"harness cache 1\n"  # the form of the file
MOST_BYTES = 256 * 2**20  # of the values; those that were used longest ago go first
HOME = Path(harness.__file__).parent

Entries = dict[bytes, tuple[int, bytes]]  # digest → number of the last writing command, value


class Cache:
    """Values by digest, read from a file when the first is asked for.

    Args:
        path: The file; need not exist.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.entries: Entries | None = None
        self.used: set[bytes] = set()
        self.new: dict[bytes, bytes] = {}

    def find(self, key: bytes) -> bytes | None:
        """The value under a digest, or ``None``."""
        if self.entries is None:
            self.entries = _read(self.path)
        value = self.new.get(key)
        if value is None and key in self.entries:
            self.used.add(key)
            value = self.entries[key][1]
        return value

    def put(self, key: bytes, value: bytes) -> None:
        """Keep a value under a digest."""
        self.new[key] = value

    def save(self) -> None:
        """Write the file, if there is something new; a cache that cannot be written is none."""
        if not self.new:
            return
        entries = _read(self.path)  # others may have written it since
        number = 1 + max((number for number, _ in entries.values()), default=0)
        entries |= {key: (number, entries[key][1]) for key in self.used if key in entries}
        entries |= {key: (number, value) for key, value in self.new.items()}
        with suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            _write(self.path, _shrink(entries))
        self.new.clear()


def _read(path: Path) -> Entries:
    """What a file holds; nothing where it is missing, damaged or of another form."""
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            content = file.read() if size < 2 * MOST_BYTES else b""
    except OSError:
        return {}
    start = len(MAGIC) + 32
    if content[: len(MAGIC)] != MAGIC:
        return {}
    body = memoryview(content)[start:]
    if hashlib.sha256(body).digest() != content[len(MAGIC) : start]:
        return {}
    try:
        return msgspec.msgpack.decode(body, type=Entries)
    except msgspec.MsgspecError:
        return {}


def _shrink(entries: Entries) -> Entries:
    """The most recently used entries that there is room for."""
    kept: Entries = {}
    room = MOST_BYTES
    for key, entry in sorted(entries.items(), key=lambda item: item[1][0], reverse=True):
        room -= len(key) + len(entry[1])
        if room < 0:
            break
        kept[key] = entry
    return kept


def _write(path: Path, entries: Entries) -> None:
    """Replace the file in one step; it need not be flushed, as a half is not believed."""
    body = msgspec.msgpack.encode(entries)
    new = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}")
    try:
        with new.open("wb") as file:
            for part in (MAGIC, hashlib.sha256(body).digest(), body):
                file.write(part)
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


_current: ContextVar[Cache | None] = ContextVar("_current", default=None)


@contextmanager
def use_cache(path: Path | None) -> Iterator[None]:
    """Keep what is computed inside in a file, and take from it what is there.

    Args:
        path: The file; ``None`` to keep nothing. Inside another ``use_cache``, that
            one's file is used.
    """
    if path is None or _current.get() is not None:
        yield
        return
    kept = Cache(path)
    token = _current.set(kept)
    try:
        yield
    finally:
        _current.reset(token)
        kept.save()


def recall(kind: str, parts: Iterable[str | bytes], make: Callable[[], bytes]) -> bytes:
    """A value as it is kept, or made and kept.

    Args:
        kind: What the value is.
        parts: All that it follows from, apart from the harness's code.
        make: Makes the value.
    """
    key = digest_of_parts(kind, parts)
    value = find(key)
    if value is None:
        value = make()
        keep(key, value)
    return value


def find(key: bytes) -> bytes | None:
    """The value that is kept under a digest; ``None`` where there is none, or no cache."""
    kept = _current.get()
    return None if kept is None else kept.find(key)


def keep(key: bytes, value: bytes) -> None:
    """Keep a value under a digest, where there is a cache."""
    kept = _current.get()
    if kept is not None:
        kept.put(key, value)


def digest_of_parts(kind: str, parts: Iterable[str | bytes]) -> bytes:
    """SHA-256 of a kind of value and of what it follows from, the harness's code included."""
    whole = hashlib.sha256(_digest_code())
    for part in (kind, *parts):
        data = part.encode() if isinstance(part, str) else part
        whole.update(len(data).to_bytes(8, "little"))
        whole.update(data)
    return whole.digest()


@cache
def _digest_code() -> bytes:
    """SHA-256 of the harness's code and of Python's version, once a process."""
    whole = hashlib.sha256(sys.version.encode())
    for path in sorted(HOME.rglob("*.py")):
        whole.update(path.relative_to(HOME).as_posix().encode())
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.digest()
