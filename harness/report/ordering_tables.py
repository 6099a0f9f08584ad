"""Verdicts → the table of orderings."""

from harness.claims import Ordering
from harness.compare import Verdict
from harness.report.claim_tables import (
    conditions_cell,
    place_cell,
    runs_cell,
    verdict_cell,
    why_missing,
)
from harness.report.digits import show_difference, show_p
from harness.report.inputs import Addresses, PageInput
from harness.report.tables import ABSENT, Cell, Column, Row, Table, anchor

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


def orderings_table(page: PageInput, addresses: Addresses) -> Table:
    """One row for each "A beats B under the same protocol"."""
    return Table(
        key="orderings-table",
        caption=(
            "Orderings. The difference is A − B of seed-averaged accuracies; its interval "
            "resamples test units and seeds; p is adjusted within the paper and data set."
        ),
        columns=ORDERING_COLUMNS,
        rows=tuple(
            Row(
                cells=_ordering_cells(page, verdict, verdict.claim, addresses),
                anchor=anchor("claim", verdict.claim.key),
            )
            for verdict in page.verdicts
            if isinstance(verdict.claim, Ordering)
        ),
    )


def _ordering_cells(
    page: PageInput, verdict: Verdict, claim: Ordering, addresses: Addresses
) -> tuple[Cell, ...]:
    names = (claim.better or "", claim.worse or "")
    notes = (
        f"A = {claim.better}, B = {claim.worse}" if claim.better else "",
        f"evidence: {claim.evidence}",
        claim.note,
    )
    return (
        Cell(text=claim.statement, note="; ".join(note for note in notes if note)),
        Cell(text=claim.key),
        conditions_cell(page, claim),
        *_difference_cells(page, verdict, addresses.runs(verdict.run_ids, names[0]), names),
        verdict_cell(verdict),
        place_cell(claim),
        runs_cell(verdict, addresses, names),
    )


def _difference_cells(
    page: PageInput, verdict: Verdict, runs: str, names: tuple[str, str]
) -> tuple[Cell, Cell, Cell, Cell]:
    difference, p = verdict.difference, verdict.adjusted_p
    if difference is None:
        absent = Cell(text=ABSENT, value="")
        return Cell(text=why_missing(verdict), value="", tone="missing"), absent, absent, absent
    used = [item for item in page.evidence if item.record.run_id in verdict.run_ids]
    seeds = [
        len({item.record.plan.seed for item in used if item.record.plan.variant == name})
        for name in names
    ]
    what = "subjects or pairs" if used and used[0].unit == "group" else "test samples"
    counts = ", ".join(map(str, seeds))
    return (
        Cell(text=show_difference(difference), value=difference.value, href=runs),
        Cell(text=ABSENT if p is None else show_p(p), value=p, href=runs),
        Cell(text=f"n = {counts}", value=counts, href=runs),
        Cell(text=str(difference.units), value=difference.units, note=what, href=runs),
    )
