"""Fusions: computed by the launcher from stored scores, with no worker and no torch."""

import platform
import time
from pathlib import Path

from harness.catalog import Recipe
from harness.errors import HarnessError, RunError
from harness.freshness import Freshness
from harness.fusion import Fused, Stream, fuse
from harness.records import Environment, Failure, Plan, Timing
from harness.run.job import Outcome
from harness.run.machine import (
    blas_kernels,
    package_versions,
    processor_name,
    read_commit,
    resident_memory_gib,
    usable_cores,
)
from harness.scores import pack_scores
from harness.store import SCORES, ResultStore, StoredRun


def fuse_stored(
    plan: Plan, recipe: Recipe, store: ResultStore, *, run_id: str, command: str
) -> tuple[Outcome, dict[str, bytes]]:
    """Fuse the stored scores of a plan's streams.

    Args:
        plan: A fusion's plan.
        recipe: Its recipe.
        store: The stored runs.
        run_id: Name of the record that it will leave.
        command: The command line that started it.

    Returns:
        The outcome, as a worker would leave it, and the files beside the record.

    Raises:
        RunError: A stream has no completed run of today's code.
    """
    began_s = time.monotonic()
    runs = _find_streams(plan, recipe, store)
    fused: Fused | None = None
    failure: Failure | None = None
    try:
        fused = fuse(
            [
                Stream(
                    variant=variant,
                    weight=plan.config["fusion"][variant],
                    record=run.record,
                    scores=run.scores,
                )
                for variant, run in runs.items()
            ]
        )
    except HarnessError as error:
        failure = Failure(kind="data", message=error.problem, fix=error.fix)
    outcome = Outcome(
        run_id=run_id,
        status="failed" if fused is None else "completed",
        environment=_describe_environment(command),
        data=fused.data if fused else None,
        timing=Timing(
            startup_s=0.0,
            train_s=0.0,
            test_s=round(time.monotonic() - began_s, 3),
            iterations=0,
            peak_memory_gib=round(resident_memory_gib(), 3),
        ),
        measurements=fused.measurements if fused else (),
        input_weights={variant: run.record.weights_sha256 for variant, run in runs.items()},
        weights_sha256="",
        failure=failure,
    )
    return outcome, {SCORES: pack_scores(fused.scores)} if fused else {}


def _find_streams(plan: Plan, recipe: Recipe, store: ResultStore) -> dict[str, StoredRun]:
    """The run of each stream that is fused: its newest completed fresh one."""
    freshness = Freshness(recipe, store.runs(plan.recipe), store)
    found: dict[str, StoredRun] = {}
    for item in plan.inputs:
        run = freshness.of(plan.recipe_of(item)).find_fresh(item.digest)
        if run is None:
            raise RunError(
                f"{plan.label}: its stream '{item.variant}' has no completed run of today's code",
                fix="run again: the streams are run first",
            )
        found[item.variant] = run
    return found


def _describe_environment(command: str) -> Environment:
    """This process; of the packages NumPy alone computes, and on one thread."""
    commit, dirty = read_commit(Path(__file__).parent)
    packages = package_versions()
    return Environment(
        device=processor_name(),
        device_kind="cpu",
        driver="",
        python=platform.python_version(),
        platform=platform.platform(),
        packages={"numpy": packages["numpy"]},
        commit=commit,
        dirty=dirty,
        threads=1,
        cores=usable_cores(),
        determinism="no torch",
        command=command,
        kernels=blas_kernels(),
    )
