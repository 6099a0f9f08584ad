"""Columns and cells of what a method's runs measured."""

from collections.abc import Sequence
from statistics import mean

from harness.compare import Evidence, Outcome, seed_values
from harness.intervals import Spread, spread_of
from harness.metrics import METRICS, Metric
from harness.records import Json
from harness.report.digits import show_duration, show_spread, show_value
from harness.report.inputs import Addresses, PageInput
from harness.report.tables import Cell, Column, Direction, Rank, missing_cell

HEADLINE = METRICS["top1_acc"]
COSTS = (METRICS["params"], METRICS["macs"])
DIRECTIONS: dict[bool | None, Direction] = {True: "up", False: "down", None: ""}
TIME_COLUMN = Column(key="train_s", label="Training a run", direction="down", is_number=True)
OF_ITS_INPUTS = missing_cell("its inputs'", note="it trains nothing")


def metric_column(metric: Metric) -> Column:
    """The column of a metric, each value with its own unit."""
    return Column(
        key=metric.key,
        label=metric.label,
        direction=DIRECTIONS[metric.higher_is_better],
        is_number=True,
        metric=metric.key,
        is_measured=True,
    )


def accuracy_column(key: str, label: str = "") -> Column:
    """The column of a method's headline accuracies, under its name."""
    return Column(
        key=key,
        label=label or key,
        unit=HEADLINE.unit,
        direction="up",
        is_number=True,
        metric=HEADLINE.key,
    )


def spread_cell(metric: Metric, spread: Spread, href: str, rank: Rank = "") -> Cell:
    """Mean ± s (n) over seeds.

    Args:
        metric: What was measured.
        spread: Its values.
        href: The runs that they are from.
        rank: Whether it is the best or the second of its column.
    """
    return Cell(
        text=show_spread(metric, spread),
        value=spread.mean,
        n=spread.n,
        std=spread.std,
        href=href,
        rank=rank,
    )


def doubts_of_method(config: Json, runs: Sequence[Evidence]) -> tuple[str, ...]:
    """What a reader must know before believing the numbers of a method."""
    ran = [item for item in runs if not item.record.is_count]
    marks = (
        ("limited or generated data", any(item.record.is_limited for item in ran)),
        ("counted, not run", bool(runs) and not ran),
        ("departs from the paper", bool(config.get("departures"))),
        ("stale", any(item.stale for item in runs)),
    )
    return tuple(mark for mark, holds in marks if holds)


def value_cell(
    page: PageInput,
    variant: str,
    runs: tuple[Evidence, ...],
    metric: Metric,
    splits: tuple[str, ...],
    addresses: Addresses,
) -> Cell:
    """Mean ± s (n) of what a variant's runs measured, or why there is none.

    Args:
        page: The recipe.
        variant: Its variant.
        runs: At most one of each split and seed.
        metric: The metric.
        splits: Splits that a seed must have for a score.
        addresses: Where the numbers lead.
    """
    having = [item for item in runs if metric.key in item.record.values]
    if not having:
        return missing_cell(_why_no_value(page, variant, runs))
    values = seed_values(having, metric.key, splits if metric.is_score else ())
    href = addresses.runs(tuple(item.record.run_id for item in having), variant)
    if not values:
        have = len({item.record.plan.split for item in having})
        some = having[0].record.values[metric.key]
        text = f"no seed has all {len(splits)} splits ({have} so far)"
        return Cell(text=text, value="", href=href, note=f"first: {show_value(metric, some)}")
    return spread_cell(metric, spread_of(list(values.values())), href)


def cost_cell(
    page: PageInput,
    variant: str,
    runs: tuple[Evidence, ...],
    metric: Metric,
    addresses: Addresses,
) -> Cell:
    """What a variant's runs cost: a count, without a spread where it has none.

    Args:
        page: The recipe.
        variant: Its variant.
        runs: At most one of each split and seed.
        metric: A cost.
        addresses: Where the numbers lead.
    """
    having = [item for item in runs if metric.key in item.record.values]
    counts = {item.record.values[metric.key] for item in having}
    if len(counts) != 1:
        return value_cell(page, variant, runs, metric, (), addresses)
    (count,) = counts
    href = addresses.runs(tuple(item.record.run_id for item in having), variant)
    return Cell(text=show_value(metric, count), value=count, n=len(having), href=href)


def _why_no_value(page: PageInput, variant: str, runs: tuple[Evidence, ...]) -> str:
    if runs:
        return "not measured"
    if any(item.record.failure for item in page.of_variant(variant)):
        return str(Outcome.FAILED)
    return str(Outcome.NOT_RUN)


def time_cell(variant: str, runs: tuple[Evidence, ...], addresses: Addresses) -> Cell:
    """Mean time that a variant's runs trained for, and on what."""
    times = [item.record.timing.train_s for item in runs if item.record.timing]
    if not times:
        ran = any(not item.record.is_count for item in runs)
        return missing_cell("not measured" if ran else "not run")
    counted = "1 run" if len(times) == 1 else f"{len(times)} runs"
    devices = sorted({i.record.environment.device for i in runs if i.record.environment})
    return Cell(
        text=f"{show_duration(mean(times))} ({counted})",
        value=mean(times),
        href=addresses.runs(tuple(item.record.run_id for item in runs), variant),
        note=", ".join(devices),
    )
