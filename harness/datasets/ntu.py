"""NTU RGB+D, with 60 or 120 actions: what its authors say of it, and how it is divided.

Subjects act in front of three cameras at a time, at 17 or 32 places (setups), each twice.
Whoever acted in a setup did all of its actions, so a sequence that is not there can be
named by its neighbours; which subject was in which setup no list of the authors says.
Of some sequences the skeletons are missing or not whole: the authors list them and ask to
leave them alone, and the printed numbers of samples are without them.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path

from harness.claims import Citation
from harness.datasets.annotations import is_annotations, read_annotations
from harness.datasets.definition import Dataset, LeftOut, RawSample, Sample, Skeletons, Split
from harness.datasets.ntu_files import (
    BODIES,
    COORDINATES,
    JOINTS,
    Name,
    parse_alone,
    read_skeletons,
)
from harness.datasets.skeleton import EDGES, JOINT_NAMES
from harness.errors import DataError

CAMERAS, REPLICATIONS = range(1, 4), range(1, 3)
FPS = 30.0

_CLASSES = """
drink water, eat meal, brush teeth, brush hair, drop, pick up, throw, sit down, stand up, clapping,
reading, writing, tear up paper, put on jacket, take off jacket, put on a shoe, take off a shoe,
put on glasses, take off glasses, put on a hat or cap, take off a hat or cap, cheer up,
hand waving, kicking something, reach into pocket, hopping, jump up, phone call,
play with phone or tablet, type on a keyboard, point to something, taking a selfie,
check time (from watch), rub two hands, nod head or bow, shake head, wipe face, salute,
put palms together, cross hands in front, sneeze or cough, staggering, falling down, headache,
chest pain, back pain, neck pain, nausea or vomiting, fan self, punch or slap, kicking, pushing,
pat on back, point finger, hugging, giving object, touch pocket, shaking hands, walking towards,
walking apart,
put on headphone, take off headphone, shoot at basket, bounce ball, tennis bat swing,
juggle table tennis ball, hush, flick hair, thumb up, thumb down, make OK sign,
make victory sign, staple book, counting money, cutting nails, cutting paper, snap fingers,
open bottle, sniff or smell, squat down, toss a coin, fold paper, ball up paper,
play magic cube, apply cream on face, apply cream on hand, put on bag, take off bag,
put object into bag, take object out of bag, open a box, move heavy objects, shake fist,
throw up cap or hat, hands up, cross arms, arm circles, arm swings, run on the spot,
butt kicks, cross toe touch, side kick, yawn, stretch oneself, blow nose,
hit with object, wield knife, knock over, grab stuff, shoot with gun, step on foot,
high-five, cheers and drink, carry object, take a photo, follow, whisper, exchange things,
support somebody, rock-paper-scissors
"""
CLASSES = tuple(name.strip() for name in _CLASSES.replace("\n", " ").split(","))

TRAINING_SUBJECTS = frozenset(
    {1, 2, 4, 5, 8, 9, 13, 14, 15, 16, 17, 18, 19, 25, 27, 28, 31, 34, 35, 38}
    | {45, 46, 47, 49, 50, 52, 53, 54, 55, 56, 57, 58, 59, 70, 74, 78, 80, 81, 82, 83, 84, 85, 86}
    | {89, 91, 92, 93, 94, 95, 97, 98, 100, 103}
)
TRAINING_CAMERAS = frozenset({2, 3})

# The authors' list of samples whose skeletons are missing or not whole, of 120 actions (those
# of setups up to 17 are the list of 60 actions): setup.camera.subject.replication:actions.
_MISSING = """
1.2.5.2:8 1.2.6.1:8 1.3.2.1:55 1.3.2.2:12 1.3.5.2:4-6 1.3.6.2:8 2.2.11.2:30 2.3.8.1:20 2.3.10.2:10
2.3.11.2:7.11 2.3.14.2:7 3.1.19.1:55 3.2.2.2:55 3.2.18.2:55 3.3.2.1:55 3.3.16.1:55 3.3.18.2:24
4.2.3.1:13 4.2.8.1:9 4.2.20.1:3-4.12.20-21.36 5.2.4.1:1.3 5.2.10.1:16-17.48-49 5.2.16.1:9-10
5.2.18.1:3.28-29 5.3.16.2:9 5.3.18.2:13 5.3.21.2:57 6.1.1.2:55 6.2.7.1:5-6 6.2.16.1:43.51-52
6.2.22.1:12 6.2.23.1:20-23 6.2.24.1:18-19 6.3.1.2:13 6.3.7.2:9-10.25 6.3.16.1:60 6.3.17.1:55
6.3.17.2:13-15 6.3.22.2:13 7.1.18.2:50 7.1.25.2:51 7.1.28.1:50-52 7.2.8.2:8 7.2.15.2:55
7.2.26.1:8-12.50 7.2.27.1:11.13 7.2.28.2:55 7.3.7.1:2.4 7.3.19.1:60 7.3.27.2:1-13
8.2.1.1:9-10.14-16.18-19 8.2.8.2:59 8.2.25.1:60 8.2.29.1:4 8.2.31.1:5-6 8.2.32.1:18 8.2.34.1:18-19
8.2.35.1:59 8.2.35.2:2.5 8.3.7.1:9.16-23.25-26.28-29 8.3.7.2:3 8.3.8.2:50
8.3.25.2:2.11-12.16.20.22-23.30-33.49.60 8.3.31.1:1 8.3.31.2:4.14-17 8.3.32.2:13 8.3.33.2:1.11-12
8.3.34.2:1.12.22-24.44-45 8.3.35.2:16-21 9.2.7.1:1.3.14 9.2.8.1:14 9.2.15.2:50 9.2.16.1:2
9.2.17.1:28-29 9.3.17.2:30 9.3.25.2:54 10.1.7.2:20 10.2.16.2:55 10.2.17.1:5.18-19 10.2.19.1:1
10.2.25.1:12 10.3.7.2:43 10.3.8.2:3 10.3.16.1:55 10.3.17.2:55 11.1.2.1:8 11.1.18.2:50 11.2.8.2:59
11.2.16.2:55 11.2.17.1:20-21 11.2.18.2:55 11.2.27.1:9-10.37 11.3.1.1:55 11.3.2.1:55 11.3.8.2:12
11.3.15.1:55 11.3.16.1:55 11.3.19.1:55 11.3.25.1:55 11.3.28.2:55 12.1.19.1:60 12.1.19.2:60
12.2.15.1:55 12.2.17.2:12 12.2.25.1:60 12.3.8.1:57 12.3.15.1:55 12.3.15.2:55 12.3.16.1:55
12.3.17.2:55 12.3.18.1:55.57 12.3.19.2:11-12 12.3.25.1:55 12.3.27.1:55 12.3.27.2:9 12.3.28.1:35
12.3.28.2:55 13.1.15.1:54 13.1.17.2:54 13.1.18.1:16 13.1.28.1:40 13.2.15.1:54 13.2.17.2:54
13.2.28.1:40 13.3.8.2:59 13.3.15.1:54 13.3.17.2:54 13.3.25.2:22 13.3.27.1:55 13.3.28.1:40
14.1.27.2:40 14.2.15.1:3 14.2.19.1:29 14.2.25.2:59 14.2.27.2:40 14.2.39.1:50 14.3.7.2:59
14.3.15.2:55 14.3.19.2:55 14.3.25.1:48 14.3.27.2:40 15.1.8.2:40 15.1.16.1:55 15.1.17.1:55
15.1.17.2:55 15.2.7.1:59 15.2.8.1:3-4 15.2.8.2:40 15.2.15.1:2 15.2.16.1:1 15.2.16.2:55
15.3.8.2:7.11-12.28.40 15.3.25.2:12.17.20-21.30.33-34.36-37.44 16.1.19.2:40 16.1.25.1:11-12.60
16.1.40.1:55 16.1.40.2:55 16.2.8.1:11 16.2.19.2:40 16.2.25.2:12 16.3.8.1:11 16.3.8.2:2-4.6.9
16.3.19.2:40 16.3.39.2:16 17.1.16.2:31 17.2.7.1:13 17.2.8.1:9 17.2.15.1:42 17.2.16.2:31.55
17.3.7.2:13 17.3.8.1:59 17.3.16.2:31 17.3.17.1:55 17.3.20.1:59 19.1.46.1:75 19.2.42.1:94-102
19.2.49.2:74.79 19.2.51.1:61 19.3.46.1:61 19.3.46.2:61-62 20.2.41.1:63-64 20.2.44.1:63-64.66.84
20.2.54.1:81 21.1.59.1:108 21.2.55.1:65.92-93 21.2.57.1:64 21.2.58.1:63-64 21.2.59.1:74-79
21.3.57.2:78-79.94 22.2.61.1:113 22.3.61.2:61-62 22.3.63.2:61-64.78 22.3.64.2:61-62
22.3.65.2:61-62.119 22.3.67.2:64 23.2.55.1:114 23.2.55.2:92 23.2.59.1:75 23.2.63.1:75
23.3.55.2:93-94 23.3.61.2:61 23.3.64.1:92 24.1.63.1:109 24.2.62.2:74 24.2.67.1:100-103
24.3.62.2:74 24.3.63.2:61-62 25.1.55.2:119 25.3.56.2:119 25.3.59.2:115 26.2.44.1:61-62
26.2.70.1:92 26.3.69.2:75 26.3.74.2:61-62 26.3.75.1:117-118 27.1.82.1:63 27.2.44.2:92
27.2.79.1:61-64 27.2.82.1:92 27.2.84.1:61-62 27.2.86.1:61 27.3.41.2:87 27.3.80.2:61
27.3.82.2:61-62 27.3.86.2:61-62 28.1.87.1:61 28.2.41.1:91 28.2.87.1:61 28.3.42.2:64
28.3.46.2:63.66-72.74-75.77.81-84 28.3.48.2:61-62.73 28.3.73.2:73 28.3.87.1:61 28.3.87.2:61-62
29.1.43.2:92 29.1.44.2:92 29.1.48.1:73 29.1.89.1:63 29.2.41.1:74.84 29.2.44.1:91 29.2.48.1:75.81
29.2.74.1:81.95-96 29.2.80.1:91 29.2.88.1:66 29.2.89.1:65 29.2.90.1:67 29.3.8.2:65.67 29.3.41.1:89
29.3.43.1:80.92.105 29.3.43.2:85-86 29.3.44.2:106 29.3.48.1:65 29.3.48.2:73-76.92.94
29.3.51.2:73-86.110 29.3.67.1:98 29.3.74.2:110 29.3.80.2:66 29.3.88.2:78 29.3.89.1:75
29.3.89.2:61-63 29.3.90.2:92.95 30.2.91.2:91-105 30.3.44.2:65.81.84 31.2.42.1:111 31.2.51.1:61-62
31.2.67.1:67-72 31.2.82.1:75 31.2.82.2:117 31.2.97.1:61-62 31.3.43.2:74-75 31.3.44.2:94
31.3.82.2:67-73.75-77.84-86 32.2.67.1:92 32.3.67.2:66-67.75-77
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Edition:
    """The data set with 60, or with 120 actions.

    Args:
        title: Name in text.
        citation: The work that introduced it.
        setups: Its setups.
        takes: By last action of a range how many sequences each of these has.
        splits: How it is divided.
    """

    title: str
    citation: Citation
    setups: range
    takes: dict[int, int]
    splits: tuple[Split, ...]

    @property
    def actions(self) -> int:
        """Number of its actions."""
        return max(self.takes)

    def actions_of(self, setup: int) -> range:
        """What was acted in a setup: the first 60 actions up to setup 17, then the others."""
        return range(1, 61) if setup <= 17 else range(61, 121)

    @property
    def ignored(self) -> frozenset[str]:
        """Samples whose skeletons are missing or not whole."""
        return frozenset(str(name) for name in _list_missing() if name.setup in self.setups)

    @property
    def class_counts(self) -> tuple[int, ...]:
        """Number of samples by class, without those that are ignored."""
        missing = Counter(name.action for name in map(Name.parse, self.ignored))
        return tuple(
            next(count for last, count in self.takes.items() if action <= last) - missing[action]
            for action in range(1, self.actions + 1)
        )


