"""Learning curves of single runs and of methods side by side, as compact charts."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from harness.report.charts import Line, Panel, Point, draw_lines
from harness.report.digits import show_number
from harness.report.figures import MONITORED_AS
from harness.report.svg import Picture

History = Sequence[Mapping[str, float | None]]
# Below a panel's name: the columns of history.csv, and what they are called.
PANELS = {
    "Top-1 accuracy (%)": {"train_acc": "training", "monitored_acc": "{monitored}"},
    "Loss": {"train_loss": "training", "monitored_loss": "{monitored}"},
    "Learning rate": {"lr": "learning rate"},
}


@dataclass(frozen=True, kw_only=True, slots=True)
class MethodCurve:
    """The monitored accuracy of a method in training.

    Args:
        name: The method.
        points: Epoch and mean over its runs, in percent.
    """

    name: str
    points: tuple[Point, ...]


def draw_history(history: History, monitored: str) -> Picture | None:
    """Accuracy, loss and learning rate of one run; ``None`` where it has no curve.

    Args:
        history: One row an epoch.
        monitored: Subset of the second curve, ``test`` or ``val``.
    """
    named = MONITORED_AS.get(monitored, monitored or "monitored")
    panels, said = [], []
    for up, columns in PANELS.items():
        lines = []
        for style, (column, called) in enumerate(columns.items()):
            points = read_curve(history, column)
            name = called.format(monitored=named)
            if not points:
                continue
            lines.append(Line(name=name, points=points, style=5 if column == "lr" else style))
            said.append(_say(f"{up.partition(' (')[0]}, {name}", points))
        if lines:
            panels.append(Panel(across="Epoch", up=up, lines=tuple(lines)))
    if not panels:
        return None
    svg = draw_lines(panels, name="curves", title="Learning curves", alt=" ".join(said))
    return Picture(name="curves-figure", caption=f"Training and {named}, by epoch.", svg=svg)


def _say(what: str, points: Sequence[Point]) -> str:
    (begin, first), (end, last) = points[0], points[-1]
    return f"{what}: from {first:.4g} to {last:.4g}, epoch {begin:g} to {end:g}."


def read_curve(history: History, column: str) -> tuple[Point, ...]:
    """Epoch and value of a column, where one was measured."""
    return tuple(
        (epoch, value)
        for row in history
        if (epoch := row.get("epoch")) is not None
        and (value := row.get(column)) is not None
        and math.isfinite(value)
    )


def average_curves(name: str, histories: Iterable[History]) -> MethodCurve:
    """The mean by epoch of a method's monitored accuracies."""
    values: dict[float, list[float]] = defaultdict(list)
    for history in histories:
        for epoch, value in read_curve(history, "monitored_acc"):
            values[epoch].append(value)
    points = tuple((epoch, fmean(found)) for epoch, found in sorted(values.items()))
    return MethodCurve(name=name, points=points)


def draw_methods(curves: Sequence[MethodCurve], *, name: str, caption: str) -> Picture | None:
    """Monitored accuracy of several methods over one another; ``None`` where there is none.

    Args:
        curves: The methods, in the order of the legend.
        name: Name of the figure, unique on its page.
        caption: What it shows.
    """
    lines = tuple(
        Line(name=curve.name, points=curve.points, style=style)
        for style, curve in enumerate(curves)
        if curve.points
    )
    if not lines:
        return None
    panel = Panel(across="Epoch", up="Top-1 accuracy (%)", lines=lines)
    alt = "; ".join(
        f"{line.name} ends at {show_number(line.points[-1][1], 1)} % "
        f"in epoch {line.points[-1][0]:g}"
        for line in lines
    )
    svg = draw_lines([panel], name=name, title="Learning curves of the methods", alt=f"{alt}.")
    return Picture(name=f"{name}-figure", caption=caption, svg=svg)
