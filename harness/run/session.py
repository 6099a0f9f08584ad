"""Many plans in order: what is done, what is to be run, and running it."""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from statistics import median

from harness.catalog import load_recipe
from harness.errors import HarnessError, RunError
from harness.forms import is_fusion
from harness.freshness import Freshness
from harness.records import Plan
from harness.run.job import CHECKPOINT, OUTCOME
from harness.run.launch import Watcher, Workplace, launch
from harness.store import ResultStore, StoredRun


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
    and the other one still needs them; one whose scores are to be fused, where
    no run of today's code has any. A fusion that was asked for and is stale is
    made anew wherever that costs no training.

    Args:
        plans: Plans, each after its inputs.
        place: Where runs read and write.
        wanted: Digests of the plans that were asked for; the others are there
            as inputs. ``None`` for all.
        fresh: Run what was asked for again from the beginning.
        stale: Run again what is stale.
    """
    asked = {plan.digest for plan in plans} if wanted is None else set(wanted)
    past = _Past(plans, place.store)
    done: dict[str, bool] = {}
    needed: dict[str, bool] = {}
    for plan in plans:
        run = past.newest(plan)
        done[plan.digest] = run is not None and not (stale and past.is_stale(run))
        needed[plan.digest] = plan.digest in asked and (
            fresh or not done[plan.digest] or past.is_overtaken(plan, needed)
        )
    for plan in reversed(plans):  # what needs an input comes after it
        uses = _uses(plan, plans, needed)
        lacking = bool(uses) and not done[plan.digest]
        if "weights" in uses and (run := past.newest(plan)) is not None:
            lacking = lacking or not place.has_weights(plan) or past.is_stale(run)
        if "scores" in uses:
            lacking = lacking or not past.has_fresh(plan.digest, plan.recipe)
        needed[plan.digest] |= lacking
    return tuple(
        Step(
            plan=plan,
            state=_state(plan, place, needed[plan.digest]),
            needed=needed[plan.digest],
            estimate_s=past.estimate(plan),
        )
        for plan in plans
    )


class _Past:
    """What has been run so far of the recipes of some plans."""

    def __init__(self, plans: Sequence[Plan], store: ResultStore) -> None:
        keys = dict.fromkeys(plan.recipe for plan in plans)
        self.runs = {key: store.runs(key) for key in keys}
        self.freshness = {key: Freshness(load_recipe(key), self.runs[key], store) for key in keys}

    def newest(self, plan: Plan) -> StoredRun | None:
        """The newest completed and valid run of a plan."""
        done = [
            run
            for run in self.runs[plan.recipe]
            if run.record.plan_digest == plan.digest
            and run.record.status == "completed"
            and not run.invalidated
        ]
        return done[-1] if done else None

    def is_stale(self, run: StoredRun) -> bool:
        """Whether a run is no longer what today's code would give."""
        return bool(self.freshness[run.record.plan.recipe].stale_because(run.record))

    def has_fresh(self, digest: str, recipe: str) -> bool:
        """Whether there is a run of a plan that a fusion may build on."""
        return self.freshness[recipe].find_fresh(digest) is not None

    def is_overtaken(self, plan: Plan, needed: Mapping[str, bool]) -> bool:
        """Whether a plan is a fusion that is stale and costs no training to make anew."""
        if not is_fusion(plan.config) or (run := self.newest(plan)) is None:
            return False
        return self.is_stale(run) and all(
            needed.get(item.digest) or self.has_fresh(item.digest, plan.recipe_of(item))
            for item in plan.inputs
        )

    def estimate(self, plan: Plan) -> float | None:
        """Median seconds of completed runs of the variant; of such that only tested for a test."""
        tests_authors = any(item.use == "author" for item in plan.inputs)
        durations = [
            run.record.duration_s
            for run in self.runs[plan.recipe]
            if run.record.status == "completed"
            and run.record.plan.variant == plan.variant
            and run.record.plan.limit == plan.limit
            and run.record.has_authors_weights == tests_authors
        ]
        return median(durations) if durations else None


def _uses(plan: Plan, plans: Sequence[Plan], needed: dict[str, bool]) -> set[str]:
    """What the plans that must be run take from this one."""
    return {
        item.use
        for other in plans
        if needed.get(other.digest)
        for item in other.inputs
        if item.digest == plan.digest
    }


def _state(plan: Plan, place: Workplace, needed: bool) -> State:
    if not needed:
        return State.DONE
    home = place.home(plan)
    if (home / CHECKPOINT).exists() or (home / OUTCOME).exists():
        return State.RESUME
    return State.RUN


def run_all(
    steps: Sequence[Step],
    place: Workplace,
    *,
    jobs: int = 1,
    fresh: bool = False,
    watch: Watcher | None = None,
    ended: Callable[[Plan, StoredRun | HarnessError], None] | None = None,
    stop: threading.Event | None = None,
    weights: Path | None = None,
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
        weights: File of the authors' weights, for plans that test it.

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
                        launch,
                        plan,
                        place,
                        watch=watch,
                        stop=stop,
                        fresh=fresh,
                        known=known,
                        weights=weights,
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
