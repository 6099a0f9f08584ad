"""Hold the races of ``harness bench data``: ``python -m harness.run.racing``.

Standard input holds the :class:`~harness.run.data_bench.Start`, standard output the
:class:`~harness.run.data_bench.Finish`. Everything computes with one thread.
"""

import pkgutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import torch

from harness.benches import Race, Turn, Way
from harness.catalog import dataset_keys, load_dataset
from harness.data_benches import DataBench, FlowOfMethod
from harness.datasets.definition import Dataset
from harness.errors import DataError
from harness.run import races
from harness.run.answering import answer_once
from harness.run.bench_machine import describe_machine
from harness.run.data_bench import Finish, Start
from harness.run.flow_methods import compare_methods
from harness.run.machine import mean_load
from harness.run.races import Entry, FindEntries, Runner


def find_parts() -> tuple[FindEntries, ...]:
    """``find_entries`` of each part, in alphabetical order of the modules."""
    names = sorted(found.name for found in pkgutil.iter_modules(races.__path__))
    return tuple(import_module(f"{races.__name__}.{name}").find_entries for name in names)


def find_entries(key: str, root: Path, scratch: Path) -> Iterator[tuple[Dataset, Entry]]:
    """All races that can be held, each with its data set.

    Args:
        key: Key of a data set; ``""`` for all that are prepared.
        root: Folder of the prepared data.
        scratch: An empty folder.

    Raises:
        DataError: There is none on the data set that is named.
    """
    refused: list[DataError] = []
    found = False
    for dataset in _choose_datasets(key):
        for number, part in enumerate(find_parts()):
            place = scratch / f"{dataset.key}-{number}"
            place.mkdir()
            try:
                for entry in part(dataset, root, place):
                    found = True
                    yield dataset, entry
            except DataError as error:
                refused.append(error)
    if not found:
        if key and refused:
            raise refused[0]
        raise DataError(f"nothing can be measured in {root}", fix="harness data list")


def _choose_datasets(key: str) -> Iterator[Dataset]:
    return map(load_dataset, [key] if key else dataset_keys())


def hold(
    entry: Entry,
    *,
    rounds: int,
    turn_s: float,
    clock: Callable[[], float] = time.perf_counter,
) -> Race:
    """Let both ways take turns, ours first, after one turn each to warm up.

    Args:
        entry: The race.
        rounds: Turns of each.
        turn_s: Least length of a turn, in seconds.
        clock: What counts the seconds.
    """
    runners = (entry.ours, entry.theirs)
    rows = [[_take(runner, turn_s, clock) for runner in runners] for _ in range(1 + rounds)]
    ours, theirs = (
        Way(title=runner.title, steps=runner.steps, turns=turns[1:])
        for runner, turns in zip(runners, zip(*rows, strict=True), strict=True)
    )
    return Race(what=entry.what, unit=entry.unit, ours=ours, theirs=theirs)


def _take(runner: Runner, turn_s: float, clock: Callable[[], float]) -> Turn:
    began = clock()
    samples = runner.run()
    while (spent := clock() - began) < turn_s:
        samples += runner.run()
    return Turn(samples=samples, seconds=round(spent, 6))


def measure(start: Start, scratch: Path) -> DataBench:
    """Hold all races, and tell standard error of each.

    Args:
        start: What is to be measured.
        scratch: An empty folder.

    Raises:
        DataError: There is none.
    """
    torch.set_num_threads(1)
    cv2.setNumThreads(0)
    began, load = datetime.now(UTC), mean_load()
    held = []
    for dataset, entry in find_entries(start.dataset, Path(start.data), scratch):
        race = hold(entry, rounds=start.rounds, turn_s=start.turn_s)
        held.append(replace(race, dataset=dataset.key))
        sys.stderr.write(f"{dataset.key}, {race.what}: × {race.ratio.median:.2f}\n")
    flows = []
    for flow in _find_flows(start.dataset, Path(start.data)):
        flows.append(flow)
        sys.stderr.write(f"{flow.dataset}, flow by {flow.method}: {flow.explained:.0%} explained\n")
    return DataBench(
        started_at=began.isoformat(timespec="seconds"),
        command=start.command,
        machine=replace(describe_machine(torch.device("cpu")), load=load),
        turn_s=start.turn_s,
        races=tuple(held),
        flows=tuple(flows),
    )


def _find_flows(key: str, root: Path) -> Iterator[FlowOfMethod]:
    """Methods of flow on the videos of a data set, or of all that are prepared."""
    for dataset in _choose_datasets(key):
        with suppress(DataError):
            yield from compare_methods(dataset, root)


def answer(start: Start) -> Finish:
    """Hold the races, with a folder to write into."""
    with TemporaryDirectory(prefix="races-") as scratch:
        return Finish(bench=measure(start, Path(scratch)))


if __name__ == "__main__":
    answer_once(Start, answer, Finish)
