"""How configurations differ: two side by side, and several in a table."""

import json

import pytest

from harness.catalog import load_recipe
from harness.differences import find_declared, find_differences, merge_subsets
from harness.plan import load_config
from harness.settings import ABSENT, show_value, show_values
from harness.variations import find_settings

SMOOTH = {"type": "harness.run.transforms.SmoothKeypoints"}
PACK = {"type": "mmaction.datasets.transforms.PackActionInputs"}


def scale(by, **more):
    return {"type": "harness.run.transforms.ScaleKeypoints", "scale": by, **more}


def pipeline(*steps):
    return {"train_dataloader": {"dataset": {"pipeline": list(steps)}}}


def rows(first, second):
    """Differences as key and both texts, without the path to the pipeline."""
    return [
        (item.key.removeprefix("train_dataloader.dataset.pipeline."), *item.texts())
        for item in find_differences(first, second)
    ]


def table(*configs):
    return {row.key: show_values(row.values) for row in find_settings(configs)}


def test_a_value_is_named_by_its_dotted_key():
    """Equal neighbours are left out, and a setting that one lacks is a dash."""
    first = {"optim_wrapper": {"optimizer": {"lr": 0.1, "momentum": 0.9}}}
    second = {"optim_wrapper": {"optimizer": {"lr": 0.01, "momentum": 0.9, "nesterov": True}}}

    assert rows(first, second) == [
        ("optim_wrapper.optimizer.lr", "0.1", "0.01"),
        ("optim_wrapper.optimizer.nesterov", "–", "True"),
    ]


def test_a_configuration_differs_in_nothing_from_itself():
    """Of every variant of every kind of recipe that is here."""
    recipe = load_recipe("sta_lstm")
    for variant in recipe.variants:
        config = load_config(recipe, variant)
        assert find_differences(config, config) == ()
        assert find_declared(config, config) == ((), ())
        assert find_settings([config, config]) == ()


def test_a_step_more_does_not_shift_the_others():
    """A pipeline goes by class names, not by indices."""
    found = rows(pipeline(scale([2.0]), PACK), pipeline(SMOOTH, scale([2.0]), PACK))

    assert found == [("SmoothKeypoints", "–", "SmoothKeypoints")]


def test_a_step_with_other_arguments_is_the_same_step():
    """Only the argument differs."""
    assert rows(pipeline(SMOOTH, scale([2.0])), pipeline(SMOOTH, scale([3.0]))) == [
        ("ScaleKeypoints.scale", "[2]", "[3]")
    ]


def test_a_step_at_another_place_is_moved():
    """It says from where to where, and what else differs in it."""
    first = pipeline(SMOOTH, PACK, scale([2.0]))
    second = pipeline(scale([3.0]), SMOOTH, PACK)

    assert rows(first, second) == [
        ("ScaleKeypoints", "step 3", "step 1"),
        ("ScaleKeypoints.scale", "[2]", "[3]"),
    ]
    assert [item.how for item in find_differences(first, second)] == ["moved", "changed"]


def test_the_equal_one_of_several_steps_of_a_class_is_its_partner():
    """Of two scalings the one that the other side has, too, does not differ."""
    first = pipeline(scale([2.0]), SMOOTH, scale([3.0]))

    assert rows(first, pipeline(SMOOTH, scale([3.0]))) == [
        ("ScaleKeypoints#1", "ScaleKeypoints(scale=[2])", "–")
    ]
    assert rows(first, pipeline(scale([2.0]), SMOOTH)) == [
        ("ScaleKeypoints#2", "ScaleKeypoints(scale=[3])", "–")
    ]
    assert rows(pipeline(SMOOTH, scale([4.0])), first) == [
        ("ScaleKeypoints#2.scale", "[4]", "[3]"),
        ("ScaleKeypoints#1", "–", "ScaleKeypoints(scale=[2])"),
    ]


