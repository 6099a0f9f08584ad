"""HMDB51: the authors' lists, line by line."""

from collections import Counter
from pathlib import Path

import pytest
from sbu_sources import ignore_progress
from video_sources import write_video

from harness.datasets.collecting import prepare_videos
from harness.datasets.definition import Sample, StrayFile
from harness.datasets.hmdb51 import CLASSES, DATASET, find, find_origin, read_lists
from harness.errors import DataError

ODD = "Sch;n_&_[gut]!_(Rad)~#1_wave_f_cm_np1_le_med_"


def _names(kind: str, count: int = 102) -> list[str]:
    start = ODD if kind == "wave" else f"film_{kind}_h_nm_np2_fr_goo_"
    return [f"{start}{number}" for number in range(count)]


def _list_of(kind: str, split: int) -> str:
    """A list as the authors write it: 70 train, 30 test, the others do not count."""
    kinds = [1] * 70 + [2] * 30 + [0] * 2
    kinds = kinds[-split:] + kinds[:-split]
    return "".join(
        f"{name}.avi {which} \n" for name, which in zip(_names(kind), kinds, strict=True)
    )


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """All lists, for invented clips, of which two are there."""
    source = tmp_path / "hmdb 51"
    lists = source / "testTrainMulti_7030_splits"
    lists.mkdir(parents=True)
    for kind in CLASSES:
        for split in (1, 2, 3):
            (lists / f"{kind}_test_split{split}.txt").write_text(_list_of(kind, split))
    write_video(source / "wave" / f"{ODD}0.avi", 4)
    write_video(source / "wave" / f"{ODD}101.avi", 4)
    return source


def _edit(source: Path, name: str, number: int, line: str | None) -> None:
    path = source / "testTrainMulti_7030_splits" / name
    lines = path.read_text().splitlines()
    lines[number - 1 : number] = [] if line is None else [line]
    path.write_text("\n".join(lines) + "\n")


def test_the_definition_adds_up() -> None:
    """6,766 clips of 51 classes, 70 and 30 of each in a split."""
    assert len(CLASSES) == 51
    assert list(CLASSES) == sorted(CLASSES)
    assert sum(DATASET.class_counts) == 6766
    assert {(split.train, split.test) for split in DATASET.splits} == {(3570, 1530)}


def test_listed_clips_come_with_their_subsets(source: Path, tmp_path: Path) -> None:
    """Whether or not they are there, under whatever odd name; 0 is in neither subset."""
    found = {file.id: file for file in find(source, tmp_path)}

    assert len(found) == 102 * 51
    odd = found[f"wave/{ODD}0"]
    assert odd.path == f"wave/{ODD}0.avi"
    assert (CLASSES[odd.label], odd.group) == ("wave", "wave/Sch;n_&_[gut]!_(Rad)~#1")
    assert odd.subsets == {"3": "test"}
    assert found[f"wave/{ODD}1"].subsets == {"1": "train"}
    assert found[f"wave/{ODD}50"].subsets == {"1": "train", "2": "train", "3": "train"}


def test_missing_clips_are_named_and_counted(source: Path, tmp_path: Path) -> None:
    """A clip that is listed and not there is a failed one of its subset."""
    root = tmp_path / "data"
    with pytest.raises(DataError, match=r"\.avi is not there"):
        prepare_videos(DATASET, source, root, ignore_progress)

    prepared = prepare_videos(DATASET, source, root, ignore_progress, partial=True).prepared

    assert [sample.id for sample in prepared.samples] == [f"wave/{ODD}0", f"wave/{ODD}101"]
    assert prepared.count_unreadable("1", "train") == 3570
    assert prepared.count_unreadable("3", "test") == 1528
    assert [s.id for s in prepared.subset("3", "test")] == [s.id for s in prepared.samples]
    assert prepared.read(prepared.samples[0], [3], None).shape == (1, 32, 48, 3)


def test_a_clip_in_no_list_is_named(source: Path, tmp_path: Path) -> None:
    """It is not taken, and not passed over in silence."""
    write_video(source / "wave" / "other_wave_f_cm_np1_le_med_0.avi", 3)

    (stray,) = (f for f in find(source, tmp_path) if isinstance(f, StrayFile))

    assert stray.path == "wave/other_wave_f_cm_np1_le_med_0.avi"
    assert "none of the authors' lists" in stray.problem


