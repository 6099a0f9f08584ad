"""Methods on a data set → figures: over-fitting, and accuracy against cost."""

from collections.abc import Sequence
from dataclasses import replace

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from harness.metrics import METRICS, Metric
from harness.report.digits import show_signed, show_spread
from harness.report.figures import BAND
from harness.report.inputs import name_runs
from harness.report.measured_cells import COSTS, HEADLINE
from harness.report.method_looks import (
    WIDTH,
    Look,
    add_legend,
    look_of,
    read_logarithms,
    tidy,
)
from harness.report.method_summaries import MethodSummary
from harness.report.svg import STYLE, shorten_name
from harness.report.tables import Cell, Column, Row, Table, anchor, missing_cell

MOST_METHODS = 16  # in one figure: the most accurate
GAP = replace(HEADLINE, key="gap", label="Gap", unit="pp", decimals=1)
OVER_FITTING_CAPTION = (
    "Over-fitting: training minus monitored accuracy. Left: over training, the mean over seeds and "
    "the band from the lowest to the highest. Middle: at the end, each seed (ring), their mean and "
    "the 95 % interval of the mean (bar, from two seeds on). Right: at the end, against the number "
    "of parameters, with the same interval. Training accuracy is that of the batches as training "
    "saw them, augmented and with dropout: the gap is what the curves show, and would be larger "
    "without. The methods differ in data and schedule, and no difference is tested here."
)
COSTS_CAPTION = (
    "Top-1 accuracy against what one network costs: mean over seeds with the 95 % interval of the "
    "mean (bar, from two seeds on). The methods' protocols may differ; campaigns test differences."
)


def plot_over_fitting(methods: Sequence[MethodSummary]) -> Figure:
    """How far training accuracy is above the monitored one: in time, at the end, by size.

    Args:
        methods: Methods that trained something; at least one.
    """
    with matplotlib.rc_context(STYLE):
        height = max(2.9, 0.9 + 0.21 * len(methods))
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        time, end, size = figure.subplots(1, 3, width_ratios=(1.1, 1.1, 1))
        for place, method in enumerate(methods):
            look = look_of(place)
            share, low, middle, high = zip(*method.gap_curve, strict=True)
            time.plot(share, middle, color=look.color, linewidth=1.3)
            time.fill_between(share, low, high, color=look.color, alpha=BAND, linewidth=0)
            _plot_row(end, place, method, look)
            if "params" in method.costs and method.gap:
                _plot_point(size, method.costs["params"], method.gap.mean, method.gap.of_mean, look)
        time.set(xlabel="Share of training (%)", ylabel="Training − monitored (points)")
        end.set(xlabel="At the end (points)", ylim=(len(methods) - 0.4, -0.6))
        end.set_yticks(range(len(methods)), [shorten_name(m.label) for m in methods], fontsize=7)
        size.set(xlabel="Parameters (M)", ylabel="At the end (points)", xscale="log")
        read_logarithms(size.xaxis)
        tidy(time, end, size)
    return figure


