"""Stored measurements under stress → accuracy and cost by level, over the runs of a method."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import mean

from harness.intervals import Spread, spread_of
from harness.stresses import Effect, Level, Stress

JOINTS = (Effect.NOISE, Effect.DROPPED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Point:
    """A level of an effect.

    Args:
        level: How strong.
        is_base: Whether it is the protocol's.
        runs: Top-1 accuracy of each run, the mean of its passes, in percent.
        change: Mean difference to the same runs unstressed, in points.
        passes: Passes of each run, added up.
        sample_macs: Multiply-adds that the score of a sample takes.
        sample_s: Seconds a sample, loading included.
        processor_s: Of them the processor's, that of loading processes left out.
    """

    level: float
    is_base: bool
    runs: tuple[float, ...]
    change: float
    passes: int
    sample_macs: float
    sample_s: float
    processor_s: float

    @property
    def accuracy(self) -> Spread:
        """Top-1 accuracy over the runs, in percent."""
        return spread_of(list(self.runs))


@dataclass(frozen=True, kw_only=True, slots=True)
class Stressed:
    """A method, or a single run, under stress.

    Args:
        label: How figures call it.
        runs: The runs, as ``recipe/run``.
        curves: Points of each effect, in the order of their levels.
        marks: What a reader must know of these.
    """

    label: str
    runs: tuple[str, ...]
    curves: dict[Effect, tuple[Point, ...]]
    marks: tuple[str, ...] = ()


def summarise_stress(label: str, stresses: Sequence[Stress]) -> Stressed | None:
    """What was measured of some runs under stress; ``None`` for nothing.

    Of a run and an effect the newest measurement counts; a curve has the levels that all
    runs have of the effect, so that each of its points is of the same runs.

    Args:
        label: How figures call it.
        stresses: Measurements, oldest first.
    """
    curves = {}
    for effect in Effect:
        newest = {
            stress.run_id: (stress, series)
            for stress in stresses
            for series in stress.series
            if series.effect is effect
        }
        found = [(stress, dict(stress.curve(series))) for stress, series in newest.values()]
        if found and (points := tuple(_points(found))):
            curves[effect] = points
    if not curves:
        return None
    runs = dict.fromkeys(f"{stress.recipe}/{stress.run_id}" for stress in stresses)
    return Stressed(
        label=label, runs=tuple(runs), curves=curves, marks=tuple(dict.fromkeys(_marks(stresses)))
    )


def _points(found: Sequence[tuple[Stress, dict[float, Level]]]) -> Iterator[Point]:
    shared = set(found[0][1]).intersection(*(levels for _, levels in found))
    for place in sorted(shared):
        measured = [(stress.unstressed, levels[place]) for stress, levels in found]
        yield Point(
            level=place,
            is_base=all(level is base for base, level in measured),
            runs=tuple(level.top1_acc for _, level in measured),
            change=mean(level.top1_acc - base.top1_acc for base, level in measured),
            passes=sum(len(level.passes) for _, level in measured),
            sample_macs=mean(level.sample_macs for _, level in measured),
            sample_s=mean(level.sample_s for _, level in measured),
            processor_s=mean(level.sample_processor_s for _, level in measured),
        )


def _marks(stresses: Sequence[Stress]) -> Iterator[str]:
    for stress in stresses:
        if not stress.is_repeated:
            yield (
                f"unstressed {stress.unstressed.top1_acc:.2f} %, "
                f"in the record of {stress.run_id} {stress.stored:.2f} %"
            )
