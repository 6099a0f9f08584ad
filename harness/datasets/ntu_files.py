"""NTU RGB+D's ``.skeleton`` files: text, a line for each joint of each body of each frame.

A file is the number of frames, then for each frame the number of bodies, then for each
body a line of ten values that begins with its id, the number of joints, and for each
joint a line of twelve values, of which the first three are its place in metres in the
camera's frame, y up. Only these and the ids are read.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from harness.datasets.decimals import Places, parse_decimals
from harness.datasets.definition import LeftOut, RawSample
from harness.datasets.files import Bodies, Identity, find_files, read_files
from harness.errors import DataError

BODIES, JOINTS, COORDINATES = 6, 25, 3  # a Kinect follows at most six bodies
BODY_VALUES, JOINT_VALUES = 10, 12
MAX_BYTES = 1 << 25  # 300 frames of six bodies have 5 MB
MAX_FRAMES = 10_000  # the longest of the authors' sequences has 300
MAX_METRES = 1e4  # a Kinect sees 8 m far, and places unseen joints somewhat beyond
MAX_TRACKS = 255

_NAME = re.compile(r"(S\d{3}C\d{3}P\d{3}R\d{3}A\d{3})\.skeleton", re.ASCII)
_BLOCK = 1 << 16  # bytes, so that what is made of them stays in the processor's cache
_AGAIN = "take this file from the authors' archive again"


@dataclass(frozen=True, slots=True)
class Name:
    """What the name of a sample says, each from 1.

    Args:
        setup: Place of the cameras.
        camera: Which of three.
        subject: Who acts.
        replication: First or second take.
        action: Class.
    """

    setup: int
    camera: int
    subject: int
    replication: int
    action: int

    @classmethod
    def parse(cls, text: str) -> "Name":
        """Read ``SsssCcccPpppRrrrAaaa``."""
        return cls(*(int(text[at : at + 3]) for at in range(1, 20, 4)))

    def __str__(self) -> str:
        """Write it as the authors do."""
        return (
            f"S{self.setup:03}C{self.camera:03}P{self.subject:03}"
            f"R{self.replication:03}A{self.action:03}"
        )

    @property
    def group(self) -> str:
        """The subject."""
        return f"P{self.subject:03}"


def read_skeletons(
    source: Path, setups: range, actions: int, ignored: Collection[str]
) -> Iterator[RawSample | LeftOut]:
    """Read the sequences below a folder or in archives, in order of their names.

    Args:
        source: A folder of files or of the authors' zip files, or one of these.
        setups: Setups that belong to the data set.
        actions: Number of its actions.
        ignored: Names that the authors ask to leave alone.

    Raises:
        DataError: There are none, or one is there twice.
    """

    def identify(file_name: str) -> Identity | None:
        found = _NAME.fullmatch(file_name)
        if found is None or found[1] in ignored:
            return None
        name = Name.parse(found[1])
        if name.setup not in setups or not 1 <= name.action <= actions:
            return None
        return Identity(id=found[1], label=name.action - 1, group=name.group)

    with find_files(source, identify, "SsssCcccPpppRrrrAaaa.skeleton") as found:
        yield from read_files(found, parse_skeleton, MAX_BYTES)


def parse_skeleton(content: bytes, name: str) -> Bodies:
    """Parse a ``.skeleton`` file.

    A file that is laid out as the authors' are is read at once; whatever is not goes
    through line by line, which ends in the same or says what is wrong.

    Args:
        content: The file.
        name: Its name, for messages.

    Raises:
        DataError: It is empty or cut off, nobody is in it, or a line is not such a line.
    """
    if b"\r" in content:
        content = content.replace(b"\r\n", b"\n")
    if content[-2:].isspace() or not content.endswith(b"\n"):
        content = content.rstrip() + b"\n"
    bodies = _parse_regular(content) or _parse_lines(content, name)
    if not len(bodies.keypoints):
        raise DataError(f"{name} has no body in any frame", fix=_AGAIN)
    return bodies


def parse_alone(content: bytes, name: str) -> NDArray[np.float32]:
    """As :func:`parse_skeleton`; joints by place in the list of a frame, ``(T, 6, 25, 3)``."""
    return parse_skeleton(content, name).spread()


def _parse_regular(content: bytes) -> Bodies | None:
    """Parse a file of single blanks, by the places of its blanks; ``None`` if it is not one."""
    text = np.frombuffer(content, dtype=np.uint8)
    if (gaps := _find_gaps(text)) is None:
        return None
    ends, newlines = gaps

    def value(number: int) -> bytes:
        return content[ends.item(number - 1) + 1 if number else 0 : ends.item(number)]

    if (frames := _read_count(value(0), MAX_FRAMES)) is None:
        return None
    tracks = np.zeros((frames, BODIES), dtype=np.uint8)
    numbers: dict[bytes, int] = {}
    counts, firsts, at = [0], [], 1  # numbers of values
    for places in tracks:
        if at >= len(ends) or (bodies := _read_count(value(at), BODIES)) is None:
            return None
        counts.append(at)
        at += 1
        for place in range(bodies):
            first = at + BODY_VALUES + 1
            if first > len(ends) or value(first - 1) != b"%d" % JOINTS:
                return None
            places[place] = numbers.setdefault(value(at), min(len(numbers) + 1, MAX_TRACKS))
            firsts.append(first)
            at = first + JOINTS * JOINT_VALUES
    if at != len(ends) or len(numbers) > MAX_TRACKS:
        return None
    joints = np.array(firsts, dtype=np.intp)[:, None] + JOINT_VALUES * np.arange(JOINTS)  # R V
    heads = np.array(counts), joints[:, 0] - 2, joints[:, 0] - 1
    lasts = (*heads, joints.ravel() + JOINT_VALUES - 1)
    line_ends = ends[np.concatenate(lasts)]
    if newlines != len(line_ends) or (text[line_ends] != ord("\n")).any():
        return None
    wanted = (joints[..., None] + np.arange(COORDINATES)).ravel()  # R V C
    try:
        values = parse_decimals(content, ends[wanted - 1] + 1, ends[wanted])
    except ValueError:
        return None
    if not (np.abs(values) < MAX_METRES).all():  # false for NaN, too
        return None
    keypoints = values.astype(np.float32).reshape(-1, JOINTS, COORDINATES)
    return Bodies(keypoints=keypoints, tracks=tracks)


def _find_gaps(text: NDArray[np.uint8]) -> tuple[Places, int] | None:
    """Blanks and ends of lines, and how many the latter are; ``None`` if two are neighbours."""
    found, newlines = [], 0
    for start in range(0, len(text), _BLOCK):
        part = text[start : start + _BLOCK + 1]  # and the first of the next
        ends = part == ord("\n")
        gaps = ends | (part == ord(" "))
        if (gaps[1:] & gaps[:-1]).any():
            return None
        found.append(np.flatnonzero(gaps[:_BLOCK]) + start)
        newlines += int(np.count_nonzero(ends[:_BLOCK]))
    return np.concatenate(found), newlines


def _read_count(token: bytes, most: int) -> int | None:
    return int(token) if token.isdigit() and len(token) < 9 and int(token) <= most else None


class _Lines:
    """A file's lines, one after the other; knows where it is."""

    def __init__(self, content: bytes, name: str) -> None:
        self.lines = content.split(b"\n")[:-1]
        self.name = name
        self.at = 0

    def refuse(self, problem: str) -> NoReturn:
        """Say what is wrong with the line that was read last."""
        raise DataError(f"{self.name}, line {self.at}: {problem}", fix=_AGAIN)

    def values(self, count: int, what: str) -> list[bytes]:
        """Values of the next line."""
        if self.at == len(self.lines):
            raise DataError(
                f"{self.name} is cut off after line {self.at}: {what} is missing", fix=_AGAIN
            )
        values = [value for value in self.lines[self.at].split(b" ") if value]
        self.at += 1
        if len(values) != count:
            self.refuse(f"{len(values)} values instead of {what}")
        return values

    def count(self, most: int, what: str) -> int:
        """The next line as a number of things."""
        (token,) = self.values(1, f"the number of {what}")
        found = _read_count(token, most)
        if found is None:
            self.refuse(f"{token[:20].decode('ascii', 'replace')!r} is no number of {what}")
        return found

    def joint(self) -> list[float]:
        """The place that the next line gives."""
        values = self.values(JOINT_VALUES, f"the {JOINT_VALUES} of a joint")[:COORDINATES]
        try:
            place = [float(value) for value in values if b"_" not in value]
        except ValueError as error:
            self.refuse(str(error))
        if len(place) != COORDINATES or not all(abs(value) < MAX_METRES for value in place):
            self.refuse("a value is not a place in metres")
        return place


