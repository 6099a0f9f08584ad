"""Forms of a recipe's code against one another: ``python -m harness.run.form_racing``.

A recipe may have a ``races.py`` with ``find_entries(device, batch_size)``, which yields
races as those of data pipelines are (:mod:`harness.run.races`): a fast form against the
plain one that gives the same. Standard input holds the :class:`~harness.run.cost_bench.Load`,
standard output what was :class:`~harness.run.cost_bench.Held`.

On one thread of a CPU seconds are those that the thread computed, which on a quiet machine
is the same, and on a busy one leaves out what others did meanwhile.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import import_module
from itertools import accumulate

import torch
from torch.profiler import ProfilerActivity, profile

from harness.benches import Race
from harness.run.answering import answer_once
from harness.run.cost_bench import Held, Load
from harness.run.races import Entry
from harness.run.racing import hold
from harness.run.worker import choose_device

ALLOCATION = "[memory]"  # what the profiler calls one, or a release


def hold_all(load: Load) -> Iterator[Race]:
    """Hold the races of a recipe.

    Args:
        load: Of which recipe, and where.

    Raises:
        HarnessError: A form cannot be built.
    """
    device = choose_device(load.device)
    torch.set_num_threads(load.threads or torch.get_num_threads())
    torch.manual_seed(0)
    found: Iterator[Entry] = import_module(f"recipes.{load.recipe}.races").find_entries(
        device, load.batch_size
    )
    alone = device.type == "cpu" and torch.get_num_threads() == 1
    clock = time.process_time if alone else time.perf_counter
    for entry in found:
        race = hold(entry, rounds=load.rounds, turn_s=load.turn_s, clock=clock)
        yield replace(
            race,
            ours=replace(race.ours, memory_mib=measure_memory_mib(entry.ours.run, device)),
            theirs=replace(race.theirs, memory_mib=measure_memory_mib(entry.theirs.run, device)),
        )


def measure_memory_mib(run: Callable[[], object], device: torch.device) -> float:
    """Most memory that tensors take at once while something runs, beyond what they took before.

    Args:
        run: What is run, once.
        device: What it computes on.
    """
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(device)
        before = torch.cuda.memory_allocated(device)
        run()
        torch.cuda.synchronize(device)
        most = torch.cuda.max_memory_allocated(device) - before
    else:
        with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as profiled:
            run()
        # What is public sums over each operator; the largest sum over time is not in it.
        events = profiled.profiler.kineto_results.events()
        changes = [event.nbytes() for event in events if event.name() == ALLOCATION]
        most = max(accumulate(changes), default=0)
    return round(most / 2**20, 3)


if __name__ == "__main__":
    answer_once(Load, lambda load: Held(races=tuple(hold_all(load))), Held)
