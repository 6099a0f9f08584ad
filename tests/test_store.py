"""Results on disk: append-only, whole, checked."""

import io
import json
import subprocess
import sys
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from harness.documents import dump
from harness.errors import CatalogError, StoreError
from harness.scores import Scores, pack, pack_scores, unpack, unpack_scores
from harness.store import RECORD, SCORES, write_durably, write_replacing

ADD = """
import sys
from dataclasses import replace
from pathlib import Path
from harness.documents import parse_record
from harness.store import ResultStore
record = parse_record(Path(sys.argv[1]).read_bytes(), source='test')
for _ in range(25):
    ResultStore(Path(sys.argv[2])).add(record, {'note.txt': sys.argv[3].encode()})
"""
FILL = """
import resource, sys
from pathlib import Path
from harness.documents import parse_record
from harness.errors import StoreError
from harness.store import ResultStore
record = parse_record(Path(sys.argv[1]).read_bytes(), source='test')
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    ResultStore(Path(sys.argv[2])).add(record, {'scores.npz': bytes(100_000)})
except StoreError as error:
    print(error.problem)
"""


@pytest.fixture
def scores():
    """Scores of twenty samples over three classes."""
    draw = np.random.default_rng(0)
    return Scores(
        ids=np.array([f"s{index}" for index in range(20)]),
        groups=np.array(["a", "b"] * 10),
        labels=draw.integers(0, 3, 20),
        scores=draw.random((20, 3), dtype=np.float32),
    )


def only_lines(error):
    """Both sentences of an error, each of which must be one line."""
    assert "\n" not in error.problem + error.fix
    return error.problem


def test_what_is_added_is_read_back(store, record, scores):
    """A record, its curves and its scores survive the disk unchanged."""
    history = b"epoch,train_loss,monitored_acc\n1,0.5,\n2,0.25,70.0\n"
    added = store.add(record(), {SCORES: pack_scores(scores), "history.csv": history})

    (run,) = store.runs()

    assert run == added
    assert run.record == record()
    assert run.scores.accuracy() == scores.accuracy()
    assert run.history == (
        {"epoch": 1.0, "train_loss": 0.5, "monitored_acc": None},
        {"epoch": 2.0, "train_loss": 0.25, "monitored_acc": 70.0},
    )


def test_a_half_written_run_is_not_seen(store, record):
    """A reader sees all of a run or nothing: hidden folders are not runs."""
    run = store.add(record(), {})
    run.folder.rename(run.folder.with_name(f".{run.folder.name}.12345678"))

    assert store.runs() == ()
    with pytest.raises(CatalogError, match="there is no run"):
        store.find(record().run_id)


def test_nothing_hidden_is_left_behind(store, record):
    """A stored run leaves its folder and nothing beside it."""
    run = store.add(record(), {})

    assert [path.name for path in run.folder.parent.iterdir()] == [run.record.run_id]


def test_a_taken_id_gets_a_longer_one(store, record):
    """Records are never overwritten: the second of a name is called -2, also inside."""
    first, second = store.add(record(), {}), store.add(replace(record(), duration_s=9.0), {})

    assert second.record.run_id == f"{first.record.run_id}-2"
    assert [run.record.duration_s for run in store.runs()] == [1.5, 9.0]


def test_two_writers_lose_nothing(store, record, tmp_path):
    """Two processes that add 25 records of one name each leave 50 whole runs."""
    source = tmp_path / "record.json"
    source.write_text(dump(record()))
    command = [sys.executable, "-c", ADD, str(source), str(store.root)]
    writers = [subprocess.Popen([*command, name]) for name in ("left", "right")]

    assert [writer.wait(60) for writer in writers] == [0, 0]
    notes = [(run.folder / "note.txt").read_text() for run in store.runs()]
    assert (notes.count("left"), notes.count("right")) == (25, 25)


def test_a_full_disk_leaves_nothing_half_written(store, record, tmp_path, python):
    """A file that does not fit is an error in one sentence, and no trace of the run."""
    source = tmp_path / "record.json"
    source.write_text(dump(record()))

    done = python(FILL, source, store.root)

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"the record {record().run_id} could not be stored in")
    assert [path for path in store.root.rglob("*") if path.is_file()] == []
    assert [path.name for path in store.root.rglob(".*")] == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (b"", "cannot be read"),
        (b"{", "cannot be read"),
        (b"\xff\xfe{}", "cannot be read"),
        (b"[]", "it is not a JSON object"),
        (b"{}", "it has no schema_version"),
        (b'{"schema_version": 1}', "missing required field"),
        (b'{"schema_version": 99}', "has schema version 99"),
        (b'{"schema_version": NaN}', "cannot be read"),
        (b'{"schema_version": 1, "a": ' + b"[" * 100_000, "cannot be read"),
        (b" " * (8 * 2**20 + 1), "it is longer than"),
    ],
    ids=["empty", "cut", "binary", "list", "bare", "fields", "newer", "nan", "deep", "long"],
)
def test_a_record_that_is_none_is_refused(store, record, text, problem):
    """Whatever stands in record.json, reading ends in a record or in two lines."""
    run = store.add(record(), {})
    (run.folder / RECORD).write_bytes(text)

    with pytest.raises(StoreError, match=problem) as caught:
        store.runs()

    assert str(run.folder / RECORD) in only_lines(caught.value)


def test_not_a_number_is_never_written(store, record):
    """Absence is spelled by the status; a NaN does not reach the disk."""
    with pytest.raises(ValueError, match="JSON compliant"):
        store.add(record(float("nan")), {})

    assert store.runs() == ()


