"""Kinetics-400: what the lists name is there, or is named."""

from pathlib import Path

import pytest
from sbu_sources import ignore_progress
from video_sources import write_video

from harness.datasets.collecting import prepare_videos, verify_videos
from harness.datasets.definition import StrayFile, VideoFile
from harness.datasets.kinetics400 import CLASSES, DATASET, find, read_lists
from harness.errors import DataError

HEAD = "label,youtube_id,time_start,time_end,split,is_cc\n"
TRAIN = (
    "abseiling,-AbCdEfGh_1,10,20,train,0\n"
    '"skiing (not slalom or crosscountry)",BBBBBBBBBBB,0,10,train,0\n'
    "massaging person's head,CCCCCCCCCCC,100,110,train,1\n"
)
VAL = "zumba,DDDDDDDDDDD,5,15,validate,0\nair drumming,EEEEEEEEEEE,7,17,val,0\n"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Two lists; three of their five videos, in folders of classes, flat, and without times."""
    source = tmp_path / "k400"
    source.mkdir()
    (source / "train.csv").write_text(HEAD + TRAIN)
    (source / "val.csv").write_text(HEAD + VAL)
    write_video(source / "train" / "abseiling" / "-AbCdEfGh_1_000010_000020.mp4", 4)
    write_video(source / "train" / "massaging_person's_head" / "CCCCCCCCCCC.mp4", 5)
    write_video(source / "val" / "DDDDDDDDDDD_000005_000015.mp4", 6)
    return source


def test_the_classes_are_the_known_ones() -> None:
    """400 of them in alphabetical order, which is that of their labels."""
    assert len(set(CLASSES)) == 400
    assert list(CLASSES) == sorted(CLASSES)
    assert (CLASSES[0], CLASSES[-1]) == ("abseiling", "zumba")
    assert CLASSES.index("petting animal (not cat)") + 1 == CLASSES.index("petting cat")
    assert DATASET.expected_samples is None


def test_videos_are_found_as_people_have_them(source: Path, tmp_path: Path) -> None:
    """With and without class folders and times; validation tests; the rest has its place."""
    found = [(f.id, CLASSES[f.label], f.path, f.subsets) for f in find(source, tmp_path)]

    assert found == [
        (
            "-AbCdEfGh_1_000010_000020",
            "abseiling",
            "train/abseiling/-AbCdEfGh_1_000010_000020.mp4",
            {"val": "train"},
        ),
        (
            "BBBBBBBBBBB_000000_000010",
            "skiing (not slalom or crosscountry)",
            "train/skiing (not slalom or crosscountry)/BBBBBBBBBBB_000000_000010.mp4",
            {"val": "train"},
        ),
        (
            "CCCCCCCCCCC_000100_000110",
            "massaging person's head",
            "train/massaging_person's_head/CCCCCCCCCCC.mp4",
            {"val": "train"},
        ),
        (
            "DDDDDDDDDDD_000005_000015",
            "zumba",
            "val/DDDDDDDDDDD_000005_000015.mp4",
            {"val": "test"},
        ),
        (
            "EEEEEEEEEEE_000007_000017",
            "air drumming",
            "val/air drumming/EEEEEEEEEEE_000007_000017.mp4",
            {"val": "test"},
        ),
    ]


def test_missing_videos_are_named_and_counted(source: Path, tmp_path: Path) -> None:
    """Nobody has all: each that is missing stands in the index, and counts in its subset."""
    root = tmp_path / "data"
    with pytest.raises(DataError, match="2 missing: BBBBBBBBBBB_000000_000010, EEEE") as caught:
        prepare_videos(DATASET, source, root, ignore_progress)
    assert "--partial" in caught.value.fix

    summary = prepare_videos(DATASET, source, root, ignore_progress, partial=True)

    prepared = summary.prepared
    assert [len(prepared.subset("val", subset)) for subset in ("train", "test")] == [2, 1]
    assert [prepared.count_unreadable("val", subset) for subset in ("train", "test")] == [1, 1]
    assert {(d.lost.id, d.problem) for d in prepared.index.defects if d.lost} == {
        ("BBBBBBBBBBB_000000_000010", "is not there"),
        ("EEEEEEEEEEE_000007_000017", "is not there"),
    }
    assert prepared.monitored == "test"
    assert prepared.known is False
    found = verify_videos(DATASET, root, ignore_progress)
    assert found.intact
    assert "air drumming: 0 samples, 1 expected" in found.problems
    assert "val test: 1 samples, 2 expected" in found.problems


def test_all_that_the_lists_name_is_complete(source: Path, tmp_path: Path) -> None:
    """The lists that are given say what should be there."""
    write_video(source / "train" / "BBBBBBBBBBB_000000_000010.mkv", 3)
    write_video(source / "val" / "EEEEEEEEEEE_000007_000017.mp4", 3)

    summary = prepare_videos(DATASET, source, tmp_path / "data", ignore_progress)

    assert len(summary.prepared.samples) == 5
    assert summary.prepared.known is None
    assert verify_videos(DATASET, tmp_path / "data", ignore_progress).problems == ()


def test_other_videos_are_named(source: Path, tmp_path: Path) -> None:
    """In no list, another part of a video, no video of the set; the test videos do not count."""
    for name in ("FFFFFFFFFFF_000001_000011", "EEEEEEEEEEE_000008_000018", "holiday in Rome"):
        write_video(source / "val" / f"{name}.mp4", 3)
    write_video(source / "test" / "GGGGGGGGGGG_000001_000011.mp4", 3)

    strays = {f.path: f.problem for f in find(source, tmp_path) if isinstance(f, StrayFile)}

    assert strays == {
        "val/EEEEEEEEEEE_000008_000018.mp4": (
            "is another part of its video than the lists name, EEEEEEEEEEE_000007_000017"
        ),
        "val/FFFFFFFFFFF_000001_000011.mp4": "is in none of the lists",
        "val/holiday in Rome.mp4": "is not named like a video of this set",
    }


@pytest.mark.parametrize(
    ("line", "match"),
    [
        ("yodelling,HHHHHHHHHHH,1,11,val,0", r"val\.csv:4: there is no class 'yodelling'"),
        ("zumba,short,1,11,val,0", r"val\.csv:4: 'short' is not the name of a YouTube video"),
        ("zumba,HHHHHHHHHHH,x,11,val,0", r"val\.csv:4: 'x' to '11' is not a time"),
        ("zumba,HHHHHHHHHHH,11,1,val,0", r"val\.csv:4: '11' to '1' is not a time"),
        ("zumba,HHHHHHHHHHH,1,11,test,0", r"val\.csv:4: 'test' is neither train nor val"),
        ("zumba,HHHHHHHHHHH", r"val\.csv:4: '' to '' is not a time"),
        ("zumba,BBBBBBBBBBB,1,11,val,0", r"val\.csv:4: video BBBBBBBBBBB is in the lists twice"),
    ],
)
def test_a_wrong_line_is_named(source: Path, line: str, match: str) -> None:
    """With its file and number."""
    (source / "val.csv").write_text(HEAD + VAL + line + "\n")

    with pytest.raises(DataError, match=match):
        read_lists(source)


def test_lists_that_are_wrong_as_a_whole(source: Path, tmp_path: Path) -> None:
    """Without a column, without text, or not there."""
    (source / "val.csv").write_text("label,youtube_id\nzumba,DDDDDDDDDDD\n")
    with pytest.raises(DataError, match=r"val\.csv:1: no column 'time_start'"):
        read_lists(source)
    (source / "val.csv").write_bytes(b"\xff\xff")
    with pytest.raises(DataError, match=r"val\.csv cannot be read"):
        read_lists(source)
    (source / "val.csv").unlink()
    assert len(read_lists(source)) == 3
    (source / "train.csv").unlink()
    with pytest.raises(DataError, match=r"no list train\.csv or val\.csv"):
        list(find(source, tmp_path))


def test_a_video_that_is_there_twice(source: Path, tmp_path: Path) -> None:
    """Two copies contradict each other."""
    write_video(source / "copy" / "DDDDDDDDDDD_000005_000015.avi", 3)

    with pytest.raises(DataError, match="DDDDDDDDDDD is there twice"):
        list(find(source, tmp_path))


def test_a_folder_without_the_videos(source: Path, tmp_path: Path) -> None:
    """Lists alone are no data."""
    (tmp_path / "lists").mkdir()
    (source / "val.csv").rename(tmp_path / "lists" / "kinetics-400_val.csv")

    with pytest.raises(DataError, match="not one video of the lists"):
        list(find(tmp_path / "lists", tmp_path))


@pytest.mark.data
def test_kinetics_motion_is_among_the_classes(real_data: Path) -> None:
    """The thirty classes that others chose from these are spelled as here."""
    chosen = (real_data / "splits" / "kinetics-motion.txt").read_text().split("\n")

    assert {name.strip() for name in chosen if name.strip()} <= set(CLASSES)


def test_a_group_is_a_video(source: Path, tmp_path: Path) -> None:
    """Of each video the group is YouTube's name."""
    groups = {f.id: f.group for f in find(source, tmp_path) if isinstance(f, VideoFile)}

    assert groups["DDDDDDDDDDD_000005_000015"] == "DDDDDDDDDDD"
