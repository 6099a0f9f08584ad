"""The contract that every recipe keeps, found by scanning and not by being told."""

import pytest

from harness.catalog import campaign_keys, load_campaign
from harness.catalog import load_recipes as load_all
from harness.contract import PROMISES
from harness.forms import is_fusion
from harness.plan import load_config, make_plans
from harness.request import request_campaign
from harness.run.trial import Trial

RECIPES = load_all()
FUSIONS = [
    pytest.param(recipe, variant, id=f"{recipe.key}-{variant}")
    for recipe in RECIPES
    for variant in recipe.variants
    if is_fusion(load_config(recipe, variant))
]

each_recipe = pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.key)


def test_there_are_recipes():
    """The scan finds something, so that the tests below are not empty."""
    assert RECIPES


@each_recipe
@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.text)
def test_its_files_keep_a_promise(recipe, promise):
    """What ``harness check`` reads from a recipe's files."""
    assert promise.ask(recipe).findings == ()


@each_recipe
def test_its_models_keep_their_promises(recipe, tmp_path):
    """What ``harness check`` tries of a recipe's models: they build, score, and take a gradient."""
    findings = [
        found for answer in Trial(recipe, tmp_path).answers_at_once() for found in answer.findings
    ]

    assert findings == []


@each_recipe
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # of the stock runner
def test_stock_mmaction2_trains_it(recipe, tmp_path):
    """Runner.from_cfg and MMAction2's registries run a config without our launcher; it learns."""
    answers = list(Trial(recipe, tmp_path).answers())

    assert [found for answer in answers for found in answer.findings] == []


def test_a_work_is_cited_alike_by_all_recipes():
    """One key names one work with the same words everywhere, and one work has one key."""
    by_key, by_title = {}, {}
    for recipe in RECIPES:
        for work in (recipe.paper.citation, *recipe.paper.references):
            assert by_key.setdefault(work.key, work) == work
            assert by_title.setdefault(work.title.casefold(), work.key) == work.key


@pytest.mark.parametrize(("recipe", "variant"), FUSIONS)
def test_a_fusion_is_made_of_variants(recipe, variant):
    """Its streams are run before it, on every split that it names, and train a model each."""
    config = load_config(recipe, variant)

    plans = make_plans(recipe, variant, split=config["splits"][0], seed=0)
    streams = {
        given.variant: plan.config
        for given in plans[-1].inputs
        for plan in plans[:-1]
        if plan.digest == given.digest
    }

    assert set(config["fusion"]) <= set(streams)
    for name in config["fusion"]:
        assert streams[name]["model"]
        assert set(config["splits"]) <= set(streams[name]["splits"])


@pytest.mark.parametrize("key", campaign_keys())
def test_a_campaign_can_be_planned(key):
    """Its variants, splits and overrides exist."""
    campaign = load_campaign(key)

    assert campaign.title
    assert campaign.question
    assert request_campaign(campaign).plans
