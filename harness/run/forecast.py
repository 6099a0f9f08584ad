"""How long runs on skeletons would take, from what a few batches of each variant take here.

Data need not be there: batches are of imitated sequences of the data set's form, and go
through the variant's own transforms, network and solver. Imports no torch;
:mod:`harness.run.foresight` is the process that measures.
"""

import subprocess
import sys
from dataclasses import dataclass

from harness.catalog import load_dataset
from harness.documents import dump, parse
from harness.errors import PlanError, RunError
from harness.records import Plan

PROCESS = ("-m", "harness.run.foresight")
HOUR_S = 3600.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Probe:
    """What one process is to measure.

    Args:
        recipe: Key of the recipe.
        variant: Its variant.
        device: ``auto``, ``cpu`` or ``cuda:N``.
        rounds: Batches of each kind that are timed.
    """

    recipe: str
    variant: str
    device: str
    rounds: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Pace:
    """Seconds a sample, medians; or what is wrong.

    Args:
        train_s: Of training: transforms, forward, backward and a step of the solver.
        val_s: Of the test during training; 0 where there is none.
        test_s: Of the test at the end, with all its views.
        batch_size: Samples a training batch.
        device: What computed.
        problem: What is wrong, if anything.
        fix: What to do about it.
    """

    train_s: float = 0.0
    val_s: float = 0.0
    test_s: float = 0.0
    batch_size: int = 0
    device: str = ""
    problem: str = ""
    fix: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Forecast:
    """How long one run would take.

    Args:
        trained: Samples that it trains on, each as often as it is seen.
        monitored: Samples that are tested during training, each as often.
        tested: Samples that are tested at the end.
        hours: How long all of it takes.
    """

    trained: int
    monitored: int
    tested: int
    hours: float


def measure_pace(probe: Probe) -> Pace:
    """Time a few batches of a variant.

    Args:
        probe: Which one, and where.

    Raises:
        RunError: It cannot be built, or the process died.
    """
    words = [sys.executable, *PROCESS]
    done = subprocess.run(words, input=dump(probe), capture_output=True, text=True, check=False)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or [f"status {done.returncode}"])[-1]
        raise RunError(
            f"variant '{probe.variant}' cannot be measured: {reason}",
            fix="measure it on a machine with more memory",
        )
    pace = parse(Pace, done.stdout.encode(), source="a measurement")
    if pace.problem:
        raise RunError(pace.problem, fix=pace.fix)
    return pace


def forecast(plan: Plan, pace: Pace) -> Forecast:
    """How long a run would take on the complete data set.

    Args:
        plan: The run.
        pace: Of its variant.

    Raises:
        PlanError: How many samples its data set has is not known.
    """
    split = load_dataset(plan.dataset).split(plan.split)
    if split.train is None or split.test is None:
        raise PlanError(
            f"how many samples '{plan.dataset}' has is not known", fix="choose another data set"
        )
    loop = plan.config["train_cfg"]
    per_test = split.val if split.val else split.test
    if "max_iters" in loop:
        trained, tests = loop["max_iters"] * pace.batch_size, 0
    else:
        trained = loop["max_epochs"] * split.train
        tests = loop["max_epochs"] // loop.get("val_interval", 1)
    monitored = tests * per_test if plan.config["val_cfg"] else 0
    seconds = trained * pace.train_s + monitored * pace.val_s + split.test * pace.test_s
    return Forecast(trained=trained, monitored=monitored, tested=split.test, hours=seconds / HOUR_S)