def plot_costs(methods: Sequence[MethodSummary]) -> Figure:
    """Accuracy against parameters and against multiply-adds, one mark a method.

    Args:
        methods: Methods with a count; at least one.
    """
    with matplotlib.rc_context(STYLE):
        rows = -(-len(methods) // 3)
        figure = Figure(figsize=(WIDTH, 3.0 + 0.2 * rows), layout="constrained")
        panels = figure.subplots(1, len(COSTS), sharey=True)
        for axes, metric in zip(panels, COSTS, strict=True):
            for place, method in enumerate(methods):
                if metric.key in method.costs:
                    spread, look = method.accuracy, look_of(place)
                    cost = method.costs[metric.key]
                    _plot_point(axes, cost, spread.mean, spread.of_mean, look, method.label)
            axes.set(xlabel=f"{metric.label} ({metric.unit})", xscale="log")
            read_logarithms(axes.xaxis)
        panels[0].set(ylabel="Top-1 accuracy (%)")
        tidy(*panels)
        add_legend(figure, *panels)
    return figure


def _plot_row(axes: Axes, place: int, method: MethodSummary, look: Look) -> None:
    if method.gap is None:
        return
    half, middle = method.gap.of_mean, method.gap.mean
    if half is not None:
        axes.barh(place, 2 * half, left=middle - half, height=0.5, color=look.color, alpha=BAND)
    axes.plot(
        method.gap_seeds, [place] * len(method.gap_seeds), "o", mfc="none", mec="#57606a", ms=3
    )
    axes.plot(middle, place, linestyle="", markersize=5, color=look.color, marker=look.marker)


def _plot_point(
    axes: Axes,
    x: float,
    y: float,
    halfwidth: float | None,
    look: Look,
    label: str = "",
) -> None:
    axes.errorbar(
        [x],
        [y],
        yerr=None if halfwidth is None else [halfwidth],
        linestyle="",
        markersize=5,
        capsize=2,
        elinewidth=0.8,
        label=shorten_name(label),
        color=look.color,
        marker=look.marker,
    )


def over_fitting(methods: Sequence[MethodSummary]) -> tuple[MethodSummary, ...]:
    """The methods that a figure of over-fitting shows."""
    return tuple(method for method in methods if method.gap_curve)[:MOST_METHODS]


def costing(methods: Sequence[MethodSummary]) -> tuple[MethodSummary, ...]:
    """The methods that a figure of costs shows."""
    return tuple(method for method in methods if method.costs)[:MOST_METHODS]


def costs_table(dataset: str, methods: Sequence[MethodSummary]) -> Table:
    """One row a method: its accuracy, parameters and multiply-adds."""
    return Table(
        key=anchor("costs", dataset),
        caption=(
            "Top-1 accuracy, mean ± s (n) over the n seeds that have every split, and what one "
            "network costs."
        ),
        columns=(
            Column(key="method", label="Method"),
            Column(key="accuracy", label="Top-1 accuracy", is_number=True),
            *(
                Column(key=cost.key, label=cost.label, unit=cost.unit, is_number=True)
                for cost in COSTS
            ),
        ),
        rows=tuple(
            Row(
                anchor=f"costs {method.label} {dataset}",
                cells=(
                    Cell(text=method.label),
                    Cell(text=show_spread(HEADLINE, method.accuracy), value=method.accuracy.mean),
                    *(_cost_cell(method, cost) for cost in COSTS),
                ),
            )
            for method in costing(methods)
        ),
    )


def _cost_cell(method: MethodSummary, cost: Metric) -> Cell:
    value = method.costs.get(cost.key)
    if value is None:
        return missing_cell("not counted")
    text = f"{value:.{cost.decimals}f}"
    return Cell(text=text, value=value, href=name_runs(method.runs))


def over_fitting_table(dataset: str, methods: Sequence[MethodSummary]) -> Table:
    """One row a method: its gap at the end, over seeds, and for each million parameters."""
    shown = over_fitting(methods)
    return Table(
        key=anchor("gaps", dataset),
        caption=(
            "Over-fitting at the end of training: training minus monitored accuracy, mean ± s (n) "
            "over the n seeds that have every split, the 95 % interval of that mean over seeds, "
            "and the gap for each million parameters. No difference is tested."
        ),
        columns=(
            Column(key="method", label="Method"),
            Column(key="gap", label="Gap", is_number=True),
            Column(key="interval", label="95 % interval (points)", is_number=True),
            Column(key="per_parameter", label="Gap per M parameters", is_number=True),
            Column(key="params", label="Parameters (M)", is_number=True),
            Column(key="accuracy", label="Top-1 accuracy", is_number=True),
        ),
        rows=tuple(Row(cells=_gap_cells(m), anchor=f"gap {m.label} {dataset}") for m in shown),
    )


def _gap_cells(method: MethodSummary) -> tuple[Cell, ...]:
    gap, params, href = method.gap, method.costs.get("params"), name_runs(method.runs)
    if gap is None:
        raise ValueError(f"{method.label} has no gap")
    low, high = (
        show_signed(gap.mean + side * (gap.of_mean or 0.0), GAP.decimals) for side in (-1, 1)
    )
    ends = Cell(text=f"[{low}, {high}]", href=href) if gap.n > 1 else missing_cell("one seed")
    return (
        Cell(text=method.label),
        Cell(text=show_spread(GAP, gap), value=gap.mean, std=gap.std, n=gap.n, href=href),
        ends,
        Cell(text=f"{gap.mean / params:.2f}".replace("-", "−"), value=gap.mean / params, href=href)
        if params
        else missing_cell("not counted"),
        _cost_cell(method, METRICS["params"]),
        Cell(text=show_spread(HEADLINE, method.accuracy), value=method.accuracy.mean, href=href),
    )
