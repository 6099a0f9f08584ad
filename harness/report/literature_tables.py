"""What the papers print → tables, one for each data set and each set of equal conditions."""

from collections.abc import Sequence
from dataclasses import dataclass

from harness.claims import Claim, Protocol, Reading, Row
from harness.metrics import METRICS
from harness.report import tables
from harness.report.dataset_names import name_dataset
from harness.report.inputs import PageInput
from harness.report.printed_numbers import (
    Printed,
    ShownNumber,
    collect_printed,
    printed_column,
    put_in_row,
    say_splits,
)
from harness.report.protocol_texts import NOT_SAID, describe_conditions, label_field, occurring
from harness.report.provenance import doubts, say_evidence, show_source
from harness.report.tables import ABSENT, Cell, Column, Link, Table, anchor
from harness.report.verdict_texts import show_printed

Place = tuple[str, tuple[str, ...]]  # metric and splits: what a column holds


@dataclass(frozen=True, kw_only=True, slots=True)
class LoneMethod:
    """A method that shares its conditions with no other one.

    Args:
        method: Its name.
        marks: Whose number it is, where it is not the paper's own.
        conditions: What sets its conditions apart.
        numbers: What is printed for it.
        where: Where.
    """

    method: str
    marks: tuple[str, ...]
    conditions: str
    numbers: tuple[ShownNumber, ...]
    where: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DatasetLiterature:
    """All that is printed on one data set.

    Args:
        key: The data set.
        title: Its name.
        known: How many numbers there are and how they are known.
        common: Conditions that all of them share.
        apart: Conditions that keep them apart, with the values that occur.
        tables: They, one table for each set of equal conditions, scores and costs
            apart, the largest first.
        alone: Those that share their conditions with no other method.
    """

    key: str
    title: str
    known: str
    common: tuple[tuple[str, str], ...]
    apart: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]
    alone: tuple[LoneMethod, ...]

    @property
    def anchor(self) -> str:
        """Name that links lead to."""
        return anchor("on", self.key)


Numbers = dict[Place, Printed]  # of one row


def tables_by_dataset(inputs: Sequence[PageInput], kind: str) -> tuple[DatasetLiterature, ...]:
    """What is printed, data set by data set; those with most numbers first.

    Args:
        inputs: The recipes.
        kind: Which pages to link to: ``html`` or ``md``.
    """
    found: dict[str, list[Printed]] = {}
    for printed in collect_printed(inputs):
        found.setdefault(printed.claim.protocol.dataset, []).append(printed)
    ordered = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    return tuple(_on_dataset(key, numbers, kind) for key, numbers in ordered)


def _on_dataset(key: str, numbers: list[Printed], kind: str) -> DatasetLiterature:
    by_protocol: dict[tuple[Protocol, bool], list[Printed]] = {}
    for printed in numbers:
        claim = printed.claim
        by_protocol.setdefault((claim.protocol, claim.quantity.is_score), []).append(printed)
    values = occurring([protocol for protocol, _ in by_protocol])
    differing = [name for name, shown in values.items() if len(shown) > 1]
    ordered = sorted(by_protocol.items(), key=lambda item: -len(item[1]))  # stable
    sets = [(protocol, _rows(its)) for (protocol, _), its in ordered]
    shared = [(protocol, rows) for protocol, rows in sets if len(rows) > 1]
    titles = (p.page.datasets[key].title for p in numbers if key in p.page.datasets)
    return DatasetLiterature(
        key=key,
        title=next(titles, name_dataset(key)),
        known=f"{len(numbers)} numbers: {say_evidence(p.claim for p in numbers)}.",
        common=tuple(
            (label_field(name), shown[0])
            for name, shown in values.items()
            if len(shown) == 1 and shown[0] != NOT_SAID
        ),
        apart=tuple((label_field(name), "; ".join(values[name])) for name in differing),
        tables=tuple(
            _table(anchor("table", key, str(place)), describe_conditions(p, differing), rows, kind)
            for place, (p, rows) in enumerate(shared, start=1)
        ),
        alone=tuple(
            _alone(rows[0], describe_conditions(protocol, differing), kind)
            for protocol, rows in sets
            if len(rows) == 1
        ),
    )


