"""SBU Kinect Interaction v2.0: two persons, eight interactions, five folds.

The keypoints are kept exactly as the files have them, normalised; millimetres
are ``x → 1280 - 2560x``, ``y → 960 - 1920y``, ``z → 1280z``, which is a recipe's
transform. Which of the two persons comes first says nothing of left and right.

The list of sequences, by which missing, surplus and truncated ones are named, and
the folds are in :mod:`harness.datasets.sbu_folds`.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from harness.claims import Citation
from harness.datasets.definition import Dataset, RawSample, Skeletons
from harness.datasets.sbu_folds import FOLD_OF, assign, make_manifest, make_splits
from harness.datasets.sources import SourceFile, open_source
from harness.errors import DataError

PERSONS, JOINTS, COORDINATES = 2, 15, 3
VALUES = PERSONS * JOINTS * COORDINATES
MAX_BYTES = 1 << 20  # the longest of the authors' files has 37 KB

_PLACE = re.compile(r"(?:^|/)(s\d\ds\d\d)(?:\.zip)?/([^/]+)/([^/]+)/skeleton_pos\.txt$")
_CLASS_FOLDERS = tuple(f"{number:02d}" for number in range(1, 9))
_AGAIN = "take this file from the authors' archive again"


def read(source: Path | None) -> Iterator[RawSample]:
    """Read the sequences below a folder or in an archive, in order of their ids.

    Args:
        source: A folder at any shallow depth above the pairs' folders, a zip file
            of it, or a folder of the authors' zip files, one for each pair. Where
            a sequence is both unpacked and in an archive, the unpacked one counts.

    Raises:
        DataError: There are no sequences, or one is not as the authors' are.
    """
    if source is None:
        raise DataError("data set 'sbu' needs a source", fix="give its folder or zip file")
    with open_source(source) as files:
        found = _find(files)
        if not found:
            raise DataError(
                f"no file PAIR/CLASS/SEQUENCE/skeleton_pos.txt in {source}",
                fix="give the folder that holds s01s02 … s07s03, or a zip file of it",
            )
        for name in sorted(found):
            content = found[name].read(MAX_BYTES)
            yield RawSample(
                id=name,
                label=_CLASS_FOLDERS.index(name.split("/")[1]),
                group=name.split("/")[0],
                keypoints=parse(content, found[name].name),
                checksum=hashlib.sha256(content).hexdigest(),
            )


def _find(files: Iterable[SourceFile]) -> dict[str, SourceFile]:
    found: dict[str, SourceFile] = {}
    for file in files:
        if place := _PLACE.search(file.name):
            _check_place(file.name, *place.groups())
            name = "/".join(place.groups())
            before = found.setdefault(name, file)
            if before is not file and (before.archive is None) == (file.archive is None):
                raise DataError(
                    f"sequence {name} is there twice: {before.name} and {file.name}",
                    fix="give a folder with one version of the data set (the clean one)",
                )
    return found


def _check_place(name: str, pair: str, kind: str, number: str) -> None:
    if pair not in FOLD_OF:
        raise DataError(
            f"{name}: the pair '{pair}' is in none of the authors' five folds",
            fix="remove that folder; the pairs are " + ", ".join(sorted(FOLD_OF)),
        )
    if kind not in _CLASS_FOLDERS:
        raise DataError(
            f"{name}: a class folder '{kind}' does not exist in this data set",
            fix="remove or rename it; the class folders are 01 to 08",
        )
    if not re.fullmatch(r"\d{3}", number, re.ASCII):
        raise DataError(
            f"{name}: '{number}' is no sequence folder",
            fix="remove or rename it; sequence folders are 001, 002, …",
        )


def parse(content: bytes, name: str) -> NDArray[np.float32]:
    """Parse a ``skeleton_pos.txt``: a line is a frame number and 90 coordinates.

    Args:
        content: The file.
        name: Its name, for messages.

    Returns:
        Coordinates as in the file, shape ``(T, 2, 15, 3)``, normalised.

    Raises:
        DataError: It is empty or cut off, or a line is not such a line.
    """
    if not content.strip():
        raise DataError(f"{name} is empty", fix=_AGAIN)
    if not content.endswith(b"\n"):
        raise DataError(f"{name} ends in the middle of a line", fix=_AGAIN)
    lines = content.rstrip().split(b"\n")
    rows = [_parse_line(line, f"{name}, line {at}") for at, line in enumerate(lines, start=1)]
    for at, (before, row) in enumerate(pairwise(rows), start=2):
        if row[0] != before[0] + 1:
            raise DataError(
                f"{name}, line {at}: frame {row[0]:g} follows frame {before[0]:g}", fix=_AGAIN
            )
    keypoints = np.array([row[1:] for row in rows], dtype=np.float32)
    return keypoints.reshape(-1, PERSONS, JOINTS, COORDINATES)


def _parse_line(line: bytes, where: str) -> list[float]:
    fields = line.split(b",")
    if len(fields) != VALUES + 1:
        raise DataError(
            f"{where}: {len(fields)} values instead of a frame number and {VALUES} coordinates",
            fix=_AGAIN,
        )
    try:
        values = [float(field) for field in fields]
    except ValueError as error:
        raise DataError(f"{where}: {error}", fix=_AGAIN) from error
    if not np.all(np.abs(values) < 1e6):  # false for NaN and infinity, too
        raise DataError(f"{where}: a value is not a finite coordinate", fix=_AGAIN)
    return values


DATASET = Dataset(
    key="sbu",
    title="SBU Kinect Interaction",
    citation=Citation(
        key="yun2012two",
        title=(
            "Two-person Interaction Detection Using Body-Pose Features and "
            "Multiple Instance Learning"
        ),
        authors=(
            "Kiwon Yun",
            "Jean Honorio",
            "Debaleena Chattopadhyay",
            "Tamara L. Berg",
            "Dimitris Samaras",
        ),
        venue="CVPRW",
        year=2012,
        doi="10.1109/CVPRW.2012.6239234",
    ),
    terms="research, with citation",
    obtain=(
        "the authors' project page "
        "https://www3.cs.stonybrook.edu/~kyun/research/kinect_interaction/ "
        "(version 2.0, the clean sequences of all 21 pairs); take the folds from the paper or "
        "from here: a list in circulation has the typo 'ds02s03' for 's02s03'"
    ),
    classes=(
        "approaching",
        "departing",
        "kicking",
        "pushing",
        "shaking hands",
        "hugging",
        "exchanging object",
        "punching",
    ),
    splits=tuple(make_splits()),
    monitored="test",
    expected_samples=282,
    class_counts=(42, 43, 40, 41, 18, 21, 39, 38),
    resample_unit="group",
    embedded=False,
    manifest=tuple(make_manifest()),
    assign=assign,
    skeletons=Skeletons(
        layout=(
            "sAAsBB/CC/NNN/skeleton_pos.txt (pair, class 01-08, sequence), as folders or zip files"
        ),
        joints=JOINTS,
        persons=PERSONS,
        joint_names=(
            *("head", "neck", "torso"),
            *("left shoulder", "left elbow", "left hand"),
            *("right shoulder", "right elbow", "right hand"),
            *("left hip", "left knee", "left foot"),
            *("right hip", "right knee", "right foot"),
        ),
        edges=(
            *((0, 1), (1, 2), (1, 3), (3, 4), (4, 5), (1, 6), (6, 7), (7, 8)),
            *((2, 9), (9, 10), (10, 11), (2, 12), (12, 13), (13, 14)),
        ),
        coordinates=COORDINATES,
        unit="normalised",
        fps=15.0,
        view_axes=(0, 1),
        view_signs=(1, -1),
        read=read,
        parse=parse,
        known_fingerprint="7691f13a4e031c59b22e6c4acc413946d7d3072b3aa52d54e1e05ded3be8a28d",
    ),
)
