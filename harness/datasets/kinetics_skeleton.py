"""Kinetics-skeleton: poses that OpenPose found in the videos of Kinetics-400.

ST-GCN's authors give a JSON file for each video, with up to dozens of poses a frame in no
steady order, and for training and validation a file of labels. As in their converter the
first five poses of a frame are kept, x and y are measured from the centre of the image,
whose sides are 1, and a joint of no confidence is zero in both; which two persons are
looked at is a recipe's transform. Videos in which nobody was found are left alone.
"""

import json
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harness.claims import Citation
from harness.datasets.definition import Dataset, LeftOut, RawSample, Sample, Skeletons, Split
from harness.datasets.files import Bodies, Identity, read_files, refuse_escape
from harness.datasets.kinetics400 import CLASSES
from harness.datasets.sources import SourceFile, open_source
from harness.errors import DataError

PERSONS, JOINTS, COORDINATES = 5, 18, 3
MAX_BYTES = 1 << 25  # a file of 300 frames with ten poses has 1.5 MB
MAX_LABEL_BYTES = 1 << 28  # that of the training videos has 30 MB
MAX_FRAMES = 10_000  # the authors' clips have 300
MAX_VALUE = 1e3  # sides of the image
SUBSETS = {"train": "train", "val": "test"}  # the authors' validation videos test
LABELS = {f"kinetics_{part}_label.json": part for part in SUBSETS}

_AGAIN = "take this file from the authors' archive again"


def read(source: Path | None) -> Iterator[RawSample | LeftOut]:
    """Read the videos that the label files name, those for training first, by name.

    Args:
        source: A folder, or a zip file, with ``kinetics_train``, ``kinetics_val`` and
            their ``_label.json`` beside them.

    Raises:
        DataError: There is no label file, or one is damaged.
    """
    if source is None:
        raise DataError("data set 'kinetics_skeleton' needs a source", fix="give its folder")
    with open_source(source) as files:
        by_path = {file.name: file for file in files}
        labels = [path for path in by_path if PurePosixPath(path).name in LABELS]
        if not labels:
            raise DataError(
                f"no {' or '.join(sorted(LABELS))} in {source}",
                fix="give the folder that holds the authors' label files and videos' folders",
            )
        for path in sorted(labels):
            yield from _read_part(source, path, by_path)


def _read_part(
    source: Path, path: str, by_path: dict[str, SourceFile]
) -> Iterator[RawSample | LeftOut]:
    """Read the videos of one label file."""
    refuse_escape(by_path[path])
    labels = _parse_labels(by_path[path].read(MAX_LABEL_BYTES), path)
    place = PurePosixPath(path)
    part = LABELS[place.name]
    found = []
    for name in sorted(labels):
        file = str(place.parent / f"kinetics_{part}" / f"{name}.json")
        there = by_path.get(file) or SourceFile(file, folder=source)  # or not there
        identity = Identity(id=f"{part}/{name}", label=labels[name], group=name)
        found.append((identity, there))
    yield from read_files(found, parse_video, MAX_BYTES)


def _parse_labels(content: bytes, path: str) -> dict[str, int]:
    """Labels of the videos in which somebody was found, by name."""
    labels = {}
    for name, entry in _load_object(content, path).items():
        label = entry.get("label_index") if isinstance(entry, dict) else None
        if type(label) is not int or not 0 <= label < len(CLASSES) or "/" in name:
            raise DataError(f"{path} has no label for {name!a:.60}", fix=_AGAIN)
        if entry.get("label", CLASSES[label]) != CLASSES[label]:
            raise DataError(
                f"{path} calls class {label} {entry['label']!a:.60}, not {CLASSES[label]!r}",
                fix=_AGAIN,
            )
        if entry.get("has_skeleton", True):
            labels[name] = label
    return labels


def parse(content: bytes, name: str) -> NDArray[np.float32]:
    """Parse a video's JSON file on its own.

    Args:
        content: The file.
        name: Its name, for messages.

    Returns:
        x, y and confidence by place in the list of a frame, ``(T, 5, 18, 3)``.

    Raises:
        DataError: It is no such file.
    """
    return parse_video(content, name).spread()


def parse_video(content: bytes, name: str) -> Bodies:
    """Parse a video's JSON file; a frame stands where its ``frame_index`` says.

    Args:
        content: The file.
        name: Its name, for messages.

    Raises:
        DataError: It is not in the authors' form.
    """
    video = _load_object(content, name)
    poses = _read_frames(video.get("data"), name)
    tracks = np.zeros((max(poses) + 1, PERSONS), dtype=np.uint8)
    rows = []
    for at in sorted(poses):
        tracks[at, : len(poses[at])] = np.arange(1, len(poses[at]) + 1)
        rows += [_read_pose(pose, f"{name}, frame {at}") for pose in poses[at]]
    keypoints = np.array(rows, dtype=np.float64).reshape(-1, JOINTS, COORDINATES)
    keypoints[..., :2] -= 0.5
    keypoints[keypoints[..., 2] == 0] = 0
    label = video.get("label_index")
    if label is not None and type(label) is not int:
        raise DataError(f"{name} has a label that is no number", fix=_AGAIN)
    return Bodies(keypoints=keypoints.astype(np.float32), tracks=tracks, label=label)


