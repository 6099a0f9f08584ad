"""Runs on a data set → what each method reached, what it costs, and by how much it over-fits."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import isfinite
from statistics import mean

import msgspec

from harness.cache import recall
from harness.compare import Evidence, seed_values
from harness.intervals import Spread, spread_of
from harness.report.inputs import PageInput, stamps
from harness.report.measured_cells import COSTS, HEADLINE
from harness.report.stress_summaries import Stressed, summarise_stress

Curve = tuple[tuple[float, float], ...]  # epoch and a value


@dataclass(frozen=True, kw_only=True, slots=True)
class MethodSummary:
    """A method on a data set, over the seeds that have every split.

    Args:
        recipe: Key of its recipe.
        variant: Its variant.
        splits: Its splits.
        accuracy: Top-1 accuracy over seeds, in percent.
        seeds: The values of the seeds.
        costs: Parameters in M and multiply-adds in G, by metric, where they were counted.
        gap: Training minus monitored accuracy at the last epoch that has both, in
            points, over seeds; ``None`` where it trained nothing.
        gap_seeds: The values of the seeds.
        gap_curve: Share of training in percent, then least, mean and greatest gap of the
            seeds.
        monitored: Subset whose accuracy is watched.
        runs: What it rests on, as ``recipe/run``.
        marks: What a reader must know of these.
        stress: What was measured of the runs under stress; ``None`` for nothing.
    """

    recipe: str
    variant: str
    splits: tuple[str, ...]
    accuracy: Spread
    seeds: tuple[float, ...]
    costs: dict[str, float]
    gap: Spread | None
    gap_seeds: tuple[float, ...]
    gap_curve: tuple[tuple[float, float, float, float], ...]
    monitored: str
    runs: tuple[str, ...]
    marks: tuple[str, ...]
    stress: Stressed | None = None

    @property
    def label(self) -> str:
        """How figures call it."""
        return f"{self.recipe}/{self.variant}"


def summarise_methods(
    pages: Sequence[PageInput], dataset: str, recipes: Collection[str] = ()
) -> tuple[MethodSummary, ...]:
    """The methods that were run on the whole of a data set, the most accurate first.

    Args:
        pages: The recipes.
        dataset: Key of the data set.
        recipes: Keys of those to look at; all for none.
    """
    found = []
    for page in pages:
        if recipes and page.recipe.key not in recipes:
            continue
        for variant in page.variants:
            config = page.config_of(variant)
            if config.get("protocol", {}).get("dataset") == dataset:
                summary = _summarise(page, variant, tuple(config.get("splits", ())))
                found += [summary] if summary else []
    return tuple(sorted(found, key=lambda method: -method.accuracy.mean))


def _summarise(page: PageInput, variant: str, splits: tuple[str, ...]) -> MethodSummary | None:
    runs = [
        item
        for item in page.representative(variant)
        if not item.record.is_limited and HEADLINE.key in item.record.values
    ]
    seeds = seed_values(runs, HEADLINE.key, splits)
    if not seeds:
        return None
    runs = [item for item in runs if item.record.plan.seed in seeds]
    curves = _gaps_by_seed(runs, splits)
    ends = tuple(curve[-1][1] for curve in curves if curve)
    run_ids = {item.record.run_id for item in runs}
    stresses = [found for found in page.stresses.values() if found.run_id in run_ids]
    return MethodSummary(
        recipe=page.recipe.key,
        variant=variant,
        splits=splits,
        accuracy=spread_of(list(seeds.values())),
        seeds=tuple(seeds.values()),
        costs={metric.key: value for metric in COSTS if (value := _cost(runs, metric.key))},
        gap=spread_of(list(ends)) if ends else None,
        gap_seeds=ends,
        gap_curve=_band(curves),
        monitored=" and ".join(sorted({i.record.data.monitored for i in runs if i.record.data})),
        runs=tuple(f"{page.recipe.key}/{item.record.run_id}" for item in runs),
        marks=tuple(dict.fromkeys(mark for item in runs for mark in stamps(item))),
        stress=summarise_stress(f"{page.recipe.key}/{variant}", stresses),
    )


def _cost(runs: Sequence[Evidence], metric: str) -> float | None:
    found = [item.record.values[metric] for item in runs if metric in item.record.values]
    return mean(found) if found else None


def _gaps_by_seed(runs: Sequence[Evidence], splits: tuple[str, ...]) -> list[Curve]:
    """Gap by epoch of each seed, the unweighted mean over its splits where all have one."""
    by_seed: dict[int, list[dict[float, float]]] = defaultdict(list)
    for item in runs:
        curve = read_gap(item)
        if curve:
            by_seed[item.record.plan.seed].append(dict(curve))
    needed = max(1, len(splits))
    return [
        tuple((epoch, mean(curve[epoch] for curve in curves)) for epoch in _shared(curves))
        for _, curves in sorted(by_seed.items())
        if len(curves) == needed
    ]


def _shared(curves: Sequence[dict[float, float]]) -> list[float]:
    return sorted(set(curves[0]).intersection(*curves))


def read_gap(item: Evidence) -> Curve:
    """Training minus monitored accuracy of a run by epoch, in points, where both were measured."""
    data = item.run.read_history()
    if not data:
        return ()
    kept = recall("gaps", (data,), lambda: msgspec.msgpack.encode(_parse_gap(item, data)))
    return msgspec.msgpack.decode(kept, type=Curve)


def _parse_gap(item: Evidence, data: bytes) -> Curve:
    found = []
    for row in item.run.parse_history(data):
        epoch, train, monitored = (row.get(n) for n in ("epoch", "train_acc", "monitored_acc"))
        if epoch is None or train is None or monitored is None:
            continue
        if isfinite(train) and isfinite(monitored):
            found.append((epoch, train - monitored))
    return tuple(found)


def _band(curves: Sequence[Curve]) -> tuple[tuple[float, float, float, float], ...]:
    """Share of training in percent, least, mean and greatest value of all seeds."""
    kept = [dict(curve) for curve in curves if curve]
    if not kept:
        return ()
    last = max(max(curve) for curve in kept)
    return tuple(
        (100 * epoch / last, min(values), mean(values), max(values))
        for epoch in _shared(kept)
        for values in ([curve[epoch] for curve in kept],)
    )
