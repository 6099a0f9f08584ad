"""Verdicts → the table of claims."""

from harness.claims import Claim, Ordering, Row
from harness.compare import ELSEWHERE, Outcome, Verdict
from harness.metrics import METRICS
from harness.report import tables
from harness.report.citations import Bibliography
from harness.report.digits import (
    show_gap,
    show_number,
    show_splits,
    show_spread,
)
from harness.report.inputs import Addresses, PageInput
from harness.report.tables import ABSENT, Cell, Column, Link, Table, Tone, anchor

MOST_LINKS = 3  # records that a row links to one by one

TONES: dict[Outcome, Tone] = {
    Outcome.REPRODUCED: "good",
    Outcome.HOLDS: "good",
    Outcome.BELOW: "bad",
    Outcome.ABOVE: "bad",
    Outcome.REVERSED: "bad",
    Outcome.FAILED: "bad",
    Outcome.INCONCLUSIVE: "open",
    Outcome.UNDECIDED: "open",
    Outcome.SINGLE_WITHIN: "open",
    Outcome.SINGLE_OUTSIDE: "open",
    Outcome.NOT_COMPARABLE: "open",
    Outcome.NOT_RUN: "missing",
    Outcome.QUOTED: "missing",
    Outcome.THIRD_PARTY: "missing",
}

CLAIM_COLUMNS = (
    Column(key="method", label="Method"),
    Column(key="claim", label="Claim", shown=False),
    Column(key="row", label="Whose number", shown=False),
    Column(key="metric", label="Metric", shown=False),
    Column(key="unit", label="Unit", shown=False),
    Column(key="conditions", label="Metric, data set and splits"),
    Column(key="printed", label="Printed", is_number=True),
    Column(key="printed_evidence", label="Evidence of the number", shown=False),
    Column(key="measured", label="Measured mean ± s (n)", is_number=True),
    Column(key="std", label="s", shown=False),
    Column(key="n", label="n", shown=False),
    Column(key="gap", label="Gap", is_number=True),
    Column(key="outcome", label="Verdict"),
    Column(key="reason", label="Reason", shown=False),
    Column(key="tolerance", label="τ", is_number=True),
    Column(key="tolerance_reason", label="Why this τ", shown=False),
    Column(key="halfwidth", label="h", is_number=True),
    Column(key="place", label="Place"),
    Column(key="place_evidence", label="Evidence of the place", shown=False),
    Column(key="runs", label="Runs"),
)


def claims_table(page: PageInput, addresses: Addresses, works: Bibliography) -> Table:
    """One row for each printed number, in the order of the paper file."""
    return Table(
        key="claims-table",
        caption=(
            "Printed and measured numbers. n counts seeds that have every split, s is their "
            "standard deviation, τ the largest gap that is still the same result, h the "
            "half-width of the 95 % interval for one more run."
        ),
        columns=CLAIM_COLUMNS,
        rows=tuple(
            tables.Row(
                cells=_claim_cells(page, verdict, verdict.claim, addresses, works),
                anchor=anchor("claim", verdict.claim.key),
                kind=anchor(verdict.claim.row),
            )
            for verdict in page.verdicts
            if isinstance(verdict.claim, Claim)
        ),
    )


def _claim_cells(
    page: PageInput, verdict: Verdict, claim: Claim, addresses: Addresses, works: Bibliography
) -> tuple[Cell, ...]:
    runs = addresses.runs(verdict.run_ids, claim.variant or "")
    spread = verdict.spread
    return (
        _method_cell(claim, works),
        Cell(text=claim.key),
        Cell(text=str(claim.row)),
        Cell(text=claim.metric),
        Cell(text=claim.quantity.unit),
        conditions_cell(page, claim),
        _printed_cell(page, claim, works),
        Cell(text=str(claim.readings[0].evidence)),
        _measured_cell(verdict, claim, runs),
        Cell(text="", value=spread.std if spread and spread.std is not None else ""),
        Cell(text="", value=spread.n if spread else 0),
        _gap_cell(verdict, claim, runs),
        verdict_cell(verdict),
        Cell(text=verdict.reason),
        _tolerance_cell(claim),
        Cell(text=claim.tolerance_reason),
        _halfwidth_cell(verdict, claim, runs),
        place_cell(claim),
        Cell(text=str(claim.place.evidence)),
        runs_cell(verdict, addresses, (claim.variant or "",)),
    )


