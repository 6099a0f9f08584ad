"""UTD-MHAD: one person in front of a Kinect, 27 actions, eight subjects.

The keypoints are kept as the files have them, in metres in the camera's frame, y up,
float64 there and float32 here. x grows to the right in the authors' depth images, which
are mirrored: the person's right hand is drawn on the right.

The depth videos are read from the authors' MATLAB files, as grey values, or from
videos of these that others have made. No fingerprint of them is known: one would be of
the authors' files, all 861, and not of what somebody made of them.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from itertools import product
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray

from harness.claims import Citation
from harness.datasets.decoding import write_lossless
from harness.datasets.definition import (
    Dataset,
    RawSample,
    Sample,
    Skeletons,
    Split,
    VideoFile,
    Videos,
)
from harness.datasets.matlab import DamageError, parse_array
from harness.datasets.sources import SourceFile, open_source
from harness.errors import DataError

ACTIONS, SUBJECTS, TAKES = range(1, 28), range(1, 9), range(1, 5)
TRAIN = {"s1": 107, "s3": 108, "s5": 108, "s7": 108}  # number of takes
TEST = {"s2": 108, "s4": 108, "s6": 107, "s8": 107}
JOINTS, COORDINATES = 20, 3
HEIGHT, WIDTH, FPS = 240, 320, 30.0
SKELETON, DEPTH = "d_skel", "d_depth"
MAX_BYTES = 1 << 20  # packed and unpacked; the longest of the authors' takes has 60 KB unpacked
MAX_DEPTH_BYTES = 1 << 28  # of 1,000 frames, 154 MB
MAX_METRES = 20.0  # a Kinect sees 8 m far; millimetres are beyond this

_NAME = re.compile(r"a([1-9]\d?)_s([1-9])_t([1-9])_skeleton\.mat", re.ASCII)
_DEPTH_NAME = re.compile(r"a([1-9]\d?)_s([1-9])_t([1-9])_depth\.(mat|mp4|avi)", re.ASCII)
_SKELETON_TYPES = {"double": ["<f8"], "single": ["<f4"]}
_DEPTH_TYPES = {"double": ["<u2", "u1"], "uint16": ["<u2", "u1"]}
_AGAIN = "take this file from the authors' archive again"

# By action, two lines each, and subject 1-8 the number of frames of takes 1, 2, ….
_FRAMES = """
48.52.53.61 58.60.56.55 56.52.50.58 55.56.56.63
69.63.72.68 71.71.70.72 59.62.56.55 76.66.69.64
61.54.54.55 60.52.58.62 59.56.60.57 50.52.58.63
55.68.71.70 70.75.74.69 51.53.55.47 67.58.58.56
72.72.69.64 67.63.68.70 67.66.57.63 61.62.66.57
61.79.72.74 80.75.81.70 50.60.49.64 60.58.55.63
59.54.65.62 54.53.59.56 54.55.63.64 58.62.54.56
53.51.63.64 78.75.74.68 62.67.65.62 70.74.58.67
68.61.64.63 53.53.56.56 53.64.54.59 47.50.51.44
59.55.67.62 70.64.68.63 58.59.69.64 61.60.56.50
68.81.86.78 57.52.55.54 59.56.58.59 61.55.56.54
71.74.62.66 70.73.80.78 63.64.66.72 56.62.50.60
66.67.62.54 52.51.55.51 57.57.59.59 50.52.48.46
60.63.69.71 62.64.60.56 67.74.81.71 65.62.55.57
61.61.67 70.64.61.68 63.59.55.61 62.69.61.63
65.61.56.67 79.81.78.66 62.67.70.70 73.71.66.70
81.77.78.67 77.71.72.66 74.78.78.81 76.68.66.68
69.69.84.87 89.87.95.89 78.79.73.74 67.66.68.66
76.73.74.73 67.68.64.67 80.80.83.82 67.65.67.65
67.82.65.74 95.96.88.98 74.65.71.68 80.72.76.64
66.70.71.69 68.65.61.70 73.70.78.78 71.75.75.74
77.77.78.75 87.98.101.106 82.81.77.78 87.74.75.77
78.80.70.72 76.74.71.69 83.101.93.88 81.73.64.68
70.75.82.76 73.80.79.75 80.79.80.68 80.80.68.67
80.92.86.82 54.51.52.54 63.56.64.68 76.76.74.68
58.64.65.67 66.75.82.74 66.64.67.65 75.69.75.63
83.79.82.80 73.75.78.73 63.66.72.69 81.71.76.65
73.71.69.74 68.79.78.75 84.90.81.87 72.64.65.63
79.73.68.67 53.45.57.44 68.61.57.63 57.66.59.58
63.62.61.54 69.69.72.70 71.68.69.63 87.64.65.66
63.63.56.56 42.43.45.50 50.48.56.56 52.63.58.61
51.56.56.51 58.52.61.66 65.71.69.67 86.78.71.81
69.73.72.73 54.55.54.52 57.57.59.56 57.71.68.64
68.63.58.56 74.70.64.70 75.94.82.83 84.78.80.76
65.58.69.66 48.47.49.52 53.52.57.57 54.52.60.55
65.49.50.48 75.76.73.80 69.62.76.65 79.80.74.74
68.68.66.66 56.53.53.57 61.69.76.77 56.59.58.56
59.55.64.63 87.78.82.84 61.55.72.62 82.95.94.75
61.62.65.64 51.44.47.46 49.59.60.52 54.50.41.48
52.63.68.71 59.68.64.67 55.64.59.63 74.70.71.67
92.92.84.68 76.80.75.70 70.73.68.80 73.77.78.77
85.77.82.75 107.97.96.91 91.87.93.97 124.125.109.116
66.77.79.75 55.60.57.51 62.69.65.69 54.51.57.59
77.82.80.78 82.81.72.68 64.63.70.67 58.72.70.71
88.94.80.75 60.72.65.66 73.81.81.79 71.82.80.70
72.71.81.72 100.96.104 66.61.61.61 87.65.72.70
50.60.52.48 54.48.51.47 56.54.55.55 53.55.56.55
48.52.50.58 66.69.59.60 54.49.57.56 64.56.54.58
58.58.58.57 49.56.53.46 60.58.63.61 69.68.59.57
51.58.49.50 59.57.49.70 51.58.55.52 71.56.56.55
75.69.63.64 69.69.69.76 82.84.95.79 72.75.72.72
95.102.93.97 94.95.103.98 75.77.69.67 87.79.78.71
100.89.89.79 55.53.52.50 88.93.84.89 65.63.64.65
86.94.97.87 110.116.115.114 66.67.58.72 101.99.95
"""

_Take = tuple[int, int, int]


def read(source: Path | None) -> Iterator[RawSample]:
    """Read the takes below a folder or in an archive, by action, subject and take.

    Args:
        source: A folder at any shallow depth above the ``_skeleton.mat`` files, a zip
            file of it, or a folder of the authors' zip files; whatever else is there
            is left alone. Where a take is both unpacked and in an archive, the
            unpacked one counts.

    Raises:
        DataError: There are no takes, or one is not as the authors' are.
    """
    if source is None:
        raise DataError("data set 'utd_mhad' needs a source", fix="give its folder or zip file")
    with open_source(source) as files:
        found = _find(files)
        if not found:
            raise DataError(
                f"no file aA_sS_tT_skeleton.mat in {source}",
                fix="give the authors' folder 'Skeleton', or a zip file of it",
            )
        for action, subject, take in sorted(found):
            file = found[action, subject, take]
            content = file.read(MAX_BYTES)
            yield RawSample(
                id=_make_id(action, subject, take),
                label=action - 1,
                group=f"s{subject}",
                keypoints=parse(content, file.name),
                checksum=hashlib.sha256(content).hexdigest(),
            )


def _make_id(action: int, subject: int, take: int) -> str:
    return f"a{action}_s{subject}_t{take}"


def _find(files: Iterable[SourceFile]) -> dict[_Take, SourceFile]:
    found: dict[_Take, SourceFile] = {}
    for file in files:
        name = PurePosixPath(file.name).name
        if "skeleton" in name.lower() and name.lower().endswith(".mat"):
            take = _parse_name(file.name, name)
            before = found.setdefault(take, file)
            if before is not file and (before.archive is None) == (file.archive is None):
                raise DataError(
                    f"take {_make_id(*take)} is there twice: {before.name} and {file.name}",
                    fix="give a folder with one copy of the data set",
                )
    return found


def _parse_name(path: str, name: str) -> _Take:
    place = _NAME.fullmatch(name)
    if place is None:
        raise DataError(
            f"{path}: this is not the name of a take",
            fix="remove or rename it; takes are named like a1_s1_t1_skeleton.mat",
        )
    return _check_take(path, *map(int, place.groups()))


def _check_take(path: str, action: int, subject: int, take: int) -> _Take:
    for what, number, known in (
        ("action", action, ACTIONS),
        ("subject", subject, SUBJECTS),
        ("take", take, TAKES),
    ):
        if number not in known:
            raise DataError(
                f"{path}: {what} {number} does not exist in this data set",
                fix=f"remove or rename it; {what}s are {known[0]} to {known[-1]}",
            )
    return action, subject, take


def parse(content: bytes, name: str) -> NDArray[np.float32]:
    """Parse a ``_skeleton.mat``: in MATLAB 5's format, the one array ``d_skel``.

    Args:
        content: The file.
        name: Its name, for messages.

    Returns:
        Coordinates as in the file, shape ``(T, 1, 20, 3)``, in metres.

    Raises:
        DataError: It is no such file, is cut off or damaged, or holds anything but
            a skeleton.
    """
    try:
        skeleton = parse_array(
            content,
            SKELETON,
            {"double": ["<f8"], "single": ["<f4"]},
            (JOINTS, COORDINATES),
            MAX_BYTES,
        )
        if not np.all(np.abs(skeleton) <= MAX_METRES):  # false for NaN, too
            raise DamageError(
                f"has a value that is not a finite coordinate within {MAX_METRES:g} metres"
            )
    except DamageError as problem:
        raise DataError(f"{name} {problem}", fix=_AGAIN) from problem
    return skeleton.transpose(2, 0, 1)[:, None].astype(np.float32)


def find_videos(source: Path, made: Path) -> Iterator[VideoFile]:
    """Find the takes' depth below a folder: video files, or the authors' MATLAB files.

    A take's ``_depth.mp4`` or ``_depth.avi`` counts before its ``_depth.mat``, of which
    a lossless grey video is made.

    Args:
        source: A folder at any shallow depth above them; whatever else is there is left
            alone.
        made: Where videos are made.

    Raises:
        DataError: There are no takes, one is there twice, or a MATLAB file is damaged.
    """
    found: dict[_Take, dict[str, SourceFile]] = {}
    with open_source(source) as files:
        for file in files:
            if (place := _DEPTH_NAME.fullmatch(PurePosixPath(file.name).name)) is None:
                continue
            take = _check_take(file.name, *map(int, place.groups()[:3]))
            kinds = found.setdefault(take, {})
            kind = "matlab" if place[4] == "mat" else "video"
            if kind in kinds:
                raise DataError(
                    f"take {_make_id(*take)} is there twice: {kinds[kind].name} and {file.name}",
                    fix="give a folder with one copy of the data set",
                )
            if file.archive is None or kind == "matlab":
                kinds[kind] = file
        if not any(found.values()):
            raise DataError(
                f"no file aA_sS_tT_depth.mp4 or aA_sS_tT_depth.mat in {source}",
                fix="give the authors' folder 'Depth', or one of its videos; "
                "videos are not read inside archives",
            )
        for take, kinds in sorted(found.items()):
            if not kinds:
                continue
            name = _make_id(*take)
            if "video" in kinds:
                path = kinds["video"].name
            else:
                path = f"{name}_depth.avi"
                file = kinds["matlab"]
                write_lossless(
                    made / path, to_grey(parse_depth(file.read(MAX_DEPTH_BYTES), file.name)), FPS
                )
            yield VideoFile(
                id=name,
                label=take[0] - 1,
                group=f"s{take[1]}",
                path=path,
                made="video" not in kinds,
            )


def parse_depth(content: bytes, name: str) -> NDArray[np.uint16]:
    """Parse a ``_depth.mat``: in MATLAB 5's format, the one array ``d_depth``.

    Args:
        content: The file.
        name: Its name, for messages.

    Returns:
        Distances in millimetres, shape ``(T, 240, 320)``; the background is 0.

    Raises:
        DataError: It is no such file, is cut off or damaged.
    """
    try:
        depth = parse_array(content, DEPTH, _DEPTH_TYPES, (HEIGHT, WIDTH), MAX_DEPTH_BYTES)
    except DamageError as problem:
        raise DataError(f"{name} {problem}", fix=_AGAIN) from problem
    return np.ascontiguousarray(depth.transpose(2, 0, 1), dtype=np.uint16)


def to_grey(depth: NDArray[np.uint16]) -> NDArray[np.uint8]:
    """Distances as grey values: 2 m are 255, 3.5 m 50, what is nearer or farther the same.

    Args:
        depth: Distances in millimetres, any shape; the background is 0 and stays 0.
    """
    grey = np.rint(255 - 205 * (depth.astype(np.float32) - 2000) / 1500).clip(50, 255)
    return np.where(depth == 0, 0, grey).astype(np.uint8)


def make_manifest() -> Iterator[Sample]:
    """Make the list of the authors' 861 takes; every ``start`` is 0."""
    cells = _FRAMES.split()
    for (action, subject), cell in zip(product(ACTIONS, SUBJECTS), cells, strict=True):
        for take, frames in enumerate(cell.split("."), start=1):
            yield Sample(
                id=_make_id(action, subject, take),
                label=action - 1,
                start=0,
                frames=int(frames),
                group=f"s{subject}",
            )


