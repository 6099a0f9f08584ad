"""Records → tables of runs, of measured methods and of recipes."""

from collections import Counter
from statistics import mean

from harness.compare import Evidence, Outcome, seed_values
from harness.intervals import spread_of
from harness.metrics import METRICS, Metric
from harness.report.digits import show_duration, show_splits, show_spread, show_value
from harness.report.inputs import Addresses, PageInput, stamps
from harness.report.tables import Cell, Column, Direction, Link, Row, Table, anchor
from harness.store import HISTORY

HEADLINE = METRICS["top1_acc"]

RUN_COLUMNS = (
    Column(key="run", label="Run"),
    Column(key="variant", label="Variant", shown=False),
    Column(key="split", label="Split"),
    Column(key="seed", label="Seed", is_number=True),
    Column(key="status", label="Status"),
    Column(key=HEADLINE.key, label=HEADLINE.label, unit="%", direction="up", is_number=True),
    Column(key="samples", label="Scored of expected", is_number=True),
    Column(key="duration_s", label="Duration", is_number=True),
    Column(key="device", label="Device"),
    Column(key="claims", label="Speaks to"),
)


def run_tables(page: PageInput, addresses: Addresses) -> tuple[Table, ...]:
    """The stored runs, one table a variant."""
    speaks = _claims_by_run(page)
    return tuple(
        Table(
            key=anchor("runs", variant),
            caption=f"Runs of variant {variant}: {tally_of_runs(runs)}.",
            columns=RUN_COLUMNS,
            rows=tuple(
                Row(
                    cells=_run_cells(item, addresses, speaks.get(item.record.run_id, ())),
                    anchor=anchor("run", item.record.run_id),
                )
                for item in sorted(runs, key=_place)
            ),
        )
        for variant in page.variants
        if (runs := page.of_variant(variant))
    )


def _place(item: Evidence) -> tuple[str, int, str]:
    return item.record.plan.split, item.record.plan.seed, item.record.run_id


def _claims_by_run(page: PageInput) -> dict[str, tuple[str, ...]]:
    speaks: dict[str, tuple[str, ...]] = {}
    for verdict in page.verdicts:
        for run_id in verdict.run_ids:
            speaks[run_id] = (*speaks.get(run_id, ()), verdict.claim.key)
    return speaks


def tally_of_runs(runs: tuple[Evidence, ...]) -> str:
    """How many runs there are and how they ended."""
    parts = [f"{count} {status}" for status, count in _statuses(runs).items()]
    stale = sum(bool(item.stale) for item in runs)
    invalid = sum(bool(item.run.invalidated) for item in runs)
    limited = sum(item.record.is_limited for item in runs)
    given = sum(item.record.has_authors_weights for item in runs)
    parts += [f"{stale} stale"] if stale else []
    parts += [f"{invalid} invalidated"] if invalid else []
    parts += [f"{given} with the authors' weights"] if given else []
    parts += [f"{limited} on limited or generated data"] if limited else []
    return ", ".join(parts) or "none"


def _statuses(runs: tuple[Evidence, ...]) -> Counter[str]:
    return Counter(sorted(item.record.status for item in runs))


def _run_cells(item: Evidence, addresses: Addresses, claims: tuple[str, ...]) -> tuple[Cell, ...]:
    record = item.record
    record_url = addresses.file(record.run_id)
    curves = (item.run.folder / HISTORY).is_file()
    history = Link(text="curves", href=addresses.file(record.run_id, HISTORY))
    return (
        Cell(
            text=record.run_id,
            href=record_url,
            links=(history,) if curves else (),
            marks=stamps(item),
        ),
        Cell(text=record.plan.variant),
        Cell(text=record.plan.split),
        Cell(text=str(record.plan.seed), value=record.plan.seed),
        _status_cell(item),
        _headline_cell(item, record_url),
        _samples_cell(item, record_url),
        Cell(text=show_duration(record.duration_s), value=record.duration_s, href=record_url),
        Cell(text=record.environment.device if record.environment else "unknown"),
        Cell(
            text="" if claims else "no claim",
            value=" ".join(claims),
            links=tuple(Link(text=key, href=f"#{anchor('claim', key)}") for key in claims),
        ),
    )


