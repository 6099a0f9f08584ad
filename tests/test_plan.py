"""Plans: whatever can change a number, and nothing else."""

import json
from dataclasses import replace

import pytest

from harness.catalog import load_recipe, load_recipes
from harness.errors import CatalogError, PlanError
from harness.plan import (
    Configs,
    PlanPattern,
    load_config,
    make_plans,
    override,
    parse_overrides,
)
from harness.records import PlanInput


@pytest.fixture
def digest(toy):
    """Makes the digest of a plan of the toy recipe, with more lines in its config."""

    def make(lines="", **changes):
        given = dict(split="fixed", seed=0) | changes
        return make_plans(toy(config=lines), "config", **given)[-1].digest

    return make


FUSION = """
protocol = dict(dataset="synthetic", modality="joint", classes=10, joints=25, persons=1)
splits = ["fixed"]
fusion = dict(config=1.0, bone=0.5)
"""


@pytest.fixture
def fusion(toy):
    """Makes the toy recipe with a second stream, and a fusion of it and the default variant."""

    def make(lines="", **variants):
        made = toy(**({"bone": 'model["rate"] = 0.1'} | variants))
        (made.folder / "both.py").write_text(f"{FUSION}\n{lines}\n")
        return replace(made, variants=(*made.variants, "both"))

    return make