def _list_missing() -> Iterator[Name]:
    for take, actions in re.findall(r"([\d.]+):([\d.-]+)", _MISSING):
        for part in actions.split("."):
            first, _, last = part.partition("-")
            for action in range(int(first), int(last or first) + 1):
                setup, camera, subject, replication = map(int, take.split("."))
                yield Name(setup, camera, subject, replication, action)


SIXTY = Edition(
    title="NTU RGB+D",
    citation=Citation(
        key="shahroudy2016ntu",
        title="NTU RGB+D: A Large Scale Dataset for 3D Human Activity Analysis",
        authors=("Amir Shahroudy", "Jun Liu", "Tian-Tsong Ng", "Gang Wang"),
        venue="CVPR",
        year=2016,
        doi="10.1109/CVPR.2016.115",
        arxiv="1604.02808",
    ),
    setups=range(1, 18),
    takes={60: 948},
    splits=(
        Split(
            name="xsub",
            role="reported",
            train=40_091,
            val=0,
            test=16_487,
            note="by subject: 20 train, 20 test",
        ),
        Split(
            name="xview",
            role="reported",
            train=37_646,
            val=0,
            test=18_932,
            note="by camera: 2 and 3 train, 1 tests",
        ),
    ),
)
HUNDRED_TWENTY = Edition(
    title="NTU RGB+D 120",
    citation=Citation(
        key="liu2020ntu",
        title="NTU RGB+D 120: A Large-Scale Benchmark for 3D Human Activity Understanding",
        authors=(
            "Jun Liu",
            "Amir Shahroudy",
            "Mauricio Perez",
            "Gang Wang",
            "Ling-Yu Duan",
            "Alex C. Kot",
        ),
        venue="IEEE TPAMI",
        year=2020,
        doi="10.1109/TPAMI.2019.2916873",
        arxiv="1905.04757",
    ),
    setups=range(1, 33),
    takes={60: 948, 120: 960},
    splits=(
        Split(
            name="xsub",
            role="reported",
            train=63_026,
            val=0,
            test=50_919,
            note="by subject: 53 train, 53 test",
        ),
        Split(
            name="xset",
            role="reported",
            train=54_468,
            val=0,
            test=59_477,
            note="by setup: even ones train, odd ones test",
        ),
    ),
)