def _parse_lines(content: bytes, name: str) -> Bodies:
    lines = _Lines(content, name)
    if not content.strip():
        raise DataError(f"{name} is empty", fix=_AGAIN)
    frames = lines.count(MAX_FRAMES, "frames")
    if not frames:
        lines.refuse("there are no frames")
    tracks = np.zeros((frames, BODIES), dtype=np.uint8)
    numbers: dict[bytes, int] = {}
    keypoints = []
    for places in tracks:
        for place in range(lines.count(BODIES, "bodies")):
            body = lines.values(BODY_VALUES, f"the {BODY_VALUES} of a body")[0]
            if numbers.setdefault(body, len(numbers) + 1) > MAX_TRACKS:
                lines.refuse(f"there are more than {MAX_TRACKS} different bodies")
            places[place] = numbers[body]
            joints = lines.count(MAX_FRAMES, "joints")
            if joints != JOINTS:
                lines.refuse(f"{joints} joints instead of {JOINTS}")
            keypoints.append([lines.joint() for _ in range(JOINTS)])
    if lines.at != len(lines.lines):
        lines.at += 1
        lines.refuse(f"there is more after the last of {frames} frames")
    return Bodies(
        keypoints=np.array(keypoints, dtype=np.float32).reshape(-1, JOINTS, COORDINATES),
        tracks=tracks,
    )
