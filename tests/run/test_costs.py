"""What a variant costs is counted without data and without training."""

from dataclasses import replace

import pytest

from harness.catalog import load_recipe
from harness.cli import main
from harness.errors import PlanError, RunError
from harness.evidence import judge_recipe
from harness.request import plan_costs, request_runs
from harness.store import ResultStore
from harness.verbs.costing import store_costs


def test_a_count_is_a_record_that_is_made_once(tmp_path, capsys):
    """Parameters and multiply-adds of one view, with the machine and the command."""
    results = ["--results", str(tmp_path)]

    assert main(["costs", "stgcn", "--variant", "synthetic", *results]) == 0
    assert main(["costs", "stgcn", "--variant", "synthetic", *results]) == 0

    (run,) = ResultStore(tmp_path).runs("stgcn")
    assert run.record.values["params"] == pytest.approx(0.071452)
    assert set(run.record.values) == {"params", "macs"}
    assert run.record.environment.packages["torch"]
    assert run.record.is_limited, "it speaks for no accuracy"
    assert "0.071452" in capsys.readouterr().out


def test_a_cost_claim_is_judged_by_a_count(tmp_path):
    """The zoo prints 5.7 G and 3.1 M, on data that nobody needs for that."""
    recipe, store = load_recipe("stgcn"), ResultStore(tmp_path)

    store_costs(recipe, {"zoo_ntu_joint": plan_costs(recipe, "zoo_ntu_joint")}, store)

    outcomes = {
        verdict.claim.key: str(verdict.outcome)
        for verdict in judge_recipe(recipe, store)
        if verdict.claim.kind == "cost" and verdict.claim.variant == "zoo_ntu_joint"
    }
    assert outcomes == {"zoo-ntu60-3d-macs": "reproduced", "zoo-ntu60-3d-params": "reproduced"}


def test_a_count_is_no_training():
    """The plan of a run that trains is another."""
    recipe = load_recipe("stgcn")
    trained = request_runs(recipe, "synthetic", seeds=(0,)).plans[-1]

    assert plan_costs(recipe, "synthetic").digest != trained.digest


def test_one_that_cannot_be_counted_costs_the_others_nothing(tmp_path):
    """They are stored, and it is named."""
    recipe, store = load_recipe("stgcn"), ResultStore(tmp_path)
    plans = {"synthetic": plan_costs(recipe, "synthetic")}

    with pytest.raises(RunError, match=r"^lost of 'stgcn' cannot be counted: .*'lost'"):
        store_costs(recipe, {"lost": replace(plans["synthetic"], seed=9), **plans}, store)

    assert [run.record.plan.variant for run in store.runs("stgcn")] == ["synthetic"]


@pytest.mark.parametrize(
    ("recipe", "variant", "problem"),
    [
        ("stgcn", "utd_two_stream", "is a fusion"),
        ("sta_lstm", "config", "have no fixed length"),
    ],
)
def test_what_has_no_count_of_its_own_is_refused(recipe, variant, problem):
    """A fusion costs its streams; a variable length is counted by a run."""
    with pytest.raises(PlanError, match=problem):
        plan_costs(load_recipe(recipe), variant)
