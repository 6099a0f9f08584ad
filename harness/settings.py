"""A configuration's settings: what they are called, and how their values are shown.

Configurations are plain JSON, as :func:`harness.plan.load_config` gives them.
Lists of parts (a pipeline, hooks, schedulers) go by the parts' class names, so
that a part more or less does not shift all that follow.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, is_dataclass
from enum import Enum
from typing import Any, Final

Json = dict[str, Any]

DASH = "–"
DECLARED: Mapping[str, str] = {"choices": "choice", "departures": "departure"}
# The order in which a reader asks; what is not named comes last.
ORDER = (
    "fusion",
    "inputs",
    "train_cfg",
    "train_dataloader.batch_size",
    "optim_wrapper",
    "param_scheduler",
    "custom_hooks",
    "model",
    "protocol",
    "splits",
    "train_dataloader",
    "val_dataloader",
    "test_dataloader",
)
_SUBSETS = ("train", "val", "test")
_OF_SUBSET = re.compile(r"(train|val|test)(_(?:dataloader|cfg|evaluator)(?:\..+)?)")
_SELECTED = re.compile(r"\w+_dataloader\.dataset\.split")
_CLASS = re.compile(r"[a-z_]\w*(?:\.\w+)*\.([A-Z]\w*)")


class _Absent(Enum):
    ABSENT = DASH


ABSENT: Final = _Absent.ABSENT
"""Stands where a configuration does not have a setting."""


def decisive(config: Json) -> Json:
    """A configuration without what is declared and, in a fusion, its inputs.

    A fusion's inputs repeat its streams.
    """
    left_out = set(DECLARED) | ({"inputs"} if "fusion" in config else set())
    return {key: value for key, value in config.items() if key not in left_out}


def is_selected(key: str) -> bool:
    """Whether each run sets a setting itself: the split that it is of."""
    return _SELECTED.fullmatch(key) is not None


def place_of(key: str) -> int:
    """Place of a setting in :data:`ORDER`."""
    for index, prefix in enumerate(ORDER):
        if key == prefix or key.startswith(f"{prefix}."):
            return index
    return len(ORDER)


def join_subsets(items: Iterable[tuple[str, str]]) -> Iterator[tuple[int, str]]:
    """Settings that are the same for train, val and test, joined.

    ``{train,val,test}_dataloader.num_workers`` stands for all three.

    Args:
        items: Key and value of each setting.

    Yields:
        Index of the first of the joined settings, and their key.
    """
    groups: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for index, (key, value) in enumerate(items):
        match = _OF_SUBSET.fullmatch(key)
        subset, rest = match.groups() if match else ("", key)
        groups.setdefault((rest, value), []).append((index, subset))
    for (rest, _), members in groups.items():
        named = {subset for _, subset in members}
        found = [subset for subset in _SUBSETS if subset in named]
        prefix = f"{{{','.join(found)}}}" if len(found) > 1 else "".join(found)
        yield members[0][0], prefix + rest


def is_parts(value: Any) -> bool:
    """Whether a value is a list of parts."""
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def kind_of(part: Any) -> str:
    """Class name of a part; ``""`` where it has none."""
    name = part.get("type", "") if isinstance(part, dict) else ""
    return str(name).rpartition(".")[-1]


def number_parts(parts: Sequence[Json]) -> list[int]:
    """For each part, which of its class it is, from 1."""
    seen: Counter[str] = Counter()
    numbers = []
    for part in parts:
        seen[kind_of(part)] += 1
        numbers.append(seen[kind_of(part)])
    return numbers


def part_key(path: str, kind: str, number: int, of: int) -> str:
    """Key of a part; its number only where there are several of its class."""
    key = f"{path}.{kind}" if kind else path
    return f"{key}#{number}" if of > 1 else key


def canonical(value: Any) -> str:
    """Text that is the same for the same values only."""
    return json.dumps(value, sort_keys=True, default=_spell)


def _spell(value: object) -> Json:
    if value is ABSENT:
        return {"absent": True}
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    raise TypeError(f"{value!r} is no plain JSON")


def show_values(values: Sequence[Any], limit: int | None = None) -> tuple[str, ...]:
    """Values of one setting as text, in which different values differ.

    Args:
        values: The values.
        limit: Length over which a text is shortened, where they still differ.
    """
    different = len({canonical(value) for value in values})
    for bound, exact in ((limit, False), (None, False), (None, True)):
        texts = tuple(show_value(value, bound, exact=exact) for value in values)
        if len(set(texts)) == different:
            break
    return texts


def show_value(value: Any, limit: int | None = None, *, exact: bool = False) -> str:
    """A value in a line: classes by their names, parts like calls.

    Args:
        value: Plain JSON, or :data:`ABSENT`.
        limit: Length over which the text is shortened.
        exact: Whether classes keep their modules, and numbers all their digits.
    """
    if value is ABSENT:
        return DASH
    if value in ({}, []):
        return "none"
    text = ""
    for depth in (100, 1, 0) if is_parts(value) else (100, 1):
        text = _show(value, exact=exact, depth=depth)
        if limit is None or len(text) <= limit:
            break
    if isinstance(value, dict) and not kind_of(value):
        text = text[1:-1]
    return f"{text[: limit - 1]}…" if limit and len(text) > limit else text


def _show(value: Any, *, exact: bool, depth: int) -> str:
    """A value; of parts nested deeper than ``depth`` the class names only."""
    if isinstance(value, str):
        match = None if exact else _CLASS.fullmatch(value)
        return match.group(1) if match else value or "''"
    if isinstance(value, list):
        items = (_show(item, exact=exact, depth=depth) for item in value)
        return f"[{', '.join(items)}]"
    if isinstance(value, float) and not exact:
        return min(str(value), f"{value:.6g}", key=len)
    if not isinstance(value, dict):
        return str(value)
    name = str(value.get("type", "")) if exact else kind_of(value)
    arguments = [
        f"{key}={_show(item, exact=exact, depth=depth - 1)}"
        for key, item in value.items()
        if key != "type"
    ]
    inner = ", ".join(arguments) if depth > 0 else "…"
    return f"{name}({inner})" if arguments or not name else name
