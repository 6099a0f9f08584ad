"""Charts of campaigns drawn by Matplotlib, for paper."""

from collections.abc import Sequence

import matplotlib
from matplotlib.figure import Figure

from harness.report.charts import PLAIN, DotRow
from harness.report.svg import STYLE, shorten_name

WIDTH = 8.4  # inches; a page shows three quarters of it


def plot_dots(rows: Sequence[DotRow], *, across: str) -> Figure:
    """One row a name: single values as rings, their mean as a dot, its interval as a bar.

    Args:
        rows: At least one.
        across: What is measured to the right, with its unit.
    """
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, 1.0 + 0.32 * len(rows)), layout="constrained")
        axes = figure.subplots()
        for place, row in enumerate(rows):
            if row.halfwidth is not None:
                start = row.mean - row.halfwidth
                width = 2 * row.halfwidth
                axes.barh(place, width, left=start, height=0.4, color=PLAIN[0], alpha=0.25)
            axes.plot(row.values, [place] * len(row.values), "o", mfc="none", mec="#57606a", ms=4)
            axes.plot(row.mean, place, "o", color=PLAIN[0], ms=5)
        axes.set_yticks(range(len(rows)), [shorten_name(row.name) for row in rows])
        axes.set(xlabel=across, ylim=(len(rows) - 0.4, -0.6))
        axes.grid(axis="x", alpha=0.3)
        axes.set_axisbelow(True)
        axes.spines[["top", "right"]].set_visible(False)
    return figure
