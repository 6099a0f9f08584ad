"""Test subjects and pairs → tables of each one's accuracy, of a recipe and of a campaign."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from statistics import mean
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from harness.compare import Evidence
from harness.report.campaign_comparisons import Comparison, Method
from harness.report.digits import show_number
from harness.report.inputs import PageInput
from harness.report.measured_cells import accuracy_column
from harness.report.tables import ABSENT, Cell, Column, Row, Table, anchor, missing_cell

Shares = Mapping[str, tuple[float, int]]  # accuracy in percent and number of samples, by unit
Name = TypeVar("Name", bound=Hashable)  # of a variant, or the method itself


def units_table(page: PageInput) -> Table:
    """Accuracy of each test unit, where verdicts resample few of them.

    One row a subject or subject pair, one column a variant: the mean over seeds
    of the share of its test sequences that were right.
    """
    found = {variant: page.representative(variant) for variant in page.variants}
    found = {
        variant: runs
        for variant, runs in found.items()
        if runs and all(item.unit == "group" and not item.record.is_limited for item in runs)
    }
    shares = {variant: _shares(runs) for variant, runs in found.items()}
    return Table(
        key="units-table",
        caption=(
            "Test units: top-1 accuracy of each subject or subject pair, as mean over seeds. "
            "There are few, and they differ: this is what the intervals resample."
        ),
        columns=(
            Column(key="unit", label="Unit"),
            Column(key="sequences", label="Test sequences", is_number=True),
            *map(accuracy_column, shares),
        ),
        rows=_unit_rows(shares, lambda variant: f"#{anchor('runs', variant)}", ABSENT),
    )


def _unit_rows(
    shares: Mapping[Name, Shares], lead: Callable[[Name], str], absent: str
) -> tuple[Row, ...]:
    """A row for each unit.

    Args:
        shares: Of each method, what it has of the units.
        lead: Address that a method's numbers lead to.
        absent: What stands where a method was not tested on a unit.
    """
    sizes = {unit: size for by_unit in shares.values() for unit, (_, size) in by_unit.items()}
    leads = {method: lead(method) for method in shares}
    return tuple(
        Row(
            cells=(
                Cell(text=unit),
                Cell(text=str(sizes[unit]), value=sizes[unit]),
                *(
                    Cell(
                        text=show_number(by_unit[unit][0], 1),
                        value=by_unit[unit][0],
                        href=leads[method],
                    )
                    if unit in by_unit
                    else missing_cell(absent)
                    for method, by_unit in shares.items()
                ),
            )
        )
        for unit in sorted(sizes)
    )


def _shares(runs: Iterable[Evidence]) -> Shares:
    """Mean over seeds."""
    values: dict[str, list[float]] = defaultdict(list)
    sizes: dict[str, int] = {}
    known: dict[int, tuple[list[str], NDArray[np.intp], NDArray[np.intp]]] = {}
    for item in runs:
        hits = item.run.hits
        if id(hits.groups) not in known:  # runs that saw the same samples share them
            names, place = np.unique(hits.groups, return_inverse=True)
            known[id(hits.groups)] = names.tolist(), place, np.bincount(place)
        units, place, counts = known[id(hits.groups)]
        shares = np.bincount(place, hits.correct) / counts
        for unit, share, count in zip(units, shares.tolist(), counts.tolist(), strict=True):
            values[unit].append(100 * share)
            sizes[unit] = count
    return {unit: (mean(found), sizes[unit]) for unit, found in values.items()}


def compared_units_table(comparison: Comparison, results: str, kind: str) -> Table:
    """One row a test subject or pair, one column a method: mean over seeds."""
    shares = {method: method.by_unit() for method in comparison.methods if method.has_groups}

    def lead(method: Method) -> str:
        addresses = method.entrant.page.addresses(results, kind)
        return addresses.on_page("runs", method.entrant.variant)

    return Table(
        key=comparison.key("units"),
        caption=(
            "Test subjects or pairs: accuracy of each, as mean over the seeds that have every "
            "split. The intervals resample these."
        ),
        columns=(
            Column(key="unit", label="Subject or pair"),
            Column(key="samples", label="Test samples", is_number=True),
            *(accuracy_column(m.entrant.label, comparison.short(m)) for m in shares),
        ),
        rows=_unit_rows(shares, lead, "not tested"),
    )
