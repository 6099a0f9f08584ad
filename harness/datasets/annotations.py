"""Annotation pickles as MMAction2 and pyskl train on: into the prepared form, and out of it.

Such a pickle is a dict of ``split``, lists of names, and ``annotations``, for each sample
a dict of ``frame_dir`` (its name), ``label``, ``keypoint`` (M, T, V, C) and, where joints
were detected in images, ``keypoint_score`` (M, T, V).
"""

import hashlib
import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from harness.datasets.definition import SUBSETS, Dataset, LeftOut, RawSample, Sample, Skeletons
from harness.datasets.pickles import PickleError, StoredArray, read_pickle
from harness.datasets.staging import replace_file
from harness.datasets.stored import Prepared
from harness.errors import DataError

ENDINGS = (".pkl", ".pickle")
MAX_VALUE = 1e5  # metres or pixels
PROTOCOL = 3  # of pickles: what each item keeps by number is its own, so that items can be strung

_AGAIN = "take this file from its authors again"
Identify = Callable[[str], tuple[int, str] | None]
"""Gives a sample's label and group by its name; ``None`` for one of another data set."""


def is_annotations(source: Path) -> bool:
    """Whether a source is an annotation pickle, by its name."""
    return source.suffix in ENDINGS and source.is_file()


def read_annotations(
    source: Path, form: Skeletons, identify: Identify
) -> Iterator[RawSample | LeftOut]:
    """Read the samples of a crowded data set, in order of their names.

    Args:
        source: The pickle.
        form: Form of its skeletons.
        identify: Gives label and group by name.

    Raises:
        DataError: It is no such pickle, or has one sample twice.
    """
    try:
        stored = read_pickle(source)
    except PickleError as problem:
        raise DataError(f"{source} {problem}", fix=_AGAIN) from problem
    except OSError as error:
        raise DataError(f"{source} cannot be read: {error}", fix=_AGAIN) from error
    rows = stored.get("annotations") if isinstance(stored, dict) else stored
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise DataError(f"{source} has no list of annotations", fix=_AGAIN)
    named: dict[str, dict[Any, Any]] = {}
    for row in rows:
        name = row.get("frame_dir", row.get("filename"))
        if not isinstance(name, str) or name in named:
            raise DataError(f"{source} has {name!r:.60} twice, or no name", fix=_AGAIN)
        named[name] = row
    with source.open("rb") as stream:
        for name in sorted(named):
            if (known := identify(name)) is None:
                continue
            label, group = known
            try:
                yield _make_sample(name, label, group, named[name], form, stream)
            except (PickleError, OSError) as problem:
                yield LeftOut(
                    id=name,
                    label=label,
                    group=group,
                    problem=f"{source}: sample {name} {problem}",
                    fix=_AGAIN,
                )


def _make_sample(
    name: str, label: int, group: str, row: dict[Any, Any], form: Skeletons, stream: BinaryIO
) -> RawSample:
    if row.get("label", label) != label:
        raise PickleError(f"has the label {row['label']!r:.20} instead of {label}")
    keypoint = _load(row, "keypoint", 4, stream)  # M T V C
    if "keypoint_score" in row and form.confidence and keypoint.shape[-1] < form.coordinates:
        score = _load(row, "keypoint_score", 3, stream)  # M T V
        if score.shape != keypoint.shape[:-1]:
            raise PickleError("has not one score for each joint")
        keypoint = np.concatenate([keypoint, score[..., None]], axis=-1)
    bodies, frames, *joint = keypoint.shape
    if joint != list(form.shape[1:]) or not frames or not 1 <= bodies <= form.persons:
        raise PickleError(f"has the shape {keypoint.shape}")
    if not (np.abs(keypoint.astype(np.float64)) < MAX_VALUE).all():  # false for NaN, too
        raise PickleError("has a value that is no place")
    places = keypoint.astype(np.float32).transpose(1, 0, 2, 3)  # T M V C
    there = places.any((2, 3))
    tracks = np.zeros((frames, form.persons), dtype=np.uint8)
    tracks[:, :bodies] = there * np.arange(1, bodies + 1)
    rows = np.ascontiguousarray(places[there])
    return RawSample(
        id=name,
        label=label,
        group=group,
        keypoints=rows,
        tracks=tracks,
        checksum=hashlib.sha256(rows.astype("<f4").tobytes() + tracks.tobytes()).hexdigest(),
    )


def _load(row: dict[Any, Any], key: str, axes: int, stream: BinaryIO) -> NDArray[Any]:
    stored = row.get(key)
    if not isinstance(stored, StoredArray) or len(stored.shape) != axes:
        raise PickleError(f"has no {key} of {axes} axes")
    return stored.load(stream)


def write_annotations(prepared: Prepared, path: Path, persons: int) -> int:
    """Write a prepared data set as an annotation pickle; how many samples it has.

    Samples are written one by one, so that their number costs no memory.

    Args:
        prepared: The data set.
        path: The file, replaced when all is written.
        persons: Most bodies of a frame that are written, the first ones.

    Raises:
        DataError: It cannot be written.
    """
    try:
        with replace_file(path) as stream:
            stream.write(b"\x80" + bytes([PROTOCOL]) + b"}(")  # a dict, its items
            stream.write(_item("split") + _item(name_splits(prepared.dataset, prepared.samples)))
            stream.write(_item("annotations") + b"]")  # a list, to which each is appended
            for sample in prepared.samples:
                stream.write(_item(_annotate(prepared, sample, persons)) + b"a")
            stream.write(b"u.")
    except OSError as error:
        raise DataError(
            f"cannot write {path}: {error}", fix="make room, or give another"
        ) from error
    return len(prepared.samples)


def _item(value: Any) -> bytes:
    """Instructions that make one value."""
    return pickle.dumps(value, protocol=PROTOCOL)[2:-1]  # without the head and the stop


def name_splits(dataset: Dataset, samples: tuple[Sample, ...]) -> dict[str, list[str]]:
    """Names of samples by split and subset; what is tested on is ``val``, as in MMAction2.

    Only where the authors give validation data besides, it is ``test``.
    """
    named = {}
    for split in dataset.splits:
        for subset in SUBSETS:
            chosen = [sample.id for sample in dataset.select(samples, split.name, subset)]
            key = "val" if subset == "test" and f"{split.name}_val" not in named else subset
            if chosen:
                named[f"{split.name}_{key}"] = chosen
    return named


def _annotate(prepared: Prepared, sample: Sample, persons: int) -> dict[str, Any]:
    keypoint = prepared.frames_of(sample)[:, :persons].transpose(1, 0, 2, 3)  # M T V C
    bodies = np.flatnonzero(keypoint.any((1, 2, 3)))
    keypoint = np.ascontiguousarray(keypoint[: bodies[-1] + 1 if len(bodies) else 1])
    row = {"frame_dir": sample.id, "label": sample.label, "total_frames": sample.frames}
    if not prepared.dataset.need_skeletons().confidence:
        return row | {"keypoint": keypoint}
    score = np.ascontiguousarray(keypoint[..., -1])
    return row | {"keypoint": np.ascontiguousarray(keypoint[..., :-1]), "keypoint_score": score}
