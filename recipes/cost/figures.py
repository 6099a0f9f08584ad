"""Figures of how a network weighs the three views, and of what they show."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from recipes._shared.drawing import Drawing, Observations

#: Name of a view, colour and line: told apart by the colour-blind and in grey, too.
_VIEWS = {
    "hw": ("H–W", "#0072b2", "o-"),
    "tw": ("T–W", "#d55e00", "s--"),
    "th": ("T–H", "#009e73", "^:"),
}
_STAGES = {"layer1": "res2", "layer2": "res3", "layer3": "res4", "layer4": "res5"}
_SMALL = 7


def draw(
    observations: Observations,
    edges: Sequence[tuple[int, int]],
    class_names: Sequence[str],
    joint_names: Sequence[str],
) -> list[Drawing]:
    """Draw mean coefficients by layer, as curves and as a table, and views of real clips.

    Args:
        observations: Arrays of ``observe.py``.
        edges: Of skeletons; not shown here.
        class_names: Names of the classes, by label.
        joint_names: Of skeletons; not shown here.
    """
    drawings = []
    if "share" in observations:
        drawings += [_draw_curves(observations), _draw_table(observations)]
    if len(observations["labels"]):
        drawings.append(_draw_views(observations, class_names))
    return drawings


def _read(observations: Observations) -> tuple[list[str], list[str], NDArray[np.float64]]:
    """Names of layers and views, and means with their spreads, ``(2, L, V)``."""
    layers = [_name(str(layer)) for layer in observations["layers"]]
    numbers = [np.asarray(observations[key], dtype=np.float64) for key in ("share", "spread")]
    return layers, [str(view) for view in observations["views"]], np.stack(numbers)


def _name(layer: str) -> str:
    """``layer3.2`` as the paper's tables have it: stage and number of the block from 1."""
    stage, _, block = layer.partition(".")
    return f"{_STAGES[stage]}, block {int(block) + 1}"


def _how(observations: Observations) -> str:
    clips = int(observations["clips"])
    return f"channels and {clips} test clips" if clips else "channels; the same for all clips"


def _draw_curves(observations: Observations) -> Drawing:
    layers, views, (share, spread) = _read(observations)
    figure = Figure(figsize=(8.4, 3.2), layout="constrained")
    axes = figure.subplots()
    places = np.arange(len(layers))
    for view, mean, deviation in zip(views, share.T, spread.T, strict=True):
        name, colour, line = _VIEWS[view]
        axes.plot(places, mean, line, color=colour, label=name, markersize=4)
        low, high = mean - deviation, mean + deviation
        axes.fill_between(places, low, high, color=colour, alpha=0.15, linewidth=0)
    axes.set_xticks(places, layers, fontsize=_SMALL, rotation=20, ha="right")
    axes.set(ylabel="mean coefficient", ylim=(0, 1))
    axes.grid(alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)
    figure.legend(loc="outside upper center", ncols=len(views), frameon=False)
    said = []
    for view, mean in zip(views, share.T, strict=True):
        said.append(f"{_VIEWS[view][0]} goes from {mean[0]:.2f} to {mean[-1]:.2f}.")
    return Drawing(
        "coefficients",
        "Coefficients of the views by layer, from the first to the last: the mean over "
        f"{_how(observations)}. Bands are one standard deviation over channels.",
        f"A curve for each view over {len(layers)} layers. {' '.join(said)}",
        figure,
    )


def _draw_table(observations: Observations) -> Drawing:
    layers, views, (share, spread) = _read(observations)
    cells = [
        [f"{mean:.3f} ± {deviation:.3f}" for mean, deviation in zip(*row, strict=True)]
        for row in zip(share, spread, strict=True)
    ]
    names = [_VIEWS[view][0] for view in views]
    figure = Figure(figsize=(2.0 + 1.4 * len(views), 0.3 + 0.24 * len(layers)))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    table = axes.table(
        cells,
        rowLabels=layers,
        colLabels=names,
        cellLoc="center",
        bbox=(0.27, 0.02, 0.72, 0.96),
        edges="horizontal",
    )
    table.auto_set_font_size(False)
    table.set_fontsize(_SMALL + 1)
    rows = [
        f"{layer}: {', '.join(f'{n} {c}' for n, c in zip(names, row, strict=True))}"
        for layer, row in zip(layers, cells, strict=True)
    ]
    return Drawing(
        "coefficients-table",
        f"The same in numbers: the mean over {_how(observations)}, ± its standard deviation over "
        "channels.",
        f"A table. {'; '.join(rows)}.",
        figure,
    )


def _draw_views(observations: Observations, class_names: Sequence[str]) -> Drawing:
    titles = [class_names[int(label)] for label in observations["labels"]]
    figure = Figure(figsize=(6.4, 2.2 * len(titles)), layout="constrained")
    grid = figure.subplots(len(titles), 3, squeeze=False)
    for number, (row, title) in enumerate(zip(grid, titles, strict=True)):
        for axes, view in zip(row, _VIEWS, strict=True):
            picture = np.asarray(observations[f"{view}_{number}"], dtype=np.uint8)
            axes.imshow(picture, aspect="auto", interpolation="none")
            axes.set(xticks=[], yticks=[])
            axes.set_ylabel(_VIEWS[view][0][0], fontsize=_SMALL, rotation=0)
            axes.set_xlabel(_VIEWS[view][0][-1], fontsize=_SMALL)
        row[0].set_title(title, fontsize=_SMALL, loc="left")
    return Drawing(
        "views",
        "What the three views see of test clips: a frame in the middle of the clip (height over "
        "width), the row in the middle of all frames (time over width), and the column in the "
        "middle (time over height). The same 3×3 kernel slides over all three.",
        f"Three pictures for each of {len(titles)} clips: {'; '.join(titles)}. Where somebody "
        "moves, the two pictures over time change from row to row.",
        figure,
    )
