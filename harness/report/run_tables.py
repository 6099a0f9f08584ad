"""Records → tables of runs and of measured methods."""

from collections import defaultdict
from collections.abc import Sequence

from harness.claims import Claim, Ordering
from harness.compare import Evidence
from harness.metrics import METRICS, Metric
from harness.report.digits import show_duration, show_splits
from harness.report.inputs import Addresses, PageInput, stamps
from harness.report.measured_cells import (
    HEADLINE,
    TIME_COLUMN,
    doubts_of_method,
    metric_column,
    time_cell,
    value_cell,
)
from harness.report.page_files import claim_address
from harness.report.summaries import tally_of_runs
from harness.report.tables import Cell, Column, Link, Row, Table, anchor, missing_cell
from harness.store import HISTORY

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
                for item in sorted(runs, key=lambda item: (item.split_and_seed, item.record.run_id))
            ),
        )
        for variant in page.variants
        if (runs := page.of_variant(variant))
    )


def _claims_by_run(page: PageInput) -> dict[str, list[Claim | Ordering]]:
    speaks: dict[str, list[Claim | Ordering]] = defaultdict(list)
    for verdict in page.verdicts:
        for run_id in verdict.run_ids:
            speaks[run_id].append(verdict.claim)
    return speaks


def _run_cells(
    item: Evidence, addresses: Addresses, claims: Sequence[Claim | Ordering]
) -> tuple[Cell, ...]:
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
            value=" ".join(claim.key for claim in claims),
            links=tuple(Link(text=claim.key, href=claim_address(claim)) for claim in claims),
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
        return missing_cell(why)
    return Cell(text=f"{value:.{HEADLINE.decimals}f}", value=value, href=record_url)


def _samples_cell(item: Evidence, record_url: str) -> Cell:
    data = item.record.data
    if data is None:
        return missing_cell(item.record.status)
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
            TIME_COLUMN,
        ),
        rows=tuple(
            Row(cells=_method_cells(page, variant, runs, metrics, addresses))
            for variant, runs in found.items()
        ),
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
    return (
        Cell(
            text=variant,
            href=f"#{anchor('variant', variant)}",
            marks=doubts_of_method(config, runs),
        ),
        Cell(text=page.dataset_title(dataset), value=dataset, note=show_splits(splits)),
        *(value_cell(page, variant, runs, metric, splits, addresses) for metric in metrics),
        time_cell(variant, runs, addresses),
    )