def make_tracked(edition: Edition) -> Skeletons:
    """Skeletons that the Kinects tracked, from the authors' files."""
    return Skeletons(
        layout=(
            "SsssCcccPpppRrrrAaaa.skeleton (setup, camera, subject, replication, action), as a "
            "folder or the authors' zip files, which are read as they are; or an annotation "
            "pickle with 25 joints (.pkl)"
        ),
        joints=JOINTS,
        persons=BODIES,
        joint_names=JOINT_NAMES,
        edges=EDGES,
        coordinates=COORDINATES,
        unit="m",
        fps=FPS,
        view_axes=(0, 1),
        view_signs=(1, 1),
        read=partial(read_tracked, edition),
        parse=parse_alone,
        crowded=True,
    )


def make_detected(edition: Edition) -> Skeletons:
    """Joints of two persons that others detected in the videos."""
    return Skeletons(
        layout="an annotation pickle with 17 joints that were detected in the videos (.pkl)",
        joints=17,
        persons=2,
        joint_names=(
            *("nose", "left eye", "right eye", "left ear", "right ear"),
            *("left shoulder", "right shoulder", "left elbow", "right elbow"),
            *("left wrist", "right wrist", "left hip", "right hip"),
            *("left knee", "right knee", "left ankle", "right ankle"),
        ),
        edges=(
            *((0, 1), (0, 2), (1, 3), (2, 4), (0, 5), (0, 6), (5, 6)),
            *((5, 7), (7, 9), (6, 8), (8, 10), (5, 11), (6, 12), (11, 12)),
            *((11, 13), (13, 15), (12, 14), (14, 16)),
        ),
        coordinates=3,
        unit="pixels, of 1920 x 1080; then confidence",
        fps=FPS,
        view_axes=(0, 1),
        view_signs=(1, -1),
        read=partial(read_detected, edition),
        confidence=True,
        crowded=True,
    )


