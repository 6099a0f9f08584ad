"""``bench report``: how long the pages take, by the number of records."""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise

import msgspec

from harness.errors import PlanError, RunError
from harness.generated_records import MOST
from harness.run.machine import processor_name, usable_cores
from harness.verbs.arguments import read_whole
from harness.verbs.console import out, show_table

PASSES = ("cold", "warm")
DEFAULT_RECORDS = ("1000", "10000")


@dataclass(frozen=True, kw_only=True, slots=True)
class Rendering:
    """What making pages took.

    Args:
        pages: How many there are.
        page_mib: Their size.
        processor_s: Time that the process computed, on all cores; where others
            compute, too, it took longer than that.
        peak_memory_gib: Largest resident memory of the process.
    """

    pages: int
    page_mib: float
    processor_s: float
    peak_memory_gib: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Timing:
    """One making of all pages, in a process of its own.

    Args:
        records: How many records there were.
        cache: ``cold`` where nothing was kept from an earlier time, else ``warm``.
        seconds: From the start of the process to its end.
        rendering: What it made, and its memory.
    """

    records: int
    cache: str
    seconds: float
    rendering: Rendering

    @property
    def records_per_s(self) -> float:
        """Records a second."""
        return self.records / self.seconds


def time_pages(args: argparse.Namespace) -> None:
    """Make the pages of generated records, and print what that took.

    Raises:
        HarnessError: A number of records is none, or the pages could not be made.
    """
    counts = [read_whole("--records", text) or 0 for text in args.records or DEFAULT_RECORDS]
    if max(counts) > MOST:
        raise PlanError(f"--records {max(counts)} are too many", fix=f"give at most {MOST}")
    if not args.json:
        out.print(f"{processor_name()}, {usable_cores()} cores; records are generated")
    found = [timing for count in sorted(set(counts)) for timing in measure_pages(count)]
    if args.json:
        print(json.dumps([_json(timing) for timing in found], indent=1))
        return
    show_table(
        (
            *("records", "cache", "seconds", "computing (s)", "records/s"),
            *("peak memory (GiB)", "pages", "MiB"),
        ),
        [_row(timing) for timing in found],
    )
    for line in _growth(found):
        out.print(line)


def measure_pages(records: int) -> Iterator[Timing]:
    """Make the pages of generated records, twice.

    Args:
        records: How many.

    Raises:
        RunError: They could not be made.
    """
    with tempfile.TemporaryDirectory(prefix="harness-pages-") as folder:
        _run(folder, str(records))
        for cache in PASSES:
            began = time.monotonic()
            said = _run(folder).splitlines()[-1]
            yield Timing(
                records=records,
                cache=cache,
                seconds=time.monotonic() - began,
                rendering=msgspec.json.decode(said, type=Rendering),
            )


def _run(*words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "harness.verbs.page_process", *words],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or [f"status {done.returncode}"]
        raise RunError(
            f"the pages of generated records could not be made: {last[0]}",
            fix=f"see the whole of it: {sys.executable} -m harness.verbs.page_process FOLDER",
        )
    return done.stdout


def _row(timing: Timing) -> tuple[object, ...]:
    rendering = timing.rendering
    return (
        timing.records,
        timing.cache,
        f"{timing.seconds:.2f}",
        f"{rendering.processor_s:.2f}",
        f"{timing.records_per_s:.0f}",
        f"{rendering.peak_memory_gib:.2f}",
        rendering.pages,
        f"{rendering.page_mib:.1f}",
    )


def _growth(found: Sequence[Timing]) -> Iterator[str]:
    """How the time grows with the records."""
    for cache in PASSES:
        for few, many in pairwise(timing for timing in found if timing.cache == cache):
            yield (
                f"{cache}: {many.records / few.records:.1f} × the records take "
                f"{many.seconds / few.seconds:.1f} × the time "
                f"({many.rendering.processor_s / few.rendering.processor_s:.1f} × the computing)"
            )


def _json(timing: Timing) -> dict[str, object]:
    return asdict(timing) | {"records_per_s": timing.records_per_s}