def _status_cell(item: Evidence) -> Cell:
    failure = item.record.failure
    if failure is None:
        return Cell(text=item.record.status)
    return Cell(text=item.record.status, tone="bad", note=f"{failure.kind}: {failure.message}")


def _headline_cell(item: Evidence, record_url: str) -> Cell:
    value = item.record.values.get(HEADLINE.key)
    if value is None:
        why = item.record.status if item.record.failure else "not measured"
        return Cell(text=why, value="", tone="missing")
    return Cell(text=f"{value:.{HEADLINE.decimals}f}", value=value, href=record_url)


def _samples_cell(item: Evidence, record_url: str) -> Cell:
    data = item.record.data
    if data is None:
        return Cell(text=item.record.status, value="", tone="missing")
    failed = f"{data.test.failed} failed" if data.test.failed else ""
    return Cell(text=f"{data.test.scored} of {data.test.expected}", href=record_url, note=failed)


def methods_table(page: PageInput, addresses: Addresses) -> Table:
    """What each variant measured, whatever the paper prints."""
    found = {variant: page.representative(variant) for variant in page.variants}
    seen = {key for runs in found.values() for item in runs for key in item.record.values}
    metrics = [metric for metric in METRICS.values() if metric.key in seen]
    return Table(
        key="methods-table",
        caption=(
            "Measured methods: mean ± s (n) over the n seeds that have every split, each "
            "the unweighted mean over its splits; cost and time likewise, over all runs."
        ),
        columns=(
            Column(key="variant", label="Variant"),
            Column(key="conditions", label="Data set and splits"),
            *(metric_column(metric) for metric in metrics),
            Column(key="train_s", label="Training a run", direction="down", is_number=True),
        ),
        rows=tuple(
            Row(cells=_method_cells(page, variant, runs, metrics, addresses))
            for variant, runs in found.items()
        ),
    )


def metric_column(metric: Metric) -> Column:
    """The column of a metric, each value with its own unit."""
    directions: dict[bool | None, Direction] = {True: "up", False: "down", None: ""}
    return Column(
        key=metric.key,
        label=metric.label,
        direction=directions[metric.higher_is_better],
        is_number=True,
        metric=metric.key,
        is_measured=True,
    )


def _method_cells(
    page: PageInput,
    variant: str,
    runs: tuple[Evidence, ...],
    metrics: list[Metric],
    addresses: Addresses,
) -> tuple[Cell, ...]:
    config = page.configs.get(variant) or (runs[0].record.plan.config if runs else {})
    splits = tuple(config.get("splits") or sorted({item.record.plan.split for item in runs}))
    dataset = config.get("protocol", {}).get("dataset", "")
    marks = ["limited or generated data"] if any(i.record.is_limited for i in runs) else []
    marks += ["departs from the paper"] if config.get("departures") else []
    marks += ["stale"] if any(item.stale for item in runs) else []
    return (
        Cell(text=variant, href=f"#{anchor('variant', variant)}", marks=tuple(marks)),
        Cell(text=page.dataset_title(dataset), value=dataset, note=show_splits(splits)),
        *(value_cell(page, variant, runs, metric, splits, addresses) for metric in metrics),
        time_cell(variant, runs, addresses),
    )


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
        return Cell(text=_why_no_value(page, variant, runs), value="", tone="missing")
    values = seed_values(having, metric.key, splits if metric.is_score else ())
    href = addresses.runs(tuple(item.record.run_id for item in having), variant)
    if not values:
        have = len({item.record.plan.split for item in having})
        some = having[0].record.values[metric.key]
        text = f"no seed has all {len(splits)} splits ({have} so far)"
        return Cell(text=text, value="", href=href, note=f"first: {show_value(metric, some)}")
    spread = spread_of(list(values.values()))
    return Cell(
        text=show_spread(metric, spread),
        value=spread.mean,
        n=spread.n,
        std=spread.std,
        href=href,
    )


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
        return Cell(text="not measured" if runs else "not run", value="", tone="missing")
    devices = sorted({i.record.environment.device for i in runs if i.record.environment})
    return Cell(
        text=f"{show_duration(mean(times))} ({len(times)} runs)",
        value=mean(times),
        href=addresses.runs(tuple(item.record.run_id for item in runs), variant),
        note=", ".join(devices),
    )
