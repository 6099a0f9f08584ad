"""What variants cost on this machine, each measured by a process of its own.

Imports no torch; :mod:`harness.run.exertion` is the process.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from harness.benches import Machine
from harness.documents import dump, parse
from harness.errors import RunError
from harness.run.machine import mean_load
from harness.throughputs import Cost, CostBench

PROCESS = ("-m", "harness.run.exertion")


@dataclass(frozen=True, kw_only=True, slots=True)
class Load:
    """What one process is to measure.

    Args:
        recipe: Key of the recipe.
        variant: Its variant.
        device: ``auto``, ``cpu`` or ``cuda:N``.
        threads: Threads of torch; ``None`` for as many as it takes by itself.
        rounds: Turns in test, and in training.
        batch_size: Clips at a time.
    """

    recipe: str
    variant: str
    device: str
    threads: int | None
    rounds: int
    batch_size: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What it measured; or why not."""

    cost: Cost | None = None
    machine: Machine | None = None
    threads: int = 0
    problem: str = ""
    fix: str = ""


def measure_costs(
    loads: Sequence[Load], *, command: str, watch: Callable[[Load, str], None]
) -> CostBench:
    """Measure variants of one recipe, one after another.

    Args:
        loads: The variants.
        command: The command line.
        watch: Told of each that is over, and what is wrong with it.

    Raises:
        RunError: None could be measured.
    """
    began, load = datetime.now(UTC), mean_load()
    readings = []
    for wanted in loads:
        reading = _measure(wanted)
        readings.append(reading)
        watch(wanted, reading.problem)
    first = next((reading for reading in readings if reading.cost), None)
    if first is None or first.machine is None:
        raise RunError(readings[-1].problem, fix=readings[-1].fix)
    return CostBench(
        recipe=loads[0].recipe,
        started_at=began.isoformat(timespec="seconds"),
        command=command,
        machine=replace(first.machine, load=load),
        threads=first.threads,
        costs=tuple(reading.cost for reading in readings if reading.cost),
    )


def _measure(load: Load) -> Reading:
    env = dict(os.environ)
    if load.device == "cpu":
        env["CUDA_VISIBLE_DEVICES"] = ""
    done = subprocess.run(
        [sys.executable, *PROCESS],
        input=dump(load),
        capture_output=True,
        text=True,
        check=False,
        env=env,
    )
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or [f"status {done.returncode}"])[-1]
        return Reading(
            problem=f"variant '{load.variant}' cannot be measured: {reason}",
            fix="give a smaller --batch-size, or measure it on a machine with more memory",
        )
    return parse(Reading, done.stdout.encode(), source="a measurement")
