"""Stored measurements of speed → a table."""

from harness.benches import Bench, Comparison, Side, Summary
from harness.report.inputs import Addresses, PageInput
from harness.report.tables import Cell, Column, Row, Table

COLUMNS = (
    Column(key="comparison", label="Compared"),
    Column(key="ours", label="Ours", unit="samples/s", direction="up", is_number=True),
    Column(key="theirs", label="Theirs", unit="samples/s", direction="up", is_number=True),
    Column(key="ratio", label="Ours / theirs", direction="up", is_number=True),
    Column(key="n", label="Turns n", is_number=True),
    Column(key="machine", label="Machine"),
    Column(key="command", label="Command"),
)


def speed_table(page: PageInput, addresses: Addresses) -> Table:
    """What was measured against other people's code, two rows a measurement."""
    return Table(
        key="speed-table",
        caption=(
            "Samples a second in training, data loading included, validation and checkpoints "
            "left out: the median (lowest to highest) over n turns of each side, which is a "
            "process of its own and waits while the other trains; the ratio is that of each "
            "turn of ours to theirs after it. Theirs is other people's code as they publish it. "
            "At the same precision both train the identical network; by default each has what its "
            "user gets who changes nothing that need not be changed."
        ),
        columns=COLUMNS,
        rows=tuple(
            Row(cells=_cells(page, bench, comparison, addresses.bench(name)))
            for name, bench in page.benches.items()
            for comparison in bench.comparisons
        ),
    )


def _cells(page: PageInput, bench: Bench, comparison: Comparison, href: str) -> tuple[Cell, ...]:
    gap = comparison.score_gap
    same = "" if gap is None else f"; scores {gap:.0e} apart for equal weights"
    ratio = comparison.ratio
    return (
        Cell(
            text=f"{bench.variant} against {comparison.theirs.title}: {comparison.setting}",
            note=f"training data of {page.dataset_title(bench.dataset)}, {bench.split}{same}",
            href=href,
        ),
        _side_cell(comparison.ours, href),
        _side_cell(comparison.theirs, href),
        Cell(text=f"× {ratio.median:.2f}", value=ratio.median, note=_range(ratio, 2), href=href),
        Cell(
            text=str(ratio.n),
            value=ratio.n,
            note=f"of {bench.batches} batches, after {bench.warm_up} to warm up",
        ),
        Cell(text=bench.machine.device, footnotes=(f"{_machine(bench)}.",)),
        Cell(text=bench.command),
    )


def _side_cell(side: Side, href: str) -> Cell:
    rate = side.samples_per_s
    return Cell(
        text=f"{rate.median:.1f}",
        value=rate.median,
        note=_range(rate, 1),
        footnotes=(f"{side.conditions}; {', '.join(side.pipeline)}.",),
        href=href,
    )


def _range(summary: Summary, decimals: int) -> str:
    return f"({summary.low:.{decimals}f} to {summary.high:.{decimals}f})"


def _machine(bench: Bench) -> str:
    machine = bench.machine
    facts = [f"{machine.cores} cores", *(f"{key} {text}" for key, text in machine.packages.items())]
    if machine.load is not None:
        facts.append(f"load {machine.load:g} before it began")
    if machine.commit:
        facts.append(f"commit {machine.commit[:10]}{' and changes' if machine.dirty else ''}")
    return ", ".join([*facts, bench.started_at])
