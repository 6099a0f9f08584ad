"""Stored measurements of speed → tables."""

from urllib.parse import quote

from harness.benches import Bench, Comparison, Machine, Race, Side, Summary
from harness.data_benches import FOLDER as DATA_FOLDER
from harness.data_benches import DataBench, FlowOfMethod
from harness.report.inputs import Addresses, DatasetFacts, PageInput
from harness.report.tables import Cell, Column, Row, Table
from harness.throughputs import Cost, CostBench

WHERE = (Column(key="machine", label="Machine"), Column(key="command", label="Command"))
RATIO = (
    Column(key="ratio", label="Ours / theirs", direction="up", is_number=True),
    Column(key="n", label="Turns n", is_number=True),
    *WHERE,
)
COLUMNS = (
    Column(key="comparison", label="Compared"),
    Column(key="ours", label="Ours", unit="samples/s", direction="up", is_number=True),
    Column(key="theirs", label="Theirs", unit="samples/s", direction="up", is_number=True),
    *RATIO,
)
PER_S = (
    Column(key="unit", label="Samples"),
    Column(key="ours", label="Ours", unit="a second", direction="up", is_number=True),
    Column(key="theirs", label="Theirs", unit="a second", direction="up", is_number=True),
)
PIPELINE_COLUMNS = (Column(key="race", label="Made of it"), *PER_S, *RATIO)
FLOW_COLUMNS = (
    Column(key="method", label="Method"),
    Column(key="explained", label="Change explained", unit="%", direction="up", is_number=True),
    Column(key="ms", label="Time a pair", unit="ms", direction="down", is_number=True),
    Column(key="n", label="Pairs n", is_number=True),
    *WHERE,
)
FORM_COLUMNS = (
    Column(key="race", label="Compared"),
    *PER_S,
    Column(key="our-memory", label="Memory of ours", unit="MiB", is_number=True),
    Column(key="their-memory", label="Memory of theirs", unit="MiB", is_number=True),
    *RATIO,
)
COST_COLUMNS = (
    Column(key="variant", label="Variant"),
    Column(key="params", label="Parameters", unit="M", is_number=True),
    Column(key="macs", label="MACs × views", unit="G", is_number=True),
    Column(key="train", label="Training", unit="clips/s", direction="up", is_number=True),
    Column(key="test", label="Test", unit="clips/s", direction="up", is_number=True),
    Column(key="train-memory", label="Memory in training", unit="GiB", is_number=True),
    Column(key="test-memory", label="Memory in test", unit="GiB", is_number=True),
    Column(key="n", label="n", is_number=True),
    *WHERE,
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
            "Time that a trainer waits for data is bound by loading them, the rest by computing. "
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
        _machine_cell(bench.machine, bench.started_at),
        Cell(text=bench.command),
    )


def _side_cell(side: Side, href: str) -> Cell:
    rate = side.samples_per_s
    waiting = "" if side.waiting is None else f", {side.waiting:.0%} of it waiting for data"
    return Cell(
        text=f"{rate.median:.1f}",
        value=rate.median,
        note=_range(rate, 1) + waiting,
        footnotes=(f"{side.conditions}; {', '.join(side.pipeline)}.",),
        href=href,
    )


def _range(summary: Summary, decimals: int) -> str:
    return f"({summary.low:.{decimals}f} to {summary.high:.{decimals}f})"


def _machine_cell(machine: Machine, started_at: str) -> Cell:
    return Cell(text=machine.device, footnotes=(f"{_describe(machine, started_at)}.",))


def _describe(machine: Machine, started_at: str) -> str:
    facts = [f"{machine.cores} cores", *(f"{key} {text}" for key, text in machine.packages.items())]
    if machine.load is not None:
        facts.append(f"load {machine.load:g} before it began")
    if machine.commit:
        facts.append(f"commit {machine.commit[:10]}{' and changes' if machine.dirty else ''}")
    return ", ".join([*facts, started_at])


def costs_table(page: PageInput, addresses: Addresses) -> Table:
    """What variants cost on the machines where that was measured, a row each."""
    return Table(
        key="costs-table",
        caption=(
            "What a variant costs: parameters, multiply-adds of a clip times the clips that make "
            "a score ('clips' where as many as a video has), and on a machine the median (lowest "
            "to highest) clips a second of n training steps and n forward passes, and the largest "
            "memory of the process, its libraries included (on a GPU, of its tensors). Clips are "
            "drawn where they are used: loading them is not in it."
        ),
        columns=COST_COLUMNS,
        rows=tuple(
            Row(cells=_cost_cells(cost, bench, addresses.costs(name)))
            for name, bench in page.costs.items()
            for cost in bench.costs
        ),
    )


def _cost_cells(cost: Cost, bench: CostBench, href: str) -> tuple[Cell, ...]:
    clip = "×".join(map(str, cost.clip))
    return (
        Cell(text=cost.variant, note=f"{cost.precision}, clips of {clip}", href=href),
        Cell(text=f"{cost.parameters / 1e6:.2f}", value=cost.parameters),
        Cell(text=cost.macs_text, value=cost.macs),
        *(
            Cell(text=f"{rate.median:.2f}", value=rate.median, note=_range(rate, 2), href=href)
            for rate in (cost.train_per_s, cost.test_per_s)
        ),
        *(
            Cell(text=f"{memory:.2f}", value=memory)
            for memory in (cost.train_memory_gib, cost.test_memory_gib)
        ),
        Cell(
            text=str(len(cost.test)),
            value=len(cost.test),
            note=f"batches of {cost.batch_size}",
        ),
        Cell(
            text=bench.machine.device,
            note=f"threads: {bench.threads}",
            footnotes=(f"{_describe(bench.machine, bench.started_at)}.",),
        ),
        Cell(text=bench.command),
    )


