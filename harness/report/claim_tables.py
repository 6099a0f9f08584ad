"""Verdicts → the tables of claims: the paper's own first, other people's apart."""

from harness.claims import Claim, Ordering, Row
from harness.compare import ELSEWHERE, Verdict
from harness.metrics import METRICS
from harness.report import tables
from harness.report.citations import Bibliography
from harness.report.digits import show_difference, show_gap, show_number, show_splits
from harness.report.inputs import Addresses, PageInput
from harness.report.measured_cells import spread_cell
from harness.report.tables import TONES, Cell, Column, Link, Table, anchor, missing_cell
from harness.report.verdict_texts import show_printed, why_missing

MOST_LINKS = 3  # records that a row links to one by one

CLAIM_COLUMNS = (
    Column(key="method", label="Method"),
    Column(key="claim", label="Claim", shown=False),
    Column(key="row", label="Whose number", shown=False),
    Column(key="metric", label="Metric", shown=False),
    Column(key="unit", label="Unit", shown=False),
    Column(key="conditions", label="Metric, data set and splits"),
    Column(key="printed", label="Printed", is_number=True),
    Column(key="printed_evidence", label="Evidence of the number", shown=False),
    Column(key="measured", label="Measured mean ± s (n)", is_number=True, is_measured=True),
    Column(key="gap", label="Gap (τ, h)", is_number=True),
    Column(key="outcome", label="Verdict"),
    Column(key="reason", label="Reason", shown=False),
    Column(key="tolerance", label="τ", is_number=True, shown=False),
    Column(key="tolerance_reason", label="Why this τ", shown=False),
    Column(key="halfwidth", label="h", is_number=True, shown=False),
    Column(key="place", label="Place"),
    Column(key="place_evidence", label="Evidence of the place", shown=False),
    Column(key="runs", label="Runs"),
)
LEGEND = (
    "n counts seeds that have every split, s is their standard deviation, τ the largest gap that "
    "is still the same result, h the half-width of the 95 % interval for one more run."
)


def claims_table(page: PageInput, addresses: Addresses, works: Bibliography) -> Table:
    """One row for each printed number, in the order of the paper file: for CSV."""
    verdicts = [verdict for verdict in page.verdicts if isinstance(verdict.claim, Claim)]
    return judged_table(page, verdicts, addresses, works, key="claims-table", caption=LEGEND)


def own_claims_table(page: PageInput, addresses: Addresses, works: Bibliography) -> Table:
    """One row for each number of the paper's own that a variant tries."""
    own = [
        verdict
        for verdict in page.verdicts
        if isinstance(verdict.claim, Claim) and verdict.claim.is_own and verdict.claim.variant
    ]
    caption = f"Numbers that the paper prints as its own, and what we measured. {LEGEND}"
    return judged_table(page, own, addresses, works, key="claims-table", caption=caption)


def judged_table(
    page: PageInput,
    verdicts: list[Verdict],
    addresses: Addresses,
    works: Bibliography,
    *,
    key: str,
    caption: str,
) -> Table:
    """One row for each verdict on a printed number."""
    return Table(
        key=key,
        caption=caption,
        columns=CLAIM_COLUMNS,
        rows=tuple(
            tables.Row(
                cells=_claim_cells(page, verdict, verdict.claim, addresses, works),
                anchor=anchor("claim", verdict.claim.key),
                kind=anchor(verdict.claim.row),
            )
            for verdict in verdicts
            if isinstance(verdict.claim, Claim)
        ),
    )


def _claim_cells(
    page: PageInput, verdict: Verdict, claim: Claim, addresses: Addresses, works: Bibliography
) -> tuple[Cell, ...]:
    runs = addresses.runs(verdict.run_ids, claim.variant or "")
    spread = verdict.spread
    halfwidth = spread.next_run if spread else None
    return (
        _method_cell(claim, works),
        Cell(text=claim.key),
        Cell(text=str(claim.row)),
        Cell(text=claim.metric),
        Cell(text=claim.quantity.unit),
        conditions_cell(page, claim),
        printed_cell(page, claim, works),
        Cell(text=str(claim.readings[0].evidence)),
        measured_cell(verdict, runs),
        _gap_cell(verdict, claim, runs),
        verdict_cell(verdict),
        Cell(text=verdict.reason),
        Cell(text="", value="" if claim.tolerance is None else claim.tolerance),
        Cell(text=claim.tolerance_reason),
        Cell(text="", value="" if halfwidth is None else halfwidth),
        place_cell(claim),
        Cell(text=str(claim.place.evidence)),
        runs_cell(verdict, addresses, (claim.variant or "",)),
    )