def test_a_folder_with_another_name_is_refused(store, record):
    """A run's folder is called like the run."""
    run = store.add(record(), {})
    run.folder.rename(run.folder.with_name("renamed"))

    with pytest.raises(StoreError, match="says it is run"):
        store.runs()


def test_an_invalidated_run_keeps_its_record(store, record):
    """A record that was found wrong is marked with the reason and not edited."""
    run = store.add(record(), {})
    before = (run.folder / RECORD).read_bytes()

    store.invalidate(run.record.run_id, "the labels were shifted")

    (found,) = store.runs()
    assert found.invalidated == "the labels were shifted"
    assert (run.folder / RECORD).read_bytes() == before


def test_a_corrupt_invalidation_is_an_error(store, record):
    """A note that cannot be read neither hides the run nor ends in a traceback."""
    run = store.add(record(), {})
    (run.folder / "invalidated.json").write_text("{")

    with pytest.raises(StoreError, match=r"invalidated\.json"):
        store.runs()


def test_a_run_is_found_by_the_beginning_of_its_id(store, record):
    """A prefix is enough while it is the only one."""
    run = store.add(record(run_id="20260102T030405Z-aaaa"), {})
    store.add(record(run_id="20260102T030406Z-bbbb"), {})

    assert store.find("20260102T030405") == run
    with pytest.raises(CatalogError, match="2 runs begin with '2026'"):
        store.find("2026")


@pytest.mark.parametrize("name", ["nope", "*", "../..", "[a-z]", "toy/2026"])
def test_an_unknown_run_is_said_to_be_unknown(store, record, name):
    """A name is taken literally, not as a pattern or a path."""
    store.add(record(), {})

    with pytest.raises(CatalogError, match="there is no run"):
        store.find(name)


def test_a_whole_id_is_found_though_another_begins_so(store, record):
    """The first of two runs of one name can still be asked for."""
    first = store.add(record(), {})
    store.add(record(), {})

    assert store.find(first.record.run_id) == first


def test_replacing_is_whole_or_not_at_all(tmp_path):
    """A write that fails leaves the old content and no other file."""
    path = tmp_path / "page.html"
    write_durably(path, b"old")

    with pytest.raises(TypeError, match="bytes"):
        write_replacing(path, "not bytes")

    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_scores_keep_their_bytes(scores):
    """Equal scores are equal files, so a repeated run changes nothing in git."""
    assert pack_scores(scores) == pack_scores(scores)
    assert (unpack_scores(pack_scores(scores), source="x").scores == scores.scores).all()


def test_accuracies_are_the_hand_computed_ones():
    """Two of four right at first, three within two; classes weigh the same; ties go first."""
    scores = Scores(
        ids=np.array(list("abcd")),
        groups=np.array(list("abcd")),
        labels=np.array([0, 0, 0, 1]),
        scores=np.array([[3, 2, 1], [1, 2, 3], [2, 3, 1], [0, 1, 1]], dtype=np.float32),
    )

    assert scores.accuracy() == 50.0
    assert scores.accuracy(2) == 75.0
    assert scores.mean_class_accuracy() == pytest.approx(100 * (1 / 3 + 1) / 2)


def test_a_pickle_is_refused():
    """Scores are arrays of numbers and text; anything that runs code is not loaded."""
    buffer = io.BytesIO()
    np.savez(buffer, ids=np.array([json], dtype=object).astype(object).repeat(0))
    with zipfile.ZipFile(buffer, "w") as archive:
        member = io.BytesIO()
        np.lib.format.write_array(member, np.array([{}], dtype=object), allow_pickle=True)
        archive.writestr("ids.npy", member.getvalue())

    with pytest.raises(StoreError, match="allow_pickle=False"):
        unpack_scores(buffer.getvalue(), source="x")


def test_a_zip_bomb_is_refused_before_it_is_unpacked():
    """A file of some kilobytes that unpacks to 300 MiB is not unpacked."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("ids.npy", "w") as member,
    ):
        for _ in range(300):
            member.write(bytes(2**20))

    assert len(buffer.getvalue()) < 2**20
    with pytest.raises(StoreError, match="unpacks to more than"):
        unpack(buffer.getvalue(), source="x")


def test_an_array_that_promises_too_much_is_refused():
    """A header that says 72 TiB is an error in two lines, not out of memory."""
    member, buffer = io.BytesIO(), io.BytesIO()
    header = dict(descr="<f8", fortran_order=False, shape=(10**13,))
    np.lib.format.write_array_header_1_0(member, header)
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("ids.npy", member.getvalue())

    with pytest.raises(StoreError, match="cannot be read"):
        unpack(buffer.getvalue(), source="x")


def test_damaged_scores_end_in_scores_or_an_error(scores):
    """Of 500 files with one byte changed none ends in another exception."""
    whole = pack_scores(scores)
    draw = np.random.default_rng(0)
    for _ in range(500):
        damaged = bytearray(whole)
        damaged[draw.integers(len(whole))] ^= int(draw.integers(1, 256))
        try:
            unpack_scores(bytes(damaged), source="x")
        except StoreError as error:
            only_lines(error)


def test_arrays_of_other_lengths_are_no_scores(scores):
    """Nineteen labels for twenty samples are refused."""
    arrays = dict(ids=scores.ids, groups=scores.groups, labels=scores.labels[1:])

    with pytest.raises(StoreError, match="different lengths"):
        unpack_scores(pack(arrays | {"scores": scores.scores}), source="x")


def test_missing_scores_say_so(store, record):
    """A record without its scores file is named."""
    with pytest.raises(StoreError, match=r"scores\.npz is missing"):
        _ = store.add(record(), {}).scores
