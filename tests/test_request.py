"""What a user asks for, as plans."""

from dataclasses import replace

import pytest

from harness.catalog import load_campaign, load_recipe
from harness.claims import Ordering
from harness.errors import PlanError
from harness.request import (
    Request,
    parse_seeds,
    refuse_small_limit,
    request_campaign,
    request_claims,
    request_runs,
)

RECIPE = load_recipe("sta_lstm")


@pytest.mark.parametrize(
    ("text", "seeds"),
    [
        ("3", (3,)),
        ("0,2,5", (0, 2, 5)),
        ("0..4", (0, 1, 2, 3, 4)),
        ("0..2,7", (0, 1, 2, 7)),
        ("1,1,0..1", (1, 0)),
        ("2..2", (2,)),
        (" 1, 2", (1, 2)),
    ],
)
def test_seeds_are_numbers_lists_and_ranges(text, seeds):
    """Ranges include both ends; a seed is run once."""
    assert parse_seeds(text) == seeds


@pytest.mark.parametrize("text", ["", "x", "1,", "-1", "4..0", "0...4", "1.5", "0..", ".."])
def test_other_texts_name_no_seeds(text):
    """A mistyped seed is an error and never another seed."""
    with pytest.raises(PlanError, match="names no seeds"):
        parse_seeds(text)


def test_a_request_has_each_plan_once_after_its_inputs():
    """Stages are shared: two seeds on one split are three plans each, none twice."""
    request = request_runs(RECIPE, "config", splits=("fold1",), seeds=(0, 1))
    again = request + request_runs(RECIPE, "temporal_stage", splits=("fold1",), seeds=(0,))

    assert [plan.variant for plan in request.plans] == [
        "temporal_stage", "spatial_stage", "config",
    ] * 2  # fmt: skip
    assert again.plans == request.plans
    assert len(request.wanted) == 2
    assert len(again.wanted) == 3


@pytest.mark.parametrize("splits", [(), ("all",), ("fold1", "all")])
def test_all_splits_are_those_that_the_variant_names(splits):
    """Inner splits are run only when they are asked for."""
    request = request_runs(RECIPE, "lstm", splits=splits)

    assert [plan.split for plan in request.plans] == [f"fold{n}" for n in range(1, 6)]
    assert request.data == (("sbu", "skeletons"),)


def test_another_split_or_data_set_is_refused():
    """--split and --dataset only select; they change nothing."""
    with pytest.raises(PlanError, match="has no split 'fold9'"):
        request_runs(RECIPE, "lstm", splits=("fold9",))
    with pytest.raises(PlanError, match="is for data set 'sbu', not 'synthetic'"):
        request_runs(RECIPE, "lstm", dataset="synthetic")


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_leaves_samples(limit):
    """A run without samples is refused before it starts."""
    with pytest.raises(PlanError, match="limit"):
        request_runs(RECIPE, "lstm", limit=limit)


@pytest.mark.parametrize(
    ("variant", "overrides", "enough"),
    [
        ("synthetic", {}, 16),
        ("synthetic", {"train_dataloader.batch_size": 4}, 4),
        ("synthetic", {"train_dataloader.drop_last": False}, 1),
        ("utd_clips", {}, 1),  # it tests what another variant has trained
    ],
)
def test_a_limit_leaves_a_batch_to_train_on(variant, overrides, enough):
    """One sample fewer than a batch has is refused, with how many are needed."""
    recipe = load_recipe("resnet3d")

    def plan(limit):
        return request_runs(recipe, variant, overrides=overrides, limit=limit).plans[-1]

    refuse_small_limit(plan(enough))

    if enough > 1:
        with pytest.raises(PlanError, match="no batch to train") as caught:
            refuse_small_limit(plan(enough - 1))
        assert caught.value.fix == f"give --limit {enough} or more"


def test_claims_need_all_their_variants_on_all_their_splits():
    """Reproducing a recipe runs every variant that a claim names, and no other."""
    named = set()
    for claim in RECIPE.claims:
        ordered = (claim.better, claim.worse) if isinstance(claim, Ordering) else (claim.variant,)
        named |= {(name, split) for name in ordered if name for split in claim.splits}

    request = request_claims(RECIPE, seeds=(0, 1))

    asked = [plan for plan in request.plans if plan.digest in request.wanted]
    assert {(plan.variant, plan.split) for plan in asked} == named
    assert {split for _, split in named} >= {"fold1", "fold5", "xsub", "xview"}
    assert len(asked) == len(named) * 2


def test_claims_on_data_that_nothing_reads_are_left_out(toy, claim, protocol):
    """Their variants exist and are not run; the others are."""
    recipe = toy(unread='protocol["dataset"] = "elsewhere"')
    claims = (
        claim(protocol=protocol(dataset="elsewhere"), variant="unread"),
        claim(protocol=protocol(dataset="synthetic"), splits=("fixed",)),
    )

    request = request_claims(replace(recipe, claims=claims), seeds=(0,))

    assert [plan.variant for plan in request.plans] == ["config"]
    assert request.data == (("synthetic", "skeletons"),)


def test_a_variant_on_data_that_nothing_reads_is_refused(toy):
    """The error says what is missing and which data sets there are."""
    recipe = toy(unread='protocol["dataset"] = "elsewhere"')

    with pytest.raises(
        PlanError, match="'elsewhere', which the harness does not read yet"
    ) as caught:
        request_runs(recipe, "unread")
    assert "synthetic" in caught.value.fix


def test_the_demo_needs_no_data():
    """The embedded campaign runs on what the harness makes itself."""
    request = request_campaign(load_campaign("demo"))

    assert request.data == (("synthetic", "skeletons"),)
    assert {plan.seed for plan in request.plans} == {0, 1, 2}


def test_nothing_asked_is_nothing_planned():
    """An empty request can be added to."""
    request = request_runs(RECIPE, "lstm", splits=("fold1",))

    assert Request() + request == request
    assert Request().data == ()
