"""The figures of methods on a data set that can be asked for by name."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from matplotlib.figure import Figure

from harness.cache import recall
from harness.report.digits import show_spread
from harness.report.figures import MONITORED_AS
from harness.report.measured_cells import HEADLINE
from harness.report.method_figures import (
    COSTS_CAPTION,
    GAP,
    MOST_METHODS,
    OVER_FITTING_CAPTION,
    costing,
    costs_table,
    over_fitting,
    over_fitting_table,
    plot_costs,
    plot_over_fitting,
)
from harness.report.method_summaries import MethodSummary
from harness.report.stress_figures import (
    STRESS_FIGURES,
    StressFigure,
    say_stressed,
    stress_table,
)
from harness.report.stress_summaries import Stressed
from harness.report.svg import Picture, render_svg, say_engine
from harness.report.tables import Table, anchor


class FigureKind(NamedTuple):
    """A figure.

    Args:
        choose: Which methods it shows.
        plot: How it is drawn.
        caption: What it shows.
        say: What a reader who cannot see it should know of a method in it.
        table: The numbers of the methods in it, by the key of the data set.
    """

    choose: Callable[[Sequence[MethodSummary]], tuple[MethodSummary, ...]]
    plot: Callable[[Sequence[MethodSummary]], Figure]
    caption: str
    say: Callable[[MethodSummary], str]
    table: Callable[[str, Sequence[MethodSummary]], Table]


def _say_gap(method: MethodSummary) -> str:
    return f"{method.label} {show_spread(GAP, method.gap)}" if method.gap else method.label


def _say_accuracy(method: MethodSummary) -> str:
    return f"{method.label} {show_spread(HEADLINE, method.accuracy)}"


def _under(stress: StressFigure) -> FigureKind:
    """A figure of methods under stress."""

    def choose(methods: Sequence[MethodSummary]) -> tuple[MethodSummary, ...]:
        found = (m for m in methods if m.stress and m.stress.curves.keys() & set(stress.effects))
        return tuple(found)[:MOST_METHODS]

    def say(method: MethodSummary) -> str:
        return say_stressed(method.stress, stress.effects) if method.stress else method.label

    def table(dataset: str, methods: Sequence[MethodSummary]) -> Table:
        return stress_table(anchor("stress", dataset), under_stress(methods), stress.effects)

    return FigureKind(
        choose=choose,
        plot=lambda methods: stress.plot(under_stress(methods)),
        caption=stress.caption,
        say=say,
        table=table,
    )


def under_stress(methods: Sequence[MethodSummary]) -> tuple[Stressed, ...]:
    """What was measured of methods under stress."""
    return tuple(method.stress for method in methods if method.stress)


COMPARED = {
    "over-fitting": FigureKind(
        over_fitting, plot_over_fitting, OVER_FITTING_CAPTION, _say_gap, over_fitting_table
    ),
    "costs": FigureKind(costing, plot_costs, COSTS_CAPTION, _say_accuracy, costs_table),
}
STRESSED = {name: _under(stress) for name, stress in STRESS_FIGURES.items()}
FIGURES = COMPARED | STRESSED


def draw_methods_on(
    dataset: str, methods: Sequence[MethodSummary], kinds: Mapping[str, FigureKind] = FIGURES
) -> tuple[Picture, ...]:
    """Figures of a data set's page; none where nothing was run on it that they show."""
    return tuple(
        _draw(name, kind, dataset, shown, say_left_out(kind, methods, shown))
        for name, kind in kinds.items()
        if (shown := kind.choose(methods))
    )


def say_left_out(
    kind: FigureKind, methods: Sequence[MethodSummary], shown: Sequence[MethodSummary]
) -> str:
    """How many methods a figure has no room for; ``""`` for none."""
    able = sum(bool(kind.choose([method])) for method in methods)
    if able == len(shown):
        return ""
    return f" Of {able} methods the {len(shown)} most accurate are drawn."


def _draw(
    name: str, kind: FigureKind, dataset: str, shown: Sequence[MethodSummary], left_out: str
) -> Picture:
    key = anchor(name, dataset)
    title = f"{name.capitalize()} of the methods"
    alt = "; ".join(map(kind.say, shown))
    svg = recall(
        "methods",
        (say_engine(), key, repr(shown)),
        lambda: render_svg(kind.plot(shown), name=key, title=title, alt=f"{alt}.").encode(),
    ).decode()
    monitored = " and ".join(
        MONITORED_AS.get(subset, subset) for subset in sorted({m.monitored for m in shown})
    )
    more = f" Monitored: {monitored}." if name == "over-fitting" else ""
    marks = [mark for method in shown for mark in method.marks]
    if name in STRESSED:
        marks += [mark for found in under_stress(shown) for mark in found.marks]
    return Picture(
        name=f"{key}-figure",
        caption=kind.caption + left_out + more,
        svg=svg,
        marks=tuple(dict.fromkeys(marks)),
    )
