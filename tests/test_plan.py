"""Plans: whatever can change a number, and nothing else."""

import json
from dataclasses import replace

import pytest

from harness.catalog import load_recipe
from harness.errors import PlanError
from harness.plan import load_config, make_plans, override, parse_overrides


@pytest.fixture
def digest(toy):
    """Makes the digest of a plan of the toy recipe, with more lines in its config."""

    def make(lines="", **changes):
        given = dict(split="fixed", seed=0) | changes
        return make_plans(toy(config=lines), "config", **given)[-1].digest

    return make


def test_planning_imports_no_torch(without_torch):
    """Every variant of every recipe is planned where torch cannot be imported."""
    done = without_torch("""
from harness.catalog import load_recipes
from harness.request import request_runs
for recipe in load_recipes():
    for variant in recipe.variants:
        assert request_runs(recipe, variant).plans
assert not {'torch', 'mmaction'} & set(sys.modules)
""")

    assert done.returncode == 0, done.stderr


def test_equal_plans_have_equal_digests(digest):
    """The name of a plan depends on what it decides, not on when it was made."""
    assert digest() == digest() == digest("# a comment")


@pytest.mark.parametrize(
    "lines",
    ['choices = [dict(what="x", why="y")]', 'departures = [dict(what="x", why="y")]'],
)
def test_wording_does_not_change_the_digest(digest, lines):
    """A better sentence about a choice makes no record stale."""
    assert digest(lines) == digest()


@pytest.mark.parametrize(
    "changes",
    [
        dict(lines='model["rate"] = 0.25'),
        dict(lines='runtime = dict(precision="bfloat16")'),
        dict(lines="runtime = dict(threads=2)"),
        dict(seed=1),
        dict(split="other"),
        dict(limit=10),
        dict(overrides={"model.rate": 0.25}),
    ],
    ids=str,
)
def test_what_can_change_a_number_changes_the_digest(digest, changes):
    """Model, precision, threads, seed, split, limit and overrides are in the plan."""
    assert digest(**changes) != digest()


def test_a_default_that_is_said_changes_nothing(digest):
    """One thread is one thread, whether the config says so or not."""
    assert digest("runtime = dict(threads=1)") == digest()


def test_overrides_are_literals_or_text():
    """Numbers, lists, booleans and None are read as such; anything else is text."""
    texts = ["a=1", "b=0.5", "c=[1, 2]", "d=None", "e=True", "f=sgd", "g=a=b", "h='1'", "i="]

    found = parse_overrides(texts)

    assert found == dict(
        a=1, b=0.5, c=[1, 2], d=None, e=True, f="sgd", g="a=b", h="1", i=""
    )  # fmt: skip
    assert parse_overrides(["t=(1, 2)"]) == {"t": [1, 2]}


@pytest.mark.parametrize("text", ["rate", "=1", ""])
def test_an_override_without_key_or_value_is_refused(text):
    """--set takes key=value."""
    with pytest.raises(PlanError, match="is not key=value"):
        parse_overrides([text])


def test_infinity_is_no_number(toy):
    """What JSON cannot hold does not become a value."""
    with pytest.raises(PlanError, match="is no float"):
        override(load_config(toy(), "config"), parse_overrides(["model.rate=1e999"]))


def test_an_override_reaches_into_mappings_and_lists(toy):
    """A number stands for an index; the config that was given stays as it was."""
    config = load_config(toy(), "config")

    changed = override(config, {"model.layers.1.width": 32, "model.init": "file"})

    assert [layer["width"] for layer in changed["model"]["layers"]] == [8, 32]
    assert [layer["width"] for layer in config["model"]["layers"]] == [8, 16]
    assert changed["model"]["init"] == "file"


