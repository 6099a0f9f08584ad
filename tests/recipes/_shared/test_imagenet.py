"""Files of 2D ResNets as torchvision and timm write them: what is read, what is refused."""

import re

import pytest
import torch
from torch import Tensor

from harness.errors import RunError
from harness.openmm import repair
from harness.run.checkpoints import read_weights

repair()

from mmaction.models.backbones import ResNet  # noqa: E402

from recipes._shared.imagenet import (  # noqa: E402
    list_shapes,
    name_trunk,
)


def make_file(depth: int = 18) -> dict[str, Tensor]:
    """A state dict as both packages write it: trunk, counters and classifier."""
    state: dict[str, Tensor] = {}
    for name, shape in list_shapes(depth).items():
        state[name] = torch.full(shape, float(len(state)))
        if name.endswith("running_var"):
            state[name.replace("running_var", "num_batches_tracked")] = torch.tensor(0)
    width = 512 if depth < 50 else 2048
    return state | {"fc.weight": torch.zeros(1000, width), "fc.bias": torch.zeros(1000)}


@pytest.mark.parametrize("depth", [18, 34, 50, 101, 152])
def test_the_tensors_are_those_of_a_2d_resnet(depth):
    """Name by name and shape by shape, MMAction2's own 2D ResNet reads no others."""
    with torch.device("meta"):
        network = ResNet(depth)
    theirs = set()
    for name, tensor in network.state_dict().items():
        name = re.sub(r"downsample\.(conv|bn)", lambda m: f"downsample.{m[1] == 'bn':d}", name)
        name = re.sub(r"conv(\d)\.bn\.", r"bn\1.", name).replace(".conv.weight", ".weight")
        if not name.endswith("num_batches_tracked"):
            theirs.add((name, tuple(tensor.shape)))

    assert set(list_shapes(depth).items()) == theirs


@pytest.mark.parametrize(
    "wrap",
    [
        lambda state: state,
        lambda state: {"state_dict": state, "epoch": 1},
        lambda state: {"model": {f"module.{name}": x for name, x in state.items()}},
        lambda state: {"state_dict": {f"backbone.{name}": x for name, x in state.items()}},
        lambda state: {n: x for n, x in state.items() if not n.endswith("num_batches_tracked")},
        lambda state: {n: x for n, x in state.items() if not n.startswith("fc.")},
    ],
    ids=["plain", "checkpoint", "parallel", "prefixed", "old", "trunk"],
)
def test_every_common_form_of_a_file_gives_the_same_trunk(tmp_path, wrap):
    """Torchvision's and timm's plain files, their training checkpoints, old ones."""
    state = make_file()
    path = tmp_path / "resnet18.pth"
    torch.save(wrap(state), path)

    found = name_trunk(read_weights(path), 18)

    assert list(found) == list(list_shapes(18))
    assert all(torch.equal(tensor, state[name]) for name, tensor in found.items())


@pytest.mark.parametrize(
    ("given", "wanted", "problem"),
    [
        (34, 18, "tensor 'layer1.2.conv1.weight' is not of a 2D ResNet-18"),
        (18, 34, "tensor 'layer1.2.conv1.weight' of a 2D ResNet-34 is missing"),
    ],
)
def test_another_depth_is_refused_by_its_first_tensor(given, wanted, problem):
    """The message names the tensor and the depth that is wanted."""
    with pytest.raises(RunError) as caught:
        name_trunk(make_file(given), wanted)

    assert problem in caught.value.problem
    assert f"ResNet-{wanted}" in caught.value.fix


def test_another_kind_of_resnet_is_refused():
    """A deep stem, as timm's resnet18d has it, or another width is not inflated by halves."""
    deep = make_file()
    deep["conv1.0.weight"] = deep.pop("conv1.weight")
    wide = make_file() | {"layer2.0.conv1.weight": torch.zeros(256, 64, 3, 3)}

    with pytest.raises(RunError, match=r"'conv1\.0\.weight' is not of a 2D ResNet-18"):
        name_trunk(deep, 18)
    with pytest.raises(RunError, match=r"\(256, 64, 3, 3\) instead of \(128, 64, 3, 3\)"):
        name_trunk(wide, 18)
