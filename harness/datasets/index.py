"""``index.json`` of a prepared data set: what lies where in ``keypoints.npy``."""

import hashlib
import json
from dataclasses import asdict, dataclass, fields
from typing import Any

from harness.datasets.definition import Dataset, LeftOut, Sample, Skeletons

FORMAT_VERSION = 1
"""Version of the prepared form; counts up when its meaning changes."""

_FIELDS = {"id": str, "label": int, "start": int, "frames": int, "group": str, "checksum": str}


@dataclass(frozen=True, kw_only=True, slots=True)
class Index:
    """The index of a prepared data set.

    Args:
        dataset: Key of the data set.
        classes: Class names, in label order.
        shape: Shape of the keypoints, ``(frames, M, V, C)``; of a crowded set
            ``(bodies, V, C)``.
        samples: All samples, in the order in which their frames lie.
        checksums: SHA-256 of each sample's source.
        keypoints_sha256: SHA-256 of the keypoints: little-endian float32, C order,
            without the header of the file; of a crowded set over theirs and the tracks'.
        harness_version: Version that made it.
        left_out: Sequences of the source that could not be read.
    """

    dataset: str
    classes: tuple[str, ...]
    shape: tuple[int, ...]
    samples: tuple[Sample, ...]
    checksums: tuple[str, ...]
    keypoints_sha256: str
    harness_version: str
    left_out: tuple[LeftOut, ...] = ()

    @property
    def frames(self) -> int:
        """Frames of all samples."""
        return sum(sample.frames for sample in self.samples)

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the keypoints, what each sample is, and which were left out.

        Neither the version of the harness nor the sources' checksums enter it.
        """
        content: dict[str, Any] = {
            "format_version": FORMAT_VERSION,
            "dataset": self.dataset,
            "classes": self.classes,
            "shape": self.shape,
            "keypoints_sha256": self.keypoints_sha256,
            "samples": [asdict(sample) for sample in self.samples],
        }
        if self.left_out:
            content["left_out"] = [item.id for item in self.left_out]
        text = json.dumps(content, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode("ascii")).hexdigest()


class IndexFileError(ValueError):
    """What is wrong with an index, as the end of a sentence."""


def dump(index: Index) -> str:
    """Write an index as JSON, a sample a line."""
    per_class = [0] * len(index.classes)
    for sample in index.samples:
        per_class[sample.label] += 1
    head: dict[str, Any] = {
        "format_version": FORMAT_VERSION,
        "dataset": index.dataset,
        "harness_version": index.harness_version,
        "fingerprint": index.fingerprint,
        "keypoints_sha256": index.keypoints_sha256,
        "shape": index.shape,
        "classes": index.classes,
        "counts": {"samples": len(index.samples), "per_class": per_class},
    }
    if index.left_out:
        head["left_out"] = [asdict(item) for item in index.left_out]
    lines = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in head.items()]
    rows = [
        json.dumps(asdict(sample) | {"checksum": checksum})
        for sample, checksum in zip(index.samples, index.checksums, strict=True)
    ]
    return "{\n" + ",\n".join(lines) + ',\n"samples": [\n' + ",\n".join(rows) + "\n]\n}\n"


def parse(text: str, dataset: Dataset) -> Index:
    """Read an index back and check every part of it.

    Args:
        text: The JSON.
        dataset: The data set that it should be of.

    Raises:
        IndexFileError: It is not an index of this version, of this data set, or it
            contradicts itself.
    """
    try:
        stored = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise IndexFileError(f"is not JSON ({error})") from error
    if not isinstance(stored, dict):
        raise IndexFileError("is no index")
    if stored.get("format_version") != FORMAT_VERSION:
        raise IndexFileError(
            f"has format version {stored.get('format_version')!r}; "
            f"this harness reads {FORMAT_VERSION}"
        )
    if stored.get("dataset") != dataset.key or stored.get("classes") != list(dataset.classes):
        raise IndexFileError("is of another data set or of other classes")
    index = _make(stored, dataset)
    _check(index, dataset)
    if index.fingerprint != stored.get("fingerprint"):
        raise IndexFileError("was changed after it was written (its fingerprint differs)")
    return index


def _make(stored: dict[str, Any], dataset: Dataset) -> Index:
    rows = stored.get("samples")
    if not isinstance(rows, list) or not all(_is_row(row) for row in rows):
        raise IndexFileError("has a sample that is not one")
    texts = [stored.get(name) for name in ("keypoints_sha256", "harness_version")]
    if not all(isinstance(text, str) for text in texts):
        raise IndexFileError("lacks a checksum or the version of the harness")
    left_out = stored.get("left_out", [])
    if not isinstance(left_out, list) or not all(_is_left_out(row) for row in left_out):
        raise IndexFileError("has something left out that is no sequence")
    return Index(
        dataset=dataset.key,
        classes=dataset.classes,
        shape=_check_shape(stored.get("shape"), rows, dataset.need_skeletons()),
        samples=tuple(Sample(**{k: row[k] for k in _FIELDS if k != "checksum"}) for row in rows),
        checksums=tuple(row["checksum"] for row in rows),
        keypoints_sha256=stored["keypoints_sha256"],
        harness_version=stored["harness_version"],
        left_out=tuple(LeftOut(**row) for row in left_out),
    )


def _check_shape(
    stored: object, rows: list[dict[str, Any]], skeletons: Skeletons
) -> tuple[int, ...]:
    """Shape that the samples give; of a crowded set how many bodies is only stored."""
    wanted = [sum(row["frames"] for row in rows), *skeletons.shape]
    if skeletons.crowded and isinstance(stored, list) and stored and type(stored[0]) is int:
        wanted = [max(stored[0], 0), *skeletons.shape[1:]]
    if stored != wanted:
        raise IndexFileError(f"has the shape {stored!r}, which its samples do not")
    return tuple(wanted)


def _is_left_out(row: object) -> bool:
    return (
        isinstance(row, dict)
        and row.keys() == {field.name for field in fields(LeftOut)}
        and (row["label"] is None or type(row["label"]) is int)
        and all(isinstance(value, str) for name, value in row.items() if name != "label")
    )


def _is_row(row: object) -> bool:
    return (
        isinstance(row, dict)
        and row.keys() == _FIELDS.keys()
        and all(type(row[name]) is kind for name, kind in _FIELDS.items())
    )


def _check(index: Index, dataset: Dataset) -> None:
    if not index.samples:
        raise IndexFileError("has no samples")
    if len({sample.id for sample in index.samples}) != len(index.samples):
        raise IndexFileError("has a sample twice")
    start = 0
    for sample in index.samples:
        if not 0 <= sample.label < len(dataset.classes):
            raise IndexFileError(f"gives sample {sample.id} the label {sample.label}")
        if sample.start != start or sample.frames < 1:
            raise IndexFileError(f"puts sample {sample.id} at frame {sample.start}, out of place")
        start += sample.frames
