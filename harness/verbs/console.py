"""What the command line shows: tables and the live progress of runs."""

import sys
import time
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from harness.benches import Race
from harness.errors import HarnessError
from harness.records import Json, Plan
from harness.run.session import State, Step
from harness.store import StoredRun

out = Console(
    highlight=False,
    markup=False,
    emoji=False,
    soft_wrap=False,
    width=None if sys.stdout.isatty() else 180,
)


def show_table(columns: Sequence[str], rows: Iterable[Sequence[object]], title: str = "") -> None:
    """Print rows under headings."""
    table = Table(*columns, title=title or None, title_justify="left", box=None, pad_edge=False)
    for row in rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    out.print(table)


def show_races(races: Sequence[Race]) -> None:
    """A row a race, then what ran; memory where it was measured."""
    measured = any(way.memory_mib is not None for race in races for way in (race.ours, race.theirs))
    columns = ("", "unit", "ours /s", "theirs /s", "ours / theirs", "lowest to highest", "n")
    show_table(
        (*columns, *(["MiB: ours", "theirs"] if measured else [])),
        [
            (
                name_race(race),
                race.unit,
                f"{race.ours.per_s.median:.1f}",
                f"{race.theirs.per_s.median:.1f}",
                f"× {race.ratio.median:.2f}",
                f"{race.ratio.low:.2f} to {race.ratio.high:.2f}",
                race.ratio.n,
                *(format_metric(way.memory_mib, 1) for way in (race.ours, race.theirs) if measured),
            )
            for race in races
        ],
    )
    for race in races:
        for way in (race.ours, race.theirs):
            out.print(f"{name_race(race)}: {way.title}: {' > '.join(way.steps)}")


def name_race(race: Race) -> str:
    """What was made, and of which data."""
    return f"{race.dataset}, {race.what}" if race.dataset else race.what


def show_steps(steps: Sequence[Step], jobs: int) -> None:
    """Say what is done, what is to be run, and how long it may take."""
    counts = {state: sum(step.state is state for step in steps) for state in State}
    words = [f"{count} {state}" for state, count in counts.items() if count]
    known = [step.estimate_s for step in steps if step.needed and step.estimate_s]
    unknown = sum(step.needed and step.estimate_s is None for step in steps)
    runs = "1 run" if len(steps) == 1 else f"{len(steps)} runs"
    text = f"{runs}: {', '.join(words) or 'none'}"
    if known:
        text += f"; about {format_duration(sum(known) / jobs)} with {jobs} at a time"
    if unknown:
        which = f"{unknown} of them take" if known else "that takes"
        text += f"; no earlier run tells how long {which}"
    out.print(text)


def format_duration(seconds: float) -> str:
    """Seconds as a person says them."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"


def format_metric(value: float | None, digits: int = 2) -> str:
    """A number, or a dash."""
    return "–" if value is None else f"{value:.{digits}f}"


class RunView:
    """Live progress of runs: bars on a terminal, a line an end elsewhere.

    Args:
        total: Runs that will be run.
    """

    def __init__(self, total: int) -> None:
        self.total, self.ended = total, 0
        self.began_s = time.monotonic()
        self.tasks: dict[str, TaskID] = {}
        self.progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=20),
            TextColumn("{task.fields[facts]}"),
            TimeElapsedColumn(),
            console=out,
            disable=not sys.stdout.isatty(),
        )

    def __enter__(self) -> "RunView":
        self.progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.progress.stop()

    def watch(self, plan: Plan, event: Json) -> None:
        """Show an event of a worker."""
        if plan.digest not in self.tasks:
            self.tasks[plan.digest] = self.progress.add_task(plan.label, total=None, facts="")
        if event["event"] == "epoch":
            self.progress.update(
                self.tasks[plan.digest],
                total=event["iterations"],
                completed=event["iteration"],
                facts=_facts(event),
            )

    def end(self, plan: Plan, result: StoredRun | HarnessError) -> None:
        """Show the end of a run."""
        self.ended += 1
        if (task := self.tasks.pop(plan.digest, None)) is not None:  # the first is 0
            self.progress.remove_task(task)
        spent = time.monotonic() - self.began_s
        left = format_duration(spent / self.ended * (self.total - self.ended))
        self.progress.console.print(
            f"[{self.ended}/{self.total}, {left} left] {plan.label}: {describe(result)}"
        )


def _facts(event: Json) -> str:
    left = (event["epochs"] - event["epoch"]) * event["seconds"]
    monitored = event["monitored_acc"]
    return (
        f"epoch {event['epoch']}/{event['epochs']} loss {event['train_loss']:.3f} "
        f"train {format_metric(event['train_acc'], 1)} % "
        f"monitored {format_metric(monitored, 1)} %, {format_duration(left)} left"
    )


def describe(result: StoredRun | HarnessError) -> str:
    """How a run ended, in a line."""
    if isinstance(result, HarnessError):
        return f"not run: {result.problem}"
    record = result.record
    if record.failure is not None:
        return f"{record.status}: {record.failure.message}"
    top1 = format_metric(record.values.get("top1_acc"))
    return f"top-1 {top1} % in {format_duration(record.duration_s)} ({record.run_id})"
