"""Methods under stress → figures and the table of their numbers."""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, NamedTuple

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from harness.metrics import METRICS
from harness.report.digits import show_signed, show_spread
from harness.report.inputs import name_runs
from harness.report.measured_cells import HEADLINE
from harness.report.method_looks import WIDTH, Look, add_legend, look_of, read_logarithms, tidy
from harness.report.stress_summaries import JOINTS, Point, Stressed
from harness.report.svg import STYLE, Picture, render_svg, shorten_name
from harness.report.tables import Cell, Column, Row, Table
from harness.stresses import Effect

BAND = 0.18
RING: dict[str, Any] = dict(marker="o", mfc="none", mec="#57606a", ms=9)
ACROSS = {
    Effect.NOISE: "Noise (standard deviation, % of the body's size)",
    Effect.DROPPED: "Joints lost (%)",
    Effect.CLIP_LEN: "Frames of a clip",
    Effect.NUM_CLIPS: "Clips of a sample",
}
TITLES = {
    Effect.NOISE: "joint noise",
    Effect.DROPPED: "lost joints",
    Effect.CLIP_LEN: "clip length",
    Effect.NUM_CLIPS: "number of clips",
}
UNITS = {
    Effect.NOISE: "% of the body",
    Effect.DROPPED: "% of the joints",
    Effect.CLIP_LEN: "frames",
    Effect.NUM_CLIPS: "clips",
}
_RUNS = "The line is the mean over runs, the band reaches from the lowest to the highest of them. "
JOINTS_CAPTION = (
    "Top-1 accuracy of trained networks on their test samples with worse joints. Left: Gaussian "
    "noise on each coordinate of each tracked joint and frame, its standard deviation a share of "
    "the body's size, which is the diagonal of the box around its joints (median over frames). "
    "Right: joints that are lost for the whole sequence, drawn for each sample and person, and set "
    "to zero as joints that were not tracked. "
    + _RUNS
    + "The first draws of every run are the same. Nothing was trained for this."
)


def clips_caption(effect: Effect) -> str:
    """What a figure of the length or number of clips shows."""
    return (
        f"Accuracy and cost against {TITLES[effect]}: trained networks on their test samples, with "
        f"other {UNITS[effect]} than their protocol has (ring), taken by the protocol's own "
        "sampler. Left: top-1 accuracy. Right: multiply-adds that the score of a sample takes, all "
        f"of its clips and crops. {_RUNS}Nothing was trained for this."
    )


def plot_joints(stressed: Sequence[Stressed]) -> Figure:
    """Accuracy under joint noise, and with joints lost.

    Args:
        stressed: At least one that has either.
    """
    with matplotlib.rc_context(STYLE):
        figure, panels = _begin(stressed, share=True)
        for axes, effect in zip(panels, JOINTS, strict=True):
            for found, look, points in _curves(stressed, effect):
                share = [100 * point.level for point in points]
                _plot_accuracy(axes, share, points, look, found.label)
            axes.set(xlabel=ACROSS[effect])
        panels[0].set(ylabel="Top-1 accuracy (%)")
        _end(figure, panels)
    return figure


def plot_clips(stressed: Sequence[Stressed], effect: Effect) -> Figure:
    """Accuracy, and multiply-adds of a sample, by the length or number of clips.

    Args:
        stressed: At least one that has the effect.
        effect: Length or number.
    """
    with matplotlib.rc_context(STYLE):
        figure, panels = _begin(stressed, share=False)
        accuracy, cost = panels
        for found, look, points in _curves(stressed, effect):
            levels = [point.level for point in points]
            macs = [point.sample_macs / 1e9 for point in points]
            _plot_accuracy(accuracy, levels, points, look, found.label)
            cost.plot(levels, macs, color=look.color, marker=look.marker, markersize=4)
            for point, height in zip(points, macs, strict=True):
                if point.is_base:
                    accuracy.plot(point.level, point.accuracy.mean, **RING)
                    cost.plot(point.level, height, **RING)
        accuracy.set(xlabel=ACROSS[effect], ylabel="Top-1 accuracy (%)")
        cost.set(xlabel=ACROSS[effect], ylabel="MACs × views (G)", yscale="log")
        read_logarithms(cost.yaxis)
        _end(figure, panels)
    return figure


class StressFigure(NamedTuple):
    """A figure of methods under stress.

    Args:
        effects: What it shows.
        plot: How it is drawn.
        caption: What stands under it.
    """

    effects: tuple[Effect, ...]
    plot: Callable[[Sequence[Stressed]], Figure]
    caption: str


STRESS_FIGURES = {
    "joint-noise": StressFigure(JOINTS, plot_joints, JOINTS_CAPTION),
    "clip-length": StressFigure(
        (Effect.CLIP_LEN,),
        lambda found: plot_clips(found, Effect.CLIP_LEN),
        clips_caption(Effect.CLIP_LEN),
    ),
    "clip-number": StressFigure(
        (Effect.NUM_CLIPS,),
        lambda found: plot_clips(found, Effect.NUM_CLIPS),
        clips_caption(Effect.NUM_CLIPS),
    ),
}


