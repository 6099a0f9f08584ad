"""Somebody's own videos: three layouts, and what each takes."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sbu_sources import ignore_progress
from video_sources import write_video

from harness.datasets.collecting import prepare_videos, verify_videos
from harness.datasets.folder import DATASET, read_folder
from harness.datasets.synthetic import DATASET as SYNTHETIC
from harness.errors import DataError


def _touch(source: Path, *names: str) -> Path:
    for name in names:
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).touch()
    return source


def _subsets(source: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for file in read_folder(source).files:
        found.setdefault(file.subsets["own"], []).append(file.path)
    return found


def test_class_folders_alone(tmp_path: Path) -> None:
    """Every fifth video of a class tests, of few the last, of one none; deeper ones count too."""
    names = [f"clap/{number:02d}.mp4" for number in range(1, 12)]
    few = [f"wave hands/deep/{letter}.MOV" for letter in "abc"]
    source = _touch(tmp_path, *names, *few, "Öl/one.avi", "clap/notes.txt", "clap/.hidden.mp4")

    assert read_folder(source).classes == ("clap", "wave hands", "Öl")
    assert _subsets(source)["test"] == ["clap/05.mp4", "clap/10.mp4", "wave hands/deep/c.MOV"]
    assert len(_subsets(source)["train"]) == 12


def test_the_division_does_not_depend_on_the_disk(tmp_path: Path) -> None:
    """It goes by names alone, however the files came there."""
    names = [f"{name}/{number}.mp4" for name in "ab" for number in range(7)]

    one, two = (
        _subsets(_touch(tmp_path / folder, *order))
        for folder, order in (("one", names), ("two", names[::-1]))
    )

    assert one == two


def test_folders_for_subsets(tmp_path: Path) -> None:
    """The owner's division; classes are those of all subsets."""
    source = _touch(
        tmp_path, "train/wave/a.mp4", "train/clap/b.mp4", "val/wave/c.mp4", "test/bow/d.mp4"
    )

    assert read_folder(source).classes == ("bow", "clap", "wave")
    assert _subsets(source) == {
        "train": ["train/clap/b.mp4", "train/wave/a.mp4"],
        "val": ["val/wave/c.mp4"],
        "test": ["test/bow/d.mp4"],
    }


def test_validation_data_test_where_there_are_no_others(tmp_path: Path) -> None:
    """Then they are called test data, too."""
    source = _touch(tmp_path, "train/wave/a.mp4", "train/clap/b.mp4", "val/wave/c.mp4")

    assert _subsets(source)["test"] == ["val/wave/c.mp4"]
    assert "val" not in _subsets(source)


def _write_lists(source: Path, **lists: str) -> Path:
    source.mkdir(exist_ok=True)
    for name, text in lists.items():
        (source / f"{name}.txt").write_text(text)
    return source


def test_annotation_lists(tmp_path: Path) -> None:
    """Paths may have blanks; classes are named by the folders or by a file."""
    source = _write_lists(
        tmp_path,
        train="clips/wave hands/a 1.mp4 1\nclips/clap/b.mp4 0\n",
        test="clips/wave hands/c.mp4\t1\n\n",
    )

    assert read_folder(source).classes == ("clap", "wave hands")
    assert _subsets(source) == {
        "train": ["clips/clap/b.mp4", "clips/wave hands/a 1.mp4"],
        "test": ["clips/wave hands/c.mp4"],
    }
    assert {f.path: f.label for f in read_folder(source).files}["clips/wave hands/c.mp4"] == 1
    _write_lists(source, classes="Klatschen\nWinken\nNicken\n")
    assert read_folder(source).classes == ("Klatschen", "Winken", "Nicken")


def test_classes_without_names_have_numbers(tmp_path: Path) -> None:
    """Where the videos of two classes lie together, nothing names them."""
    source = _write_lists(tmp_path, train="all/a.mp4 0\nall/b.mp4 1\n", val="all/c.mp4 1\n")

    assert read_folder(source).classes == ("0", "1")