def assign(split: str, sample: Sample) -> str | None:
    """Give the subset of a sample in ``odd-even`` or, in its training data, ``odd-even-innerS``."""
    inner = split.partition("-inner")[2]
    if sample.group in TRAIN:
        return "test" if sample.group == f"s{inner}" else "train"
    return "test" if sample.group in TEST and not inner else None


def make_splits() -> Iterator[Split]:
    """Make the authors' split and, inside its training data, one inner one for each subject."""
    total = sum(TRAIN.values())
    yield Split(
        name="odd-even",
        role="reported",
        train=total,
        val=0,
        test=sum(TEST.values()),
        note="trains on subjects 1, 3, 5, 7, tests 2, 4, 6, 8",
    )
    for subject, size in TRAIN.items():
        yield Split(
            name=f"odd-even-inner{subject[1:]}",
            role="inner",
            train=total - size,
            val=0,
            test=size,
            note=f"without subjects 2, 4, 6, 8, holds out subject {subject[1:]}",
        )


DATASET = Dataset(
    key="utd_mhad",
    title="UTD-MHAD",
    citation=Citation(
        key="chen2015utd",
        title=(
            "UTD-MHAD: A Multimodal Dataset for Human Action Recognition Utilizing a "
            "Depth Camera and a Wearable Inertial Sensor"
        ),
        authors=("Chen Chen", "Roozbeh Jafari", "Nasser Kehtarnavaz"),
        venue="ICIP",
        year=2015,
        doi="10.1109/ICIP.2015.7350781",
    ),
    terms="freely available for research, with citation",
    obtain=(
        "the authors' page https://personal.utdallas.edu/~kehtar/UTD-MHAD.html "
        "(skeletons and depth are read)"
    ),
    classes=(
        *("swipe left", "swipe right", "wave", "two-hand front clap", "throw", "cross arms"),
        *("basketball shoot", "draw x", "draw circle clockwise"),
        *("draw circle counter-clockwise", "draw triangle", "bowling", "front boxing"),
        *("baseball swing", "tennis forehand swing", "arm curl", "tennis serve"),
        *("two-hand push", "knock", "catch", "pick up and throw", "jog", "walk"),
        *("sit to stand", "stand to sit", "forward lunge", "squat"),
    ),
    splits=tuple(make_splits()),
    monitored="test",
    expected_samples=861,
    class_counts=tuple(31 if action in (8, 23, 27) else 32 for action in ACTIONS),
    resample_unit="group",
    embedded=False,
    manifest=tuple(make_manifest()),
    assign=assign,
    skeletons=Skeletons(
        layout=(
            "aA_sS_tT_skeleton.mat (action 1-27, subject 1-8, take 1-4), in a folder or a zip "
            "file; what lies beside them is left alone"
        ),
        joints=JOINTS,
        persons=1,
        joint_names=(
            *("head", "shoulder centre", "spine", "hip centre"),
            *("left shoulder", "left elbow", "left wrist", "left hand"),
            *("right shoulder", "right elbow", "right wrist", "right hand"),
            *("left hip", "left knee", "left ankle", "left foot"),
            *("right hip", "right knee", "right ankle", "right foot"),
        ),
        edges=(
            *((3, 2), (2, 1), (1, 0)),
            *((1, 4), (4, 5), (5, 6), (6, 7), (1, 8), (8, 9), (9, 10), (10, 11)),
            *((3, 12), (12, 13), (13, 14), (14, 15), (3, 16), (16, 17), (17, 18), (18, 19)),
        ),
        coordinates=COORDINATES,
        unit="metres",
        fps=30.0,
        view_axes=(0, 1),
        view_signs=(1, 1),
        read=read,
        parse=parse,
        known_fingerprint="8e0e7be446ea108b883fb7c34cd0fd8f44ecf4cd3029e4aa159e10e2ff748ed8",
    ),
    videos=Videos(
        layout="aA_sS_tT_depth.mat, or _depth.mp4 made of it, in a folder",
        modality="depth",
        find=find_videos,
    ),
)
