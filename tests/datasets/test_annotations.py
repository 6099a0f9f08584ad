"""Annotation pickles: in as data, never as code, and out as MMAction2 reads them."""

import os
import pickle
import pickletools
import random
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mmaction.datasets import PoseDataset
from mmengine.registry import DefaultScope
from sbu_sources import ignore_progress

from harness.datasets import ntu60_2d
from harness.datasets.annotations import write_annotations
from harness.datasets.definition import LeftOut
from harness.datasets.imitation import list_samples, write_ntu
from harness.datasets.ntu import SIXTY
from harness.datasets.ntu60 import DATASET
from harness.datasets.pickles import PickleError, StoredArray, read_pickle
from harness.datasets.prepared import load_prepared, prepare
from harness.datasets.stored import Prepared
from harness.errors import DataError

NAMES = ["S001C001P001R001A001", "S001C002P003R001A060", "S002C003P010R002A007"]


def annotate(name: str, seed: int = 0, persons: int = 2, **changes: Any) -> dict[str, Any]:
    """An annotation as pyskl's, with float16 coordinates."""
    keypoint = np.random.default_rng(seed).normal(size=(persons, 9 + seed, 25, 3))
    row = dict(frame_dir=name, label=int(name[-3:]) - 1, keypoint=keypoint.astype(np.float16))
    return row | dict(total_frames=9 + seed) | changes


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    """Writes a pickle."""

    def write(content: Any, protocol: int = 4) -> Path:
        path = tmp_path / "anno.pkl"
        path.write_bytes(content if isinstance(content, bytes) else pickle.dumps(content, protocol))
        return path

    return write


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """A crowded data set of 180 sequences."""
    folder = tmp_path_factory.mktemp("annotations")
    write_ntu(folder / "source", list_samples(SIXTY, [1], 1)[::2], distinct=7)
    prepare(DATASET, folder / "source", folder, ignore_progress, partial=True)
    return load_prepared(DATASET, folder)


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize("order", ["C", "F"])
def test_every_protocol_is_read(file, protocol: int, order: str) -> None:
    """Arrays of any layout, small and large, numbers, texts and containers."""
    arrays = [
        np.asarray(np.arange(n * 3).reshape(n, 3), dtype=kind, order=order)
        for n in (1, 4, 900)
        for kind in ("<f2", ">f4", "f8", "i8", "u1", "?")
    ]
    plain = {"a": [1, -1, 2**70, 0.5, None, True], 3: (1, (2,), ()), "s": {1, 2}, "t": "é\n"}
    path = file([plain, np.float32(0.25), np.int64(-7), *arrays], protocol)

    read, number, whole, *stored = read_pickle(path)

    assert (read, number, whole) == (plain, 0.25, -7)
    with path.open("rb") as stream:
        for array, one in zip(arrays, stored, strict=True):
            assert isinstance(one, StoredArray)
            found = one.load(stream)
            assert found.dtype == array.dtype
            assert np.array_equal(found, array)


class Runs:
    """Runs a command when it is unpickled."""

    def __init__(self, function: Any, *arguments: Any) -> None:
        self.call = function, arguments

    def __reduce__(self) -> Any:
        return self.call