def make_dataset(key: str, edition: Edition, *, detected: bool = False) -> Dataset:
    """Make the definition of a data set.

    Args:
        key: Its name.
        edition: Which actions.
        detected: Whether its joints were detected in the videos.
    """
    return Dataset(
        key=key,
        title=f"{edition.title}, joints in the videos" if detected else edition.title,
        citation=edition.citation,
        terms="academic research only, by the authors' release agreement",
        obtain="pyskl's or MMAction2's page of annotation files, under the terms of NTU RGB+D"
        if detected
        else "the authors' page https://rose1.ntu.edu.sg/dataset/actionRecognition/ (skeletons)",
        classes=CLASSES[: edition.actions],
        splits=edition.splits,
        monitored="test",
        expected_samples=sum(edition.class_counts),
        class_counts=edition.class_counts,
        resample_unit="group",
        embedded=False,
        assign=assign,
        skeletons=make_detected(edition) if detected else make_tracked(edition),
        infer_missing=partial(infer_missing, edition),
    )


def read_tracked(edition: Edition, source: Path | None) -> Iterator[RawSample | LeftOut]:
    """Read the sequences of an edition, in order of their names.

    Args:
        edition: Which one.
        source: A folder of ``.skeleton`` files or of the authors' zip files, one of
            these, or an annotation pickle.

    Raises:
        DataError: There are none, or the source cannot be read at all.
    """
    if source is None:
        raise DataError(f"{edition.title} needs a source", fix="give its folder or file")
    if is_annotations(source):
        known = partial(identify, edition, edition.ignored)
        return read_annotations(source, make_tracked(edition), known)
    return read_skeletons(source, edition.setups, edition.actions, edition.ignored)


