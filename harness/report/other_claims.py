"""Printed numbers that are not the paper's own, or that nothing tries yet → tables by data set."""

from collections.abc import Iterable
from dataclasses import dataclass

from harness.claims import Claim
from harness.compare import Outcome, Verdict
from harness.metrics import METRICS
from harness.report import tables
from harness.report.citations import Bibliography
from harness.report.claim_tables import LEGEND, judged_table, place_cell, printed_cell
from harness.report.inputs import Addresses, PageInput
from harness.report.printed_numbers import printed_column, put_in_row, say_splits
from harness.report.protocol_texts import sum_up_conditions
from harness.report.tables import Cell, Column, Table, anchor, missing_cell

Place = tuple[str, tuple[str, ...], str]  # metric, splits, level: what a column holds
WAITING = "Numbers of the paper's own on DATASET that are not run: no variant yet."
QUOTED = "Numbers on DATASET that the paper's tables quote of other methods."
PUBLISHED = "Numbers on DATASET that third parties published."


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """Numbers on one data set.

    Args:
        title: The data set, and how many numbers there are.
        table: They.
    """

    title: str
    table: Table


@dataclass(frozen=True, kw_only=True, slots=True)
class OtherClaims:
    """Numbers of one kind that are not the paper's own.

    Args:
        title: Which.
        anchor: Name that links lead to.
        intro: Whose numbers they are, and how they are treated.
        groups: They, by data set.
    """

    title: str
    anchor: str
    intro: str
    groups: tuple[Group, ...]


def waiting_claims(page: PageInput, works: Bibliography) -> tuple[Group, ...]:
    """Numbers of the paper's own that no variant tries yet, by data set."""
    waiting = [
        verdict
        for verdict in page.verdicts
        if isinstance(verdict.claim, Claim)
        and verdict.claim.is_own
        and verdict.claim.variant is None
    ]
    return _listings(page, waiting, works, "waiting", WAITING)


def other_claims(
    page: PageInput, addresses: Addresses, works: Bibliography
) -> tuple[OtherClaims, ...]:
    """What the paper quotes, then third parties' numbers that were or were not tried here."""
    other = [v for v in page.verdicts if isinstance(v.claim, Claim) and not v.claim.is_own]
    quoted = [v for v in other if v.outcome is Outcome.QUOTED]
    listed = [v for v in other if v.outcome is Outcome.THIRD_PARTY]
    tried = [v for v in other if v.outcome not in (Outcome.QUOTED, Outcome.THIRD_PARTY)]
    found = (
        OtherClaims(
            title="Other people's rows",
            anchor="claims-quoted",
            intro=(
                "Numbers of other methods that stand in the paper's tables beside its own. They "
                "are shown as printed, and not judged."
            ),
            groups=_listings(page, quoted, works, "quoted", QUOTED),
        ),
        OtherClaims(
            title="Third parties' numbers, tried here",
            anchor="claims-tried",
            intro=(
                "What others got with code of their own for this method, and what ours gives under "
                "their conditions: judged like the paper's, and not counted among them."
            ),
            groups=tuple(
                _group(page, dataset, its, _judged(page, dataset, its, addresses, works))
                for dataset, its in _by_dataset(tried).items()
            ),
        ),
        OtherClaims(
            title="Third parties' numbers",
            anchor="claims-third-party",
            intro=(
                "What others published for this method: model zoos, reruns, later papers. They are "
                "shown as published, and not judged."
            ),
            groups=_listings(page, listed, works, "third-party", PUBLISHED),
        ),
    )
    return tuple(kind for kind in found if kind.groups)


def _by_dataset(verdicts: Iterable[Verdict]) -> dict[str, list[Verdict]]:
    groups: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        groups.setdefault(verdict.claim.protocol.dataset, []).append(verdict)
    return groups


def _group(page: PageInput, dataset: str, verdicts: list[Verdict], table: Table) -> Group:
    count = f"{len(verdicts)} number{'' if len(verdicts) == 1 else 's'}"
    return Group(title=f"{page.dataset_title(dataset)}: {count}", table=table)


def _judged(
    page: PageInput,
    dataset: str,
    verdicts: list[Verdict],
    addresses: Addresses,
    works: Bibliography,
) -> Table:
    return judged_table(
        page,
        verdicts,
        addresses,
        works,
        key=anchor("tried", dataset),
        caption=f"Third parties' numbers on {page.dataset_title(dataset)}. {LEGEND}",
    )


def _listings(
    page: PageInput, verdicts: list[Verdict], works: Bibliography, kind: str, caption: str
) -> tuple[Group, ...]:
    return tuple(
        _group(page, dataset, its, _listing(page, dataset, its, works, kind, caption))
        for dataset, its in _by_dataset(verdicts).items()
    )


def _listing(
    page: PageInput,
    dataset: str,
    verdicts: list[Verdict],
    works: Bibliography,
    kind: str,
    caption: str,
) -> Table:
    """One row a method, one column a metric and split, as papers print them."""
    claims = [verdict.claim for verdict in verdicts if isinstance(verdict.claim, Claim)]
    places = tuple(dict.fromkeys(map(_place, claims)))
    return Table(
        key=anchor(kind, dataset),
        caption=caption.replace("DATASET", page.dataset_title(dataset)),
        columns=(
            Column(key="method", label="Method"),
            *map(_column, places),
            Column(key="place", label="Place"),
        ),
        rows=tuple(
            tables.Row(cells=_cells(page, its, places, works), kind=kind) for its in _rows(claims)
        ),
    )


def _place(claim: Claim) -> Place:
    if not claim.quantity.is_score:
        return claim.metric, (), ""
    return claim.metric, claim.splits, claim.protocol.level


def _column(place: Place) -> Column:
    metric, splits, level = place
    conditions = f"{say_splits(splits)}, {level} level" if splits else ""
    return printed_column(METRICS[metric], splits, conditions)


def _rows(claims: list[Claim]) -> list[dict[Place, Claim]]:
    """Claims that belong in one row: one method, once under each column's conditions."""
    rows: dict[tuple[str, ...], list[dict[Place, Claim]]] = {}
    for claim in claims:
        same = rows.setdefault((claim.method, claim.cites, sum_up_conditions(claim.protocol)), [])
        put_in_row(same, _place(claim), claim)
    return [row for same in rows.values() for row in same]


def _cells(
    page: PageInput, row: dict[Place, Claim], places: tuple[Place, ...], works: Bibliography
) -> tuple[Cell, ...]:
    first = next(iter(row.values()))
    return (
        Cell(
            text=first.method,
            links=(works.named(first.cites),) if first.cites else (),
            note=sum_up_conditions(first.protocol),
        ),
        *(_number(page, row.get(place), works) for place in places),
        _places(row.values()),
    )


def _number(page: PageInput, claim: Claim | None, works: Bibliography) -> Cell:
    if claim is None:
        return missing_cell("not recorded")
    cell = printed_cell(page, claim, works, unit=False)
    notes = (*cell.footnotes, claim.note) if claim.note else cell.footnotes
    return Cell(
        text=cell.text,
        value=cell.value,
        href=cell.href,
        note=cell.note,
        footnotes=notes,
        anchor=anchor("claim", claim.key),
    )


def _places(claims: Iterable[Claim]) -> Cell:
    """Where the numbers of a row stand."""
    cells = [place_cell(claim) for claim in claims]
    texts = tuple(dict.fromkeys(cell.text for cell in cells))
    if texts == ("unknown",):
        return cells[0]
    notes = dict.fromkeys(note for cell in cells for note in cell.footnotes)
    return Cell(text="; ".join(texts), footnotes=tuple(notes))