def forms_table(page: PageInput, addresses: Addresses) -> Table:
    """What a recipe's fast forms gain over plain ones, a row a race."""
    return Table(
        key="forms-table",
        caption=(
            "Fast forms of this code against plain ones that give the same: the median (lowest "
            "to highest) over n turns of each, one after the other; the ratio is that of each "
            "turn of ours to the plain one's after it. On one thread of a CPU seconds are those "
            "that the thread computed. Memory is the most that tensors took at once beyond what "
            "was given."
        ),
        columns=FORM_COLUMNS,
        rows=tuple(
            Row(cells=_form_cells(race, bench, addresses.costs(name)))
            for name, bench in page.costs.items()
            for race in bench.races
        ),
    )


def _form_cells(race: Race, bench: CostBench, href: str) -> tuple[Cell, ...]:
    memories = (way.memory_mib for way in (race.ours, race.theirs))
    return (
        *_rate_cells(race, href),
        *(Cell(text="" if mib is None else f"{mib:.1f}", value=mib) for mib in memories),
        *_ratio_cells(race, f"threads: {bench.threads}", bench.machine, bench.started_at, href),
        Cell(text=bench.command),
    )


def pipelines_table(key: str, facts: DatasetFacts | None, results: str) -> Table:
    """What was measured of data pipelines against other people's, a row a race.

    Args:
        key: The data set.
        facts: What is known of it; ``None`` where nothing here reads it.
        results: ``results/`` as seen from the folder of the pages.
    """
    benches = facts.benches if facts else {}
    return Table(
        key="pipelines-table",
        caption=(
            "Samples a second that one process makes of the same files with one thread, and "
            "nothing else: the median (lowest to highest) over n turns of each way, one after the "
            "other; the ratio is that of each turn of ours to theirs after it."
        ),
        columns=PIPELINE_COLUMNS,
        rows=tuple(
            Row(cells=_race_cells(race, bench, quote(f"{results}/{DATA_FOLDER}/{name}")))
            for name, bench in benches.items()
            for race in bench.races
            if race.dataset == key
        ),
    )


def _race_cells(race: Race, bench: DataBench, href: str) -> tuple[Cell, ...]:
    turn = f"of {bench.turn_s:g} s or more"
    return (
        *_rate_cells(race, href),
        *_ratio_cells(race, turn, bench.machine, bench.started_at, href),
        Cell(text=bench.command),
    )


def flow_table(key: str, facts: DatasetFacts | None, results: str) -> Table:
    """What methods of optical flow make of a data set's videos, a row a method.

    Args:
        key: The data set.
        facts: What is known of it; ``None`` where nothing here reads it.
        results: ``results/`` as seen from the folder of the pages.
    """
    benches = facts.benches if facts else {}
    return Table(
        key="flow-table",
        caption=(
            "OpenCV's methods of optical flow on the same pairs of frames, one after the other: "
            "the share of the squared change from a frame to the next that is gone when the next "
            "is warped back along the flow, over all pairs (lowest to highest video), and the time "
            "that a pair takes one core, as median over videos (lowest to highest)."
        ),
        columns=FLOW_COLUMNS,
        rows=tuple(
            Row(cells=_flow_cells(flow, bench, quote(f"{results}/{DATA_FOLDER}/{name}")))
            for name, bench in benches.items()
            for flow in bench.flows
            if flow.dataset == key
        ),
    )


def _flow_cells(flow: FlowOfMethod, bench: DataBench, href: str) -> tuple[Cell, ...]:
    low, high = (
        100 * share for share in (flow.explained_of_videos.low, flow.explained_of_videos.high)
    )
    return (
        Cell(text=flow.method, href=href),
        Cell(
            text=f"{100 * flow.explained:.0f}",
            value=100 * flow.explained,
            note=f"{low:.0f} to {high:.0f}",
            href=href,
        ),
        Cell(
            text=f"{flow.ms_a_pair.median:.1f}",
            value=flow.ms_a_pair.median,
            note=_range(flow.ms_a_pair, 1),
            href=href,
        ),
        Cell(text=str(flow.pairs), value=flow.pairs, note=f"of {len(flow.videos)} videos"),
        _machine_cell(bench.machine, bench.started_at),
        Cell(text=bench.command),
    )


def _rate_cells(race: Race, href: str) -> tuple[Cell, ...]:
    """What was made, of what, and how much a second either way."""
    return (
        Cell(text=race.what, note=f"against {race.theirs.title}", href=href),
        Cell(text=race.unit),
        *(
            Cell(
                text=f"{way.per_s.median:.1f}",
                value=way.per_s.median,
                note=_range(way.per_s, 1),
                footnotes=(f"{', '.join(way.steps)}.",),
                href=href,
            )
            for way in (race.ours, race.theirs)
        ),
    )


def _ratio_cells(
    race: Race, turn: str, machine: Machine, started_at: str, href: str
) -> tuple[Cell, ...]:
    """The ratio, its turns, and where they were taken."""
    ratio = race.ratio
    return (
        Cell(text=f"× {ratio.median:.2f}", value=ratio.median, note=_range(ratio, 2), href=href),
        Cell(text=str(ratio.n), value=ratio.n, note=turn),
        _machine_cell(machine, started_at),
    )