@pytest.mark.parametrize(
    ("name", "number", "line", "match"),
    [
        ("run_test_split2.txt", 5, "{}.avi 3 ", r"run_test_split2\.txt:5: '3' is not 0, 1 or 2"),
        ("run_test_split2.txt", 5, "{}.avi", r"run_test_split2\.txt:5: .* not a clip and a number"),
        ("run_test_split2.txt", 5, "{}.avi x", r"run_test_split2\.txt:5: 'x' is not 0, 1 or 2"),
        ("run_test_split2.txt", 5, "gibberish", r"run_test_split2\.txt:5: 'gibberish' is not"),
        ("run_test_split2.txt", 5, "un.avi 1", r"run_test_split2\.txt:5: un is not in .*split1"),
        ("run_test_split1.txt", 5, "un.avi 1", r"split2\.txt:5: film_.* is not in .*split1\.txt"),
        ("run_test_split3.txt", 2, None, r"split1\.txt:2: film_.*_1 is not in .*split3"),
        ("run_test_split1.txt", 6, "{}.avi 1", r"run_test_split1\.txt:6: .* in this list twice"),
        ("run_test_split1.txt", 50, "film_run_h_nm_np2_fr_goo_49.avi 2", "69 training and 31"),
    ],
)
def test_a_wrong_line_is_named(
    source: Path, name: str, number: int, line: str | None, match: str
) -> None:
    """With its file and number, or at least its file."""
    _edit(source, name, number, line.format(_names("run")[4]) if line else None)

    with pytest.raises(DataError, match=match) as caught:
        read_lists(source)

    assert "test_train_splits.rar" in caught.value.fix


def test_lists_that_are_wrong_as_a_whole(source: Path, tmp_path: Path) -> None:
    """One of a class that does not exist, one that is missing, one that is there twice."""
    lists = source / "testTrainMulti_7030_splits"
    wrong = lists / "yodel_test_split1.txt"
    wrong.write_text("a.avi 1\n")
    with pytest.raises(DataError, match="there is no class 'yodel'"):
        read_lists(source)
    wrong.unlink()
    (lists / "run_test_split1.txt").rename(tmp_path / "aside.txt")
    with pytest.raises(DataError, match=r"no list run_test_split1\.txt"):
        read_lists(source)
    for place in (lists, source):
        (place / "run_test_split1.txt").write_text(_list_of("run", 1))
    with pytest.raises(DataError, match=r"run_test_split1\.txt is there twice"):
        read_lists(source)


def test_a_list_that_is_no_text(source: Path) -> None:
    """Bytes that are no UTF-8 are an error that names the file."""
    path = source / "testTrainMulti_7030_splits" / "run_test_split1.txt"
    path.write_bytes(b"\xff\xfe\x00")

    with pytest.raises(DataError, match=r"run_test_split1\.txt cannot be read"):
        read_lists(source)


def test_a_clip_that_is_there_twice(source: Path, tmp_path: Path) -> None:
    """Two copies contradict each other."""
    write_video(source / "copy" / f"{ODD}0.mp4", 3)

    with pytest.raises(DataError, match="is there twice"):
        list(find(source, tmp_path))


def test_a_sample_that_is_in_no_list_has_no_subset() -> None:
    """Without the lists nobody knows."""
    sample = Sample(id="wave/a", label=50, start=0, frames=1, group="wave/a")

    assert DATASET.assign("1", sample) is None


@pytest.mark.data
def test_the_authors_lists(real_data: Path, tmp_path: Path) -> None:
    """They are read whole, give the declared numbers, and keep a source's clips together."""
    lists = real_data / "splits" / "hmdb51"
    (tmp_path / "empty").mkdir()

    found = read_lists(lists)

    counts = tuple(len(found[kind]) for kind in CLASSES)
    assert counts == DATASET.class_counts
    sides: dict[tuple[str, str, str], set[str]] = {}
    sizes: Counter[tuple[str, str]] = Counter()
    for kind, clips in found.items():
        for name, subsets in clips.items():
            for split, subset in subsets.items():
                sizes[split, subset] += 1
                sides.setdefault((split, kind, find_origin(kind, name)), set()).add(subset)
    assert set(sizes.values()) == {3570, 1530}
    assert {len(subsets) for subsets in sides.values()} == {1}
    files = list(find(lists, tmp_path))
    assert len({file.id for file in files}) == 6766
    assert len({file.group for file in files}) < 2500