def read_detected(edition: Edition, source: Path | None) -> Iterator[RawSample | LeftOut]:
    """Read the sequences of an annotation pickle, in order of their names.

    Raises:
        DataError: It is none.
    """
    if source is None or not is_annotations(source):
        raise DataError(
            f"{source} is no annotation pickle, and joints in the videos are read from one",
            fix="give the .pkl file",
        )
    known = partial(identify, edition, edition.ignored)
    return read_annotations(source, make_detected(edition), known)


def identify(edition: Edition, ignored: frozenset[str], name: str) -> tuple[int, str] | None:
    """Label and group of a sample by its name; ``None`` for one of another edition."""
    if not re.fullmatch(r"S\d{3}C\d{3}P\d{3}R\d{3}A\d{3}", name, re.ASCII) or name in ignored:
        return None
    parts = Name.parse(name)
    if parts.setup not in edition.setups or not 1 <= parts.action <= edition.actions:
        return None
    return parts.action - 1, parts.group


def assign(split: str, sample: Sample) -> str | None:
    """Give the subset of a sample: by subject, by camera, or by setup."""
    name = Name.parse(sample.id)
    trains = {
        "xsub": name.subject in TRAINING_SUBJECTS,
        "xview": name.camera in TRAINING_CAMERAS,
        "xset": name.setup % 2 == 0,
    }
    return "train" if trains[split] else "test"


def infer_missing(edition: Edition, samples: Sequence[Sample]) -> Iterator[Sample]:
    """Sequences that must exist: the same subject acted in the same setup."""
    there = {sample.id for sample in samples} | edition.ignored
    acted = {(name.setup, name.subject) for name in map(Name.parse, there)}
    for setup, subject in sorted(acted):
        actions = edition.actions_of(setup)
        for camera, replication, action in product(CAMERAS, REPLICATIONS, actions):
            name = Name(setup, camera, subject, replication, action)
            if str(name) not in there:
                yield Sample(id=str(name), label=action - 1, start=0, frames=0, group=name.group)
