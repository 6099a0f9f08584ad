"""In what two configurations differ, and which differences from the paper only one declares."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from harness.settings import (
    ABSENT,
    DECLARED,
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
    show_values,
)

Score = tuple[int, int]  # pairs of parts; of these, equal ones


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """A setting in which two configurations differ.

    Args:
        key: Where it is, dotted; a part of a list by its class name, with its
            number where one of the lists has several of that class:
            ``ScaleKeypoints#2``.
        first: Its value in the first, or :data:`harness.settings.ABSENT`.
        second: Its value in the second, or :data:`harness.settings.ABSENT`.
        moved: Whether the values are the part's places in its list, from 1.
    """

    key: str
    first: Any
    second: Any
    moved: bool = False

    @property
    def how(self) -> str:
        """How the two differ: ``changed``, ``moved``, ``only_a`` or ``only_b``."""
        if self.moved:
            return "moved"
        if self.second is ABSENT:
            return "only_a"
        return "only_b" if self.first is ABSENT else "changed"

    def texts(self, limit: int | None = None) -> tuple[str, str]:
        """Both values as text, never the same; shortened where over ``limit``."""
        if self.moved:
            return f"step {self.first}", f"step {self.second}"
        first, second = show_values((self.first, self.second), limit)
        return first, second


@dataclass(frozen=True, kw_only=True, slots=True)
class Declaration:
    """A difference from the paper that a variant declares.

    Args:
        kind: ``choice`` or ``departure``.
        what: What differs.
        why: Its reason.
    """

    kind: str
    what: str
    why: str


def find_differences(first: Json, second: Json) -> tuple[Difference, ...]:
    """Settings in which two configurations differ, in :data:`harness.settings.ORDER`.

    What a run selects itself (its split) and what is declared are left out.
    """
    found = _compare(decisive(first), decisive(second), "")
    return tuple(sorted(found, key=lambda difference: place_of(difference.key)))


def find_declared(
    first: Json, second: Json
) -> tuple[tuple[Declaration, ...], tuple[Declaration, ...]]:
    """Differences from the paper that only the first declares, and only the second."""
    ours, theirs = _declared(first), _declared(second)
    return (
        tuple(entry for key, entry in ours.items() if key not in theirs),
        tuple(entry for key, entry in theirs.items() if key not in ours),
    )


def _declared(config: Json) -> dict[tuple[str, str], Declaration]:
    return {
        (kind, entry["what"]): Declaration(kind=kind, what=entry["what"], why=entry["why"])
        for key, kind in DECLARED.items()
        for entry in config.get(key, ())
    }


def merge_subsets(differences: Sequence[Difference]) -> tuple[Difference, ...]:
    """The same differences, once where those of train, val and test are the same."""
    groups = join_subsets(
        (item.key, canonical((item.first, item.second, item.moved))) for item in differences
    )
    return tuple(replace(differences[index], key=key) for index, key in groups)


def _compare(first: Any, second: Any, path: str) -> Iterator[Difference]:
    if canonical(first) == canonical(second) or is_selected(path):
        return
    if _is_nothing(first) and _is_nothing(second):
        return
    if isinstance(first, dict) and isinstance(second, dict):
        for key in first | second:
            inner = f"{path}.{key}" if path else key
            yield from _compare(first.get(key, ABSENT), second.get(key, ABSENT), inner)
    elif is_parts(first) and is_parts(second):
        yield from _compare_parts(first, second, path)
    else:
        yield Difference(key=path, first=first, second=second)


def _is_nothing(value: Any) -> bool:
    """Whether a value sets nothing: no inputs, no hooks."""
    return value is ABSENT or value in ({}, [])


def _compare_parts(first: list[Json], second: list[Json], path: str) -> Iterator[Difference]:
    """Parts that stand on one side only, at other places, or with other settings."""
    aligned = _align(first, second)
    moved = _pair_rest(first, second, aligned)
    partner = aligned | moved
    ours, theirs = Counter(map(kind_of, first)), Counter(map(kind_of, second))
    our_numbers, their_numbers = number_parts(first), number_parts(second)
    for i, part in enumerate(first):
        kind, j = kind_of(part), partner.get(i)
        # On the side that has more of a class, each of them has a number of its own.
        is_our_number = j is None or ours[kind] >= theirs[kind]
        number = our_numbers[i] if is_our_number or j is None else their_numbers[j]
        key = part_key(path, kind, number, max(ours[kind], theirs[kind]))
        if j is None:
            yield Difference(key=key, first=part, second=ABSENT)
            continue
        if i in moved:
            yield Difference(key=key, first=i + 1, second=j + 1, moved=True)
        yield from _compare(part, second[j], key)
    for j, part in enumerate(second):
        if j not in partner.values():
            kind = kind_of(part)
            key = part_key(path, kind, their_numbers[j], theirs[kind])
            yield Difference(key=key, first=ABSENT, second=part)


def _align(first: list[Json], second: list[Json]) -> dict[int, int]:
    """The most pairs of one class in the same order; of equal choices, equal parts."""
    rows, columns = len(first), len(second)
    best: list[list[Score]] = [[(0, 0)] * (columns + 1) for _ in range(rows + 1)]
    for i in reversed(range(rows)):
        for j in reversed(range(columns)):
            pair = _add_pair(first[i], second[j], best[i + 1][j + 1])
            best[i][j] = max(best[i + 1][j], best[i][j + 1], pair)
    pairs, i, j = {}, 0, 0
    while i < rows and j < columns:
        if best[i][j] == _add_pair(first[i], second[j], best[i + 1][j + 1]):
            pairs[i] = j
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def _add_pair(ours: Json, theirs: Json, rest: Score) -> Score:
    """Score with one pair more; below any other where the two are no pair."""
    if kind_of(ours) != kind_of(theirs):
        return -1, -1
    return rest[0] + 1, rest[1] + (canonical(ours) == canonical(theirs))


def _pair_rest(first: list[Json], second: list[Json], aligned: dict[int, int]) -> dict[int, int]:
    """Parts of one class that stand at other places."""
    free = [j for j in range(len(second)) if j not in aligned.values()]
    pairs = {}
    for i, part in enumerate(first):
        same = [j for j in free if i not in aligned and kind_of(second[j]) == kind_of(part)]
        if same:
            pairs[i] = next((j for j in same if canonical(second[j]) == canonical(part)), same[0])
            free.remove(pairs[i])
    return pairs
