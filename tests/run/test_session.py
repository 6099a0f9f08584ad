from dataclasses import replace

import pytest

from harness.catalog import load_recipe
from harness.errors import RunError
from harness.freshness import code_digest
from harness.records import RunRecord, digest_of
from harness.request import request_runs
from harness.run.job import CHECKPOINT, WEIGHTS
from harness.run.launch import Workplace
from harness.run.session import State, run_all, survey
from harness.store import ResultStore


@pytest.fixture
def place(tmp_path):
    """An empty place without data."""
    return Workplace(
        store=ResultStore(tmp_path / "results"), work=tmp_path / "work", data=tmp_path / "data"
    )


@pytest.fixture
def request_staged():
    """The staged model: two stages, then the combination that starts from them."""
    return request_runs(load_recipe("sta_lstm"), "config", splits=("fold1",))


def finish(plan, place, *, weights=True, code=None):
    """Store a completed record of a plan, made by today's code unless told, and its weights."""
    place.store.add(
        RunRecord(
            run_id=f"20260101T000000Z-{plan.digest[:8]}",
            status="completed",
            plan=plan,
            plan_digest=plan.digest,
            code_digest=code or code_digest(load_recipe(plan.recipe), plan.dataset),
            started_at="2026-01-01T00:00:00+00:00",
            duration_s=10.0,
        ),
        {},
    )
    if weights:
        place.home(plan).mkdir(parents=True)
        (place.home(plan) / WEIGHTS).write_bytes(b"")


def needed(steps):
    """Variants that must be run, in order."""
    return [step.plan.variant for step in steps if step.needed]


def test_inputs_come_before_what_starts_from_them(place, request_staged):
    """Asking for the combination plans its stages, first."""
    steps = survey(request_staged.plans, place, wanted=request_staged.wanted)

    assert needed(steps) == ["temporal_stage", "spatial_stage", "config"]
    assert {step.state for step in steps} == {State.RUN}


def test_a_finished_input_is_not_run_again(place, request_staged):
    """Its record and weights are there."""
    finish(request_staged.plans[0], place)

    steps = survey(request_staged.plans, place, wanted=request_staged.wanted)

    assert needed(steps) == ["spatial_stage", "config"]
    assert steps[0].estimate_s == 10.0


def test_an_input_without_weights_is_run_again(place, request_staged):
    """In a fresh clone the record is there and the weights are not."""
    finish(request_staged.plans[0], place, weights=False)

    steps = survey(request_staged.plans, place, wanted=request_staged.wanted)

    assert needed(steps) == ["temporal_stage", "spatial_stage", "config"]


def test_nothing_is_run_for_a_finished_plan(place, request_staged):
    """Whatever became of its inputs."""
    finish(request_staged.plans[-1], place, weights=False)

    steps = survey(request_staged.plans, place, wanted=request_staged.wanted)

    assert needed(steps) == []


def test_fresh_runs_again_what_was_asked_for_and_no_more(place, request_staged):
    """The stages' weights are still good."""
    for plan in request_staged.plans:
        finish(plan, place)

    steps = survey(request_staged.plans, place, wanted=request_staged.wanted, fresh=True)

    assert needed(steps) == ["config"]


def test_stale_runs_again_what_the_code_has_left_behind(place, request_staged):
    """Records of other code are run again when asked for."""
    for plan in request_staged.plans:
        finish(plan, place, code=digest_of("older code"))

    steps = survey(request_staged.plans, place, wanted=request_staged.wanted, stale=True)

    assert needed(steps) == ["temporal_stage", "spatial_stage", "config"]


def test_a_stale_input_is_not_built_on(place, request_staged):
    """Weights of other code would make a record that looks fresh and is not."""
    for plan in request_staged.plans[:2]:
        finish(plan, place, code=digest_of("older code"))

    steps = survey(request_staged.plans, place, wanted=request_staged.wanted)

    assert needed(steps) == ["temporal_stage", "spatial_stage", "config"]


def test_an_invalidated_run_does_not_count(place, request_staged):
    """Its plan is run again."""
    last = request_staged.plans[-1]
    finish(last, place)
    place.store.invalidate(place.store.runs()[0].record.run_id, "the data were wrong")

    steps = survey((last,), place)

    assert needed(steps) == ["config"]


def test_a_checkpoint_is_resumed(place, request_staged):
    """The table says so before anything starts."""
    plan = request_staged.plans[0]
    place.home(plan).mkdir(parents=True)
    (place.home(plan) / CHECKPOINT).write_bytes(b"")

    steps = survey(request_staged.plans, place, wanted=request_staged.wanted)

    assert steps[0].state is State.RESUME


def test_what_starts_from_a_failed_input_is_not_tried(place, request_staged):
    """Without data the stages fail, each with a record, and the combination says why not."""
    steps = survey(request_staged.plans, place, wanted=request_staged.wanted)

    results = run_all([replace(step, needed=True) for step in steps], place, jobs=2)

    combination = results[request_staged.plans[-1].digest]
    assert isinstance(combination, RunError)
    assert "input failed" in combination.problem
    assert [run.record.failure.kind for run in place.store.runs()] == ["data", "data"]
