"""Promises of ``harness stress``: the stored weights on harder samples."""

import json
import shutil
from dataclasses import replace

import pytest
import torch

from harness.catalog import load_dataset, load_recipe, load_recipes
from harness.cli import main
from harness.datasets.stored import load_prepared
from harness.errors import DataError, PlanError, RunError, StoreError
from harness.forms import is_fusion
from harness.plan import Configs, make_plans
from harness.records import Plan
from harness.run.checkpoints import weights_digest, write_checkpoint
from harness.run.models import build_model
from harness.run.stress import Ordeal, Task, base_level, find_settings
from harness.run.stressor import answer, apply_effect, find_units
from harness.run.trained import find_trained
from harness.run.worker import resolve
from harness.stresses import FOLDER, Effect, load_stresses
from harness.verbs.stressing import read_levels, usual_levels


@pytest.fixture(scope="module")
def task(tmp_path_factory, data):
    """A task on a network that nobody trained: a narrow ST-GCN and 20 test samples."""
    torch.manual_seed(0)
    weights = {k: v.clone() for k, v in build_model("stgcn", "synthetic").state_dict().items()}
    path = tmp_path_factory.mktemp("weights") / "weights.pt"
    write_checkpoint(path, weights, {})
    *_, plan = make_plans(load_recipe("stgcn"), "synthetic", split="fixed", seed=0, limit=20)
    return Task(
        plan=plan,
        weights=str(path),
        weights_sha256=weights_digest(weights),
        fingerprint=load_prepared(load_dataset("synthetic"), data).fingerprint,
        data=str(data),
        device="cpu",
        seeds=(0, 1),
        ordeals=(),
    )


def plan_of(recipe, variant, split="x"):
    """The plan of a variant, without what it starts from."""
    config = Configs(load_recipe(recipe)).load(variant)
    dataset = config["protocol"]["dataset"]
    return Plan(recipe=recipe, variant=variant, dataset=dataset, split=split, seed=0, config=config)


def stress(bench, *words):
    """Run the verb where a short run has ended; its status."""
    places = ["--results", str(bench.root / "results"), "--work", str(bench.root / "work")]
    return main(["stress", *words, *places, "--data", str(bench.data), "--device", "cpu"])


def test_without_an_effect_the_stored_accuracy_comes_out_again(finished, tmp_path, capsys):
    """To its last digit; effects are measured for each seed, stored, and shown as JSON."""
    bench = replace(finished, root=tmp_path)
    shutil.copytree(finished.root, tmp_path, dirs_exist_ok=True)
    (run,) = bench.runs
    record = run.record

    assert stress(bench, record.run_id, "--noise", "0.2", "--seeds", "0,1", "--json") == 0

    shown = json.loads(capsys.readouterr().out)
    ((name, found),) = load_stresses(bench.root / "results", [record]).items()
    assert name.startswith(record.run_id)
    assert found.is_repeated
    assert shown["is_repeated"]
    assert found.unstressed.top1_acc == record.values["top1_acc"]
    assert found.unstressed.macs == round(1e9 * record.values["macs"])
    (series,) = found.series
    (level,) = series.levels
    assert (series.effect, series.base, level.level) == (Effect.NOISE, 0, 0.2)
    assert [one.seed for one in level.passes] == [0, 1]
    assert level.samples == record.data.test.scored
    assert [row["level"] for row in shown["series"][0]["summary"]] == [0, 0.2]


def test_each_effect_is_measured_in_the_order_of_its_levels(task):
    """Shorter clips cost less, in the same proportion; noise and lost joints cost the same."""
    ordeals = (
        Ordeal(effect=Effect.DROPPED, levels=(0.5,)),
        Ordeal(effect=Effect.CLIP_LEN, levels=(4.0, 8.0)),
    )

    first, *rest = answer(replace(task, ordeals=ordeals))

    assert (first.effect, first.level.views, first.level.samples) == (None, 1, 20)
    assert [(one.effect, one.level.level) for one in rest] == [
        (Effect.DROPPED, 0.5),
        (Effect.CLIP_LEN, 4),
        (Effect.CLIP_LEN, 8),
    ]
    dropped, short, half = (one.level for one in rest)
    assert [one.seed for one in dropped.passes] == [0, 1]
    assert dropped.macs == first.level.macs
    assert len(half.passes) == 1
    assert half.macs == pytest.approx(first.level.macs / 2, rel=0.01)
    assert short.macs == pytest.approx(first.level.macs / 4, rel=0.01)