def draw_stress(found: Stressed) -> tuple[Picture, ...]:
    """The figures of one run's page."""
    return tuple(
        Picture(
            name=f"{name}-figure",
            caption=kind.caption,
            svg=render_svg(
                kind.plot([found]),
                name=name,
                title=f"{name.capitalize()} of the run",
                alt=f"{say_stressed(found, kind.effects)}.",
            ),
            marks=found.marks,
        )
        for name, kind in STRESS_FIGURES.items()
        if found.curves.keys() & set(kind.effects)
    )


def _begin(stressed: Sequence[Stressed], *, share: bool) -> tuple[Figure, tuple[Axes, Axes]]:
    rows = -(-len(stressed) // 3)
    figure = Figure(figsize=(WIDTH, 3.0 + 0.2 * rows), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=share)
    return figure, (left, right)


def _end(figure: Figure, panels: tuple[Axes, Axes]) -> None:
    for axes in panels:
        axes.margins(x=0.04)
    tidy(*panels)
    add_legend(figure, *panels)


def _curves(
    stressed: Sequence[Stressed], effect: Effect
) -> Iterator[tuple[Stressed, Look, tuple[Point, ...]]]:
    for place, found in enumerate(stressed):
        if effect in found.curves:
            yield found, look_of(place), found.curves[effect]


def _plot_accuracy(
    axes: Axes, across: Sequence[float], points: Sequence[Point], look: Look, label: str
) -> None:
    middle = [point.accuracy.mean for point in points]
    low, high = ([end(point.runs) for point in points] for end in (min, max))
    axes.plot(
        across,
        middle,
        label=shorten_name(label),
        color=look.color,
        marker=look.marker,
        linewidth=1.3,
        markersize=4,
    )
    axes.fill_between(across, low, high, color=look.color, alpha=BAND, linewidth=0)


def say_stressed(found: Stressed, effects: Collection[Effect]) -> str:
    """What a reader who cannot see a figure should know of a method in it."""
    parts = [
        f"{TITLES[effect]} {show_level(effect, point.level)} {point.accuracy.mean:.1f} %"
        for effect, points in found.curves.items()
        if effect in effects
        for point in points
    ]
    return f"{found.label}: {', '.join(parts)}"


def show_level(effect: Effect, level: float) -> str:
    """A level with its unit."""
    value = 100 * level if effect in JOINTS else level
    return f"{round(value, 6):g} {UNITS[effect]}"


def stress_table(
    key: str, stressed: Sequence[Stressed], effects: Collection[Effect] = tuple(Effect)
) -> Table:
    """One row a method, effect and level.

    Args:
        key: Name that links lead to.
        stressed: The methods, or a run.
        effects: The effects that it shows.
    """
    return Table(
        key=key,
        caption=(
            "Trained networks on their own test samples under stress: top-1 accuracy, mean ± s (n) "
            "over runs, a run's being the mean over its draws; mean change from the same runs "
            "unstressed; multiply-adds and seconds that the score of a sample takes, loading "
            "included, on the machine of the measurement; of a machine that does other work "
            "beside it, the time of the processor tells more. No difference is tested."
        ),
        columns=(
            Column(key="method", label="Method"),
            Column(key="effect", label="Effect"),
            Column(key="level", label="Level"),
            Column(key="accuracy", label="Top-1 accuracy", is_number=True),
            Column(key="change", label="Change", unit="pp", is_number=True),
            Column(key="macs", label="MACs × views", unit="G", is_number=True),
            Column(key="seconds", label="Seconds a sample", is_number=True),
        ),
        rows=tuple(
            Row(cells=_cells(found, effect, point), anchor=_anchor(found, effect, point))
            for effect in Effect
            if effect in effects
            for found in stressed
            for point in found.curves.get(effect, ())
        ),
    )


def _anchor(found: Stressed, effect: Effect, point: Point) -> str:
    return f"stress {found.label} {effect} {point.level:g}"


def _cells(found: Stressed, effect: Effect, point: Point) -> tuple[Cell, ...]:
    href = name_runs(found.runs)
    change = show_signed(point.change, HEADLINE.decimals)
    macs = f"{point.sample_macs / 1e9:.{METRICS['macs'].decimals}f}"
    level = Cell(
        text=show_level(effect, point.level),
        value=point.level,
        note="the protocol" if point.is_base else f"draws: {point.passes}" * (effect in JOINTS),
    )
    return (
        Cell(text=found.label),
        Cell(text=TITLES[effect]),
        level,
        Cell(
            text=show_spread(HEADLINE, point.accuracy),
            value=point.accuracy.mean,
            std=point.accuracy.std,
            n=point.accuracy.n,
            href=href,
        ),
        Cell(text="–" if point.is_base else change, value=point.change, href=href),
        Cell(text=macs, value=point.sample_macs, href=href),
        Cell(
            text=f"{point.sample_s:.4f}",
            value=point.sample_s,
            note=f"processor {point.processor_s:.4f}",
            href=href,
        ),
    )
