"""What variants cost on this machine, and what a recipe's forms gain over one another.

Each variant is measured by a process of its own, :mod:`harness.run.exertion`; all forms by
another one, :mod:`harness.run.form_racing`. Imports no torch.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TypeVar

from harness.benches import Machine, Race
from harness.catalog import load_recipe
from harness.documents import dump, parse
from harness.errors import RunError
from harness.run.machine import mean_load
from harness.throughputs import Cost, CostBench

EXERTION = "harness.run.exertion"
RACING = "harness.run.form_racing"
RACES = "races.py"
T = TypeVar("T", bound="Reading | Held")


@dataclass(frozen=True, kw_only=True, slots=True)
class Load:
    """What one process is to measure.

    Args:
        recipe: Key of the recipe.
        variant: Its variant.
        device: ``auto``, ``cpu`` or ``cuda:N``.
        threads: Threads of torch; ``None`` for as many as it takes by itself.
        rounds: Turns in test, and in training; of a race, of both ways.
        batch_size: Clips at a time.
        turn_s: Least length of a turn of a race, in seconds.
    """

    recipe: str
    variant: str
    device: str
    threads: int | None
    rounds: int
    batch_size: int
    turn_s: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What it measured; or why not."""

    cost: Cost | None = None
    machine: Machine | None = None
    threads: int = 0
    problem: str = ""
    fix: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """Races of a recipe's forms; or why there are none."""

    races: tuple[Race, ...] = ()
    problem: str = ""
    fix: str = ""


def measure_costs(
    loads: Sequence[Load], *, command: str, watch: Callable[[Load, str], None]
) -> CostBench:
    """Measure variants of one recipe, one after another, then its forms in turns.

    Args:
        loads: The variants.
        command: The command line.
        watch: Told of each variant that is over, and what is wrong with it or the races.

    Raises:
        RunError: None could be measured.
    """
    began, load = datetime.now(UTC), mean_load()
    readings = []
    for wanted in loads:
        reading = _ask(EXERTION, wanted, Reading, f"variant '{wanted.variant}'")
        readings.append(reading)
        watch(wanted, reading.problem)
    first = next((reading for reading in readings if reading.cost), None)
    if first is None or first.machine is None:
        raise RunError(readings[-1].problem, fix=readings[-1].fix)
    held = Held()
    if (load_recipe(loads[0].recipe).folder / RACES).exists():
        held = _ask(RACING, loads[0], Held, f"forms of '{loads[0].recipe}'")
        watch(loads[0], held.problem)
    return CostBench(
        recipe=loads[0].recipe,
        started_at=began.isoformat(timespec="seconds"),
        command=command,
        machine=replace(first.machine, load=load),
        threads=first.threads,
        costs=tuple(reading.cost for reading in readings if reading.cost),
        races=held.races,
    )


def _ask(module: str, load: Load, kind: type[T], what: str) -> T:
    """Let a process measure."""
    env = dict(os.environ)
    if load.device == "cpu":
        env["CUDA_VISIBLE_DEVICES"] = ""
    done = subprocess.run(
        [sys.executable, "-m", module],
        input=dump(load),
        capture_output=True,
        text=True,
        check=False,
        env=env,
    )
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or [f"status {done.returncode}"])[-1]
        return kind(
            problem=f"{what} cannot be measured: {reason}",
            fix="give a smaller --batch-size, or measure it on a machine with more memory",
        )
    return parse(kind, done.stdout.encode(), source="a measurement")
