"""HMDB51: 6,766 clips of 51 actions, from films and videos of the web, three splits.

Which clip is in which subset, only the authors' lists say: a list for each class and
split, with a line for each clip of the class and 1 for its 70 training clips, 2 for its
30 test clips, 0 for the others, which the split leaves out. Clips of one video are not
on both sides of a split; from which video a clip is, its name says.
"""

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from harness.claims import Citation
from harness.datasets.definition import Dataset, Split, StrayFile, VideoFile, Videos
from harness.datasets.sources import VIDEO_ENDINGS, list_files, read_lines
from harness.datasets.videos import assign_listed
from harness.errors import DataError

SPLITS = ("1", "2", "3")
KINDS = {"0": None, "1": "train", "2": "test"}
TRAIN, TEST = 70, 30  # of each class

_LIST = re.compile(r"(\w+)_test_split([123])\.txt", re.ASCII)
_MARKS = r"_[a-z]+_[cn]m_np\d_(?:ba|fr|le|ri)_(?:bad|goo|med)_\d+"
_AGAIN = "take the authors' lists again, test_train_splits.rar"

# Classes in alphabetical order, which is that of their labels, and their clips.
_CLIPS = """
brush_hair 107  cartwheel 107  catch 102  chew 109  clap 130  climb 108  climb_stairs 112
dive 127  draw_sword 103  dribble 145  drink 164  eat 108  fall_floor 136  fencing 116
flic_flac 107  golf 105  handstand 113  hit 127  hug 118  jump 151  kick 130  kick_ball 128
kiss 102  laugh 128  pick 106  pour 106  pullup 104  punch 126  push 116  pushup 103
ride_bike 103  ride_horse 116  run 232  shake_hands 162  shoot_ball 131  shoot_bow 112
shoot_gun 103  sit 142  situp 105  smile 102  smoke 109  somersault 140  stand 154
swing_baseball 143  sword 127  sword_exercise 127  talk 120  throw 102  turn 240  walk 548
wave 104
"""
CLASSES = tuple(_CLIPS.split()[::2])


def find(source: Path, _made: Path) -> Iterator[VideoFile | StrayFile]:
    """Find the clips that the authors' lists name, class by class.

    Args:
        source: A folder at any shallow depth above the clips and above the lists.

    Raises:
        DataError: There are no clips, one is there twice, or the lists are not the
            authors' form.
    """
    there: dict[str, str] = {}
    for path in list_files(source, VIDEO_ENDINGS):
        name = PurePosixPath(path).stem
        if name in there:
            raise DataError(
                f"clip {name} is there twice: {there[name]} and {path}",
                fix="give a folder with one copy of the data set",
            )
        there[name] = path
    lists = read_lists(source)
    for label, (kind, clips) in enumerate(lists.items()):
        for name, subsets in clips.items():
            yield VideoFile(
                id=f"{kind}/{name}",
                label=label,
                group=f"{kind}/{find_origin(kind, name)}",
                path=there.pop(name, f"{kind}/{name}.avi"),
                subsets=subsets,
            )
    for path in there.values():
        yield StrayFile(path=path, problem="is in none of the authors' lists")


def find_origin(kind: str, name: str) -> str:
    """Give the video that a clip is from; the clip's own name where it does not say."""
    place = re.fullmatch(f"(.+)_{kind}{_MARKS}", name)
    return place[1] if place else name


