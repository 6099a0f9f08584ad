"""Speed of data pipelines against other people's, measured in turns by a process of its own.

Imports no torch; :mod:`harness.run.racing` is the process.
"""

import subprocess
import sys
from dataclasses import dataclass

from harness.data_benches import DataBench
from harness.documents import dump, parse
from harness.errors import DataError, RunError

PROCESS = ("-m", "harness.run.racing")


@dataclass(frozen=True, kw_only=True, slots=True)
class Start:
    """What is to be measured.

    Args:
        dataset: Key of a data set; ``""`` for all that are prepared.
        data: Folder of prepared data.
        rounds: Turns of each way.
        turn_s: Least length of a turn, in seconds.
        command: The command line.
    """

    dataset: str
    data: str
    rounds: int
    turn_s: float
    command: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Finish:
    """What came of it: a measurement, or what is wrong and what to do."""

    bench: DataBench | None = None
    problem: str = ""
    fix: str = ""


def measure_data(start: Start) -> DataBench:
    """Hold the races that can be held; standard error is told of each.

    Args:
        start: What is to be measured.

    Raises:
        DataError: There is none.
        RunError: The process died.
    """
    words = [sys.executable, *PROCESS]
    done = subprocess.run(words, input=dump(start), stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise RunError(
            f"the measurement ended with status {done.returncode}", fix="see the lines above"
        )
    finish = parse(Finish, done.stdout.encode(), source="the measurement")
    if finish.bench is None:
        raise DataError(finish.problem, fix=finish.fix)
    return finish.bench
