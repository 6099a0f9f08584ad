"""Values to JSON text and back: strict, bounded, versioned."""

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, TypeVar

import msgspec

from harness.errors import StoreError
from harness.records import SCHEMA_VERSION, Json, RunRecord

MOST_BYTES = 8 * 2**20  # a record is a few kilobytes
T = TypeVar("T")

UPGRADES: dict[int, Callable[[Json], Json]] = {}  # from version → its successor's form


def dump(value: Any) -> str:
    """A dataclass as indented JSON, in the order of its fields.

    Raises:
        ValueError: A number in it is not finite.
    """
    return json.dumps(asdict(value), indent=1, allow_nan=False, ensure_ascii=False) + "\n"


def parse(kind: type[T], text: str | bytes, *, source: str) -> T:
    """A dataclass from JSON text, every type checked.

    Args:
        kind: Dataclass to make.
        text: JSON.
        source: Where it came from, for the message.

    Raises:
        StoreError: It is too long, not JSON, or not such a value.
    """
    return _convert(kind, _decode(text, source), source)


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


def _decode(text: str | bytes, source: str) -> Json:
    if len(text) > MOST_BYTES:
        raise _corrupt(source, f"it is longer than {MOST_BYTES} bytes")
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