@pytest.mark.parametrize("key", ["custom_hooks", "param_scheduler"])
def test_hooks_and_schedulers_are_aligned_likewise(key):
    """None on one side is one row for each of the other's."""
    poly = {"type": "mmengine.optim.PolyLR", "power": 1.0}
    steps = {"type": "mmengine.optim.MultiStepLR", "milestones": [10, 50]}

    assert rows({key: [poly]}, {key: [steps, poly]}) == [
        (f"{key}.MultiStepLR", "–", "MultiStepLR(milestones=[10, 50])")
    ]
    assert rows({key: []}, {key: [poly]}) == [(f"{key}.PolyLR", "–", "PolyLR(power=1)")]


def test_classes_of_one_name_are_told_apart():
    """Ours and MMAction2's network have the same short name; then the modules are shown."""
    ours = {"model": {"backbone": {"type": "recipes.stgcn.model.STGCN"}}}
    theirs = {"model": {"backbone": {"type": "mmaction.models.backbones.STGCN"}}}

    (found,) = rows(ours, theirs)

    assert found[1:] == ("recipes.stgcn.model.STGCN", "mmaction.models.backbones.STGCN")
    assert rows(ours, {"model": {"backbone": {"type": "x.Other"}}})[0][1:] == ("STGCN", "Other")


def test_subsets_with_the_same_difference_are_one_row():
    """The pipelines of train, val and test are mostly the same."""
    first = {f"{subset}_dataloader": {"num_workers": 0} for subset in ("train", "val", "test")}
    second = {name: {"num_workers": 2} for name in first}

    found = find_differences(first, second)
    assert [item.key for item in found] == [f"{name}.num_workers" for name in first]
    assert [item.key for item in merge_subsets(found)] == [
        "{train,val,test}_dataloader.num_workers"
    ]
    second["train_dataloader"]["num_workers"] = 4
    assert [item.key for item in merge_subsets(find_differences(first, second))] == [
        "train_dataloader.num_workers",
        "{val,test}_dataloader.num_workers",
    ]


def test_what_a_run_selects_is_no_setting_of_a_variant():
    """``--split`` sets the loaders' split, whatever the file says."""
    first = {"train_dataloader": {"dataset": {"split": "fold1"}}}

    assert find_differences(first, {"train_dataloader": {"dataset": {"split": "fold2"}}}) == ()


def test_declared_differences_are_apart():
    """They are no settings; a reason in other words declares nothing else."""
    half = {"what": "half", "why": "memory"}
    first = {"choices": [half, {"what": "Adam", "why": "silent"}], "departures": []}
    second = {"choices": [half | {"why": "little memory"}], "departures": [half]}

    assert find_differences(first, second) == ()
    (ours,), (theirs,) = find_declared(first, second)
    assert (ours.kind, ours.what, ours.why) == ("choice", "Adam", "silent")
    assert (theirs.kind, theirs.what, theirs.why) == ("departure", "half", "memory")


def test_fusions_differ_in_their_weights():
    """The inputs, which repeat the streams, do not count a second time."""
    first = {"fusion": {"joint": 1.0, "bone": 1.0}, "inputs": {"joint": "scores", "bone": "scores"}}
    second = {"fusion": {"joint": 2.0}, "inputs": {"joint": "scores"}}

    assert rows(first, second) == [("fusion.joint", "1", "2"), ("fusion.bone", "1", "–")]


def test_a_fusion_has_no_training():
    """Beside a variant that is trained, each part that it lacks is one row."""
    trained = {"model": {"type": "a.Net", "width": 8}, "inputs": {}, "custom_hooks": []}
    fusion = {"fusion": {"joint": 1.0, "bone": 0.5}, "inputs": {"joint": "scores"}}

    assert rows(trained, fusion) == [
        ("fusion", "–", "joint=1, bone=0.5"),
        ("model", "Net(width=8)", "–"),
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "None"),
        (True, "True"),
        ("", "''"),
        ([], "none"),
        ({}, "none"),
        (5e-05, "5e-05"),
        ((2 / 400) ** 0.5, "0.0707107"),
        ("torch.optim.Adam", "Adam"),
        ("mmengine.dataset", "mmengine.dataset"),
        ({"type": "torch.optim.Adam"}, "Adam"),
        ({"type": "a.Adam", "betas": [0.9, 0.999]}, "Adam(betas=[0.9, 0.999])"),
        ({"max_norm": 1.0, "how": {}}, "max_norm=1, how=()"),
        (ABSENT, "–"),
    ],
)
def test_values_are_compact(value, text):
    """One line, as it would be typed, classes by their names."""
    assert show_value(value) == text