def test_the_clips_of_a_video_change_where_the_protocol_has_them():
    """In the test alone; the configuration that was given stays as it is."""
    plan = plan_of("baselines", "utd_i3d", "odd-even")
    config = resolve(load_recipe("baselines"), plan)

    shorter = apply_effect(config, plan, Effect.CLIP_LEN, 16, None)
    fewer = apply_effect(config, plan, Effect.NUM_CLIPS, 2, None)

    def said(changed):
        sampler = changed.test_dataloader.dataset.pipeline[0]
        return sampler.clip_len, sampler.num_clips

    assert (said(config), said(shorter), said(fewer)) == ((32, 10), (16, 10), (32, 2))
    assert shorter.train_dataloader == config.train_dataloader


def test_noise_is_equal_in_metres_where_a_recipe_scales_to_them():
    """SBU's coordinates are shares of an image and of a range: their units differ."""
    plan = plan_of("sta_lstm", "config", "fold1")
    pipeline = resolve(load_recipe("sta_lstm"), plan).test_dataloader.dataset.pipeline

    assert find_units(pipeline, plan) == [2.56, 1.92, 1.28]
    other = plan_of("sta_lstm", "utd_mhad", "odd-even")
    pipeline = resolve(load_recipe("sta_lstm"), other).test_dataloader.dataset.pipeline
    assert find_units(pipeline, other) == [1, 1, 1]


def test_every_variant_says_where_its_clips_are_taken():
    """A protocol of several frames or clips has a transform, or a data set, that takes them."""
    silent = []
    for recipe in load_recipes():
        configs = Configs(recipe)
        for variant in recipe.variants:
            config = configs.load(variant)
            if is_fusion(config):
                continue
            for effect in (Effect.CLIP_LEN, Effect.NUM_CLIPS):
                value = config["protocol"].get(effect) or 1
                dataset = config["test_dataloader"]["dataset"]
                if value > 1 and not any(find_settings(dataset, effect, value)):
                    silent.append((recipe.key, variant, effect))

    assert silent == []


@pytest.mark.parametrize(
    ("recipe", "variant", "effect", "words"),
    [
        ("resnet3d", "config", Effect.NOISE, "have no joints"),
        ("resnet3d", "config", Effect.NUM_CLIPS, "all clips"),
        ("sta_lstm", "config", Effect.CLIP_LEN, "all frames"),
        ("stgcn", "sbu", Effect.NUM_CLIPS, "num_clips=1"),
    ],
)
def test_an_effect_that_does_not_apply_is_refused(recipe, variant, effect, words):
    """It says what the run does instead."""
    with pytest.raises(RunError, match=words):
        base_level(plan_of(recipe, variant), effect)


@pytest.mark.parametrize(
    ("effect", "text"),
    [
        (Effect.NOISE, "much"),
        (Effect.NOISE, "nan"),
        (Effect.NOISE, "-0.1"),
        (Effect.NOISE, "0"),
        (Effect.DROPPED, "1"),
        (Effect.DROPPED, "0.1,,0.2"),
        (Effect.CLIP_LEN, "0"),
        (Effect.CLIP_LEN, "2.5"),
        (Effect.CLIP_LEN, "16"),
        (Effect.NUM_CLIPS, "1e9"),
    ],
)
def test_a_level_that_means_nothing_is_refused(effect, text):
    """Also one that only repeats the protocol."""
    with pytest.raises(PlanError, match=effect.value.replace("_", "-")):
        read_levels(effect, text, 16 if effect is Effect.CLIP_LEN else 0)


def test_levels_come_in_order_without_that_of_the_protocol():
    """The protocol is measured in any case; usual levels are shares of it."""
    assert read_levels(Effect.CLIP_LEN, "16,4,8,4", 16) == (4, 8)
    assert usual_levels(Effect.CLIP_LEN, 16) == (2, 4, 8, 12)
    assert usual_levels(Effect.NUM_CLIPS, 1) == ()


