"""In which settings several configurations differ: a row a setting, a column a configuration."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from harness.settings import (
    ABSENT,
    Json,
    canonical,
    decisive,
    is_parts,
    is_selected,
    join_subsets,
    kind_of,
    number_parts,
    part_key,
    place_of,
)

_NUMBER = re.compile(r"#\d+(?=\.|$)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """A setting that is not the same in several configurations.

    Args:
        key: Where it is, dotted; a part of a list by its class name, with its
            number where one of the lists has several of that class.
        values: Its values, one a configuration, or :data:`ABSENT`.
    """

    key: str
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """Stands in a table for an object to be built, whose settings have rows of their own."""

    type: str
    key: str


@dataclass(frozen=True, slots=True)
class _Leaf:
    value: Any
    owner: _Part | None


def find_settings(configs: Sequence[Json]) -> tuple[Setting, ...]:
    """Settings that are not the same in all configurations, in :data:`ORDER`.

    A part that only some of them have (a network's class, a transform) stands
    with those of its settings that all of these share; the others have rows.
    """
    tables = [dict(_leaves(decisive(config), "", None)) for config in configs]
    keys = tuple(dict.fromkeys(key for table in tables for key in table))
    names = _plain_names(keys)
    rows = {key: [table.get(key) for table in tables] for key in keys}
    rows = {key: row for key, row in rows.items() if len({canonical(leaf) for leaf in row}) > 1}
    parts = [set(_parts(table)) for table in tables]
    shared: dict[_Part, Json] = {}
    for key, row in rows.items():
        if owner := _sole_owner(row, parts):
            leaf = next(leaf for leaf in row if leaf is not None)
            shared.setdefault(owner, {})[key.removeprefix(f"{owner.key}.")] = leaf.value
    found = [
        Setting(key=names[key], values=tuple(_build(leaf, shared) for leaf in row))
        for key, row in rows.items()
        if _sole_owner(row, parts) is None
    ]
    found.sort(key=lambda row: place_of(row.key))
    groups = join_subsets((row.key, canonical(row.values)) for row in found)
    return tuple(replace(found[index], key=key) for index, key in groups)


def _leaves(value: Any, key: str, owner: _Part | None) -> Iterator[tuple[str, _Leaf]]:
    """Settings by key, every part of a list with its number."""
    if isinstance(value, dict):
        if "type" in value:
            part = _Part(str(value["type"]), key)
            yield key, _Leaf(part, owner)
            owner = part
        for name, item in value.items():
            if name != "type":
                yield from _leaves(item, f"{key}.{name}" if key else name, owner)
    elif is_parts(value) and all(map(kind_of, value)):
        numbered = [
            (item, part_key(key, kind_of(item), number, of=number + 1))
            for item, number in zip(value, number_parts(value), strict=True)
        ]
        yield key, _Leaf(tuple(_Part(str(item["type"]), name) for item, name in numbered), owner)
        for item, name in numbered:
            inner = {argument: value for argument, value in item.items() if argument != "type"}
            yield from _leaves(inner, name, _Part(str(item["type"]), name))
    elif not is_selected(key):
        yield key, _Leaf(value, owner)


def _parts(table: Mapping[str, _Leaf]) -> Iterator[_Part]:
    for leaf in table.values():
        found = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
        yield from (part for part in found if isinstance(part, _Part))


def _sole_owner(row: Sequence[_Leaf | None], parts: Sequence[set[_Part]]) -> _Part | None:
    """The part that a setting goes with: all that have the part set it, and alike."""
    found = {canonical(leaf): leaf.owner for leaf in row if leaf is not None}
    owner = next(iter(found.values()))
    has_it = all((leaf is None) == (owner not in its) for leaf, its in zip(row, parts, strict=True))
    return owner if len(found) == 1 and has_it else None


def _build(leaf: _Leaf | None, shared: Mapping[_Part, Json]) -> Any:
    """A value as plain JSON, parts with the settings that go with them."""
    if leaf is None:
        return ABSENT
    if isinstance(leaf.value, tuple):
        return [_build(_Leaf(part, None), shared) for part in leaf.value]
    if not isinstance(leaf.value, _Part):
        return leaf.value
    settings = shared.get(leaf.value, {})
    inner = {name: _build(_Leaf(value, None), shared) for name, value in settings.items()}
    return {"type": leaf.value.type} | inner


def _plain_names(keys: Sequence[str]) -> dict[str, str]:
    """Keys without the number of a part that no configuration has a second of."""
    known = {key[: found.end()] for key in keys for found in _NUMBER.finditer(key)}

    def keep(found: re.Match[str]) -> str:
        return found.group() if f"{found.string[: found.start()]}#2" in known else ""

    return {key: _NUMBER.sub(keep, key) for key in keys}
