"""Values to JSON text and back."""

import json
import pickle
from dataclasses import dataclass

import pytest

from harness.documents import dump, parse, parse_record
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