def read_lists(source: Path) -> dict[str, dict[str, dict[str, str]]]:
    """Read the authors' lists below a folder.

    Returns:
        By class, and by clip in the order of the first split's list, the subset in
        each split that has the clip.

    Raises:
        DataError: A list is missing, there twice, or not in the authors' form.
    """
    paths: dict[tuple[str, str], str] = {}
    for path in list_files(source, (".txt",)):
        place = _LIST.fullmatch(PurePosixPath(path).name)
        if place is None:
            continue
        if place[1] not in CLASSES:
            raise DataError(f"{path}: there is no class '{place[1]}'", fix=_AGAIN)
        if (before := paths.setdefault((place[1], place[2]), path)) != path:
            raise DataError(
                f"the list {PurePosixPath(path).name} is there twice: {before} and {path}",
                fix="give a folder with one copy of the lists",
            )
    found = {}
    for kind in CLASSES:
        for split in SPLITS:
            if (kind, split) not in paths:
                raise DataError(
                    f"there is no list {kind}_test_split{split}.txt in {source}",
                    fix="unpack the authors' lists, test_train_splits.rar, beside the clips",
                )
        by_split = {split: _read_list(source, paths[kind, split]) for split in SPLITS}
        _compare(by_split, {split: paths[kind, split] for split in SPLITS})
        found[kind] = {
            name: {
                split: subset
                for split in SPLITS
                if (subset := by_split[split][name][1]) is not None
            }
            for name in by_split[SPLITS[0]]
        }
    return found


def _read_list(source: Path, path: str) -> dict[str, tuple[str, str | None]]:
    """Place in the list and subset of each clip."""
    found: dict[str, tuple[str, str | None]] = {}
    for place, line in read_lines(source, path):
        name, _, kind = line.rpartition(" ")
        name = name.strip()
        if not name.endswith(".avi"):
            raise DataError(f"{place}: '{line}' is not a clip and a number", fix=_AGAIN)
        if kind not in KINDS:
            raise DataError(f"{place}: '{kind}' is not 0, 1 or 2", fix=_AGAIN)
        name = name.removesuffix(".avi")
        if name in found:
            raise DataError(f"{place}: {name} is in this list twice", fix=_AGAIN)
        found[name] = place, KINDS[kind]
    subsets = [subset for _, subset in found.values()]
    if (subsets.count("train"), subsets.count("test")) != (TRAIN, TEST):
        raise DataError(
            f"{path} has {subsets.count('train')} training and {subsets.count('test')} test "
            f"clips instead of {TRAIN} and {TEST}",
            fix=_AGAIN,
        )
    return found


def _compare(by_split: dict[str, dict[str, tuple[str, str | None]]], paths: dict[str, str]) -> None:
    """Refuse lists of a class that do not name the same clips."""
    first = by_split[SPLITS[0]]
    for split in SPLITS[1:]:
        clips = by_split[split]
        for name, (place, _) in clips.items():
            if name not in first:
                raise DataError(f"{place}: {name} is not in {paths[SPLITS[0]]}", fix=_AGAIN)
        for name, (place, _) in first.items():
            if name not in clips:
                raise DataError(f"{place}: {name} is not in {paths[split]}", fix=_AGAIN)


DATASET = Dataset(
    key="hmdb51",
    title="HMDB51",
    citation=Citation(
        key="kuehne2011hmdb",
        title="HMDB: A Large Video Database for Human Motion Recognition",
        authors=(
            "Hildegard Kuehne",
            "Hueihan Jhuang",
            "Estíbaliz Garrote",
            "Tomaso Poggio",
            "Thomas Serre",
        ),
        venue="ICCV",
        year=2011,
    ),
    terms="as the authors' page says; the clips are from other people's films and videos",
    obtain=(
        "the authors' page https://serre-lab.clps.brown.edu/resource/hmdb-a-large-human-motion-"
        "database/ (hmdb51_org.rar and test_train_splits.rar, unpacked)"
    ),
    classes=CLASSES,
    splits=tuple(
        Split(
            name=split,
            role="reported",
            train=TRAIN * len(CLASSES),
            val=0,
            test=TEST * len(CLASSES),
            note=f"by the authors' lists, {TRAIN} and {TEST} clips of each class",
        )
        for split in SPLITS
    ),
    monitored="test",
    expected_samples=6766,
    class_counts=tuple(map(int, _CLIPS.split()[1::2])),
    resample_unit="group",
    embedded=False,
    assign=assign_listed,
    videos=Videos(
        layout="CLASS/NAME.avi, unpacked, and the authors' lists CLASS_test_splitN.txt beside them",
        modality="rgb",
        find=find,
    ),
)