def _method_cell(claim: Claim, works: Bibliography) -> Cell:
    return Cell(
        text=claim.method,
        marks=() if claim.row is Row.OWN else (f"{claim.row} row",),
        links=(works.named(claim.cites),) if claim.cites else (),
        note=claim.key,
        footnotes=(claim.note,) if claim.note else (),
    )


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


def printed_cell(page: PageInput, claim: Claim, works: Bibliography, *, unit: bool = True) -> Cell:
    """A printed number, where it is printed and how we know it.

    Args:
        page: The recipe.
        claim: The number.
        works: Bibliography of the page.
        unit: Whether its unit stands beside it, and not in the heading.
    """
    first, *others = claim.readings
    printed_by = claim.cites if claim.row is Row.THIRD_PARTY and claim.cites else ""
    return Cell(
        text=show_printed(claim) if unit else first.printed,
        value=first.printed,
        href=works.cite(printed_by or page.recipe.paper.citation.key).href,
        note="; ".join(f"also {other.printed}" for other in others),
        footnotes=(
            f"Number: {_source(first.evidence, first.source)}.",
            *(f"Also {r.printed}: {_source(r.evidence, r.source)}." for r in others),
        ),
    )


def _source(evidence: str, source: str) -> str:
    return f"{evidence}: {source.rstrip('.')}" if source else str(evidence)


def place_cell(claim: Claim | Ordering) -> Cell:
    """Where the paper prints it, and how we know."""
    where, evidence = claim.place.where, claim.place.evidence
    if not where:
        return Cell(text="unknown", tone="missing")
    return Cell(text=where, footnotes=(f"Place: {evidence}.",))


def measured_cell(verdict: Verdict, runs: str) -> Cell:
    """What was measured, or why there is nothing; it leads to the runs."""
    claim, spread, difference = verdict.claim, verdict.spread, verdict.difference
    if isinstance(claim, Claim) and spread:
        return spread_cell(claim.quantity, spread, runs)
    if difference:
        return Cell(text=show_difference(difference), value=difference.value, href=runs)
    return missing_cell(why_missing(verdict))


def _gap_cell(verdict: Verdict, claim: Claim, runs: str) -> Cell:
    """Measured − printed, and the two numbers that it is judged by."""
    unit, spread = claim.quantity.gap_unit, verdict.spread
    parts = ["no τ: no variant yet" if claim.row is Row.OWN else "no τ"]
    if claim.tolerance is not None:
        parts = [f"τ {claim.tolerance:g} {unit}".rstrip()]
    if spread is not None and spread.next_run is None:
        parts.append("h needs two seeds")
    elif spread is not None and spread.next_run is not None:
        parts.append(f"h {show_number(spread.next_run, claim.quantity.decimals)} {unit}".rstrip())
    why = (claim.tolerance_reason,) if claim.tolerance_reason else ()
    footnotes = tuple(f"τ: {reason.rstrip('.')}." for reason in why)
    if verdict.gap is None:
        text = str(verdict.outcome)
        return Cell(text=text, value="", tone="missing", note=parts[0], footnotes=footnotes)
    return Cell(
        text=show_gap(claim.quantity, verdict.gap),
        value=verdict.gap,
        href=runs,
        note=", ".join(parts),
        footnotes=footnotes,
    )


def verdict_cell(verdict: Verdict) -> Cell:
    """The outcome's word, its reason and whether it rests on stale runs."""
    marks = (f"{verdict.stale} of {len(verdict.run_ids)} runs stale",) if verdict.stale else ()
    tone = TONES[verdict.outcome]
    if verdict.claim.kind == "exploration" and tone in ("good", "bad"):
        tone = "open"  # neither good nor bad for what the paper says
    says_why = verdict.spread is not None or verdict.difference is not None
    says_why = says_why or verdict.outcome in ELSEWHERE  # else the measured cell does
    return Cell(
        text=str(verdict.outcome),
        verdict=verdict.outcome,
        note=verdict.reason if says_why else "",
        marks=marks,
        tone=tone,
    )


def runs_cell(verdict: Verdict, addresses: Addresses, variants: tuple[str, ...]) -> Cell:
    """The runs that a verdict rests on: their records, or the tables that link to them."""
    run_ids = verdict.run_ids
    if not run_ids:
        return missing_cell("none")
    links = tuple(Link(text=run_id, href=addresses.file(run_id)) for run_id in run_ids[:MOST_LINKS])
    if len(run_ids) > MOST_LINKS:
        links = tuple(
            Link(text=f"runs of {variant}", href=f"#{anchor('runs', variant)}")
            for variant in variants
        )
    count = f"{len(run_ids)} run{'s' if len(run_ids) > 1 else ''}:"
    return Cell(text=count, value=" ".join(run_ids), links=links)
