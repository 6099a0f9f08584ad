"""Which test samples a run had right: the part of its scores that verdicts and tables need."""

import io
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from harness.cache import digest_of_parts, find, keep
from harness.scores import Scores, unpack_scores


@dataclass(frozen=True, kw_only=True, slots=True)
class Hits:
    """Which test samples a run had right, in the order of their names.

    Runs that were tested on the same samples share the arrays of names, which
    nobody writes to.

    Args:
        ids: Sample names, ``(N,)``.
        groups: Subject or subject pair of each, ``(N,)``.
        correct: Whether the best class is the true one, ``(N,)``.
    """

    ids: NDArray[np.str_]
    groups: NDArray[np.str_]
    correct: NDArray[np.bool_]


class _Kept(msgspec.Struct, array_like=True):
    """Hits as they are kept: the digest of the names, and a bit a sample."""

    names: bytes
    count: int
    bits: bytes


def read_hits(data: bytes, *, source: str) -> Hits:
    """Hits from the bytes of ``scores.npz``, or from what was kept of the same bytes.

    Raises:
        StoreError: They are not such scores.
    """
    key = digest_of_parts("hits", (data,))
    if (value := find(key)) is not None and (known := _recall(value)) is not None:
        return known
    hits = _find_hits(unpack_scores(data, source=source))
    if not hits.ids.shape == hits.groups.shape == hits.correct.shape == (len(hits.ids),):
        return hits
    names = _pack_names(hits)
    digest = digest_of_parts("names", (names,))
    if find(digest) is None:
        keep(digest, names)
    bits = np.packbits(hits.correct).tobytes()
    keep(key, msgspec.msgpack.encode(_Kept(digest, len(hits.ids), bits)))
    ids, groups = _unpack_names(names)
    return Hits(ids=ids, groups=groups, correct=hits.correct)


def _find_hits(scores: Scores) -> Hits:
    order = np.argsort(scores.ids)
    return Hits(ids=scores.ids[order], groups=scores.groups[order], correct=scores.correct[order])


def _recall(value: bytes) -> Hits | None:
    """Hits from what was kept; ``None`` where the names have gone."""
    kept = msgspec.msgpack.decode(value, type=_Kept)
    if (names := find(kept.names)) is None:
        return None
    ids, groups = _unpack_names(names)
    bits = np.frombuffer(kept.bits, dtype=np.uint8)
    return Hits(ids=ids, groups=groups, correct=np.unpackbits(bits, count=kept.count).astype(bool))


def _pack_names(hits: Hits) -> bytes:
    return msgspec.msgpack.encode([_pack(hits.ids), _pack(hits.groups)])


def _pack(array: NDArray[Any]) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=False)
    return buffer.getvalue()


@lru_cache(maxsize=64)
def _unpack_names(names: bytes) -> tuple[NDArray[np.str_], NDArray[np.str_]]:
    parts = msgspec.msgpack.decode(names, type=list[bytes])
    arrays = [np.load(io.BytesIO(part), allow_pickle=False) for part in parts]
    for array in arrays:
        array.flags.writeable = False
    ids, groups = arrays
    return ids, groups
