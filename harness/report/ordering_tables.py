"""Verdicts → the tables of orderings and of explorations."""

from harness.claims import Ordering
from harness.compare import Verdict
from harness.report.claim_tables import (
    conditions_cell,
    measured_cell,
    place_cell,
    runs_cell,
    verdict_cell,
)
from harness.report.digits import show_p
from harness.report.inputs import Addresses, PageInput
from harness.report.page_files import claim_address
from harness.report.tables import ABSENT, Cell, Column, Row, Table, anchor, missing_cell

ORDERING_COLUMNS = (
    Column(key="statement", label="The paper says"),
    Column(key="ordering", label="Claim", shown=False),
    Column(key="conditions", label="Metric, data set and splits"),
    Column(key="difference", label="Difference [95 % interval]", is_number=True),
    Column(key="adjusted_p", label="p (Holm)", is_number=True),
    Column(key="seeds", label="Seeds A, B", is_number=True),
    Column(key="units", label="Units", is_number=True),
    Column(key="outcome", label="Verdict"),
    Column(key="place", label="Place"),
    Column(key="runs", label="Runs"),
)

_INSTEAD = {
    "statement": Column(key="statement", label="Tried here"),
    "ordering": Column(key="exploration", label="Exploration", shown=False),
    "outcome": Column(key="outcome", label="On these data"),
    "place": Column(key="explores", label="The paper says, of its own data"),
}
EXPLORATION_COLUMNS = tuple(_INSTEAD.get(column.key, column) for column in ORDERING_COLUMNS)


def orderings_table(page: PageInput, addresses: Addresses) -> Table:
    """One row for each "A beats B under the same protocol" that the paper prints."""
    return Table(
        key="orderings-table",
        caption=(
            "Orderings. The difference is A − B of seed-averaged accuracies; its interval "
            "resamples test units and seeds; p is adjusted within the paper and data set."
        ),
        columns=ORDERING_COLUMNS,
        rows=_ordering_rows(page, addresses, own=True),
    )


def explorations_table(page: PageInput, addresses: Addresses) -> Table:
    """One row for each printed ordering that was tried on data the paper did not use."""
    return Table(
        key="explorations-table",
        caption=(
            "Printed orderings tried on other data. The difference is A − B of seed-averaged "
            "accuracies; its interval resamples test units and seeds; p is adjusted within "
            "these explorations and data set."
        ),
        columns=EXPLORATION_COLUMNS,
        rows=_ordering_rows(page, addresses, own=False),
    )


def _ordering_rows(page: PageInput, addresses: Addresses, *, own: bool) -> tuple[Row, ...]:
    """A row for each ordering that the paper prints, or that is tried on other data."""
    return tuple(
        Row(
            cells=_ordering_cells(page, verdict, verdict.claim, addresses),
            anchor=anchor("claim", verdict.claim.key),
        )
        for verdict in page.verdicts
        if isinstance(verdict.claim, Ordering) and verdict.claim.is_own is own
    )


def _ordering_cells(
    page: PageInput, verdict: Verdict, claim: Ordering, addresses: Addresses
) -> tuple[Cell, ...]:
    names = (claim.better or "", claim.worse or "")
    evidence = f"Statement: {claim.evidence}." if claim.is_own else ""
    return (
        Cell(
            text=claim.statement,
            note=f"A = {claim.better}, B = {claim.worse}" if claim.better else "",
            footnotes=tuple(text for text in (evidence, claim.note) if text),
        ),
        Cell(text=claim.key),
        conditions_cell(page, claim),
        *_difference_cells(page, verdict, addresses.runs(verdict.run_ids, names[0]), names),
        verdict_cell(verdict),
        place_cell(claim) if claim.is_own else _explored_cell(page, claim),
        runs_cell(verdict, addresses, names),
    )


def _explored_cell(page: PageInput, claim: Ordering) -> Cell:
    """What the paper says of its own data, and how we know."""
    printed = page.recipe.claim(claim.explores)
    if not isinstance(printed, Ordering):
        raise TypeError(f"exploration {claim.key} explores {claim.explores}, which is no ordering")
    href = claim_address(printed)
    return Cell(text=printed.statement, href=href, note=f"evidence: {printed.evidence}")


def _difference_cells(
    page: PageInput, verdict: Verdict, runs: str, names: tuple[str, str]
) -> tuple[Cell, Cell, Cell, Cell]:
    difference, p = verdict.difference, verdict.adjusted_p
    if difference is None:
        absent = missing_cell(str(verdict.outcome))
        return measured_cell(verdict, runs), absent, absent, absent
    used = [page.by_run[run_id] for run_id in verdict.run_ids if run_id in page.by_run]
    seeds = [
        len({item.record.plan.seed for item in used if item.record.plan.variant == name})
        for name in names
    ]
    what = "subjects or pairs" if used and used[0].unit == "group" else "test samples"
    counts = ", ".join(map(str, seeds))
    return (
        measured_cell(verdict, runs),
        Cell(text=ABSENT if p is None else show_p(p), value=p, href=runs),
        Cell(text=f"n = {counts}", value=counts, href=runs),
        Cell(text=str(difference.units), value=difference.units, note=what, href=runs),
    )
