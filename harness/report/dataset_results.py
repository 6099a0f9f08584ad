"""What was run on a data set and what papers print about it, over all recipes → tables."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from harness.claims import Claim, Ordering, Protocol
from harness.compare import ELSEWHERE, Evidence, Outcome, Verdict
from harness.forms import trains
from harness.metrics import METRICS
from harness.report.claim_tables import measured_cell
from harness.report.dataset_views import DatasetView, OnDataset
from harness.report.digits import show_splits
from harness.report.inputs import Addresses, PageInput
from harness.report.measured_cells import (
    COSTS,
    HEADLINE,
    OF_ITS_INPUTS,
    TIME_COLUMN,
    cost_cell,
    doubts_of_method,
    metric_column,
    time_cell,
    value_cell,
)
from harness.report.networks import describe_network
from harness.report.page_files import claim_address
from harness.report.settings_tables import show_streams
from harness.report.tables import Cell, Column, Link, Row, Table, anchor, missing_cell
from harness.report.verdict_texts import show_printed

SCORES = (HEADLINE, METRICS["mean_class_acc"])


def methods_table(view: DatasetView, results: str, kind: str) -> Table:
    """One row for each variant that was run on it, under one protocol the best first."""
    protocols = view.protocols
    rows = [
        (protocols[item.protocol], _method_cells(item, protocols, results, kind))
        for item in view.variants
        if item.stored
    ]
    rows.sort(key=lambda row: (int(row[0][1:]), *_accuracy(row[1])))
    return Table(
        key="methods-table",
        caption=(
            "All methods that were run on it: mean ± s (n) over the n seeds that have every split; "
            "costs over all runs. No best is marked, because nothing is tested here: pages of "
            "campaigns test differences."
        ),
        columns=(
            Column(key="method", label="Method"),
            Column(key="protocol", label="Protocol and splits"),
            *(metric_column(metric) for metric in (*SCORES, *COSTS)),
            TIME_COLUMN,
        ),
        rows=tuple(Row(cells=cells) for _, cells in rows),
    )


def _accuracy(cells: tuple[Cell, ...]) -> tuple[bool, float]:
    value = cells[2].value
    return (False, -value) if isinstance(value, float | int) else (True, 0.0)


def _method_cells(
    item: OnDataset, protocols: Mapping[Protocol, str], results: str, kind: str
) -> tuple[Cell, ...]:
    page, variant, name = item.page, item.variant, protocols[item.protocol]
    addresses = page.addresses(results, kind)
    runs = page.representative(variant)
    gone = () if variant in page.configs else ("the variant is gone",)
    return (
        Cell(
            text=f"{page.recipe.paper.method}: {variant}",
            href=addresses.on_page("variant", variant) if variant in page.configs else "",
            note=_say_code(item),
            marks=(*doubts_of_method(item.config, runs), *gone),
        ),
        Cell(
            text=name,
            href=f"#{anchor('protocol', name)}",
            note=f"{item.protocol.modality}; {show_splits(item.splits)}",
        ),
        *(value_cell(page, variant, runs, metric, item.splits, addresses) for metric in SCORES),
        *(cost_cell(page, variant, runs, metric, addresses) for metric in COSTS),
        _time_cell(item, runs, addresses),
    )


def _time_cell(item: OnDataset, runs: tuple[Evidence, ...], addresses: Addresses) -> Cell:
    if not trains(item.config):
        return OF_ITS_INPUTS
    if not runs:
        return missing_cell("no completed run")
    return time_cell(item.variant, runs, addresses)


def _say_code(item: OnDataset) -> str:
    """Whose code its network is."""
    for part in describe_network(item.config):
        if part.name == "network":
            return f"network code: {part.code} ({part.kind})"
    streams = show_streams(item.config)
    return f"late fusion of {', '.join(streams)}" if streams else "no network is named"


def claims_table(view: DatasetView, kind: str) -> Table:
    """One row for each printed number or ordering, as judged on its recipe's page."""
    protocols = view.protocols
    return Table(
        key="claims-table",
        caption="What papers print about it, recipe by recipe; each leads to its recipe's page.",
        columns=(
            Column(key="recipe", label="Recipe"),
            Column(key="claim", label="Claim"),
            Column(key="conditions", label="Metric, splits and protocol"),
            Column(key="printed", label="Printed", is_number=True),
            Column(key="measured", label="Measured mean ± s (n)", is_number=True),
            Column(key="outcome", label="Verdict"),
        ),
        rows=tuple(
            Row(
                cells=_claim_cells(page, verdict, protocols[verdict.claim.protocol], kind),
                kind=anchor(verdict.claim.row) if isinstance(verdict.claim, Claim) else "",
            )
            for page, verdict in view.verdicts
        ),
    )


def _claim_cells(page: PageInput, verdict: Verdict, protocol: str, kind: str) -> tuple[Cell, ...]:
    claim, file = verdict.claim, page.file(kind)
    href = claim_address(claim, file)
    conditions = (show_splits(claim.splits), claim.protocol.modality)
    return (
        Cell(text=page.recipe.paper.method, href=file),
        Cell(
            text=claim.statement if isinstance(claim, Ordering) else claim.method,
            href=href,
            note=claim.key,
            marks=_whose(claim),
        ),
        Cell(
            text=METRICS[claim.metric].label,
            note="; ".join(part for part in conditions if part),
            links=(Link(text=protocol, href=f"#{anchor('protocol', protocol)}"),),
        ),
        Cell(text=show_printed(claim), value=_bare(claim), href=href),
        _measured_cell(verdict, href),
        Cell(
            text=str(verdict.outcome),
            note=verdict.reason,
            verdict=None if claim.kind == "exploration" else verdict.outcome,
            marks=("stale",) if verdict.stale else (),
        ),
    )


def _whose(claim: Claim | Ordering) -> tuple[str, ...]:
    if isinstance(claim, Ordering):
        return ("exploration on other data",) if claim.kind == "exploration" else ()
    return () if claim.is_own else (f"{claim.row} row",)


def _bare(claim: Claim | Ordering) -> float | str:
    return "" if isinstance(claim, Ordering) else claim.value


def _measured_cell(verdict: Verdict, href: str) -> Cell:
    """What was measured; where there is nothing, why stands beside the verdict."""
    found = verdict.difference if isinstance(verdict.claim, Ordering) else verdict.spread
    if found is None and verdict.outcome not in ELSEWHERE:
        return missing_cell(str(verdict.outcome))
    return measured_cell(verdict, href)


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """A recipe's claims about a data set that nothing was run for.

    Args:
        recipe: Its page.
        count: How many they are.
        reasons: Why, each with its number of claims.
    """

    recipe: Link
    count: int
    reasons: tuple[str, ...]


def waiting_claims(view: DatasetView, kind: str) -> tuple[Waiting, ...]:
    """What waits for runs on it, recipe by recipe."""
    found: dict[Link, list[Verdict]] = {}
    for page, verdict in view.verdicts:
        if verdict.outcome is Outcome.NOT_RUN:
            recipe = Link(text=page.recipe.paper.method, href=f"{page.file(kind)}#claims")
            found.setdefault(recipe, []).append(verdict)
    return tuple(
        Waiting(
            recipe=recipe,
            count=len(verdicts),
            reasons=tuple(f"{reason} ({number})" for reason, number in reasons.items()),
        )
        for recipe, verdicts in found.items()
        for reasons in (Counter(verdict.reason or "nothing was run" for verdict in verdicts),)
    )
