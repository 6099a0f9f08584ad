"""The networks are MMAction2's own, and the zoo's numbers are those of its own files."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import torch
import yaml
from mmengine.config import Config

from harness.catalog import load_recipe
from harness.claims import Row
from harness.openmm import repair
from harness.plan import load_config

repair()

from mmaction.registry import MODELS  # noqa: E402

from harness.run.measure import count_macs, count_parameters  # noqa: E402
from harness.run.models import enter_scope, read_config  # noqa: E402

RECIPE = load_recipe("baselines")
CLAIMS = {claim.key: claim for claim in RECIPE.claims}
ZOO = Path(find_spec("mmaction").origin).parent / ".mim" / "configs"
COLLECTIONS = ("c3d", "i3d", "r2plus1d", "slowfast")
#: Our variant, MMAction2's file, and frames and pixels of the view that its costs are of.
FILES = {
    "i3d_r50": ("i3d/i3d_imagenet-pretrained-r50_8xb8-32x2x1-100e_kinetics400-rgb", 32),
    "r2plus1d_r34_8x8": ("r2plus1d/r2plus1d_r34_8xb8-8x8x1-180e_kinetics400-rgb", 8),
    "r2plus1d_r34_32x2": ("r2plus1d/r2plus1d_r34_8xb8-32x2x1-180e_kinetics400-rgb", 32),
    "slowfast_r50_4x16": ("slowfast/slowfast_r50_8xb8-4x16x1-256e_kinetics400-rgb", 32),
    "slowfast_r50_8x8": ("slowfast/slowfast_r50_8xb8-8x8x1-256e_kinetics400-rgb", 32),
}


@pytest.fixture(scope="module")
def models() -> dict[str, dict[str, Any]]:
    """Models of the four methods by name, as the metafiles in the wheel describe them."""
    found = {}
    for collection in COLLECTIONS:
        path = ZOO / "recognition" / collection / "metafile.yml"
        for model in yaml.safe_load(path.read_text(encoding="utf-8"))["Models"]:
            found[model["Name"]] = model
    return found


def results(model: dict[str, Any]) -> dict[str, float]:
    """Its accuracies by our names."""
    (result,) = model["Results"]
    names = {"Top 1 Accuracy": "top1", "Top 5 Accuracy": "top5"}
    return {names[name]: value for name, value in result["Metrics"].items()}


def test_every_model_of_the_zoo_is_claimed_as_its_metafile_has_it(models):
    """Two accuracies, multiply-adds and parameters of each, and no others."""
    typed = {key: claim.value for key, claim in CLAIMS.items() if key.startswith("zoo-")}
    given = {}
    for name, model in models.items():
        given |= {f"zoo-{name}-{metric}": value for metric, value in results(model).items()}
        given[f"zoo-{name}-macs"] = float(model["Metadata"]["FLOPs"].removesuffix("G"))
        given[f"zoo-{name}-params"] = float(model["Metadata"]["Parameters"].removesuffix("M"))

    assert typed == given


def test_the_zoo_is_a_third_party_beside_the_papers():
    """Its rows are never counted among the papers' own, and cite the method's paper."""
    for key, claim in CLAIMS.items():
        is_third = key.startswith(("zoo-", "rerun-")) or key == "c3d-macs"
        assert (claim.row is Row.THIRD_PARTY) == is_third, key
        assert claim.cites


def plain(part: Any) -> Any:
    """A part with the bare names of its classes; normalisation of one device for several."""
    if isinstance(part, list | tuple):
        return [plain(item) for item in part]
    if not isinstance(part, dict):
        return part
    part = {key: plain(value) for key, value in part.items() if key != "pretrained"}
    if "type" in part:
        part["type"] = part["type"].rpartition(".")[2].replace("SyncBN", "BN3d")
    if part.get("type") == "PackActionInputs":
        part.pop("meta_keys", None)  # by which our records know a sample
    return part


@pytest.mark.parametrize("variant", FILES)
def test_networks_and_training_are_those_of_the_zoos_file(variant):
    """Model, optimiser, schedule and transforms, but for how frames are read."""
    theirs = Config.fromfile(ZOO / "recognition" / f"{FILES[variant][0]}.py").to_dict()
    ours = load_config(RECIPE, variant)
    wrapper = plain(ours["optim_wrapper"])
    reading = {"DecordInit", "DecordDecode", "ReadFrames"}

    assert plain(ours["model"]) == plain(theirs["model"])
    assert wrapper.pop("accumulative_counts") * ours["train_dataloader"]["batch_size"] == 64
    assert wrapper == plain(theirs["optim_wrapper"])
    assert plain(ours["param_scheduler"]) == plain(theirs["param_scheduler"])
    assert ours["train_cfg"]["max_epochs"] == theirs["train_cfg"]["max_epochs"]
    for subset in ("train", "val", "test"):
        steps, expected = (
            [
                step
                for step in plain(config[f"{subset}_dataloader"]["dataset"]["pipeline"])
                if step["type"] not in reading and step.get("scale") != [-1, 256]
            ]
            for config in (ours, theirs)
        )
        assert steps == expected


@pytest.mark.parametrize("variant", FILES)
def test_costs_are_those_of_the_zoo(models, variant):
    """Parameters to its last digit; multiply-adds of a test crop of 256², as it counts them."""
    name, frames = FILES[variant]
    model_config = read_config(RECIPE.variant_file(variant)).model
    enter_scope()
    with torch.device("meta"):
        model = MODELS.build(model_config).eval()
        view = torch.zeros(1, 1, 3, frames, 256, 256)
    given = models[name.rpartition("/")[2]]["Metadata"]

    assert count_parameters(model) / 1e6 == pytest.approx(float(given["Parameters"][:-1]), abs=0.06)
    assert count_macs(model, view) / 1e9 == pytest.approx(float(given["FLOPs"][:-1]), rel=0.01)


def test_c3d_has_the_zoos_costs_on_its_own_crops(models):
    """16 frames of 112², 101 classes: 78.4 M and 38.5 G; on 64² its first layer is narrower."""
    config = read_config(RECIPE.folder / "_c3d.py").model
    enter_scope()
    with torch.device("meta"):
        model = MODELS.build(config).eval()
        view = torch.zeros(1, 1, 3, 16, 112, 112)

    assert count_parameters(model) / 1e6 == pytest.approx(78.4, abs=0.05)
    assert count_macs(model, view) / 1e9 == pytest.approx(38.5, abs=0.05)


@pytest.mark.parametrize("variant", [v for v in RECIPE.variants if v.startswith("utd_")])
def test_a_network_takes_its_variants_clips(variant):
    """Each on the depth videos gives scores of their 27 classes from its own clip."""
    config = load_config(RECIPE, variant)
    model_config = read_config(RECIPE.variant_file(variant)).model
    protocol = config["protocol"]
    enter_scope()
    with torch.device("meta"):
        model = MODELS.build(model_config).eval()
        size = (protocol["clip_len"], protocol["crop_size"], protocol["crop_size"])
        view = torch.zeros(1, 1, 3, *size)

    scores = model(view, None, mode="tensor", stage="head")

    assert scores.shape == (1, 27)
    for subset in ("train", "val", "test"):
        sample = config[f"{subset}_dataloader"]["dataset"]["pipeline"][0]
        assert sample["clip_len"] == protocol["clip_len"]
        assert sample["frame_interval"] == protocol["frame_interval"]


def test_the_depth_videos_are_trained_alike():
    """One schedule, batch, size and precision; clips of all span the same 64 frames."""
    found = set()
    for variant in RECIPE.variants:
        if variant.startswith("utd_"):
            config = load_config(RECIPE, variant)
            protocol = config["protocol"]
            found.add(
                (
                    config["train_cfg"]["max_epochs"],
                    config["train_dataloader"]["batch_size"],
                    protocol["crop_size"],
                    protocol["clip_len"] * protocol["frame_interval"],
                    config["runtime"]["precision"],
                    config["param_scheduler"][0]["T_max"],
                )
            )

    assert found == {(30, 16, 64, 64, "bfloat16", 30)}
