"""The methods of a campaign split by split, and test unit by test unit → tables."""

from collections import defaultdict
from collections.abc import Sequence
from statistics import mean

from harness.report.campaign_comparisons import Comparison, Method
from harness.report.campaign_runs import Entrant
from harness.report.campaign_tables import addresses_of
from harness.report.digits import show_number
from harness.report.inputs import Addresses
from harness.report.measured_cells import HEADLINE
from harness.report.tables import Cell, Column, Row, Table, missing_cell


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
                    _mean_cell(values[m].get(split, ()), addresses_of(m.entrant, results, kind), m)
                    for m in methods
                ),
            )
        )
        for split in splits
    ]
    return Table(
        key=comparison.key("splits"),
        caption="Split by split: mean over all runs of the split (their number).",
        columns=(Column(key="split", label="Split"), *_method_columns(comparison, methods)),
        rows=tuple(rows),
    )


def _by_split(entrant: Entrant) -> dict[str, list[float]]:
    found: dict[str, list[float]] = defaultdict(list)
    for item in entrant.runs:
        if HEADLINE.key in item.record.values:
            found[item.record.plan.split].append(item.record.values[HEADLINE.key])
    return found


def _method_columns(comparison: Comparison, methods: Sequence[Method]) -> tuple[Column, ...]:
    return tuple(
        Column(
            key=method.entrant.label,
            label=comparison.short(method),
            unit="%",
            direction="up",
            is_number=True,
            metric=HEADLINE.key,
        )
        for method in methods
    )


def _mean_cell(values: Sequence[float], addresses: Addresses, method: Method) -> Cell:
    if not values:
        return missing_cell("not run")
    return Cell(
        text=f"{show_number(mean(values), 1)} ({len(values)})",
        value=mean(values),
        n=len(values),
        href=addresses.on_page("runs", method.entrant.variant),
    )


def units_table(comparison: Comparison, results: str, kind: str) -> Table:
    """One row a test subject or pair, one column a method: mean over seeds."""
    shares = {method: method.by_unit() for method in comparison.methods if method.has_groups}
    sizes = {unit: size for found in shares.values() for unit, (_, size) in found.items()}
    rows = []
    for unit in sorted(sizes):
        cells = [Cell(text=unit), Cell(text=str(sizes[unit]), value=sizes[unit])]
        for method, found in shares.items():
            entrant = method.entrant
            href = addresses_of(entrant, results, kind).on_page("runs", entrant.variant)
            cells.append(
                Cell(text=show_number(found[unit][0], 1), value=found[unit][0], href=href)
                if unit in found
                else missing_cell("not tested")
            )
        rows.append(Row(cells=tuple(cells)))
    return Table(
        key=comparison.key("units"),
        caption=(
            "Test subjects or pairs: accuracy of each, as mean over the seeds that have every "
            "split. The intervals resample these."
        ),
        columns=(
            Column(key="unit", label="Subject or pair"),
            Column(key="samples", label="Test samples", is_number=True),
            *_method_columns(comparison, list(shares)),
        ),
        rows=tuple(rows),
    )
