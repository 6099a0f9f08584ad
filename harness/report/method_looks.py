"""How figures tell methods apart, and what their panels have in common."""

from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from harness.report.charts import PLAIN

WIDTH = 8.4  # inches
MARKERS = "osD^vP"


class Look(NamedTuple):
    """Colour and mark of a method."""

    color: str
    marker: str


def look_of(place: int) -> Look:
    """Colour and mark of a method; both tell it apart."""
    marker = MARKERS[place // len(PLAIN) % len(MARKERS)]
    return Look(color=PLAIN[place % len(PLAIN)], marker=marker)


def read_logarithms(axis: Axis) -> None:
    """Numbers of a logarithmic scale as a reader writes them."""
    axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_minor_formatter(NullFormatter())


def tidy(*panels: Axes) -> None:
    """A light grid behind, and no frame above and to the right."""
    for axes in panels:
        axes.grid(alpha=0.3)
        axes.set_axisbelow(True)
        axes.spines[["top", "right"]].set_visible(False)


def add_legend(figure: Figure, *panels: Axes) -> None:
    """One legend below all panels of a figure."""
    found = {
        label: handle
        for axes in panels
        for handle, label in zip(*axes.get_legend_handles_labels(), strict=True)
    }
    figure.legend(
        found.values(), found, loc="outside lower center", ncols=3, frameon=False, fontsize=7
    )
