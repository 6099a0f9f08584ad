"""MMAction2 as a rival: the same network where it has one, and its own data format."""

import pickle

import numpy as np
import pytest
import torch
from mmaction.registry import MODELS

from harness.catalog import load_dataset, load_recipe
from harness.datasets.prepared import prepare
from harness.datasets.stored import load_prepared
from harness.errors import PlanError, RunError
from harness.plan import load_config
from harness.rivals import Task
from harness.run.contestant import LARGEST_GAP, check_same
from harness.run.models import enter_scope, read_config
from recipes.stgcn.rival import ANNOTATIONS, RIVALS, TO_NTU

RECIPE = load_recipe("stgcn")
MMACTION2 = RIVALS["mmaction2"]


def task(variant, folder, setting="same precision", **changes):
    config = load_config(RECIPE, variant)
    config["model"]["backbone"].update(changes)
    return Task(config=config, split=config["splits"][0], folder=folder, setting=setting)


@pytest.mark.parametrize("variant", ["config", "utd_spatial", "synthetic", "released_ntu"])
def test_the_same_weights_give_the_same_scores(variant, tmp_path):
    """With edge importance and without, on three graphs, for both spatial partitions."""
    wanted = task(variant, tmp_path)
    protocol = wanted.config["protocol"]
    enter_scope()
    theirs = MODELS.build(MMACTION2.configure(wanted)["model"])
    ours = read_config(RECIPE.variant_file(variant)).model
    shape = (1, protocol["persons"], protocol["clip_len"] or 16, protocol["joints"], 3)

    assert check_same(ours, theirs, MMACTION2, shape) < LARGEST_GAP


def test_its_first_weights_are_drawn_as_it_draws_them():
    """Each tensor of ours has the mean and spread of theirs, within sampling."""
    enter_scope()
    models = []
    for variant in ("utd_zoo_weights", "utd_zoo"):
        torch.manual_seed(0)
        models.append(MODELS.build(read_config(RECIPE.variant_file(variant)).model))
        models[-1].init_weights()
    ours, theirs = MMACTION2.translate(models[0].state_dict()), models[1].state_dict()

    assert set(ours) <= set(theirs)
    for name, tensor in ours.items():
        drawn, wanted = tensor.numpy(), theirs[name].numpy()
        assert drawn.std() == pytest.approx(wanted.std(), rel=0.25, abs=1e-6), name
        assert abs(drawn.mean() - wanted.mean()) <= 0.3 * wanted.std() + 1e-6, name


def test_another_network_is_not_taken_for_the_same(tmp_path):
    """The other spatial partition has weights of the same names and shapes."""
    enter_scope()
    model = MMACTION2.configure(task("synthetic", tmp_path))["model"]
    model["backbone"]["graph_cfg"]["mode"] = "stgcn_spatial"
    ours = read_config(RECIPE.variant_file("synthetic")).model

    with pytest.raises(RunError, match="not the same"):
        check_same(ours, MODELS.build(model), MMACTION2, (1, 1, 16, 25, 3))


def test_its_own_configuration_is_kept_apart_from_the_data(tmp_path):
    """By default: its graph, two persons, batches of 16, two loaders, all hooks."""
    found = MMACTION2.configure(task("config", tmp_path, "defaults"))

    assert found["model"]["backbone"]["graph_cfg"] == dict(layout="nturgb+d", mode="stgcn_spatial")
    assert "tcn_dropout" not in found["model"]["backbone"]
    loader = found["train_dataloader"]
    assert (loader["batch_size"], loader["num_workers"]) == (16, 2)
    assert loader["persistent_workers"] is True
    steps = {step["type"]: step for step in loader["dataset"]["dataset"]["pipeline"]}
    assert steps["FormatGCNInput"]["num_person"] == 2
    assert steps["UniformSampleFrames"]["clip_len"] == 32
    assert set(found["default_hooks"]) >= {"runtime_info", "timer", "logger", "checkpoint"}
    assert found["optim_wrapper"]["optimizer"]["lr"] == pytest.approx(0.1 / 8)


def test_joints_are_mapped_to_those_of_their_names():
    """A hand stays a hand, a left foot a left foot."""
    ours = load_dataset("utd_mhad").need_skeletons().joint_names
    theirs = load_dataset("synthetic").need_skeletons().joint_names  # NTU's

    mapped = {ntu: ours[joint] for ntu, joint in zip(theirs, TO_NTU["kinect-20"], strict=True)}

    limbs = [name for name in theirs if name in ours and name != "spine"]
    assert len(limbs) == 17  # and the head
    assert all(mapped[name] == name for name in limbs)
    assert mapped["base of the spine"] == "hip centre"
    assert mapped["middle of the spine"] == "spine"
    assert mapped["spine"] == mapped["neck"] == "shoulder centre"  # its 21st, between the shoulders
    assert mapped["left thumb"] == mapped["tip of the left hand"] == "left hand"


def test_annotations_hold_every_sample_as_it_was_prepared(tmp_path):
    """Subsets by its names, keypoints person first, labels and lengths unchanged."""
    dataset = load_dataset("synthetic")
    prepare(dataset, None, tmp_path, lambda _done, _total: None)
    prepared = load_prepared(dataset, tmp_path)

    MMACTION2.write_data(prepared, task("synthetic", tmp_path))

    found = pickle.loads((tmp_path / ANNOTATIONS).read_bytes())  # our own
    assert {name: len(ids) for name, ids in found["split"].items()} == {
        "fixed_train": 480,
        "fixed_val": 240,
    }
    by_id = {item["frame_dir"]: item for item in found["annotations"]}
    for sample in prepared.subset("fixed", "train")[::100]:
        item = by_id[sample.id]
        frames = prepared.frames_of(sample).transpose(1, 0, 2, 3)
        assert (item["label"], item["total_frames"]) == (sample.label, sample.frames)
        np.testing.assert_array_equal(item["keypoint"], frames)


@pytest.mark.parametrize(
    ("variant", "changes", "problem"),
    [
        ("utd_distance", {}, "has no graph"),
        ("utd_bone", {}, "modality 'bone'"),
        ("utd_zoo", {}, "not ours"),
        ("sbu", {}, "not yet mapped"),
        ("config", {"unit": "early"}, "no such form"),
        ("config", {"widths": [64, 96], "strides": [1, 1]}, "doubles widths"),
        ("config", {"strides": [1, 1, 1, 3, 1, 1, 2, 1, 1]}, "strides of 1 and 2"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_it_does_not_have_is_refused(variant, changes, problem, tmp_path):
    """Rather than compared with something else."""
    with pytest.raises(PlanError, match=problem):
        MMACTION2.configure(task(variant, tmp_path, **changes))
