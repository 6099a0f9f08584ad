"""Kinetics-skeleton: the authors' JSON files and label files."""

import json
import random
from pathlib import Path

import numpy as np
import pytest
from sbu_sources import ignore_progress

from harness.datasets.imitation import write_kinetics
from harness.datasets.kinetics_skeleton import DATASET, parse, parse_video
from harness.datasets.prepared import load_prepared, prepare, verify
from harness.errors import DataError

FOUND = {"pose": [0.75, 0.25, 0.5, 0.5, *[0.1] * 32], "score": [0.5, 0.0, *[1.0] * 16]}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Six videos for training and four for validation; to be damaged."""
    folder = tmp_path / "source"
    for part, count in (("train", 6), ("val", 4)):
        labels = {f"{part}{number}": 100 * number for number in range(min(count, 4))}
        labels |= {f"{part}{number}": 5 for number in range(4, count)}
        write_kinetics(folder, part, labels, DATASET.classes)
    return folder


def video(*frames: object, **facts: object) -> bytes:
    """A file of some frames."""
    return json.dumps({"data": frames, **facts}).encode()


def frame(index: object, *skeletons: object) -> dict[str, object]:
    """A frame of some skeletons."""
    return {"frame_index": index, "skeleton": list(skeletons)}


def test_a_file_is_read_as_the_authors_converter_does() -> None:
    """Frames stand where they say, x and y from the centre, joints not found at zero."""
    content = video(frame(1), frame(3, FOUND, *[FOUND] * 7))

    poses = parse(content, "x.json")

    assert poses.shape == (4, 5, 18, 3)
    assert poses.dtype == np.float32
    assert not poses[:3].any()
    assert poses[3, 0, 0].tolist() == [0.25, -0.25, 0.5]
    assert poses[3, 0, 1].tolist() == [0, 0, 0]
    assert (poses[3] == poses[3, :1]).all()


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (b"", "is not JSON"),
        (b"text", "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
        (b"[]", "no JSON object"),
        (video(), "no list of frames"),
        (b'{"data": 3}', "no list of frames"),
        (video([]), "frame without number"),
        (video(frame("1")), "frame without number"),
        (video(frame(-1)), "frame without number"),
        (video(frame(10**9)), "frame without number"),
        (video(frame(True)), "frame without number"),
        (video(frame(1), frame(1)), "frame 1 twice"),
        (video(frame(1, 5)), "frame 1: a skeleton has not 36 numbers"),
        (video(frame(1, {"pose": [0.0] * 35, "score": [0.0] * 18})), "has not 36 numbers"),
        (video(frame(1, {"pose": [0.0] * 36, "score": [0.0] * 17})), "has not 18 numbers"),
        (video(frame(1, FOUND | {"score": ["1"] * 18})), "has not 18 numbers"),
        (video(frame(1, FOUND | {"score": [1e30] * 18})), "has not 18 numbers"),
        (video(frame(1, FOUND | {"score": [float("nan")] * 18})), "has not 18 numbers"),
        (video(frame(1, FOUND), label_index="5"), "label that is no number"),
    ],
)
def test_a_malformed_file_is_named(content: bytes, match: str) -> None:
    """What is wrong, and in which frame."""
    with pytest.raises(DataError, match=match) as caught:
        parse(content, "x.json")
    assert "x.json" in caught.value.problem


def test_mutated_files_are_read_or_refused_by_name(source: Path) -> None:
    """A thousand random damages: our own error, or sound arrays."""
    content = json.dumps(
        json.loads((source / "kinetics_train" / "train1.json").read_bytes())
        | {"data": [frame(0, FOUND), frame(1, FOUND, FOUND)]}
    ).encode()
    draws, refused = random.Random(2018), 0
    for _ in range(1000):
        damaged = bytearray(content)
        for _ in range(draws.randint(1, 3)):
            at = draws.randrange(len(damaged))
            if draws.random() < 0.6:
                damaged[at] = draws.choice(b'0123456789{}[]",:-eE.n\xff')
            else:
                del damaged[at : at + draws.choice([1, 3, 40])]
        try:
            bodies = parse_video(bytes(damaged), "x.json")
        except DataError as error:
            refused += 1
            assert "x.json" in error.problem
        else:
            assert np.isfinite(bodies.keypoints).all()
            assert np.count_nonzero(bodies.tracks) == len(bodies.keypoints)
    assert 300 < refused < 1000


def test_a_folder_becomes_a_data_set(source: Path, tmp_path: Path) -> None:
    """Training videos train and validation videos test; those without anybody are left alone."""
    labels = source / "kinetics_train_label.json"
    entries = json.loads(labels.read_text())
    entries["train0"]["has_skeleton"] = False
    labels.write_text(json.dumps(entries))

    prepare(DATASET, source, tmp_path / "data", ignore_progress, partial=True)
    prepared = load_prepared(DATASET, tmp_path / "data")

    assert [s.id for s in prepared.subset("val", "train")] == [
        f"train/train{n}" for n in range(1, 6)
    ]
    assert [s.label for s in prepared.subset("val", "test")] == [0, 100, 200, 300]
    one = prepared.samples[0]
    content = (source / "kinetics_train" / "train1.json").read_bytes()
    assert np.array_equal(prepared.frames_of(one), parse(content, "x"))
    assert "260232" in str(verify(DATASET, tmp_path / "data").difference)


def test_what_the_labels_name_and_is_not_there_is_missing(source: Path, tmp_path: Path) -> None:
    """It is named, and skipped on request; so is a file of another class."""
    (source / "kinetics_val" / "val2.json").unlink()
    other = source / "kinetics_val" / "val1.json"
    other.write_text(json.dumps(json.loads(other.read_text()) | {"label_index": 7}))
    data = tmp_path / "data"

    with pytest.raises(DataError, match=r"val1\.json has the label 7 instead of 100"):
        prepare(DATASET, source, data, ignore_progress, partial=True)
    summary = prepare(DATASET, source, data, ignore_progress, partial=True, skip_bad=True)

    assert [item.id for item in summary.left_out] == ["val/val1", "val/val2"]
    assert {"val/val1", "val/val2"} <= set(verify(DATASET, data).difference.missing)
    counts = {count.name: count for count in verify(DATASET, data).classes}
    assert (counts[DATASET.classes[200]].found, counts[DATASET.classes[200]].expected) == (1, 2)


@pytest.mark.parametrize(
    ("entry", "match"),
    [
        ({"has_skeleton": True}, "no label for 'v'"),
        ({"label_index": 400}, "no label for 'v'"),
        ({"label_index": 3, "label": "zumba"}, "calls class 3 'zumba', not 'applauding'"),
        (3, "no label for 'v'"),
    ],
)
def test_a_wrong_label_file_is_refused(entry: object, match: str, tmp_path: Path) -> None:
    """A class that does not exist, or has another name."""
    (tmp_path / "kinetics_val_label.json").write_text(json.dumps({"v": entry}))
    with pytest.raises(DataError, match=match):
        list(DATASET.need_skeletons().read(tmp_path))


def test_a_source_without_labels_says_what_to_give(tmp_path: Path) -> None:
    """The label files are looked for first."""
    with pytest.raises(DataError, match=r"no kinetics_train_label\.json or"):
        list(DATASET.need_skeletons().read(tmp_path))
