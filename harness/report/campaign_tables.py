"""The methods of a campaign head to head, and split by split → tables."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from statistics import mean

from harness.claims import Protocol
from harness.forms import is_fusion, trains
from harness.report.campaign_comparisons import Comparison, Method
from harness.report.campaign_runs import Entrant
from harness.report.citations import join_names
from harness.report.digits import show_number, show_splits
from harness.report.inputs import Addresses
from harness.report.measured_cells import (
    COSTS,
    HEADLINE,
    OF_ITS_INPUTS,
    TIME_COLUMN,
    accuracy_column,
    cost_cell,
    doubts_of_method,
    metric_column,
    spread_cell,
    time_cell,
)
from harness.report.protocol_texts import is_unsaid, name_condition, say_condition
from harness.report.tables import Cell, Column, Row, Table, missing_cell

# Columns of the table of methods, where a page's width has no room for all.
BRIEF = (*("method", HEADLINE.key), *(metric.key for metric in COSTS), "views", TIME_COLUMN.key)
USUAL = {"level": "video", "frame_interval": 1, "num_clips": 1, "num_crops": 1}


def head_table(comparison: Comparison, results: str, kind: str) -> Table:
    """One row a method, the best first: accuracy, n and what it costs.

    Args:
        comparison: The methods.
        results: ``results/`` as seen from the page.
        kind: Which recipe pages to link to: ``html`` or ``md``.
    """
    return Table(
        key=comparison.key("head"),
        caption=(
            f"{comparison.title}, {show_splits(comparison.splits)}: mean ± s (n) over the n seeds "
            "that have every split; costs are those of one network, of which a test takes as many "
            "views of a sample, time and memory those of one run. "
            f"{_say_differing(comparison)}{_say_single(comparison)}"
        ),
        columns=(
            Column(key="method", label="Method"),
            *(metric_column(metric) for metric in (HEADLINE, *COSTS)),
            Column(key="views", label="Views", is_number=True),
            TIME_COLUMN,
            Column(key="memory_gib", label="Peak memory", direction="down", is_number=True),
        ),
        rows=tuple(
            Row(
                cells=_head_cells(comparison, method, results, kind),
                anchor=comparison.key("method", method.entrant.label),
            )
            for method in comparison.methods
        ),
        tests=comparison.tests,
    )


def variant_address(entrant: Entrant, results: str, kind: str) -> str:
    """Where a recipe's page describes an entrant's variant; nowhere once it is gone."""
    if entrant.variant not in entrant.page.configs:
        return ""
    return entrant.page.addresses(results, kind).on_page("variant", entrant.variant)


def _head_cells(
    comparison: Comparison, method: Method, results: str, kind: str
) -> tuple[Cell, ...]:
    entrant = method.entrant
    addresses = entrant.page.addresses(results, kind)
    page, variant, runs = entrant.page, entrant.variant, entrant.runs
    name = _name_cell(comparison, entrant, addresses, kind)
    missing = missing_cell(_why_none(entrant))
    costed = runs or entrant.counts
    costs = [cost_cell(page, variant, costed, metric, addresses) for metric in COSTS]
    costs.append(_views_cell(entrant))
    if not runs:
        return (name, missing, *(costs if costed else [missing] * len(costs)), missing, missing)
    is_trained = trains(entrant.config)
    return (
        name,
        _score_cell(comparison, method, addresses),
        *costs,
        time_cell(variant, runs, addresses) if is_trained else OF_ITS_INPUTS,
        _memory_cell(entrant, addresses) if is_trained else OF_ITS_INPUTS,
    )


def _name_cell(comparison: Comparison, entrant: Entrant, addresses: Addresses, kind: str) -> Cell:
    """The method, linked to its place on its recipe's page, with what to know of its runs."""
    gone = () if entrant.variant in entrant.page.configs else ("the variant is gone",)
    return Cell(
        text=entrant.label,
        href=variant_address(entrant, addresses.results, kind),
        note=f"{entrant.page.recipe.paper.method}, {_say_conditions(comparison, entrant)}",
        marks=(*gone, *doubts_of_method(entrant.config, entrant.runs)),
    )


def _views_cell(entrant: Entrant) -> Cell:
    """How many views of a sample are scored, each of which costs the multiply-adds of one."""
    if not entrant.config or is_fusion(entrant.config):
        return OF_ITS_INPUTS if entrant.config else missing_cell("the variant is gone")
    protocol = Protocol(**entrant.config["protocol"])
    if protocol.num_clips is None:
        return Cell(text="all", note="as many as follow one another in it")
    views = protocol.num_clips * protocol.num_crops
    return Cell(text=str(views), value=views)


def _say_single(comparison: Comparison) -> str:
    """That methods with one seed have no spread, where there are such."""
    single = sum(
        method.spread is not None and len(method.seeds) == 1 for method in comparison.methods
    )
    if not single:
        return ""
    return (
        f" {single} of the methods {'has' if single == 1 else 'have'} one seed: a single draw, "
        "without a spread, from which no order follows."
    )


