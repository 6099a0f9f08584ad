"""Somebody's own videos, in a folder for each class.

Which video trains and which tests is read from one of three layouts:

- ``train.txt`` and ``val.txt`` or ``test.txt`` or both, MMAction2's annotation lists: on
  each line a video's path, below the folder, and the number of its class, from 0; the
  names of the classes on the lines of ``classes.txt``, else those of the videos' folders;
- ``train/CLASS/…`` and ``val/CLASS/…`` or ``test/CLASS/…`` or both;
- ``CLASS/…`` alone: of a class's videos in the order of their names every fifth tests,
  of fewer than five the last. Where several videos show the same scene, one of the
  other layouts should keep them together.

Where there is no test data, the validation data test.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from harness.datasets.definition import SUBSETS, Dataset, Split, VideoFile, Videos
from harness.datasets.sources import VIDEO_ENDINGS, list_files, read_lines
from harness.datasets.videos import assign_listed
from harness.errors import DataError

SPLIT = "own"
EVERY = 5  # video of a class that tests, where nothing says which do
CLASS_NAMES = "classes.txt"

_LAYOUT = (
    "CLASS/VIDEO; or train/CLASS/VIDEO and val/ or test/ likewise; or train.txt and val.txt or "
    "test.txt, with lines 'PATH LABEL'"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnVideos:
    """What a folder holds.

    Args:
        classes: Class names, in label order.
        files: The videos.
    """

    classes: tuple[str, ...]
    files: tuple[VideoFile, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Entry:
    """A video, the name of its class, and its subset."""

    path: str
    name: str
    subset: str


def find(source: Path, _made: Path) -> Iterator[VideoFile]:
    """Find the videos of a folder, by subset and path.

    Args:
        source: The folder.

    Raises:
        DataError: The folder is of none of the layouts, or a list contradicts itself.
    """
    yield from read_folder(source).files


def name_classes(source: Path) -> tuple[str, ...]:
    """Read the names of the classes of a folder."""
    return read_folder(source).classes


def read_folder(source: Path) -> OwnVideos:
    """Read a folder's classes and videos.

    Raises:
        DataError: The folder is of none of the layouts, or a list contradicts itself.
    """
    lists = [subset for subset in SUBSETS if (source / f"{subset}.txt").is_file()]
    folders = [subset for subset in SUBSETS if (source / subset).is_dir()]
    if lists:
        classes, entries = _read_lists(source, lists)
    else:
        divided = "train" in folders and len(folders) > 1
        entries = _read_divided(source, folders) if divided else _divide(source)
        classes = tuple(sorted({entry.name for entry in entries}))
    if len(classes) < 2:
        raise DataError(
            f"the videos in {source} are of {len(classes)} classes; it takes two",
            fix=f"lay them out as {_LAYOUT}",
        )
    labels = {name: label for label, name in enumerate(classes)}
    subsets = {entry.subset for entry in entries}
    if "train" not in subsets or len(subsets) < 2:
        raise DataError(
            f"{source} has no videos to {'test' if 'train' in subsets else 'train on'}",
            fix=f"lay them out as {_LAYOUT}",
        )
    named = {} if "test" in subsets else {"val": "test"}
    return OwnVideos(
        classes=classes,
        files=tuple(
            VideoFile(
                id=entry.path,
                label=labels[entry.name],
                group=entry.path,
                path=entry.path,
                subsets={SPLIT: named.get(entry.subset, entry.subset)},
            )
            for entry in sorted(entries, key=lambda e: (SUBSETS.index(e.subset), e.path))
        ),
    )


def _read_divided(source: Path, folders: Sequence[str]) -> list[_Entry]:
    """Videos of the layout that has a folder for each subset."""
    entries = []
    for subset in folders:
        for path in list_files(source / subset, VIDEO_ENDINGS):
            name = _first_folder(subset, path)
            entries.append(_Entry(path=f"{subset}/{path}", name=name, subset=subset))
    _check_folders(source, folders, {entry.path for entry in entries})
    return entries


def _divide(source: Path) -> list[_Entry]:
    """Videos of the layout that does not say which train."""
    by_class = defaultdict(list)
    for path in list_files(source, VIDEO_ENDINGS):
        by_class[_first_folder("", path)].append(path)
    _check_folders(source, [""], {path for paths in by_class.values() for path in paths})
    return [
        _Entry(path=path, name=name, subset="test" if number % every == 0 else "train")
        for name, paths in by_class.items()
        for every in [min(EVERY, max(2, len(paths)))]
        for number, path in enumerate(paths, start=1)
    ]


def _first_folder(above: str, path: str) -> str:
    parts = PurePosixPath(path).parts
    if len(parts) < 2:
        raise DataError(
            f"{PurePosixPath(above, path)} is not in the folder of a class",
            fix=f"lay the videos out as {_LAYOUT}",
        )
    return parts[0]


def _check_folders(source: Path, above: Sequence[str], paths: set[str]) -> None:
    """Refuse a folder of a class that holds no video."""
    full = {PurePosixPath(path).parts[: 1 + bool(above[0])] for path in paths}
    for folder in above:
        for path in sorted((source / folder).iterdir()):
            parts = path.relative_to(source).parts
            if path.is_dir() and not path.name.startswith(".") and parts not in full:
                raise DataError(
                    f"{'/'.join(parts)} holds no video",
                    fix="remove it; videos end in " + ", ".join(VIDEO_ENDINGS),
                )


def _read_lists(source: Path, lists: Sequence[str]) -> tuple[tuple[str, ...], list[_Entry]]:
    """Classes and videos of MMAction2's annotation lists."""
    numbered: list[tuple[str, int, str]] = []
    places: dict[str, str] = {}
    named = _read_names(source)
    for subset in lists:
        for place, line in read_lines(source, f"{subset}.txt"):
            path, label = _parse_line(place, line)
            if named and label >= len(named):
                raise DataError(
                    f"{place}: class {label}, but {CLASS_NAMES} names {len(named)}",
                    fix="correct the line; classes count from 0",
                )
            if path in places:
                raise DataError(
                    f"{place}: {path} is already in {places[path]}",
                    fix="leave one of the two lines",
                )
            places[path] = place
            numbered.append((path, label, subset))
    classes = named or _name_by_folders({path: label for path, label, _ in numbered})
    entries = [_Entry(path=p, name=classes[label], subset=subset) for p, label, subset in numbered]
    return classes, entries


