"""Figures of where the pyramid attends to (Wang et al., 2017, spatiotemporal attention)."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from numpy.typing import NDArray

from recipes._shared.drawing import Drawing, Observations, name_sample

_COLUMNS = ("frame", "motion", "attention")
_SMALL = 7  # points
_COLOURS = "viridis"


def draw(
    observations: Observations,
    edges: Sequence[tuple[int, int]],
    class_names: Sequence[str],
    joint_names: Sequence[str],
) -> list[Drawing]:
    """Draw the attention on a test video of each of a few classes.

    Args:
        observations: Arrays of ``observe.py``.
        edges: Of skeletons; not shown here.
        class_names: Names of the classes, by label.
        joint_names: Of skeletons; not shown here.
    """
    count = len(observations.get("ids", ()))
    if count == 0:
        return []
    largest = max(_relative(observations, index).max() for index in range(count))
    norm = Normalize(0, max(float(largest), 1.0))
    figure = Figure(figsize=(1.5 * len(_COLUMNS) + 0.6, 1.75 * count), layout="constrained")
    axes = figure.subplots(count, len(_COLUMNS), squeeze=False)
    for index, row in enumerate(axes):
        _draw_row(list(row), observations, index, norm)
        row[0].set_title(name_sample(observations, index, class_names), fontsize=_SMALL, loc="left")
    for axis, name in zip(axes[-1], _COLUMNS, strict=True):
        axis.text(
            0.5, -0.06, name, fontsize=_SMALL, ha="center", va="top", transform=axis.transAxes
        )
    scale = figure.colorbar(ScalarMappable(norm, _COLOURS), ax=axes, shrink=0.5, pad=0.02)
    scale.set_label("weight (equal weights: 1)", fontsize=_SMALL)
    scale.ax.tick_params(labelsize=_SMALL)
    return [
        Drawing(
            "attention",
            "Where the pyramid attends to, in the middle clip of the first test video of some "
            "classes. From left to right: the frame; how much the flow of the snippet that begins "
            "with it moves; and the weights of the positions, over the frame, as multiples of "
            "what each would have if all were equal.",
            "Rows of three small pictures, one row for each class: a frame, its motion, and the "
            "frame under a coarse grid of weights.",
            figure,
        )
    ]


def _relative(observations: Observations, index: int) -> NDArray[np.float64]:
    """Weights of positions, 1 where all are equal."""
    weights = np.asarray(observations[f"attention_{index}"], dtype=np.float64)
    return weights * weights.size


def _draw_row(
    axes: Sequence[Axes], observations: Observations, index: int, norm: Normalize
) -> None:
    """Draw one video: frame, motion, attention over the frame."""
    frame = np.asarray(observations[f"frame_{index}"], dtype=np.uint8)
    motion = np.asarray(observations[f"motion_{index}"], dtype=np.float64)
    height, width = frame.shape[:2]
    extent = (0, width, height, 0)
    grey = frame.mean(-1)
    axes[0].imshow(frame, interpolation="none", extent=extent)
    axes[1].imshow(motion, cmap="gray", vmin=0, interpolation="none", extent=extent)
    axes[2].imshow(grey, cmap="gray", interpolation="none", extent=extent)
    weights = _relative(observations, index)
    columns = np.linspace(0, width, weights.shape[1] + 1)
    rows = np.linspace(0, height, weights.shape[0] + 1)
    axes[2].pcolormesh(columns, rows, weights, norm=norm, cmap=_COLOURS, alpha=0.6)
    for axis in axes:
        axis.set_axis_off()