def _say_differing(comparison: Comparison) -> str:
    """What a reader must know of protocols that are not equal."""
    if not comparison.differing:
        return "All were tested under one protocol."
    names = " and ".join(name_condition(name).lower() for name in comparison.differing)
    protocols = ((m.entrant.label, m.entrant.config["protocol"]) for m in comparison.methods)
    by_clip = [label for label, protocol in protocols if protocol.get("level") == "clip"]
    but = f" {join_names(tuple(by_clip))} counts clips, and is compared with no other." * bool(
        by_clip
    )
    return (
        f"The protocols differ in {names}, as is said of each where it is not by video, every "
        "frame, one clip: the methods are compared on the same test samples, and not with printed "
        f"numbers.{but}"
    )


def _say_conditions(comparison: Comparison, entrant: Entrant) -> str:
    """The method's modality, and in what else its protocol is not that of the others."""
    protocol = asdict(Protocol(**entrant.config["protocol"]))
    parts = [str(protocol["modality"])]
    parts += [
        f"{name_condition(name).lower()}: {say_condition(name, protocol[name])}"
        for name in comparison.differing
        if name != "modality" and (name, protocol[name]) not in USUAL.items()
        if not is_unsaid(name, protocol[name])
    ]
    return "; ".join(parts)


def conditions_table(comparison: Comparison) -> Table:
    """One row for the methods that see the same of a sample, where a name has no room for it."""
    groups: dict[str, list[str]] = defaultdict(list)
    for method in comparison.methods:
        groups[_say_conditions(comparison, method.entrant)].append(method.entrant.label)
    return Table(
        key=comparison.key("conditions"),
        caption="What methods see of a sample, where it is not by video, every frame, one clip.",
        columns=(Column(key="seen", label="Seen"), Column(key="methods", label="Methods")),
        rows=tuple(
            Row(cells=(Cell(text=seen), Cell(text=", ".join(names))))
            for seen, names in groups.items()
        ),
    )


def _score_cell(comparison: Comparison, method: Method, addresses: Addresses) -> Cell:
    spread, entrant = method.spread, method.entrant
    if spread is None:
        return missing_cell(_why_none(entrant))
    run_ids = tuple(item.record.run_id for item in entrant.complete_runs)
    href = addresses.runs(run_ids, entrant.variant)
    return spread_cell(HEADLINE, spread, href, comparison.rank(method))


def _why_none(entrant: Entrant) -> str:
    """Why a method has no mean."""
    if entrant.runs:
        return f"no seed has all {len(entrant.splits)} splits"
    if any(item.record.failure for item in entrant.others):
        return "failed"
    return "not run" if entrant.config else "the variant is gone"


def _memory_cell(entrant: Entrant, addresses: Addresses) -> Cell:
    found = [i.record.timing.peak_memory_gib for i in entrant.runs if i.record.timing]
    if not found:
        return missing_cell(_why_none(entrant))
    run_ids = tuple(item.record.run_id for item in entrant.runs)
    return Cell(
        text=f"{show_number(max(found), 2)} GiB",
        value=max(found),
        href=addresses.runs(run_ids, entrant.variant),
        note=f"the most of {len(found)} runs" if len(found) > 1 else "",
    )


def splits_table(comparison: Comparison, results: str, kind: str) -> Table:
    """One row a split, one column a method: mean over its runs; no row where there is one split."""
    splits = comparison.splits if len(comparison.splits) > 1 else ()
    methods = [method for method in comparison.methods if method.entrant.runs]
    values = {method: _by_split(method.entrant) for method in methods}
    rows = [
        Row(
            cells=(
                Cell(text=split),
                *(
                    _mean_cell(values[m].get(split, ()), m.entrant.page.addresses(results, kind), m)
                    for m in methods
                ),
            )
        )
        for split in splits
    ]
    return Table(
        key=comparison.key("splits"),
        caption="Split by split: mean over all runs of the split (their number).",
        columns=(
            Column(key="split", label="Split"),
            *(accuracy_column(m.entrant.label, comparison.short(m)) for m in methods),
        ),
        rows=tuple(rows),
    )


def _by_split(entrant: Entrant) -> dict[str, list[float]]:
    found: dict[str, list[float]] = defaultdict(list)
    for item in entrant.runs:
        if HEADLINE.key in item.record.values:
            found[item.record.plan.split].append(item.record.values[HEADLINE.key])
    return found


def _mean_cell(values: Sequence[float], addresses: Addresses, method: Method) -> Cell:
    if not values:
        return missing_cell("not run")
    return Cell(
        text=f"{show_number(mean(values), 1)} ({len(values)})",
        value=mean(values),
        n=len(values),
        href=addresses.on_page("runs", method.entrant.variant),
    )
