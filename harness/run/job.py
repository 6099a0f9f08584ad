"""What a launcher tells its worker, and what the worker answers."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from harness.documents import dump, parse
from harness.records import DataFacts, Environment, Failure, Measurement, Plan, Timing
from harness.store import write_replacing

JOB = "job.json"
OUTCOME = "outcome.json"
WEIGHTS = "weights.pt"
CHECKPOINT = "checkpoint.pt"
LOG = "log.txt"
GO_ON = "run again: it continues from its last checkpoint"


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """One attempt at a plan.

    Args:
        run_id: Name of the record that it will leave.
        plan: The plan.
        code: Digest of the code that it is to be run by.
        data: Folder of the prepared data.
        device: ``auto``, ``cpu`` or ``cuda:N``.
        inputs: Files with the weights that it starts from, by variant.
        pretrained: File of other people's weights that it starts from; ``""`` for none.
        command: The command line that started it.
        launched_at: Seconds since the epoch.
        save_every_s: Least seconds from one checkpoint to the next.
        weights: File of the authors' weights, to be tested instead of trained; ``""``
            for a run that trains.
        observe: Whether it also stores what the recipe's ``observe.py`` sees.
    """

    run_id: str
    plan: Plan
    code: str
    data: str
    device: str
    inputs: dict[str, str] = field(default_factory=dict)
    pretrained: str = ""
    command: str
    launched_at: float
    save_every_s: float = 10.0
    weights: str = ""
    observe: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What came of an attempt; the fields are those of the record."""

    run_id: str
    status: Literal["completed", "failed"]
    environment: Environment | None
    data: DataFacts | None
    timing: Timing | None
    measurements: tuple[Measurement, ...]
    input_weights: dict[str, str]
    weights_sha256: str
    failure: Failure | None


def write_outcome(home: Path, outcome: Outcome) -> None:
    """Leave an outcome in a work folder, in one step."""
    write_replacing(home / OUTCOME, dump(outcome).encode())


def read_outcome(home: Path) -> Outcome | None:
    """The outcome in a work folder, if an attempt has got so far."""
    path = home / OUTCOME
    return parse(Outcome, path.read_bytes(), source=str(path)) if path.exists() else None
