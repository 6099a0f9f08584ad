"""Weights of the release and of 2D networks: what loads, where it goes, what is refused."""

import numpy as np
import pytest
import torch
from parity import assert_close, draw, read_answers, read_shapes
from torch import Tensor

from harness.catalog import load_recipe
from harness.errors import PartialWeightsWarning, RunError
from harness.run.models import load_weights, read_fitting_weights, score
from recipes._shared.imagenet import list_shapes
from recipes.cost.weights import from_authors, from_pretrained

VECTORS = "costa_r50"
RECIPE = load_recipe("cost")


@pytest.mark.data
@pytest.mark.parametrize("merged", ["evaluation", "never"])
def test_features_are_those_of_the_authors_code(make, tmp_path, merged):
    """A file of their weights, read as a user's is: a relative error below 1e-4."""
    shapes, path = read_shapes(VECTORS), tmp_path / "theirs.pth"
    torch.save({"state_dict": {name: draw(name, shape) for name, shape in shapes.items()}}, path)
    x = np.random.default_rng(7).normal(size=(2, 3, 8, 112, 112)).astype(np.float32)
    model = make(merged=merged)

    with pytest.warns(PartialWeightsWarning, match="cls_head"):
        weights = read_fitting_weights(RECIPE, model, path)
    load_weights(model, weights, source=str(path))
    with torch.no_grad():
        found = model.backbone(torch.from_numpy(x)).mean((2, 3, 4)).numpy()

    assert_close(found, read_answers(VECTORS)["pooled"])


@pytest.fixture
def small(make):
    """CoST(b) with few channels, freshly drawn."""
    torch.manual_seed(0)
    model = make(5, coefficients="input", base_channels=8)
    model.init_weights()
    return model


def test_a_whole_checkpoint_of_the_release_loads_as_it_is(make, small, tmp_path):
    """Its layers are called as ours are, in CoST(b) too: fc1 and fc2 beside the kernel."""
    names = [name for name in small.state_dict() if ".layer1.1.conv2.conv." in name]
    path = tmp_path / "epoch_160.pth"
    torch.save({"meta": {"epoch": 160}, "state_dict": small.state_dict()}, path)
    model = make(5, coefficients="input", base_channels=8)

    load_weights(model, read_fitting_weights(RECIPE, model, path), source=str(path))

    assert [name.rsplit("conv2.conv.")[1] for name in names] == [
        "weight",
        "fc1.weight",
        "fc2.weight",
    ]
    x = torch.randn(1, 1, 3, 8, 32, 32, generator=torch.Generator().manual_seed(1))
    torch.testing.assert_close(score(model, x), score(small, x), rtol=0, atol=0)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda s: s.pop("layer1.1.conv2.conv.fc1.weight"), "conv.fc1.weight' is missing"),
        (lambda s: s.update(fc=torch.zeros(1)), "'fc' is not of this network"),
        (
            lambda s: s.update({"conv1.conv.weight": torch.zeros(8, 3, 5, 7, 7)}),
            r"'conv1.conv.weight' is \(8, 3, 5, 7, 7\) instead of \(8, 3, 1, 7, 7\)",
        ),
    ],
    ids=["missing", "extra", "shape"],
)
def test_another_backbone_is_refused_by_its_first_tensor(small, change, problem):
    """Under the authors' names; a network of 32 frames is no network of 8."""
    state = dict(small.backbone.state_dict())
    change(state)

    with pytest.raises(RunError, match=problem) as caught:
        from_authors(state, small)

    assert caught.value.fix


@pytest.fixture(scope="module")
def flat() -> dict[str, Tensor]:
    """A 2D ResNet-50 as torchvision and timm write it."""
    state = {
        name: torch.rand(shape, generator=torch.Generator().manual_seed(number)) + 0.5
        for number, (name, shape) in enumerate(list_shapes(50).items())
    }
    return state | {"fc.weight": torch.zeros(1000, 2048)}


@pytest.mark.parametrize(
    "network",
    [dict(coefficients="static"), dict(coefficients="input", frames=32), dict(unit="c3d_3x1x1")],
    ids=str,
)
def test_a_network_begins_with_a_2d_one(make, flat, network):
    """2D kernels as they are, in CoST too; over frames divided; normalisation with statistics."""
    model = make(**network)
    load_weights(model, from_pretrained(flat, model), source="a file")
    found, state = model.backbone.state_dict(), flat

    reach = 5 if network.get("frames") == 32 else 1
    stem = state["conv1.weight"][:, :, None].expand(-1, -1, reach, -1, -1) / reach
    torch.testing.assert_close(found["conv1.conv.weight"], stem)
    middle = state["layer1.1.conv2.weight"][:, :, None]
    assert torch.equal(found["layer1.1.conv2.conv.weight"], middle)
    if network.get("unit"):
        first = state["layer1.1.conv1.weight"][:, :, None].expand(-1, -1, 3, -1, -1) / 3
        torch.testing.assert_close(found["layer1.1.conv1.conv.weight"], first)
    skip = state["layer2.0.downsample.0.weight"][:, :, None]
    assert torch.equal(found["layer2.0.downsample.conv.weight"], skip)
    for ours, theirs in (("layer4.2.conv3.bn", "layer4.2.bn3"), ("conv1.bn", "bn1")):
        for part in ("weight", "bias", "running_mean", "running_var"):
            assert torch.equal(found[f"{ours}.{part}"], state[f"{theirs}.{part}"])
    assert torch.equal(
        found["layer2.0.downsample.bn.running_var"], state["layer2.0.downsample.1.running_var"]
    )


def test_coefficients_stay_as_drawn_beside_a_2d_network(make, flat):
    """Space first, as from scratch; kernels of their own all begin with the 2D one."""
    model = make(shared=False)
    model.init_weights()
    load_weights(model, from_pretrained(flat, model), source="a file")
    conv = model.backbone.layer1[1].conv2.conv

    assert conv.alpha[:, 0].tolist() == pytest.approx([0.7, -0.7, -0.7])
    for kernel in conv.weight.unbind(2):
        assert torch.equal(kernel, flat["layer1.1.conv2.weight"])


def test_a_2d_network_of_another_depth_is_refused(make, flat):
    """Nothing is left half filled without a word."""
    with pytest.raises(RunError, match="2D ResNet-101") as caught:
        from_pretrained(flat, make(depth=101))

    assert "ResNet-101" in caught.value.fix