@pytest.mark.parametrize(
    ("value", "match"),
    [
        (Runs(os.system, "touch ran"), "names '(posix|nt).system'"),
        (Runs(eval, "open('ran', 'w')"), r"names 'builtins\.eval'"),
        (Runs(np.load, "x"), "names 'numpy"),
        (Path("x"), "names 'pathlib"),
        (np.array([{}]), "in an unknown form"),
        (Runs(bytearray, 1 << 40), "bytes in an unknown form"),
        (Runs(np.ndarray, (1 << 40,)), "in an unknown way"),
        (lambda: 0, ""),
    ],
    ids=["system", "eval", "numpy", "class", "objects", "bomb", "array", "function"],
)
def test_nothing_but_arrays_and_plain_values_is_read(
    file, value: Any, match: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pickle that would run code is refused by the name that it calls, and nothing runs."""
    monkeypatch.chdir(tmp_path)
    if not match:
        value, match = (
            b"\x80\x04cos\nsystem\nX\x08\x00\x00\x00touch ran\x85R.",
            r"names 'os\.system'",
        )
    path = (
        file({"split": {}, "annotations": [{"frame_dir": "a", "keypoint": value}]})
        if not (isinstance(value, bytes))
        else file(value)
    )

    with pytest.raises(PickleError, match=match):
        rows = read_pickle(path)["annotations"]
        rows[0]["keypoint"].load(path.open("rb"))
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b".",
        b"text",
        b"\x80\x04",
        b"\x80\x04]",
        b"\x80\x04N",
        b"(" * 1000,
        b"\x80\x04\x8e" + struct.pack("<Q", 1 << 60) + b"x.",
        b"\x80\x04B" + struct.pack("<I", (1 << 32) - 1) + b"x.",
        b"\x80\x04\x8b" + struct.pack("<i", (1 << 31) - 1) + b"1.",
        b"\x80\x04Nr" + struct.pack("<I", (1 << 32) - 1) + b"h\x01.",
        b"\x80\x02N\x82\x01.",
        b"\x80\x02Pperson\n.",
        b"I" + b"9" * 10_000 + b"\n.",
        b"]" * 50_000 + b"a" * 49_999 + b"e.",
    ],
)
def test_damaged_pickles_and_bombs_are_refused(file, content: bytes) -> None:
    """Lengths and numbers that lie cost nothing and say what is wrong."""
    with pytest.raises(PickleError):
        read_pickle(file(content))


def test_mutated_pickles_are_read_or_refused(file, tmp_path: Path) -> None:
    """A thousand random damages, as a source: our own error, or samples and left-out ones."""
    rows = [annotate(name, seed) for seed, name in enumerate(NAMES)]
    sound = pickle.dumps({"split": {"xsub_train": NAMES}, "annotations": rows}, 4)
    places = [at for _, _, at in pickletools.genops(sound)]
    draws, refused, left_out = random.Random(4), 0, 0
    for _ in range(1000):
        damaged = bytearray(sound)
        for _ in range(draws.randint(1, 3)):
            at = min(draws.choice(places) + draws.randrange(3), len(damaged) - 1)
            if draws.random() < 0.8:
                damaged[at] = draws.randrange(256)
            else:
                del damaged[at : at + draws.choice([1, 5])]
        try:
            found = list(DATASET.need_skeletons().read(file(bytes(damaged))))
        except DataError as error:
            refused += 1
            assert "anno.pkl" in error.problem
        else:
            left_out += sum(isinstance(item, LeftOut) for item in found)
    assert refused > 150
    assert left_out > 5


def test_annotations_become_a_data_set(file, tmp_path: Path) -> None:
    """Bodies have their own tracks; what is left alone, and of other actions, is not read."""
    rows = [annotate(name, seed) for seed, name in enumerate(NAMES)]
    rows[0]["keypoint"][1, :4] = 0
    rows += [annotate("S018C001P001R001A061"), annotate("S001C002P005R002A008")]
    path = file({"split": {}, "annotations": rows})

    prepare(DATASET, path, tmp_path / "data", ignore_progress, partial=True)
    found = load_prepared(DATASET, tmp_path / "data")

    assert [sample.id for sample in found.samples] == NAMES
    first = found.frames_of(found.samples[0])
    assert np.array_equal(first[:, :2], rows[0]["keypoint"].transpose(1, 0, 2, 3))
    assert found.tracks_of(found.samples[0])[3:5, :3].tolist() == [[1, 0, 0], [1, 2, 0]]


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"label": 5}, "has the label 5 instead of 0"),
        ({"keypoint": np.zeros((2, 9, 17, 3))}, "has the shape"),
        ({"keypoint": np.zeros((2, 0, 25, 3))}, "has the shape"),
        ({"keypoint": np.zeros((9, 9, 25, 3))}, "has the shape"),
        ({"keypoint": np.full((2, 9, 25, 3), np.nan)}, "no place"),
        ({"keypoint": np.full((2, 9, 25, 3), 1e30)}, "no place"),
        ({"keypoint": [1, 2]}, "has no keypoint"),
        ({"keypoint": np.zeros((9, 25, 3))}, "has no keypoint of 4 axes"),
    ],
)
def test_a_bad_annotation_is_named(file, changes: dict[str, Any], match: str) -> None:
    """It is one sample that is left out."""
    path = file({"annotations": [annotate(NAMES[0], **changes), annotate(NAMES[1])]})

    bad, good = DATASET.need_skeletons().read(path)

    assert isinstance(bad, LeftOut)
    assert bad.id == NAMES[0]
    assert NAMES[0] in bad.problem
    assert match in bad.problem
    assert not isinstance(good, LeftOut)


def test_detected_joints_come_with_their_scores(file, tmp_path: Path) -> None:
    """Pixels and confidence of 17 joints; a folder of other files is no source of these."""
    places, score = np.ones((1, 5, 17, 2), np.float16), np.full((1, 5, 17), 0.5, np.float16)
    row = dict(frame_dir=NAMES[0], label=0, keypoint=places, keypoint_score=score)
    prepare(ntu60_2d.DATASET, file([row]), tmp_path / "data", ignore_progress, partial=True)
    found = load_prepared(ntu60_2d.DATASET, tmp_path / "data")

    assert found.frames_of(found.samples[0])[0, 0, 0].tolist() == [1, 1, 0.5]
    with pytest.raises(DataError, match="is no annotation pickle"):
        ntu60_2d.DATASET.need_skeletons().read(tmp_path)
    write_annotations(found, tmp_path / "out.pkl", 2)
    again = pickle.loads((tmp_path / "out.pkl").read_bytes())["annotations"][0]
    assert np.array_equal(again["keypoint"], places)
    assert np.array_equal(again["keypoint_score"], score)


def test_what_goes_out_comes_back_the_same(prepared: Prepared, tmp_path: Path) -> None:
    """Two bodies a frame, float32, by name; read again it is the same data set."""
    count = write_annotations(prepared, tmp_path / "out.pkl", 2)
    prepare(DATASET, tmp_path / "out.pkl", tmp_path / "data", ignore_progress, partial=True)
    again = load_prepared(DATASET, tmp_path / "data")

    assert count == len(prepared.samples)
    for one, other in zip(prepared.samples, again.samples, strict=True):
        assert (one.id, one.label, one.group) == (other.id, other.label, other.group)
        assert np.array_equal(prepared.frames_of(one)[:, :2], again.frames_of(other)[:, :2])


def test_mmaction2_reads_what_goes_out(prepared: Prepared, tmp_path: Path) -> None:
    """Its PoseDataset finds the split's samples and their arrays."""
    write_annotations(prepared, tmp_path / "out.pkl", 2)
    with DefaultScope.overwrite_default_scope("mmaction"):
        theirs = PoseDataset(str(tmp_path / "out.pkl"), pipeline=[], split="xview_val")

    ours = prepared.subset("xview", "test")
    assert [row["frame_dir"] for row in theirs] == [sample.id for sample in ours]
    first = theirs[0]
    wanted = prepared.frames_of(ours[0])[:, : len(first["keypoint"])].transpose(1, 0, 2, 3)
    assert np.array_equal(first["keypoint"], wanted)
    assert first["total_frames"] == ours[0].frames
