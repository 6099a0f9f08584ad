"""MMAction2's own ResNet3d as it is told to be ours."""

from pathlib import Path

import pytest
import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from torch import nn

import recipes.resnet3d._rival_network  # noqa: F401  (registers its network)
from harness.catalog import load_dataset, load_recipe
from harness.datasets.videos import PreparedVideos, VideoIndex, VideoSample
from harness.errors import PlanError
from harness.plan import load_config
from harness.rivals import VIDEO_LIST_DELIMITER, Task
from harness.run.contestant import check_same
from harness.run.models import build_model, enter_scope, read_config, score
from recipes.resnet3d.rival import RIVALS, configure

RIVAL = RIVALS["mmaction2"]


def task(setting="same precision", variant="config", folder=Path("folder")):
    config = load_config(load_recipe("resnet3d"), variant)
    return Task(config=config, split="odd-even", folder=folder, setting=setting)


def build(setting):
    enter_scope()
    return MODELS.build(Config(configure(task(setting))).model).eval()


def test_the_network_is_ours_at_the_same_precision():
    """The same weights give the same scores, and there are as many."""
    ours = read_config(load_recipe("resnet3d").variant_file("config")).model
    theirs = build("same precision")

    assert type(theirs.backbone).__bases__[0].__module__.startswith("mmaction.")
    assert theirs.cls_head.dropout is None
    assert check_same(ours, theirs, RIVAL, (1, 3, 16, 32, 32)) < 1e-5


def test_only_the_first_pooling_differs_by_default():
    """MMAction2 has no setting for three frames; all else, and every weight, is the same."""
    ours, theirs = build_model("resnet3d"), build("defaults")
    theirs.load_state_dict(RIVAL.translate(ours.state_dict()))
    clips = torch.randn(2, 1, 3, 16, 32, 32)

    assert not torch.allclose(score(ours, clips), score(theirs, clips))
    assert (theirs.backbone.maxpool.kernel_size, theirs.backbone.maxpool.stride) == (
        (1, 3, 3),
        (2, 2, 2),
    )
    theirs.backbone.maxpool = nn.MaxPool3d(3, stride=2, padding=1)
    assert torch.allclose(score(ours, clips), score(theirs, clips), rtol=1e-5)


def test_it_sees_what_ours_sees():
    """Clip, size and crop are the protocol's, in training and test; classes too."""
    config = configure(task())
    pipeline = config["train_dataloader"]["dataset"]["pipeline"]
    steps = {step["type"]: step for step in pipeline}

    ours = {s["type"].rpartition(".")[2]: s
            for s in task().config["train_dataloader"]["dataset"]["pipeline"]}  # fmt: skip
    for key in ("clip_len", "frame_interval"):
        assert steps["SampleFrames"][key] == ours["SampleFrames"][key], key
    assert steps["MultiScaleCrop"]["input_size"] == 64
    assert "Flip" not in steps  # ours has no mirror images either
    resizes = [
        s["scale"] for s in config["train_dataloader"]["dataset"]["pipeline"] if "scale" in s
    ]
    assert resizes == [(-1, 80), (64, 64)]
    assert config["model"]["cls_head"]["num_classes"] == 27
    assert config["train_dataloader"]["batch_size"] == 16
    optimizer = config["optim_wrapper"]["optimizer"]
    assert (optimizer["lr"], optimizer["dampening"]) == (0.0125, 0.9)


def test_by_default_it_keeps_what_need_not_be_changed():
    """Batches, loaders, mirror images, clipped gradients; the learning rate follows the batch."""
    config = configure(task("defaults"))
    loader = config["train_dataloader"]

    assert (loader["batch_size"], loader["num_workers"]) == (8, 8)
    assert "Flip" in [step["type"] for step in loader["dataset"]["pipeline"]]
    assert config["optim_wrapper"]["clip_grad"] == {"max_norm": 40, "norm_type": 2}
    assert config["optim_wrapper"]["optimizer"]["lr"] == pytest.approx(0.01 / 8)


@pytest.mark.parametrize("variant", ["resnet18_a", "resnet200_b", "wide_resnet50_b"])
def test_what_mmaction2_lacks_is_refused(variant):
    """Shortcuts A, depth 200 and wide blocks, before anything is started."""
    with pytest.raises(PlanError, match="is no Hara"):
        configure(task(variant=variant))


def test_files_are_listed_whatever_their_names(tmp_path):
    """A path with spaces and letters beyond ASCII is one path."""
    names = ["a1 s1 größe.mp4", "b.mp4"]
    samples = tuple(
        VideoSample(
            id=f"a{n + 1}_s{n + 1}_t1",
            label=n,
            start=0,
            frames=9,
            group=f"s{n + 1}",
            path=name,
            made=False,
            subsets={},
            width=8,
            height=8,
            fps=30.0,
            checksum="",
        )
        for n, name in enumerate(names)
    )
    index = VideoIndex(
        format_version=1,
        dataset="utd_mhad",
        source="/videos",
        classes=("a", "b"),
        samples=samples,
        defects=(),
        harness_version="",
    )
    videos = PreparedVideos(dataset=load_dataset("utd_mhad"), folder=tmp_path, index=index)

    RIVAL.write_data(videos, task(folder=tmp_path))

    train = (tmp_path / "train.txt").read_text(encoding="utf-8").splitlines()
    assert [line.split(VIDEO_LIST_DELIMITER) for line in train] == [
        ["/videos/a1 s1 größe.mp4", "0"]
    ]
    assert (tmp_path / "test.txt").read_text().startswith("/videos/b.mp4")