def test_planning_imports_no_torch(without_torch):
    """Every variant of every recipe is planned where torch cannot be imported."""
    done = without_torch("""
from harness.catalog import load_recipes
from harness.plan import load_config, make_plans
for recipe in load_recipes():
    for variant in recipe.variants:
        for split in load_config(recipe, variant)["splits"]:
            assert make_plans(recipe, variant, split=split, seed=0)
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


def test_digests_do_not_move(toy):
    """What the harness learns to plan beside them leaves the names of stored plans alone."""
    recipe = toy(staged='inputs = dict(config="weights")')

    plans = make_plans(recipe, "staged", split="fixed", seed=0)

    assert [plan.digest for plan in plans] == ["046b3e8eed2d04c2", "77c247f6498d33e2"]


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
        ('del protocol["classes"]', "protocol lacks classes"),
        ("fusion = dict(config=1.0, plain=1.0)", "sets fusion and default_scope, model"),
        ('pretrained = dict(file="a.pth")', "pretrained says"),
        (
            'pretrained = dict(file="a.pth", source="x")\ninputs = dict(b="weights")',
            "starts from b",
        ),
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
        config='inputs = dict(left="weights", right="weights")',
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
        ('inputs = dict(stem="scores")', "is used as 'scores'"),
        ('inputs = dict(stem="weights")', "starts from itself"),
    ],
)
def test_impossible_inputs_are_refused(toy, lines, problem):
    """A variant cannot start from itself, not by way of another one either."""
    recipe = toy(config=lines, stem='inputs = dict(config="weights")')

    with pytest.raises(PlanError, match=problem):
        make_plans(recipe, "config", split="fixed", seed=0)


def test_a_fusion_comes_after_its_streams(fusion):
    """Its streams are its inputs, of the same split and seed; they are named nowhere else."""
    plans = make_plans(fusion(), "both", split="fixed", seed=3, limit=7)

    assert [plan.variant for plan in plans] == ["config", "bone", "both"]
    assert {(plan.split, plan.seed, plan.limit) for plan in plans} == {("fixed", 3, 7)}
    assert [(item.variant, item.use) for item in plans[-1].inputs] == [
        ("config", "scores"), ("bone", "scores"),
    ]  # fmt: skip
    assert [item.digest for item in plans[-1].inputs] == [plan.digest for plan in plans[:-1]]
    assert set(plans[-1].config) == {
        "protocol", "splits", "fusion", "inputs", "per_split", "choices", "departures",
    }  # fmt: skip


def test_weights_and_streams_decide_a_fusion(fusion):
    """Another weight or another stream is another plan; another word is not."""

    def digest(*args, **given):
        return make_plans(fusion(*args), "both", split="fixed", seed=0, **given)[-1].digest

    assert digest() == digest("# a comment") == digest('choices = [dict(what="x", why="y")]')
    assert digest('fusion["bone"] = 2.0') != digest()
    assert digest(overrides={"fusion.bone": 2.0}) != digest()
    changed = fusion(bone='model["rate"] = 0.2')
    assert make_plans(changed, "both", split="fixed", seed=0)[-1].digest != digest()


def test_a_weight_can_be_set_and_is_recorded(fusion):
    """As any other value: for a run by the user, for a split by the file."""
    recipe = fusion('per_split = dict(fixed={"fusion.bone": 3})')

    chosen = make_plans(recipe, "both", split="fixed", seed=0)[-1]
    given = make_plans(recipe, "both", split="fixed", seed=0, overrides={"fusion.bone": 4})[-1]

    assert chosen.config["fusion"] == {"config": 1.0, "bone": 3}
    assert given.config["fusion"] == {"config": 1.0, "bone": 4}
    assert given.overrides == {"fusion.bone": 4}


@pytest.mark.parametrize(
    ("key", "value", "problem"),
    [
        ("fusion.bone", 0, "the weight of stream 'bone' is 0"),
        ("fusion.bone", -1.0, "the weight of stream 'bone' is -1.0"),
        ("fusion.bone", "much", "is no float"),
        ("fusion.bne", 1.0, "has no 'bne'"),
        ("fusion", {"config": 1.0, "plain": 1.0}, "fixes its streams"),
        ("inputs.bone", "weights", "a variant fixes it"),
        ("runtime.threads", 2, "has no 'runtime'"),
    ],
)
def test_a_fusion_with_other_streams_is_another_variant(fusion, key, value, problem):
    """--set weighs the streams that a file names, and nothing else."""
    with pytest.raises(PlanError, match=problem):
        make_plans(fusion(), "both", split="fixed", seed=0, overrides={key: value})


@pytest.mark.parametrize(
    ("lines", "problem", "fix"),
    [
        ("model = dict()", "sets fusion and model", "drop the one or the other"),
        ('inputs = dict(config="scores")', "sets fusion and inputs", "drop"),
        ("train_pipeline = []", "sets fusion and train_pipeline", "drop"),
        ("runtime = dict(threads=2)", "sets fusion and runtime", "drop"),
        ("fuson = dict()", "unknown key 'fuson'", "did you mean 'fusion'?"),
        ("del splits", "lacks splits", "add"),
        ("fusion = dict(config=1.0)", "fewer than two streams", "dict(one=1.0"),
        ("fusion = dict()", "fewer than two streams", "dict(one=1.0"),
        ('fusion = ["config", "bone"]', "fewer than two streams", "dict(one=1.0"),
        ('fusion["bone"] = 0.0', "the weight of stream 'bone' is 0.0", "positive"),
        ('fusion["bone"] = -1', "the weight of stream 'bone' is -1", "positive"),
        ('fusion["bone"] = True', "the weight of stream 'bone' is True", "positive"),
        ('fusion["bone"] = None', "the weight of stream 'bone' is None", "positive"),
        ('fusion["bone"] = "1"', "the weight of stream 'bone' is '1'", "positive"),
        ('fusion["bone"] = float("inf")', "cannot be read as a configuration", "mend"),
        ('fusion["both"] = 1.0', "stream 'both' is a fusion itself", "each with its share"),
        ('protocol["clip_len"] = 8', "stream 'config' differ in protocol.clip_len", "apart from"),
        ('protocol["modality"] = "bone"', "its modality is 'bone'", 'modality="joint"'),
    ],
)
def test_an_impossible_fusion_is_refused(fusion, lines, problem, fix):
    """Two streams or more under one protocol, positive weights, and no model: in two lines."""
    with pytest.raises(PlanError, match=problem) as caught:
        load_config(fusion(lines), "both")

    assert fix in caught.value.fix
    assert "\n" not in caught.value.problem + caught.value.fix


def test_a_stream_that_is_none_is_refused_with_the_nearest(fusion):
    """A mistyped stream is an error before anything runs."""
    with pytest.raises(CatalogError, match="has no variant 'bome'") as caught:
        load_config(fusion('fusion["bome"] = 1.0'), "both")

    assert caught.value.fix == "did you mean 'bone'?"


def test_modalities_of_streams_add_up(fusion):
    """The one condition in which streams may differ, and the fusion says both."""
    bone = 'protocol["modality"] = "bone"'

    for order in ("joint+bone", "bone+joint"):
        recipe = fusion(f'protocol["modality"] = "{order}"', bone=bone)
        assert load_config(recipe, "both")["protocol"]["modality"] == order
    with pytest.raises(PlanError, match="its modality is 'joint', and that of its streams bone, j"):
        load_config(fusion(bone=bone), "both")


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ('fusion = {"config": 1.0, "stgcm/synthetic": 1.0}', "there is no recipe 'stgcm'"),
        ('fusion = {"config": 1.0, "stgcn/synthetik": 1.0}', "has no variant 'synthetik'"),
        ('fusion = {"config": 1.0, "stgcn/config": 1.0}', "differ in protocol.dataset, classes"),
    ],
)
def test_a_stream_of_another_recipe_is_named_with_it(fusion, lines, problem):
    """RECIPE/VARIANT; what is not there, or is tested otherwise, is refused."""
    with pytest.raises((CatalogError, PlanError), match=problem):
        load_config(fusion(lines), "both")


def test_video_and_skeleton_of_the_same_samples_can_be_fused():
    """What a clip is differs, and is no condition of the fusion: data set, classes, level are."""
    config = load_config(load_recipe("two_stream"), "utd_depth_skeleton")

    assert config["inputs"] == {"resnet3d/config": "scores", "stgcn/config": "scores"}
    assert config["protocol"]["modality"] == "depth+joint"


def test_weights_of_another_recipe_are_refused(fusion):
    """The code that made them is not what a run of this one is fresh by."""
    recipe = fusion(staged='inputs = {"stgcn/synthetic": "weights"}')

    with pytest.raises(PlanError, match="starts from weights of recipe 'stgcn'"):
        make_plans(recipe, "staged", split="fixed", seed=0)


def test_a_fusion_departs_where_a_stream_does(fusion):
    """A number that rests on a departing run is as little comparable as the run's."""
    recipe = fusion(
        'departures = [dict(what="ours", why="a")]',
        bone='departures = [dict(what="half the clips", why="b")]',
    )

    assert load_config(recipe, "both")["departures"] == [
        dict(what="ours", why="a"), dict(what="stream bone: half the clips", why="b"),
    ]  # fmt: skip


def test_a_fusion_has_no_weights_to_start_from(fusion):
    """A model that names one as its input is refused, and told where weights are."""
    recipe = fusion(staged='inputs = dict(both="weights")')

    with pytest.raises(PlanError, match="is a fusion, which has no weights") as caught:
        make_plans(recipe, "staged", split="fixed", seed=0)

    assert caught.value.fix == "start from one of its streams: config, bone"


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


def test_a_pattern_gives_the_digests_of_all_seeds():
    """Of every variant of every recipe, from the plan of one of them."""
    for recipe in load_recipes():
        configs = Configs(recipe)
        for variant in recipe.variants:
            split = configs.load(variant)["splits"][-1]
            plans = [
                make_plans(recipe, variant, split=split, seed=seed, configs=configs)
                for seed in (3, 0, 1234567890)
            ]
            pattern = PlanPattern(plans[0])

            assert [pattern.digest(p[-1].seed) for p in plans] == [p[-1].digest for p in plans]


def test_a_pattern_knows_overrides_limits_and_chains_of_inputs(toy):
    """The third variant starts from the second, that from the first, and the last from both."""
    recipe = toy(
        second='inputs = dict(config="weights")',
        third='inputs = dict(second="weights")',
        last='inputs = dict(third="weights", config="weights")',
    )
    for changes in ({}, {"limit": 3}, {"overrides": {"model.rate": 0.25, "model.name": "größer"}}):
        pattern = PlanPattern(make_plans(recipe, "last", split="fixed", seed=7, **changes))

        for seed in (7, 8):
            plan = make_plans(recipe, "last", split="fixed", seed=seed, **changes)[-1]
            assert pattern.digest(seed) == plan.digest


def test_a_pattern_takes_other_inputs(toy):
    """A file of the authors' weights stands for the runs that a variant starts from."""
    plans = make_plans(toy(), "config", split="fixed", seed=0)
    given = (PlanInput(variant="authors", use="author", digest="f" * 64),)

    expected = replace(plans[-1], inputs=given).digest

    assert PlanPattern(plans).digest(0, given) == expected


def test_configurations_are_as_the_files_are_when_the_first_is_asked_for(toy):
    """What is looked at once does not change in between; a new look sees the change."""
    configs = Configs(toy())
    before = configs.load("config")
    changed = toy(config='model["rate"] = 0.25')

    assert configs.load("config") == before
    assert Configs(changed).load("config")["model"]["rate"] == 0.25
    before["model"]["rate"] = 0.75
    assert configs.load("config")["model"]["rate"] == 0.5
