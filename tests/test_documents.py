"""Values to JSON text and back."""

import json
import pickle
from dataclasses import dataclass
from pathlib import Path

import pytest

from harness.documents import RecordReader, dump, parse, parse_record
from harness.errors import RunError, StoreError


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """A value to write and read."""

    text: str
    number: float = 0.0


def test_a_value_survives_json():
    """What is written is read back equal, in the order of its fields."""
    note = Note(text="größer — 大", number=1.5)

    assert parse(Note, dump(note), source="x") == note
    assert list(json.loads(dump(note))) == ["text", "number"]
    assert "größer" in dump(note)


@pytest.mark.parametrize(
    "text",
    ['{"text": 1}', '{"number": 1.0}', '{"text": "a", "number": "1"}', "[]", "null", "", "{"],
)
def test_a_value_of_another_shape_is_refused(text):
    """Every type is checked on the way in."""
    with pytest.raises(StoreError, match=r"note\.json cannot be read"):
        parse(Note, text, source="note.json")


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_only_finite_numbers_are_written(value):
    """JSON has no NaN."""
    with pytest.raises(ValueError, match="JSON compliant"):
        dump(Note(text="a", number=value))


def test_a_record_survives_json(record):
    """A record with a plan, data and measurements is read back equal."""
    assert parse_record(dump(record()), source="x") == record()


ROOT = Path(__file__).parents[1]


def test_a_reader_gives_the_same_records():
    """Those that are committed, field by field."""
    reader = RecordReader()
    paths = sorted((ROOT / "results").glob("*/*/record.json"))

    assert paths
    for path in paths:
        text = path.read_bytes()
        assert reader.read(text, source=path.name) == parse_record(text, source=path.name)


def test_a_reader_keeps_what_records_share_once(record, plan):
    """The configuration of a variant's seeds is one object."""
    reader = RecordReader()

    first, second = (
        reader.read(dump(record(plan=plan(seed=seed))).encode(), source="x") for seed in (0, 1)
    )

    assert first.plan.config is second.plan.config
    assert first.data is second.data
    assert first.plan.seed != second.plan.seed


def _without(key):
    return lambda data: {name: value for name, value in data.items() if name != key}


def _with(**changes):
    return lambda data: data | changes


def _planned(**changes):
    return lambda data: data | {"plan": data["plan"] | changes}


@pytest.mark.parametrize(
    "change",
    [
        *map(_without, ("schema_version", "plan", "run_id", "data", "failure", "measurements")),
        _with(schema_version=True),
        _with(schema_version=1.0),
        _with(schema_version=2),
        _with(schema_version=0),
        _with(schema_version="1"),
        _with(status="done"),
        _with(status="failed"),
        _with(duration_s="1"),
        _with(duration_s=2),
        _with(measurements=[{"metric": "top1_acc"}]),
        _with(measurements={}),
        _with(data=[]),
        _with(environment={"device": "x"}),
        _with(claim_digests={"a": 1}),
        _with(unknown=1),
        _with(plan=[]),
        _with(plan={}),
        _planned(seed=1.0),
        _planned(seed=1.5),
        _planned(seed=2**70),
        _planned(seed=None),
        _planned(unknown={"a": []}),
        _planned(config={}),
        _planned(config={"protocol": {"dataset": "x"}}),
        _planned(config={"protocol": None}),
        _planned(config=[]),
        _planned(inputs=[{"variant": "a", "use": "weights", "digest": "b"}]),
        _planned(inputs=[{"variant": "a", "use": "nothing", "digest": "b"}]),
        _planned(overrides=None),
        _planned(limit="3"),
    ],
)
def test_a_reader_refuses_and_accepts_the_same(record, change):
    """And says the same, however many good records it has read before."""
    text = json.dumps(change(json.loads(dump(record())))).encode()
    reader = RecordReader()
    reader.read(dump(record()).encode(), source="x")

    assert _outcome(reader.read, text) == _outcome(parse_record, text)


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"null", b"\xff", b"{}" + b" " * 2**23])
def test_a_reader_refuses_what_is_no_record(text):
    """Nonsense, and what is too long."""
    assert _outcome(RecordReader().read, text) == _outcome(parse_record, text)


def test_a_reader_refuses_a_record_that_is_cut_short_or_changed(record):
    """Whatever byte is missing or replaced."""
    text = dump(record()).encode()
    reader = RecordReader()
    reader.read(text, source="x")
    for place in range(0, len(text), 7):
        for damaged in (text[:place], text[:place] + b"\xff" + text[place + 1 :]):
            assert _outcome(reader.read, damaged) == _outcome(parse_record, damaged)


def _outcome(read, text):
    try:
        return read(text, source="record.json")
    except StoreError as error:
        return error.problem, error.fix


def test_a_newer_record_asks_for_a_newer_harness(record):
    """The message says which version wrote it and what to do."""
    data = json.loads(dump(record())) | {"schema_version": 2}

    with pytest.raises(StoreError, match="has schema version 2") as caught:
        parse_record(json.dumps(data), source="x")

    assert "update the harness" in caught.value.fix


def test_an_older_record_without_an_upgrade_is_refused(record):
    """A version that nobody can read any more is not guessed at."""
    data = json.loads(dump(record())) | {"schema_version": 0}

    with pytest.raises(StoreError, match="no upgrade from schema version 0"):
        parse_record(json.dumps(data), source="x")


def test_an_error_keeps_both_sentences_across_processes():
    """A worker's error reaches the launcher whole."""
    error = pickle.loads(pickle.dumps(RunError("it broke", fix="mend it")))

    assert (type(error), error.problem, error.fix) == (RunError, "it broke", "mend it")