def test_shortened_values_still_differ():
    """What is cut off is shown where it is all that differs."""
    long = [0] * 50

    first, second = show_values((long, [*long, 1]), limit=20)
    assert first != second
    assert show_values((0.1, 0.1 + 1e-12)) == ("0.1", repr(0.1 + 1e-12))
    assert all(len(text) == 20 for text in show_values((long, [1, *long]), limit=20))
    nested = {"type": "a.Net", "head": {"type": "a.Head", "widths": long}}
    assert show_value(nested, limit=30) == "Net(head=Head(…))"


def test_a_table_has_what_differs():
    """Settings of training before those of the network; what all share is not there."""
    configs = [
        {"model": {"type": "a.Net", "width": 8, "gate": on}, "train_cfg": {"max_iters": steps}}
        for on, steps in ((True, 5), (False, 5), (True, 9))
    ]

    assert table(*configs) == {
        "train_cfg.max_iters": ("5", "5", "9"),
        "model.gate": ("True", "False", "True"),
    }
    assert list(table(*configs)) == ["train_cfg.max_iters", "model.gate"]


def test_a_table_shows_pipelines_by_names():
    """A step that only some have stands with what they all set; the rest has rows."""
    found = table(
        pipeline(SMOOTH, scale([2.0], axis=1), PACK),
        pipeline(SMOOTH, PACK),
        pipeline(SMOOTH, scale([3.0], axis=1), PACK),
    )

    assert found == {
        "train_dataloader.dataset.pipeline": (
            "[SmoothKeypoints, ScaleKeypoints(axis=1), PackActionInputs]",
            "[SmoothKeypoints, PackActionInputs]",
            "[SmoothKeypoints, ScaleKeypoints(axis=1), PackActionInputs]",
        ),
        "train_dataloader.dataset.pipeline.ScaleKeypoints.scale": ("[2]", "–", "[3]"),
    }


def test_a_table_numbers_steps_only_where_there_are_several():
    """As the two-sided comparison does."""
    keys = table(pipeline(scale([2.0]), scale([3.0])), pipeline(scale([2.0]), scale([4.0])))

    assert keys == {"train_dataloader.dataset.pipeline.ScaleKeypoints#2.scale": ("[3]", "[4]")}


def test_another_network_is_one_row():
    """Arguments that only its class has go with its name."""
    ours = {"model": {"backbone": {"type": "recipes.x.Net", "kernel": 9, "gate": True}}}
    plain = {"model": {"backbone": {"type": "recipes.x.Net", "kernel": 9, "gate": False}}}
    theirs = {"model": {"backbone": {"type": "mmaction.Net", "graph": {"mode": "spatial"}}}}

    assert table(ours, plain, theirs) == {
        "model.backbone": ("Net(kernel=9)", "Net(kernel=9)", "Net(graph.mode=spatial)"),
        "model.backbone.gate": ("True", "False", "–"),
    }


def test_differences_are_found_in_a_whole_recipe():
    """A gate fewer is one setting, although the file names none of the others."""
    recipe = load_recipe("sta_lstm")
    first, second = (load_config(recipe, variant) for variant in ("end_to_end", "sa_lstm"))

    assert rows(first, second) == [("model.backbone.temporal", "True", "False")]
    assert json.dumps([item.first for item in find_differences(first, second)]) == "[true]"
