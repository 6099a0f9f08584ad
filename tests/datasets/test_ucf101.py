"""UCF101: the subset follows from the group, as the authors' lists say."""

from collections import Counter
from pathlib import Path

import pytest
from sbu_sources import ignore_progress
from video_sources import write_video

from harness.datasets.collecting import prepare_videos, verify_videos
from harness.datasets.definition import StrayFile, VideoFile
from harness.datasets.ucf101 import CLASSES, DATASET, assign, find
from harness.errors import DataError


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Four clips in the authors' layout."""
    for name in (
        "ApplyEyeMakeup/v_ApplyEyeMakeup_g01_c01.avi",
        "ApplyEyeMakeup/v_ApplyEyeMakeup_g08_c02.avi",
        "HandstandPushups/v_HandStandPushups_g15_c01.avi",
        "YoYo/v_YoYo_g25_c05.avi",
    ):
        write_video(tmp_path / "UCF-101" / name, 5)
    return tmp_path / "UCF-101"


def test_the_definition_adds_up() -> None:
    """13,320 clips of 101 classes, 25 groups each, divided as the authors' lists are."""
    groups = {sample.group for sample in DATASET.manifest}

    assert len(DATASET.manifest) == len({s.id for s in DATASET.manifest}) == 13320
    assert len(groups) == 25 * 101
    sizes = {split.name: (split.train, split.test) for split in DATASET.splits}
    assert sizes == {"1": (9537, 3783), "2": (9586, 3734), "3": (9624, 3696)}
    for split in DATASET.splits:
        for subset in ("train", "test"):
            chosen = DATASET.select(DATASET.manifest, split.name, subset)
            assert len(chosen) == split.counts[subset]
            assert len({sample.label for sample in chosen}) == 101
        sides = Counter((sample.group, assign(split.name, sample)) for sample in DATASET.manifest)
        assert len(sides) == len(groups)  # no group on both sides


def test_clips_are_found(source: Path, tmp_path: Path) -> None:
    """By class, with their groups, however the class of handstands is spelled."""
    (source / "README.txt").touch()

    found = list(find(source, tmp_path))

    assert [(f.id, f.label, f.group) for f in found if isinstance(f, VideoFile)] == [
        ("v_ApplyEyeMakeup_g01_c01", 0, "ApplyEyeMakeup_g01"),
        ("v_ApplyEyeMakeup_g08_c02", 0, "ApplyEyeMakeup_g08"),
        ("v_HandstandPushups_g15_c01", 36, "HandstandPushups_g15"),
        ("v_YoYo_g25_c05", 100, "YoYo_g25"),
    ]
    assert found[2].path == "HandstandPushups/v_HandStandPushups_g15_c01.avi"
    assert CLASSES[36] == "HandstandPushups"
    assert {f.id for f in found} <= {sample.id for sample in DATASET.manifest}
    (source / "HandstandPushups").rename(source / "HandStandPushups")
    assert next(f for f in find(source, tmp_path) if f.label == 36).id == found[2].id


def test_missing_clips_are_named_and_counted(source: Path, tmp_path: Path) -> None:
    """What the authors have and the folder has not is in the index, and counts as failed."""
    root = tmp_path / "data"
    with pytest.raises(DataError, match="13316 missing: v_Ap"):
        prepare_videos(DATASET, source, root, ignore_progress)

    prepared = prepare_videos(DATASET, source, root, ignore_progress, partial=True).prepared

    assert len(prepared.samples) == 4
    assert len(prepared.index.defects) == len(prepared.lost) == 13316
    for split in DATASET.splits:
        for subset in ("train", "test"):
            there = len(prepared.subset(split.name, subset))
            assert there + prepared.count_unreadable(split.name, subset) == split.counts[subset]
    assert [sample.id for sample in prepared.subset("3", "test")] == ["v_HandstandPushups_g15_c01"]
    problems = verify_videos(DATASET, root, ignore_progress).problems
    assert "1 test: 1 samples, 3783 expected" in problems


def test_other_files_are_named(source: Path, tmp_path: Path) -> None:
    """A video that is no clip of the set is not taken, and not passed over in silence."""
    write_video(source / "YoYo" / "holiday.avi", 3)
    write_video(source / "YoYo" / "v_Yodelling_g01_c01.avi", 3)

    strays = [f.path for f in find(source, tmp_path) if isinstance(f, StrayFile)]

    assert strays == ["YoYo/holiday.avi", "YoYo/v_Yodelling_g01_c01.avi"]
    prepared = prepare_videos(
        DATASET, source, tmp_path / "data", ignore_progress, partial=True
    ).prepared
    assert [d.path for d in prepared.index.defects if not d.lost] == strays
    assert not any(d.kept for d in prepared.index.defects)


def test_a_clip_that_the_authors_do_not_have_is_surplus(source: Path, tmp_path: Path) -> None:
    """A group's eighth clip does not exist."""
    write_video(source / "YoYo" / "v_YoYo_g25_c08.avi", 3)

    with pytest.raises(DataError, match="1 surplus: v_YoYo_g25_c08"):
        prepare_videos(DATASET, source, tmp_path / "data", ignore_progress)


def test_contradictions_are_refused(source: Path, tmp_path: Path) -> None:
    """A clip there twice, in another class's folder, or no clip at all."""
    copy = write_video(source / "more" / "v_YoYo_g25_c05.mp4", 3)
    with pytest.raises(DataError, match="v_YoYo_g25_c05 is there twice"):
        list(find(source, tmp_path))
    copy.rename(source / "YoYo" / "v_Archery_g01_c01.avi")
    with pytest.raises(DataError, match="a clip of Archery in the folder of YoYo"):
        list(find(source, tmp_path))
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="no file v_CLASS"):
        list(find(tmp_path / "empty", tmp_path))


@pytest.mark.data
@pytest.mark.parametrize("split", ["1", "2", "3"])
def test_every_line_of_the_authors_lists(real_data: Path, split: str) -> None:
    """Each clip is in the subset that the lists give, with their label, and no other is."""
    lists = real_data / "splits" / "ucf101"
    spelled = {sample.id.lower(): sample for sample in DATASET.manifest}
    seen = set()
    for subset, name in (("train", "trainlist"), ("test", "testlist")):
        for line in (lists / f"{name}0{split}.txt").read_text().split("\n"):
            if not line.strip():
                continue
            path, *label = line.split()
            sample = spelled[Path(path).stem.lower()]
            assert DATASET.assign(split, sample) == subset
            assert CLASSES[sample.label] == Path(path).parent.name
            assert [sample.label + 1] == [int(number) for number in label or [sample.label + 1]]
            seen.add(sample.id)
    assert len(seen) == 13320
    names = [line.split()[1] for line in (lists / "classInd.txt").read_text().splitlines() if line]
    assert tuple(names) == CLASSES