@pytest.mark.parametrize(
    ("lists", "match"),
    [
        ({"train": "a/a.mp4\n"}, r"train\.txt:1: 'a/a\.mp4' is not a path and the number"),
        ({"train": "a/a.mp4 x\n"}, r"train\.txt:1: 'a/a\.mp4 x' is not a path and the number"),
        ({"train": "a/a.mp4 -1\n"}, r"train\.txt:1: .* is not a path and the number"),
        ({"train": "a/a.mp4 0\n7\n"}, r"train\.txt:2: '7' is not a path"),
        (
            {"train": "a/a.mp4 0\nb/b.mp4 1\n", "test": "\n\na/a.mp4 0\n"},
            r"test\.txt:3: a/a\.mp4 is already in train\.txt:1",
        ),
        (
            {"train": "a/a.mp4 0\nb/b.mp4 2\n", "classes": "a\nb\n", "test": "a/c.mp4 0\n"},
            r"train\.txt:2: class 2, but classes\.txt names 2",
        ),
        ({"train": "a/a.mp4 1\nb/b.mp4 2\n", "test": "a/c.mp4 1\n"}, "no video is of class 0"),
        ({"train": "a/a.mp4 0\nb/b.mp4 1\n", "classes": "a\na\n"}, "names a class twice"),
        ({"train": "a/a.mp4 0\nb/b.mp4 1\n"}, "has no videos to test"),
        ({"test": "a/a.mp4 0\nb/b.mp4 1\n"}, "has no videos to train on"),
        ({"train": "a/a.mp4 0\n", "test": "a/b.mp4 0\n"}, "of 1 classes"),
        ({"train": ""}, "of 0 classes"),
    ],
)
def test_wrong_lists_are_named(tmp_path: Path, lists: dict[str, str], match: str) -> None:
    """With file and line where there is one."""
    with pytest.raises(DataError, match=match):
        read_folder(_write_lists(tmp_path, **lists))


@pytest.mark.parametrize(
    ("names", "match"),
    [
        (["a/a.mp4", "b/b.mp4", "c.mp4"], r"c\.mp4 is not in the folder of a class"),
        (["train/a/a.mp4", "test/b.mp4"], r"test/b\.mp4 is not in the folder of a class"),
        (["a/a.mp4", "b/b.txt"], "b holds no video"),
        (["train/a/a.mp4", "train/b/b.mp4", "test/b/b.doc"], "test/b holds no video"),
        (["train/a/a.mp4", "train/b/b.mp4"], "of 1 classes"),
        (["a/a.mp4", "a/b.mp4"], "of 1 classes"),
        (["a/a.mp4", "b/b.mp4"], "no videos to test"),
        (["readme.txt"], "of 0 classes"),
    ],
)
def test_folders_of_no_layout(tmp_path: Path, names: list[str], match: str) -> None:
    """What is wrong with them, and how to lay them out."""
    with pytest.raises(DataError, match=match):
        read_folder(_touch(tmp_path, *names))


def test_a_name_that_is_no_text(tmp_path: Path) -> None:
    """A name in another coding than UTF-8 is an error that shows its bytes."""
    source = _touch(tmp_path, "a/a.mp4", "a/b.mp4", "b/a.mp4")
    Path(os.fsdecode(os.fsencode(source) + b"/b/gr\xfc\xdfe.mp4")).touch()

    with pytest.raises(DataError, match=r"gr\\udcfc\\udcdfe\.mp4' is not a name in UTF-8"):
        read_folder(source)


def test_a_listed_video_that_is_not_there(tmp_path: Path) -> None:
    """It is named, and counted in its subset."""
    source = tmp_path / "own"
    write_video(source / "wave" / "a.mp4", 4)
    write_video(source / "clap" / "é ü.mp4", 4)
    _write_lists(
        source, train="wave/a.mp4 1\nclap/é ü.mp4 0\nclap/no.mp4 0\n", test="wave/b.mp4 1\n"
    )
    write_video(source / "wave" / "b.mp4", 4)
    root = tmp_path / "data"
    with pytest.raises(DataError, match=r"clap/no\.mp4 is not there"):
        prepare_videos(DATASET, source, root, ignore_progress)

    prepared = prepare_videos(DATASET, source, root, ignore_progress, partial=True).prepared

    assert prepared.classes == ("clap", "wave")
    assert prepared.count_unreadable("own", "train") == 1
    assert "clap: 1 samples, 2 expected" in verify_videos(DATASET, root, ignore_progress).problems


@pytest.mark.parametrize(("names", "expected"), [(["val", "test"], "val"), (["test"], "test")])
def test_what_is_watched_in_training(tmp_path: Path, names: list[str], expected: str) -> None:
    """Validation data if there are any, else the test data."""
    for subset in ("train", *names):
        for name in ("wave", "clap"):
            write_video(tmp_path / "own" / subset / name / "a.mp4", 3)

    prepared = prepare_videos(
        DATASET, tmp_path / "own", tmp_path / "data", ignore_progress
    ).prepared

    assert prepared.monitored == expected


def test_its_size_is_its_owners() -> None:
    """Neither the number of samples nor the classes are known beforehand."""
    assert DATASET.expected_samples is None
    assert DATASET.classes == DATASET.class_counts == ()
    assert set(DATASET.split("own").counts.values()) == {None}


@pytest.mark.parametrize("changes", [{"class_counts": (3,)}, {"skeletons": SYNTHETIC.skeletons}])
def test_half_known_sizes_are_refused(changes: dict[str, Any]) -> None:
    """A definition says how many samples there are, or nothing about it."""
    with pytest.raises(ValueError, match="how many samples it has is known"):
        replace(DATASET, **changes)
