"""Figures of what motion adds to appearance in each stage."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from recipes._shared.drawing import Drawing, Observations

Array = NDArray[np.float64]

_BLUE, _ORANGE = "#0072b2", "#d55e00"


def draw(
    observations: Observations,
    edges: Sequence[tuple[int, int]],
    class_names: Sequence[str],
    joint_names: Sequence[str],
) -> list[Drawing]:
    """Draw what motion adds on the first test video of each class.

    Args:
        observations: Arrays of ``observe.py``.
        edges: Bones of one person; not shown here.
        class_names: Names of the classes, by label.
        joint_names: Names of the joints of one person; not shown here.
    """
    if "strengths" not in observations or not len(observations["ids"]):
        return []
    return [_draw_stages(observations), _draw_maps(observations, class_names)]


def _draw_stages(observations: Observations) -> Drawing:
    strengths = np.asarray(observations["strengths"], dtype=np.float64)  # S stages
    probabilities = np.asarray(observations["probabilities"], dtype=np.float64)
    lost = 100 * (probabilities[:, :1] - probabilities[:, 1:])  # S stages + 1
    right = np.asarray(observations["predictions"]) == np.asarray(observations["labels"])[:, None]
    stages = [f"conv{stage + 2}" for stage in range(strengths.shape[1])]
    figure = Figure(figsize=(8.4, 3.1), layout="constrained")
    left, other = figure.subplots(1, 2)
    _draw_dots(left, strengths, stages, _BLUE)
    left.set_ylabel("motion / appearance, rms")
    left.set_ylim(bottom=0)
    _draw_dots(other, lost, [*stages, "all"], _ORANGE)
    other.axhline(0, color="0.6", linewidth=0.8)
    other.set_ylabel("probability lost without it (pp)")
    for axes in (left, other):
        axes.spines[["top", "right"]].set_visible(False)
    counts = ", ".join(
        f"{name} {count}"
        for name, count in zip(
            ["as it is", *(f"without {stage}" for stage in stages), "without all"],
            right.sum(axis=0),
            strict=True,
        )
    )
    return Drawing(
        "motion-by-stage",
        f"The first test video of each of {len(lost)} classes. Left, how strong the motion is "
        "that the second unit of a stage is told, beside the appearance that it reads. Right, what "
        "the probability of the true class loses when a stage is told of no motion, the weights "
        f"being the same. Lines are means. Of {len(lost)} videos right: {counts}.",
        "Two panels of dots over the four stages, one dot a video, with a line at each mean.",
        figure,
    )


def _draw_dots(axes: Axes, values: Array, names: Sequence[str], colour: str) -> None:
    """A column of dots for each name, with its mean; ``values`` is ``(S, names)``."""
    beside = np.linspace(-0.18, 0.18, len(values)) if len(values) > 1 else np.zeros(1)
    for place, column in enumerate(values.T):
        axes.scatter(place + beside, column, s=9, color=colour, alpha=0.55, linewidths=0)
        axes.hlines(column.mean(), place - 0.3, place + 0.3, color="0.15", linewidth=1.6)
    axes.set_xticks(range(len(names)), names)


def _draw_maps(observations: Observations, class_names: Sequence[str]) -> Drawing:
    count = sum(f"frame_{number}" in observations for number in range(len(observations["ids"])))
    stages = np.asarray(observations["strengths"]).shape[1]
    figure = Figure(figsize=(1.35 * (2 + stages), 1.5 * count + 0.3), layout="constrained")
    axes = figure.subplots(count, 2 + stages, squeeze=False)
    for number, row in enumerate(axes):
        maps = [observations[f"frame_{number}"], observations[f"flow_{number}"]]
        maps += [observations[f"motion_{number}_{stage}"] for stage in range(stages)]
        for place, (axis, values) in enumerate(zip(row, maps, strict=True)):
            axis.imshow(
                np.asarray(values, dtype=np.float64), cmap="gray" if place == 0 else "viridis"
            )
            axis.set_axis_off()
        row[0].set_title(class_names[int(observations["labels"][number])], fontsize=7, loc="left")
    for axis, name in zip(
        axes[0][1:], ["flow", *(f"conv{stage + 2}" for stage in range(stages))], strict=True
    ):
        axis.set_title(name, fontsize=7)
    return Drawing(
        "motion-maps",
        f"The middle frames of the first {count} of these videos, the length of their flow, and "
        "the motion that each stage is told, averaged over channels; each map by its own scale.",
        "Rows of small images: a frame, its flow, and four ever coarser maps.",
        figure,
    )
