"""Figures of what the gates look at (Song et al., 2017, visualisation of attention)."""

from collections.abc import Sequence

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from numpy.typing import NDArray

from recipes._shared.drawing import Drawing, Observations, name_sample

Array = NDArray[np.float64]
Edges = Sequence[tuple[int, int]]

_FRAMES = 6
_LEVELS = 8  # of a joint's weight
_COLOURS = colormaps["viridis"]


def draw(
    observations: Observations,
    edges: Edges,
    class_names: Sequence[str],
    joint_names: Sequence[str],
) -> list[Drawing]:
    """Draw the gates on one test sequence of each class.

    Args:
        observations: Arrays of ``observe.py``.
        edges: Bones of one person, as pairs of joints.
        class_names: Names of the classes, by label.
        joint_names: Names of the joints of one person; not shown here.
    """
    drawings = []
    count = len(observations["ids"])
    titles = [name_sample(observations, index, class_names) for index in range(count)]
    if any(f"alpha_{index}" in observations for index in range(count)):
        figure = Figure(figsize=(1.5 * _FRAMES, 1.7 * count), layout="constrained")
        axes = figure.subplots(count, _FRAMES, squeeze=False)
        for index in range(count):
            _draw_joints(
                list(axes[index]),
                np.asarray(observations[f"keypoints_{index}"], dtype=np.float64),
                np.asarray(observations[f"alpha_{index}"], dtype=np.float64),
                edges,
                titles[index],
            )
        drawings.append(
            Drawing(
                "spatial-attention",
                "Weights of joints over the first test sequence of each class: the larger and "
                "lighter a joint, the larger its weight, relative to the largest of the sequence. "
                f"{_FRAMES} frames at equal distances, from left to right.",
                "Rows of stick figures with marked joints, one row for each class.",
                figure,
            )
        )
    if any(f"beta_{index}" in observations for index in range(count)):
        columns = min(4, count)
        rows = -(-count // columns)
        figure = Figure(figsize=(2.3 * columns, 1.6 * rows), layout="constrained")
        axes = figure.subplots(rows, columns, squeeze=False)
        for index, axis in enumerate(axes.flat):
            if index >= count:
                axis.set_axis_off()
                continue
            beta = np.asarray(observations[f"beta_{index}"], dtype=np.float64)
            axis.plot(np.arange(1, len(beta) + 1), beta, linewidth=1.2)
            axis.set_ylim(bottom=0)
            axis.set_title(titles[index], fontsize=7)
            axis.tick_params(labelsize=6)
        figure.supxlabel("frame", fontsize=8)
        figure.supylabel("weight of the frame", fontsize=8)
        drawings.append(
            Drawing(
                "temporal-attention",
                "Weights of frames over the same test sequences.",
                "Curves of a weight over frames, one panel for each class.",
                figure,
            )
        )
    return drawings


def _draw_joints(
    axes: Sequence[Axes], keypoints: Array, alpha: Array, edges: Edges, title: str
) -> None:
    """Draw one sequence, seen from the front: the first two coordinates.

    Args:
        axes: One for each drawn frame.
        keypoints: ``(M, T, V, C)``.
        alpha: ``(T, M, V)``.
        edges: Bones of one person.
        title: What stands over the first frame.
    """
    frames = np.linspace(0, keypoints.shape[1] - 1, len(axes)).round().astype(int)
    weights = alpha / max(float(alpha.max()), 1e-12)
    seen = keypoints[keypoints.any(-1)][:, :2]  # P 2
    low, high = seen.min(0), seen.max(0)
    margin = 0.08 * float((high - low).max())
    for axis, frame in zip(axes, frames, strict=True):
        for person, weight in zip(keypoints[:, frame], weights[frame], strict=True):
            if not person.any():
                continue
            bones = [person[list(bone), :2] for bone in edges]
            axis.add_collection(LineCollection(bones, colors="0.75", linewidths=0.8))
            level = np.round(_LEVELS * weight)
            for step in np.unique(level):  # joints of one size share one drawing of a dot
                joints = person[level == step]
                axis.scatter(
                    joints[:, 0],
                    joints[:, 1],
                    s=2 + 40 * step / _LEVELS,
                    color=_COLOURS(step / _LEVELS),
                    linewidths=0,
                    zorder=2,
                )
        axis.set_xlim(low[0] - margin, high[0] + margin)
        axis.set_ylim(low[1] - margin, high[1] + margin)
        axis.set_aspect("equal")
        axis.set_axis_off()
    axes[0].set_title(title, fontsize=7, loc="left")