def _table(key: str, conditions: str, rows: list[Numbers], kind: str) -> Table:
    places = tuple(dict.fromkeys(place for row in rows for place in row))
    return Table(
        key=key,
        caption=f"{conditions or 'All under the same conditions'}.",
        columns=(
            Column(key="method", label="Method"),
            Column(key="year", label="Year", is_number=True),
            *(
                printed_column(METRICS[metric], splits, say_splits(splits))
                for metric, splits in places
            ),
            Column(key="where", label="Printed in"),
        ),
        rows=tuple(
            tables.Row(cells=_cells(row, places, kind), kind=anchor(_first(row).claim.row))
            for row in sorted(rows, key=lambda row: _rank(row, places))
        ),
    )


def _alone(row: Numbers, conditions: str, kind: str) -> LoneMethod:
    claim = _first(row).claim
    return LoneMethod(
        method=claim.method,
        marks=_marks(claim),
        conditions=conditions,
        numbers=tuple(
            ShownNumber(
                what=", ".join(
                    part for part in (METRICS[metric].label, say_splits(splits)) if part
                ),
                number=Link(
                    text=show_printed(printed.claim),
                    href=printed.href(kind),
                ),
                marks=doubts(printed.claim.readings[0]),
                also=show_source(
                    printed.claim.readings[0].evidence, printed.claim.readings[0].source
                ),
            )
            for (metric, splits), printed in row.items()
        ),
        where=_where(row),
    )


def _place(claim: Claim) -> Place:
    return claim.metric, claim.splits if claim.quantity.is_score else ()


def _rows(numbers: list[Printed]) -> list[Numbers]:
    """Numbers that belong together in a row, as papers print them.

    They are of one method in one recipe; where a recipe has several numbers of the
    same kind for it, those that stand in one place.
    """
    methods: dict[tuple[str, ...], list[Printed]] = {}
    for printed in numbers:
        claim = printed.claim
        key = (printed.page.recipe.key, claim.method, claim.row, claim.cites)
        methods.setdefault(key, []).append(printed)
    rows: list[Numbers] = []
    for its in methods.values():
        alone = len({_place(printed.claim) for printed in its}) == len(its)
        by_where: dict[str, list[Numbers]] = {}
        for printed in its:
            same = by_where.setdefault("" if alone else printed.claim.place.where, [])
            put_in_row(same, _place(printed.claim), printed)
        rows += [row for same in by_where.values() for row in same]
    return rows


def _first(row: Numbers) -> Printed:
    return next(iter(row.values()))


def _rank(row: Numbers, places: tuple[Place, ...]) -> tuple[int, float]:
    """Rows that have the first column before others, and the best of them first."""
    index = next(index for index, place in enumerate(places) if place in row)
    claim = row[places[index]].claim
    return index, claim.value if claim.quantity.higher_is_better is False else -claim.value


def _cells(row: Numbers, places: tuple[Place, ...], kind: str) -> tuple[Cell, ...]:
    first = _first(row)
    claim, paper, year = first.claim, first.page.recipe.paper, first.year
    return (
        Cell(text=claim.method, marks=_marks(claim)),
        Cell(text=ABSENT if year is None else str(year), value="" if year is None else year),
        *(_number(row.get(place), kind) for place in places),
        Cell(text=paper.method, href=first.page.file(kind), note=_where(row)),
    )


def _marks(claim: Claim) -> tuple[str, ...]:
    return () if claim.row is Row.OWN else (str(claim.row),)


def _where(row: Numbers) -> str:
    """Places of a row's numbers, each once."""
    places = dict.fromkeys(p.claim.place.where or "place unknown" for p in row.values())
    return "; ".join(places)


def _number(printed: Printed | None, kind: str) -> Cell:
    if printed is None:
        return Cell(text=ABSENT, value="")
    first, *others = printed.claim.readings
    sources = [show_source(first.evidence, first.source)] if first.source else []
    sources += [_also(first, other) for other in others]
    sources += [printed.claim.note] if printed.claim.note else []
    return Cell(
        text=first.printed,
        value=first.value,
        href=printed.href(kind),
        marks=doubts(first),
        note="; ".join(f"also {r.printed}" for r in others if r.printed != first.printed),
        footnotes=tuple(sources),
    )


def _also(first: Reading, other: Reading) -> str:
    """Another source of a number, and what it prints where that differs."""
    printed = "the same" if other.printed == first.printed else f"also {other.printed}"
    return f"{printed}: {show_source(other.evidence, other.source)}"
