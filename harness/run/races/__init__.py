"""Data pipelines against other people's: each module here is a part of ``harness bench data``.

A part has a :data:`FindEntries` called ``find_entries``. A new part is a new module;
:mod:`harness.run.racing` finds it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from harness.datasets.definition import Dataset


@dataclass(frozen=True, kw_only=True, slots=True)
class Runner:
    """One way, ready to run.

    Args:
        title: Whose code it is.
        steps: What it does, in order: classes of transforms, or functions.
        run: Makes some samples, for at most a few seconds, and answers how many. It
            is called again until a turn is over, and begins again after the last.
    """

    title: str
    steps: tuple[str, ...]
    run: Callable[[], int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A race that can be held.

    Args:
        what: What is made of the data set, in a phrase.
        unit: What a sample is, in the plural: clips, frames.
        ours: Our way.
        theirs: The other one, to the same samples.
    """

    what: str
    unit: str
    ours: Runner
    theirs: Runner


FindEntries = Callable[[Dataset, Path, Path], Iterator[Entry]]
"""``find_entries`` of a part.

Given are a data set, the folder of the prepared data, and an empty folder for what
the other code needs on disk. It yields the races that can be held on the data set, or
none; it may raise :class:`harness.errors.DataError` where that is not prepared.
"""