def test_weights_of_another_run_are_refused(task):
    """Before anything is scored."""
    with pytest.raises(RunError, match="other weights"):
        next(answer(replace(task, weights_sha256="0" * 64)))


def test_data_that_the_run_did_not_see_are_refused(task):
    """By their fingerprint."""
    with pytest.raises(DataError, match="are not those"):
        next(answer(replace(task, fingerprint="0" * 64)))


def test_a_level_that_the_network_cannot_take_names_itself(task):
    """And what to leave out."""
    too_short = Ordeal(effect=Effect.NUM_CLIPS, levels=(2.0,))

    with pytest.raises(RunError, match="num_clips"):
        list(answer(replace(task, ordeals=(too_short,))))


def test_runs_without_weights_are_refused_with_a_way_out(finished, tmp_path, capsys):
    """One that is not there, one whose weights are gone, and a fusion."""
    (run,) = finished.runs

    assert stress(finished, "nothing") == 2
    assert "there is no run 'nothing'" in capsys.readouterr().err
    with pytest.raises(RunError, match="are not in"):
        find_trained(run.record, tmp_path)
    with pytest.raises(RunError, match="left no weights"):
        find_trained(replace(run.record, weights_sha256=""), tmp_path)
    fusion = replace(run.record.plan, config={"fusion": {"config": 1.0}})
    with pytest.raises(RunError, match="is a fusion"):
        find_trained(replace(run.record, plan=fusion), tmp_path)


def test_a_run_whose_choices_were_only_reworded_still_has_its_network(finished):
    """Wording decides no number; anything else does."""
    (run,) = finished.runs
    plan = run.record.plan
    work = finished.root / "work"
    reworded = replace(plan, config=plan.config | {"choices": [{"what": "old", "why": "words"}]})
    other = replace(plan, overrides=plan.overrides | {"train_cfg.max_iters": 8})

    found = find_trained(replace(run.record, plan=reworded), work)

    assert found.plan == plan
    assert found.weights.parent == work / plan.digest
    with pytest.raises(PlanError, match="has changed"):
        find_trained(replace(run.record, plan=other), work)


@pytest.fixture
def kept(finished, tmp_path):
    """Writes a measurement of the run, with some of its values replaced, and reads it."""
    (run,) = finished.runs

    def keep(**changes):
        one = dict(seed=None, top1_acc=50.0, mean_class_acc=50.0, seconds=1.0, processor_s=1.0)
        one |= {key: value for key, value in changes.items() if key in one}
        level = dict(level=0.1, samples=5, views=1.0, macs=7, passes=[one])
        level |= {key: value for key, value in changes.items() if key in level}
        machine = dict(device="a CPU", device_kind="cpu", driver="", cores=1, load=None)
        machine |= dict(python="3.11", platform="Linux", packages={}, commit="", dirty=False)
        whole = dict(
            schema_version=1,
            recipe="sta_lstm",
            run_id=run.record.run_id,
            weights_sha256=run.record.weights_sha256,
            started_at="2026-01-02T03:04:05+00:00",
            command="harness stress",
            machine=machine,
            stored=50.0,
            unstressed=level,
            series=[dict(effect="noise", base=0, levels=[level])],
        )
        whole |= {key: value for key, value in changes.items() if key in whole}
        path = tmp_path / FOLDER / "one.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(whole))
        return load_stresses(tmp_path, [run.record])

    return keep


@pytest.mark.parametrize(
    "changes",
    [
        {"top1_acc": 101.0},
        {"top1_acc": "high"},
        {"views": 0},
        {"passes": []},
        {"level": -1.0},
        {"series": []},
        {"schema_version": 2},
        {"weights_sha256": "0" * 64},
    ],
    ids=str,
)
def test_a_damaged_measurement_is_refused(kept, changes):
    """Its types and bounds are checked, and that it is of the run's weights."""
    assert kept()["one.json"].unstressed.top1_acc == 50

    with pytest.raises(StoreError, match=r"one\.json"):
        kept(**changes)
