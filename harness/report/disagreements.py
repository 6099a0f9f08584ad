"""Printed numbers that contradict each other, without a single run."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from harness.claims import Claim, Protocol, Reading, Row
from harness.report.digits import show_gap
from harness.report.inputs import PageInput
from harness.report.printed_numbers import Printed, collect_printed, measured_parts
from harness.report.provenance import doubts, show_source
from harness.report.tables import Link


@dataclass(frozen=True, kw_only=True, slots=True)
class Voice:
    """One printed value of a number that is printed differently elsewhere.

    Args:
        number: The value, which leads to its claim.
        says: Who prints it, where, and how we know.
        marks: Whether it is only recalled.
    """

    number: Link
    says: str
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Disagreement:
    """One number and the values that are printed for it, the largest first.

    Args:
        what: Method, metric, data set and splits.
        apart: Largest difference.
        voices: The values.
    """

    what: str
    apart: str
    voices: tuple[Voice, ...]


def agree(a: Reading, b: Reading) -> bool:
    """Whether two printed numbers can be roundings of one, the coarser deciding."""
    half = 0.5 * 10.0 ** -min(_decimals(a.printed), _decimals(b.printed))
    return abs(a.value - b.value) <= half + 1e-9


def _decimals(printed: str) -> int:
    return len(printed.partition(".")[2])


def disagreeing_sources(inputs: Sequence[PageInput], kind: str) -> tuple[Disagreement, ...]:
    """Single claims whose sources print different digits.

    Args:
        inputs: The recipes.
        kind: Which pages to link to: ``html`` or ``md``.
    """
    return tuple(
        _disagreement(
            [(printed, reading) for reading in printed.claim.readings],
            kind,
        )
        for printed in collect_printed(inputs)
        if not _all_agree(printed.claim.readings)
    )


def disagreeing_papers(inputs: Sequence[PageInput], kind: str) -> tuple[Disagreement, ...]:
    """Numbers that stand in several places for one method under one set of conditions, and differ.

    The same paper's other states, another paper's quotation, a third party's rerun:
    conditions that one of them does not say are taken to be the other's.

    Args:
        inputs: The recipes.
        kind: Which pages to link to: ``html`` or ``md``.
    """
    buckets: dict[tuple[object, ...], list[Printed]] = {}
    for printed in collect_printed(inputs):
        claim = printed.claim
        key = (_work(printed), claim.metric, claim.protocol.dataset, claim.splits)
        buckets.setdefault(key, []).append(printed)
    return tuple(
        _disagreement([(printed, printed.claim.readings[0]) for printed in group], kind)
        for bucket in buckets.values()
        for group in _same_methods(bucket)
        if not _all_agree(printed.claim.readings[0] for printed in group)
    )


def _all_agree(readings: Iterable[Reading]) -> bool:
    return all(agree(a, b) for a, b in combinations(readings, 2))


def _work(printed: Printed) -> str:
    """The work whose method a number is of: the quoted one, else the recipe's."""
    claim = printed.claim
    return claim.cites if claim.row is Row.QUOTED else printed.page.recipe.paper.citation.key


def _same_methods(bucket: list[Printed]) -> list[list[Printed]]:
    """Groups of numbers that are of one method, as far as names and conditions tell."""
    names = _names(bucket)
    groups: list[list[Printed]] = []
    for printed in bucket:
        joined = [
            group
            for group in groups
            if any(
                names[id(printed)] == names[id(other)]
                and may_be_equal(printed.claim.protocol, other.claim.protocol)
                for other in group
            )
        ]
        merged = [other for group in joined for other in group] + [printed]
        groups = [group for group in groups if group not in joined] + [merged]
    return [group for group in groups if len(group) > 1]


def _names(bucket: list[Printed]) -> dict[int, str]:
    """Name that each number's method goes by in its bucket.

    Two papers may call one method differently: where each of them has one name left
    that the other has not, it is the same method.
    """
    by_recipe: dict[str, dict[str, None]] = {}
    names = {id(printed): plain_name(printed.claim) for printed in bucket}
    for printed in bucket:
        by_recipe.setdefault(printed.page.recipe.key, {})[names[id(printed)]] = None
    alias: dict[tuple[str, str], str] = {}
    for (_, first), (recipe, second) in combinations(by_recipe.items(), 2):
        left = [name for name in first if name not in second]
        right = [name for name in second if name not in first]
        if len(left) == len(right) == 1:
            alias.setdefault((recipe, right[0]), left[0])
    return {
        id(printed): alias.get((printed.page.recipe.key, names[id(printed)]), names[id(printed)])
        for printed in bucket
    }


def plain_name(claim: Claim) -> str:
    """A method's name without what stands in brackets, capitals and most punctuation."""
    return re.sub(r"[^a-z0-9*]+", " ", re.sub(r"\(.*?\)", "", claim.method).casefold()).strip()


def may_be_equal(a: Protocol, b: Protocol) -> bool:
    """Whether two sets of conditions differ only in what one of them leaves open."""
    return all(None in (getattr(a, name), getattr(b, name)) for name in a.differences(b))


def _disagreement(said: list[tuple[Printed, Reading]], kind: str) -> Disagreement:
    said = sorted(said, key=lambda pair: -pair[1].value)
    claim, unit = said[0][0].claim, said[0][0].claim.quantity.unit
    names = dict.fromkeys(printed.claim.method for printed, _ in said)
    return Disagreement(
        what=f"{' / '.join(names)}: {', '.join(measured_parts(said[0][0].page, claim))}",
        apart=show_gap(claim.quantity, said[0][1].value - said[-1][1].value).lstrip("+"),
        voices=tuple(
            Voice(
                number=Link(text=f"{reading.printed} {unit}".rstrip(), href=printed.href(kind)),
                says=_say(printed, reading),
                marks=doubts(reading),
            )
            for printed, reading in said
        ),
    )


def _say(printed: Printed, reading: Reading) -> str:
    claim, where = printed.claim, printed.claim.place.where
    place = f", {where}" if where and where not in reading.source else ""
    whose = f"{claim.row} row of {printed.page.recipe.paper.method}{place}"
    return f"{whose} ({show_source(reading.evidence, reading.source)})"
