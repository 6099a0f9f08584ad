"""Values to JSON text and back: strict, bounded, versioned."""

import json
from collections.abc import Callable
from dataclasses import asdict, fields
from typing import Any, TypeVar, get_type_hints

import msgspec

from harness.claims import Protocol
from harness.errors import StoreError
from harness.records import SCHEMA_VERSION, Json, Plan, RunRecord

MOST_BYTES = 8 * 2**20  # a record is a few kilobytes
T = TypeVar("T")

UPGRADES: dict[int, Callable[[Json], Json]] = {}  # from version → its successor's form


def dump(value: Any) -> str:
    """A dataclass as JSON, a line for each of its fields: records are many, and mostly configs.

    Raises:
        ValueError: A number in it is not finite.
    """
    lines = (f"{_write(name)}:{_write(item)}" for name, item in asdict(value).items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _write(value: Any) -> str:
    return json.dumps(value, allow_nan=False, ensure_ascii=False, separators=(",", ":"))


def parse(kind: type[T], text: str | bytes, *, source: str, most_bytes: int = MOST_BYTES) -> T:
    """A dataclass from JSON text, every type checked.

    Args:
        kind: Dataclass to make.
        text: JSON.
        source: Where it came from, for the message.
        most_bytes: Longest text that is believed.

    Raises:
        StoreError: It is too long, not JSON, or not such a value.
    """
    return _convert(kind, _decode(text, source, most_bytes), source)


def parse_record(text: str | bytes, *, source: str) -> RunRecord:
    """A run record of this or an older schema version.

    Raises:
        StoreError: It is corrupt, or of a newer schema.
    """
    data = _decode(text, source)
    version = data.get("schema_version")
    if not isinstance(version, int):
        raise _corrupt(source, "it has no schema_version")
    if version > SCHEMA_VERSION:
        raise StoreError(
            f"{source} has schema version {version}; this harness reads {SCHEMA_VERSION}",
            fix="update the harness to the version that wrote it",
        )
    while version < SCHEMA_VERSION:
        if version not in UPGRADES:
            raise _corrupt(source, f"there is no upgrade from schema version {version}")
        data = UPGRADES[version](data)
        version += 1
    record = _convert(RunRecord, data, source)
    try:
        record.plan.protocol  # noqa: B018  (a record is whole, or it is refused here)
    except (TypeError, KeyError) as error:
        raise _corrupt(source, f"its protocol is none: {error}") from error
    return record


class RecordReader:
    """Reads records, and keeps what several of them say alike once in memory.

    Most of a record is its configuration, and runs that differ in their seed alone
    have the same one; environment, data and claims repeat, too. Nobody writes to a
    record.
    """

    def __init__(self) -> None:
        self._shared: dict[tuple[str, bytes], Any] = {}

    def read(self, text: bytes, *, source: str) -> RunRecord:
        """The record that :func:`parse_record` gives.

        Args:
            text: JSON.
            source: Where it came from, for the message.

        Raises:
            StoreError: It is corrupt, or of a newer schema.
        """
        try:
            if len(text) <= MOST_BYTES and (record := self._read(text)) is not None:
                return record
        except (msgspec.MsgspecError, TypeError, ValueError, KeyError, RecursionError):
            pass  # whatever is wrong with it, parse_record says it
        return parse_record(text, source=source)

    def _read(self, text: bytes) -> RunRecord | None:
        """The record; ``None`` where it is not of the form that this version writes."""
        parts = _PARTS.decode(text)
        plan_parts = _PARTS.decode(parts.pop("plan"))
        if bytes(parts["schema_version"]) != _VERSION:
            return None
        if not (parts.keys() <= _RECORD.keys() and plan_parts.keys() <= _PLAN.keys()):
            return None
        plan = Plan(**{name: self._part(name, part, _PLAN) for name, part in plan_parts.items()})
        return RunRecord(
            plan=plan, **{name: self._part(name, part, _RECORD) for name, part in parts.items()}
        )

    def _part(self, name: str, part: msgspec.Raw, kinds: dict[str, Any]) -> Any:
        """Value of a field, as the records before have it where they say the same."""
        text = bytes(part)
        if name in _OWN:
            return msgspec.convert(msgspec.json.decode(text), kinds[name])
        if (name, text) not in self._shared:
            value = msgspec.convert(msgspec.json.decode(text), kinds[name])
            if name == "config":
                Protocol(**value["protocol"])  # a record is whole, or it is refused
            self._shared[name, text] = value
        return self._shared[name, text]


_PARTS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_VERSION = str(SCHEMA_VERSION).encode()
_RECORD = {field.name: get_type_hints(RunRecord)[field.name] for field in fields(RunRecord)}
_PLAN = {field.name: get_type_hints(Plan)[field.name] for field in fields(Plan)}
# Fields in which each record has a value of its own.
_OWN = frozenset(
    {"run_id", "plan_digest", "started_at", "duration_s", "timing", "measurements"}
    | {"weights_sha256", "seed"}
)


def _decode(text: str | bytes, source: str, most_bytes: int = MOST_BYTES) -> Json:
    if len(text) > most_bytes:
        raise _corrupt(source, f"it is longer than {most_bytes} bytes")
    try:
        data = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _corrupt(source, str(error)) from error
    if not isinstance(data, dict):
        raise _corrupt(source, "it is not a JSON object")
    return data


def _convert(kind: type[T], data: Json, source: str) -> T:
    try:
        return msgspec.convert(data, kind)
    except (msgspec.ValidationError, TypeError, ValueError) as error:
        raise _corrupt(source, str(error)) from error


def _corrupt(source: str, why: str) -> StoreError:
    return StoreError(
        f"{source} cannot be read: {why}",
        fix="restore it from git, or move it out of the results folder",
    )