def _read_frames(frames: object, name: str) -> dict[int, list[Any]]:
    """The first poses of each frame, by its number."""
    if not isinstance(frames, list) or not frames:
        raise DataError(f"{name} has no list of frames", fix=_AGAIN)
    poses: dict[int, list[Any]] = {}
    for frame in frames:
        at = frame.get("frame_index") if isinstance(frame, dict) else None
        found = frame.get("skeleton") if isinstance(frame, dict) else None
        if type(at) is not int or not 0 <= at < MAX_FRAMES or not isinstance(found, list):
            raise DataError(f"{name} has a frame without number or skeletons", fix=_AGAIN)
        if at in poses:
            raise DataError(f"{name} has frame {at} twice", fix=_AGAIN)
        poses[at] = found[:PERSONS]
    return poses


def _read_pose(pose: object, place: str) -> list[float]:
    """x, y and confidence of each joint, one after the other."""
    values = pose if isinstance(pose, dict) else {}
    places = _read_numbers(values.get("pose"), 2 * JOINTS, place)
    scores = _read_numbers(values.get("score"), JOINTS, place)
    row = [0.0] * (JOINTS * COORDINATES)
    row[0::3], row[1::3], row[2::3] = places[0::2], places[1::2], scores
    return row


def _read_numbers(values: object, count: int, place: str) -> list[float]:
    if (
        not isinstance(values, list)
        or len(values) != count
        or not all(type(value) in (int, float) and abs(value) < MAX_VALUE for value in values)
    ):
        raise DataError(f"{place}: a skeleton has not {count} numbers", fix=_AGAIN)
    return values


def _load_object(content: bytes, name: str) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise DataError(f"{name} is not JSON: {error}", fix=_AGAIN) from error
    if not isinstance(found, dict):
        raise DataError(f"{name} is no JSON object", fix=_AGAIN)
    return found


def assign(split: str, sample: Sample) -> str | None:
    """Give the subset of a video: the authors' training and validation videos."""
    return SUBSETS.get(sample.id.partition("/")[0]) if split == "val" else None


DATASET = Dataset(
    key="kinetics_skeleton",
    title="Kinetics-skeleton",
    citation=Citation(
        key="yan2018spatial",
        title=(
            "Spatial Temporal Graph Convolutional Networks for Skeleton-Based Action Recognition"
        ),
        authors=("Sijie Yan", "Yuanjun Xiong", "Dahua Lin"),
        venue="AAAI",
        year=2018,
        doi="10.1609/aaai.v32i1.12328",
        arxiv="1801.07455",
        volume="32",
        pages="7444--7452",
    ),
    terms="given away by the authors of ST-GCN; the videos are YouTube's users'",
    obtain="the authors' repository https://github.com/yysijie/st-gcn (7.5 GB of JSON files)",
    classes=CLASSES,
    splits=(
        Split(
            name="val",
            role="reported",
            train=240_436,
            val=0,
            test=19_796,
            note="the authors' validation videos test",
        ),
    ),
    monitored="test",
    expected_samples=260_232,
    class_counts=(),
    resample_unit=None,
    embedded=False,
    assign=assign,
    skeletons=Skeletons(
        layout=(
            "kinetics_train/NAME.json and kinetics_val/NAME.json, beside them "
            "kinetics_train_label.json and kinetics_val_label.json, in a folder or a zip file"
        ),
        joints=JOINTS,
        persons=PERSONS,
        joint_names=(
            *("nose", "neck", "right shoulder", "right elbow", "right wrist"),
            *("left shoulder", "left elbow", "left wrist"),
            *("right hip", "right knee", "right ankle"),
            *("left hip", "left knee", "left ankle"),
            *("right eye", "left eye", "right ear", "left ear"),
        ),
        edges=(
            *((0, 1), (1, 2), (2, 3), (3, 4), (1, 5), (5, 6), (6, 7)),
            *((2, 8), (8, 9), (9, 10), (5, 11), (11, 12), (12, 13)),
            *((0, 14), (14, 16), (0, 15), (15, 17)),
        ),
        coordinates=COORDINATES,
        unit="sides of the image, from its centre; then confidence",
        fps=30.0,
        view_axes=(0, 1),
        view_signs=(1, -1),
        read=read,
        parse=parse,
        confidence=True,
        crowded=True,
    ),
)
