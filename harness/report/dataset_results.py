"""What was run on a data set and what papers print about it, over all recipes → tables."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from harness.claims import Claim, Ordering, Protocol
from harness.compare import ELSEWHERE, Evidence, Outcome, Verdict
from harness.metrics import METRICS
from harness.report.claim_tables import why_missing
from harness.report.dataset_views import DatasetView, OnDataset
from harness.report.digits import show_difference, show_splits, show_spread
from harness.report.inputs import Addresses, PageInput
from harness.report.networks import describe_network
from harness.report.run_tables import cost_cell, metric_column, time_cell, value_cell
from harness.report.settings_tables import show_streams
from harness.report.tables import Cell, Column, Link, Row, Table, anchor

SCORES = (METRICS["top1_acc"], METRICS["mean_class_acc"])
COSTS = (METRICS["params"], METRICS["macs"])


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
            Column(key="train_s", label="Training a run", direction="down", is_number=True),
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
    key = page.recipe.key
    addresses = Addresses(recipe=key, results=results, page=f"{key}.{kind}")
    runs = page.representative(variant)
    return (
        Cell(
            text=f"{page.recipe.paper.method}: {variant}",
            href=addresses.on_page("variant", variant) if variant in page.configs else "",
            note=_say_code(item),
            marks=_marks(item, runs),
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
    if show_streams(item.config):
        return Cell(text="its streams'", value="", tone="missing", note="a fusion trains nothing")
    if not runs:
        return Cell(text="no completed run", value="", tone="missing")
    return time_cell(item.variant, runs, addresses)


def _marks(item: OnDataset, runs: tuple[Evidence, ...]) -> tuple[str, ...]:
    marks = ["limited or generated data"] if any(i.record.is_limited for i in runs) else []
    marks += ["departs from the paper"] if item.config.get("departures") else []
    marks += ["stale"] if any(found.stale for found in runs) else []
    marks += [] if item.variant in item.page.configs else ["the variant is gone"]
    return tuple(marks)


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
    claim, key = verdict.claim, page.recipe.key
    addresses = Addresses(recipe=key, results="", page=f"{key}.{kind}")
    href = addresses.on_page("claim", claim.key)
    is_ordering = isinstance(claim, Ordering)
    conditions = (show_splits(claim.splits), claim.protocol.modality)
    return (
        Cell(text=page.recipe.paper.method, href=f"{key}.{kind}"),
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
        Cell(text="A > B" if is_ordering else _printed(claim), value=_bare(claim), href=href),
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


def _printed(claim: Claim | Ordering) -> str:
    if isinstance(claim, Ordering):
        return "A > B"
    return f"{claim.readings[0].printed} {claim.quantity.unit}".rstrip()


def _bare(claim: Claim | Ordering) -> float | str:
    return "" if isinstance(claim, Ordering) else claim.value


def _measured_cell(verdict: Verdict, href: str) -> Cell:
    claim = verdict.claim
    if isinstance(claim, Ordering):
        if verdict.difference is None:
            return Cell(text=str(verdict.outcome), value="", tone="missing")
        return Cell(
            text=show_difference(verdict.difference), value=verdict.difference.value, href=href
        )
    if verdict.spread is None:  # why stands beside the verdict
        here = verdict.outcome not in ELSEWHERE
        text = str(verdict.outcome) if here else why_missing(verdict)
        return Cell(text=text, value="", tone="missing")
    spread = verdict.spread
    return Cell(
        text=show_spread(claim.quantity, spread),
        value=spread.mean,
        n=spread.n,
        std=spread.std,
        href=href,
    )


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
    found: dict[str, list[Verdict]] = {}
    methods: dict[str, str] = {}
    for page, verdict in view.verdicts:
        if verdict.outcome is Outcome.NOT_RUN:
            found.setdefault(page.recipe.key, []).append(verdict)
            methods[page.recipe.key] = page.recipe.paper.method
    return tuple(
        Waiting(
            recipe=Link(text=methods[key], href=f"{key}.{kind}#claims"),
            count=len(verdicts),
            reasons=tuple(
                f"{reason} ({number})" for reason, number in Counter(map(_why, verdicts)).items()
            ),
        )
        for key, verdicts in found.items()
    )


def _why(verdict: Verdict) -> str:
    return verdict.reason or "nothing was run"
