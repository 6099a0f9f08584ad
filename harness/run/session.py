"""Many plans in order: what is done, what is to be run, and running it."""

import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

from harness.catalog import load_recipe
from harness.errors import HarnessError, RunError
from harness.freshness import stale_because
from harness.records import Plan
from harness.run.job import CHECKPOINT, OUTCOME
from harness.run.launch import Watcher, Workplace, launch
from harness.store import StoredRun


class State(StrEnum):
    """How far a plan is."""

    DONE = "done"
    RESUME = "to resume"
    RUN = "to run"


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """A plan in a session.

    Args:
        plan: The plan.
        state: How far it is.
        needed: Whether it must be run.
        estimate_s: What it will take; ``None`` where no run tells.
    """

    plan: Plan
    state: State
    needed: bool
    estimate_s: float | None


def survey(
    plans: Sequence[Plan],
    place: Workplace,
    *,
    wanted: Iterable[str] | None = None,
    fresh: bool = False,
    stale: bool = False,
) -> tuple[Step, ...]:
    """Say how far each plan is and whether it must be run.

    A run that another one starts from is run again where its weights are gone
    and the other one still needs them.

    Args:
        plans: Plans, each after its inputs.
        place: Where runs read and write.
        wanted: Digests of the plans that were asked for; the others are there
            as inputs. ``None`` for all.
        fresh: Run what was asked for again from the beginning.
        stale: Run again what is stale.
    """
    asked = {plan.digest for plan in plans} if wanted is None else set(wanted)
    stored = {key: place.store.runs(key) for key in {plan.recipe for plan in plans}}
    needed: dict[str, bool] = {}
    for plan in reversed(plans):  # what needs an input comes after it
        record = _newest(plan, stored[plan.recipe])
        done = record is not None and not (stale and _is_stale(record))
        uses = _uses(plan, plans, needed)
        lacking = bool(uses) and not done
        if "weights" in uses and record is not None:
            lacking = lacking or not place.has_weights(plan) or _is_stale(record)
        needed[plan.digest] = lacking or (plan.digest in asked and (fresh or not done))
    return tuple(
        Step(
            plan=plan,
            state=_state(plan, place, needed[plan.digest]),
            needed=needed[plan.digest],
            estimate_s=_estimate(plan, stored[plan.recipe]),
        )
        for plan in plans
    )


def _uses(plan: Plan, plans: Sequence[Plan], needed: dict[str, bool]) -> set[str]:
    """What the plans that must be run take from this one."""
    return {
        item.use
        for other in plans
        if needed.get(other.digest)
        for item in other.inputs
        if item.digest == plan.digest
    }


def _newest(plan: Plan, runs: Sequence[StoredRun]) -> StoredRun | None:
    done = [
        run
        for run in runs
        if run.record.plan_digest == plan.digest
        and run.record.status == "completed"
        and not run.invalidated
    ]
    return done[-1] if done else None


def _is_stale(run: StoredRun) -> bool:
    return bool(stale_because(run.record, load_recipe(run.record.plan.recipe)))


def _state(plan: Plan, place: Workplace, needed: bool) -> State:
    if not needed:
        return State.DONE
    home = place.home(plan)
    if (home / CHECKPOINT).exists() or (home / OUTCOME).exists():
        return State.RESUME
    return State.RUN


def _estimate(plan: Plan, runs: Sequence[StoredRun]) -> float | None:
    """Median duration of completed runs of the variant."""
    durations = [
        run.record.duration_s
        for run in runs
        if run.record.status == "completed"
        and run.record.plan.variant == plan.variant
        and run.record.plan.limit == plan.limit
    ]
    return median(durations) if durations else None


def run_all(
    steps: Sequence[Step],
    place: Workplace,
    *,
    jobs: int = 1,
    fresh: bool = False,
    watch: Watcher | None = None,
    ended: Callable[[Plan, StoredRun | HarnessError], None] | None = None,
    stop: threading.Event | None = None,
) -> dict[str, StoredRun | HarnessError]:
    """Run what is needed, inputs first, several at a time.

    Args:
        steps: What :func:`survey` found.
        place: Where runs read and write.
        jobs: Most runs at a time.
        fresh: Begin each of them anew.
        watch: Told of each event of a worker.
        ended: Told of each end of a run.
        stop: Set to interrupt all.

    Returns:
        Stored run, or why there is none, by plan digest.
    """
    stop = stop or threading.Event()
    known = frozenset(run.record.run_id for run in place.store.runs())
    waiting = [step.plan for step in steps if step.needed]
    results: dict[str, StoredRun | HarnessError] = {}
    running: dict[Future[StoredRun], Plan] = {}

    def settle(plan: Plan, result: StoredRun | HarnessError) -> None:
        results[plan.digest] = result
        if ended is not None:
            ended(plan, result)

    with ThreadPoolExecutor(jobs) as pool:
        try:
            while (waiting and not stop.is_set()) or running:
                for plan in _hopeless(waiting, results):
                    waiting.remove(plan)
                    settle(plan, RunError(f"{plan.label}: an input failed", fix="see its record"))
                for plan in _ready(waiting, running.values())[: jobs - len(running)]:
                    waiting.remove(plan)
                    future = pool.submit(
                        launch, plan, place, watch=watch, stop=stop, fresh=fresh, known=known
                    )
                    running[future] = plan
                for future in wait(running, timeout=0.5, return_when=FIRST_COMPLETED).done:
                    settle(running.pop(future), _result(future))
        except BaseException:
            stop.set()
            raise
    return results


def _ready(waiting: Sequence[Plan], running: Iterable[Plan]) -> list[Plan]:
    """Plans whose inputs have all ended, in order."""
    still_open = {plan.digest for plan in (*waiting, *running)}
    return [plan for plan in waiting if not any(item.digest in still_open for item in plan.inputs)]


def _hopeless(waiting: Sequence[Plan], results: dict[str, StoredRun | HarnessError]) -> list[Plan]:
    """Plans with an input that did not complete."""
    failed = {
        digest
        for digest, result in results.items()
        if isinstance(result, HarnessError) or result.record.status != "completed"
    }
    return [plan for plan in waiting if any(item.digest in failed for item in plan.inputs)]


def _result(future: "Future[StoredRun]") -> StoredRun | HarnessError:
    try:
        return future.result()
    except HarnessError as error:
        return error
    except OSError as error:
        return RunError(
            f"{error.filename or 'a file'}: {error.strerror or error}",
            fix="give --work and --results folders that can be written, and make room there",
        )
