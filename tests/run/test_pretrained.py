"""Runs that start from weights which others have trained on other data."""

import pytest
import torch
from video_sources import write_video

from harness.catalog import load_dataset
from harness.cli import main
from harness.datasets.collecting import prepare_videos
from harness.run.checkpoints import read_weights
from harness.run.job import WEIGHTS
from harness.run.models import build_model
from harness.store import ResultStore
from recipes.resnet3d.weights import translate

FILE = "resnet-18-kinetics.pth"
SHORT = ["train_cfg.max_epochs=1", "train_dataloader.batch_size=2"]
SHORT += [f"{part}_dataloader.num_workers=0" for part in ("train", "val", "test")]


@pytest.fixture
def places(tmp_path):
    """Options for an empty place with two training clips and one test clip of UCF101."""
    for name in ("Archery_g08_c01", "YoYo_g25_c05", "YoYo_g01_c01"):
        write_video(tmp_path / "videos" / name.partition("_")[0] / f"v_{name}.avi", 18)
    prepare_videos(
        load_dataset("ucf101"),
        tmp_path / "videos",
        tmp_path / "data",
        lambda *_: None,
        partial=True,
    )
    return [f"--{name}={tmp_path / name}" for name in ("data", "results", "work", "pretrained")]


def fine_tune(places):
    """Exit status of a short fine-tuning."""
    words = ["run", "resnet3d", "--variant", "ucf101_resnet18_a", "--split", "1", *places]
    return main([*words, *(f"--set={setting}" for setting in SHORT)])


def save_kinetics_weights(folder):
    """The authors' file, with weights that nobody trained; theirs are on Google Drive."""
    torch.manual_seed(0)
    state = build_model("resnet3d", "resnet18_a").state_dict()
    folder.mkdir()
    theirs = {f"module.{translate(name)}": tensor for name, tensor in state.items()}
    torch.save({"arch": "resnet-18", "state_dict": theirs}, folder / FILE)
    return state


def test_a_missing_file_is_named_before_anything_runs(places, tmp_path, capsys):
    """With where to get it."""
    assert fine_tune(places) == 2

    error = capsys.readouterr().err
    assert f"{tmp_path / 'pretrained' / FILE}, which is not there" in error
    assert "github.com/kenshohara/3D-ResNets-PyTorch" in error
    assert not ResultStore(tmp_path / "results").runs("resnet3d")


def test_another_networks_file_is_refused(places, tmp_path):
    """As a failed run, whose record names the file and the tensor."""
    state = save_kinetics_weights(tmp_path / "pretrained")
    del state["backbone.layer3.0.conv1.conv.weight"]
    torch.save({translate(n): t for n, t in state.items()}, tmp_path / "pretrained" / FILE)

    assert fine_tune(places) == 2

    (run,) = ResultStore(tmp_path / "results").runs("resnet3d")
    assert run.record.status == "failed"
    assert f"{FILE}: tensor 'layer3.0.conv1.weight' is missing" in run.record.failure.message


def test_fine_tuning_changes_the_last_stage_and_the_classifier(places, tmp_path):
    """The other layers keep the file's weights; their statistics follow the new data.

    Once that is done the file is no longer asked for.
    """
    before = save_kinetics_weights(tmp_path / "pretrained")

    assert fine_tune(places) == 0

    (run,) = ResultStore(tmp_path / "results").runs("resnet3d")
    assert set(run.record.input_weights) == {"pretrained"}
    after = read_weights(tmp_path / "work" / run.record.plan_digest / WEIGHTS)
    assert after["cls_head.fc_cls.weight"].shape == (101, 512)
    changed = {
        name.split(".")[1]
        for name, tensor in before.items()
        if name.startswith("backbone") and "running" not in name and "tracked" not in name
        if not torch.equal(after[name], tensor)
    }
    assert changed == {"layer4"}
    statistics = "backbone.layer1.0.conv1.bn.running_mean"
    assert not torch.equal(after[statistics], before[statistics])

    (tmp_path / "pretrained" / FILE).unlink()
    assert fine_tune(places) == 0
    assert len(ResultStore(tmp_path / "results").runs("resnet3d")) == 1