def _parse_line(place: str, line: str) -> tuple[str, int]:
    """Path and label of a line."""
    path, _, label = line.replace("\t", " ").rpartition(" ")
    if not (path.strip() and label.isascii() and label.isdecimal()):
        raise DataError(
            f"{place}: '{line}' is not a path and the number of a class",
            fix="write it like 'wave/clip 1.mp4 0'",
        )
    return path.strip(), int(label)


def _read_names(source: Path) -> tuple[str, ...]:
    """Names on the lines of a file, if there is one."""
    if not (source / CLASS_NAMES).is_file():
        return ()
    names = tuple(name for _, name in read_lines(source, CLASS_NAMES))
    if len(set(names)) != len(names):
        raise DataError(f"{CLASS_NAMES} names a class twice", fix="give each class another name")
    return names


def _name_by_folders(labels: dict[str, int]) -> tuple[str, ...]:
    """Names of the folders of the videos, if each class has its own; else the numbers."""
    folders = defaultdict(set)
    for path, label in labels.items():
        folders[label].add(PurePosixPath(path).parent.name)
    for label in range(max(folders, default=-1) + 1):
        if label not in folders:
            raise DataError(
                f"no video is of class {label}, and {max(folders)} is the last",
                fix=f"count classes from 0, or name them all in {CLASS_NAMES}",
            )
    names = [min(folders[label]) for label in range(len(folders))]
    if any(len(found) > 1 for found in folders.values()) or len(set(names)) < len(names):
        return tuple(str(label) for label in range(len(folders)))
    return tuple(name or str(label) for label, name in enumerate(names))


DATASET = Dataset(
    key="folder",
    title="Own videos",
    citation=None,
    terms="the owner's",
    obtain="your own videos",
    classes=(),
    splits=(
        Split(
            name=SPLIT,
            role="reported",
            train=None,
            val=None,
            test=None,
            note=f"by folders or lists; else every {EVERY}th video of a class tests",
        ),
    ),
    monitored="val",
    expected_samples=None,
    class_counts=(),
    resample_unit=None,
    embedded=False,
    assign=assign_listed,
    videos=Videos(layout=_LAYOUT, modality="rgb", find=find, name_classes=name_classes),
)