@pytest.mark.parametrize(
    ("key", "fix"),
    [
        ("model.rat", "did you mean 'rate'?"),
        ("modle.rate", "did you mean 'model'?"),
        ("model.layers.7.width", "choose one of: 0, 1"),
        ("model.layers.-1.width", "did you mean '1'?"),
        ("model.rate.more", "there is none yet"),
    ],
)
def test_an_unknown_key_is_refused_with_the_nearest(toy, key, fix):
    """A mistyped key is an error and never a new key."""
    with pytest.raises(PlanError, match="the configuration has no") as caught:
        override(load_config(toy(), "config"), {key: 1})

    assert fix in caught.value.fix


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("model.rate", "fast"),
        ("model.name", 3),
        ("model.gate", 1),
        ("model.layers", 2),
        ("train_cfg.max_iters", True),
    ],
)
def test_a_value_of_another_type_is_refused(toy, key, value):
    """Text for a number, or a yes for a count, is a mistake."""
    with pytest.raises(PlanError, match=f"--set {key}: "):
        override(load_config(toy(), "config"), {key: value})


def test_a_whole_number_is_a_number(toy):
    """--set rate=1 is as good as 1.0."""
    assert override(load_config(toy(), "config"), {"model.rate": 1})["model"]["rate"] == 1


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ("modle = 1", "sets the unknown key 'modle'"),
        ("runtime = dict(thread=2)", "unknown key 'runtime.thread'"),
        ('protocol["clips"] = 10', "unknown key 'protocol.clips'"),
        ("del model", "cannot be read|lacks model"),
        ("model = 1 +", "cannot be read as a configuration"),
        ('model["rate"] = float("nan")', "cannot be read as a configuration"),
    ],
)
def test_a_config_that_nobody_reads_whole_is_refused(toy, lines, problem):
    """Unknown, missing and unreadable keys are errors, in two lines."""
    with pytest.raises(PlanError, match=problem) as caught:
        load_config(toy(config=lines), "config")

    assert "\n" not in caught.value.problem + caught.value.fix


def test_inputs_come_before_their_user(toy):
    """Each plan follows the plans it starts from, none twice, and knows their digests."""
    recipe = toy(
        config='inputs = dict(left="weights", right="scores")',
        left='inputs = dict(stem="weights")',
        right='inputs = dict(stem="weights")\nmodel["rate"] = 0.1',
        stem='model["rate"] = 0.2',
    )

    plans = make_plans(recipe, "config", split="fixed", seed=3)

    assert [plan.variant for plan in plans] == ["stem", "left", "right", "config"]
    assert {plan.seed for plan in plans} == {3}
    assert [item.digest for item in plans[-1].inputs] == [plans[1].digest, plans[2].digest]


def test_a_changed_input_changes_its_user(toy):
    """A plan names its inputs by digest."""
    lines = 'inputs = dict(stem="weights")'
    one = make_plans(toy(config=lines, stem=""), "config", split="fixed", seed=0)[-1]
    other = make_plans(
        toy(config=lines, stem='model["rate"] = 0.2'), "config", split="fixed", seed=0
    )[-1]

    assert one.digest != other.digest


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ('inputs = dict(config="weights")', "is its own input"),
        ('inputs = dict(stem="gradients")', "is used as 'gradients'"),
        ('inputs = dict(stem="weights")', "starts from itself"),
    ],
)
def test_impossible_inputs_are_refused(toy, lines, problem):
    """A variant cannot start from itself, not by way of another one either."""
    recipe = toy(config=lines, stem='inputs = dict(config="weights")')

    with pytest.raises(PlanError, match=problem):
        make_plans(recipe, "config", split="fixed", seed=0)


def test_settings_of_a_split_are_applied_to_it_alone(toy):
    """What was chosen inside fold1 is used for fold1, and the command line goes before it."""
    recipe = toy(config='per_split = dict(fold1={"model.rate": 0.9})')

    def rate(split, **overrides):
        plan = make_plans(recipe, "config", split=split, seed=0, overrides=overrides)[-1]
        return plan.config["model"]["rate"]

    assert (rate("fold1"), rate("fold2")) == (0.9, 0.5)
    assert rate("fold1", **{"model.rate": 0.1}) == 0.1


def test_a_plan_is_plain_json():
    """What a plan holds survives JSON: no classes, no tuples."""
    plan = make_plans(load_recipe("sta_lstm"), "config", split="fold1", seed=0)[-1]

    assert json.loads(json.dumps(plan.config, allow_nan=False)) == plan.config


def test_a_plan_can_be_taken_apart_and_put_together(toy):
    """Replacing a field by itself is the same plan."""
    plan = make_plans(toy(), "config", split="fixed", seed=0)[-1]

    assert replace(plan, seed=0).digest == plan.digest
