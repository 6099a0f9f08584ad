"""Per-sample test scores of a run, as arrays beside its record."""

import io
import zipfile
import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harness.errors import StoreError

MOST_BYTES = 256 * 2**20
# What zipfile, zlib and NumPy raise for a damaged file; NotImplementedError is a RuntimeError.
DAMAGE: tuple[type[Exception], ...] = (
    *(OSError, ValueError, EOFError, KeyError, RuntimeError, MemoryError),
    *(zipfile.BadZipFile, zlib.error),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Scores:
    """What a network answered for each test sample.

    Args:
        ids: Sample names, ``(N,)``.
        groups: Subject or subject pair of each, ``(N,)``.
        labels: Class indices, ``(N,)`` int.
        scores: Class probabilities, ``(N, num_classes)`` float32.
    """

    ids: NDArray[np.str_]
    groups: NDArray[np.str_]
    labels: NDArray[np.int64]
    scores: NDArray[np.float32]

    @property
    def correct(self) -> NDArray[np.bool_]:
        """Whether the best class is the true one, ``(N,)``."""
        right: NDArray[np.bool_] = self.scores.argmax(axis=1) == self.labels
        return right

    def accuracy(self, k: int = 1) -> float:
        """Top-k accuracy in percent; the earlier class wins a tie."""
        order = np.argsort(-self.scores, axis=1, kind="stable")[:, :k]
        return float((order == self.labels[:, None]).any(axis=1).mean() * 100)

    def mean_class_accuracy(self) -> float:
        """Unweighted mean over the classes that occur of their top-1 accuracy, in percent."""
        right = self.correct
        return float(
            np.mean([right[self.labels == label].mean() for label in np.unique(self.labels)]) * 100
        )


def pack(arrays: dict[str, Any]) -> bytes:
    """Named arrays as a compressed ``.npz`` whose bytes depend on them alone."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            member = io.BytesIO()
            np.lib.format.write_array(member, np.asanyarray(array), allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, member.getvalue())
    return buffer.getvalue()


def unpack(data: bytes, *, source: str) -> dict[str, NDArray[Any]]:
    """Named arrays from an ``.npz``; never a pickle.

    Raises:
        StoreError: It is no such archive, or unpacks to more than 256 MiB.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MOST_BYTES:
                raise ValueError(f"it unpacks to more than {MOST_BYTES} bytes")
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            return {name: arrays[name] for name in arrays.files}
    except DAMAGE as error:
        raise StoreError(
            f"{source} cannot be read: {error}", fix="restore it from git, or run it again"
        ) from error


def pack_scores(scores: Scores) -> bytes:
    """Scores as the bytes of ``scores.npz``."""
    return pack(
        {
            "ids": scores.ids,
            "groups": scores.groups,
            "labels": scores.labels.astype(np.int64),
            "scores": scores.scores.astype(np.float32),
        }
    )


def unpack_scores(data: bytes, *, source: str) -> Scores:
    """Scores from the bytes of ``scores.npz``.

    Raises:
        StoreError: They are not such scores.
    """
    arrays = unpack(data, source=source)
    try:
        scores = Scores(**arrays)
        sizes = {len(scores.ids), len(scores.groups), len(scores.labels), len(scores.scores)}
        if len(sizes) != 1 or scores.scores.ndim != 2:
            raise ValueError("its arrays have different lengths")
    except (TypeError, ValueError) as error:
        raise StoreError(f"{source} holds no scores: {error}", fix="run it again") from error
    return scores