def _method_cell(claim: Claim, works: Bibliography) -> Cell:
    marks = () if claim.row is Row.OWN else (f"{claim.row} row",)
    links = (works.named(claim.cites),) if claim.cites else ()
    note = "; ".join(part for part in (f"claim {claim.key}", claim.note) if part)
    return Cell(text=claim.method, marks=marks, links=links, note=note)


def conditions_cell(page: PageInput, claim: Claim | Ordering) -> Cell:
    """Data set, splits and modality that a claim holds under."""
    metric, title = METRICS[claim.metric], page.dataset_title(claim.protocol.dataset)
    level = f"{claim.protocol.level} level" if metric.is_score else ""
    parts = (show_splits(claim.splits), claim.protocol.modality, level)
    return Cell(
        text=f"{metric.label}, {title}",
        value=f"{claim.protocol.dataset}: {', '.join(claim.splits)}",
        note="; ".join(part for part in parts if part),
    )


def _printed_cell(page: PageInput, claim: Claim, works: Bibliography) -> Cell:
    first, *others = claim.readings
    notes = [f"evidence: {_source(first.evidence, first.source)}"]
    notes += [f"also {r.printed} ({_source(r.evidence, r.source)})" for r in others]
    return Cell(
        text=f"{first.printed} {claim.quantity.unit}".rstrip(),
        value=first.printed,
        href=works.cite(page.recipe.paper.citation.key).href,
        note="; ".join(notes),
    )


def _source(evidence: str, source: str) -> str:
    return f"{evidence}: {source}" if source else str(evidence)


def place_cell(claim: Claim | Ordering) -> Cell:
    """Where the paper prints it, and how we know."""
    where, evidence = claim.place.where, claim.place.evidence
    if not where:
        return Cell(text="unknown", tone="missing")
    return Cell(text=where, note=f"evidence: {evidence}")


def _measured_cell(verdict: Verdict, claim: Claim, runs: str) -> Cell:
    if verdict.spread is None:
        return Cell(text=why_missing(verdict), value="", tone="missing")
    return Cell(
        text=show_spread(claim.quantity, verdict.spread),
        value=verdict.spread.mean,
        n=verdict.spread.n,
        href=runs,
    )


def why_missing(verdict: Verdict) -> str:
    """Why there is no measured number."""
    if verdict.outcome in ELSEWHERE:
        return "not ours to run"
    return f"{verdict.outcome}: {verdict.reason}" if verdict.reason else str(verdict.outcome)


def _gap_cell(verdict: Verdict, claim: Claim, runs: str) -> Cell:
    if verdict.gap is None:
        return Cell(text=ABSENT, value="")
    return Cell(text=show_gap(claim.quantity, verdict.gap), value=verdict.gap, href=runs)


def _tolerance_cell(claim: Claim) -> Cell:
    if claim.tolerance is None:
        note = "none set: no variant yet" if claim.row is Row.OWN else ""
        return Cell(text=ABSENT, value="", note=note)
    text = f"{claim.tolerance:g} {claim.quantity.gap_unit}"
    return Cell(text=text, value=claim.tolerance, note=claim.tolerance_reason)


def _halfwidth_cell(verdict: Verdict, claim: Claim, runs: str) -> Cell:
    spread = verdict.spread
    if spread is None:
        return Cell(text=ABSENT, value="")
    if spread.next_run is None:
        return Cell(text=ABSENT, value="", note="needs two seeds")
    text = show_number(spread.next_run, claim.quantity.decimals)
    unit = claim.quantity.gap_unit
    return Cell(text=f"{text} {unit}", value=spread.next_run, href=runs)


def verdict_cell(verdict: Verdict) -> Cell:
    """The outcome's word, its reason and whether it rests on stale runs."""
    marks = (f"{verdict.stale} of {len(verdict.run_ids)} runs stale",) if verdict.stale else ()
    return Cell(
        text=str(verdict.outcome), note=verdict.reason, marks=marks, tone=TONES[verdict.outcome]
    )


def runs_cell(verdict: Verdict, addresses: Addresses, variants: tuple[str, ...]) -> Cell:
    """The runs that a verdict rests on: their records, or the tables that link to them."""
    run_ids = verdict.run_ids
    if not run_ids:
        return Cell(text=ABSENT, value="")
    links = tuple(Link(text=run_id, href=addresses.file(run_id)) for run_id in run_ids[:MOST_LINKS])
    if len(run_ids) > MOST_LINKS:
        links = tuple(
            Link(text=f"runs of {variant}", href=f"#{anchor('runs', variant)}")
            for variant in variants
        )
    count = f"{len(run_ids)} run{'s' if len(run_ids) > 1 else ''}:"
    return Cell(text=count, value=" ".join(run_ids), links=links)
