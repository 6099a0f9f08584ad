"""Checkpoints of the authors' code: what loads, what is refused, what it says."""

import re
from collections.abc import Iterable
from functools import partial

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from harness.catalog import load_recipe
from harness.errors import RunError
from harness.run.models import load_weights, read_fitting_weights, score
from recipes.resnet3d.weights import from_authors, translate

BLOCKS = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3), 50: (3, 4, 6, 3), 101: (3, 4, 23, 3)}
BLOCKS |= {152: (3, 8, 36, 3), 200: (3, 24, 36, 3)}
NETWORKS = [
    ("ResNet-18", "A"),
    ("ResNet-18", "B"),
    ("ResNet-34", "A"),
    ("ResNet-50", "A"),
    ("ResNet-50", "B"),
    ("ResNet-101", "B"),
    ("ResNet-152", "B"),
    ("ResNet-200", "B"),
    ("Wide ResNet-50", "B"),
    ("ResNeXt-101", "B"),
]
SMALL = 32  # pixels


def pad(x: Tensor, planes: int, stride: int) -> Tensor:
    """Shortcut A: one position of each stride, then channels of zeros."""
    out = F.avg_pool3d(x, kernel_size=1, stride=stride)
    zeros = torch.zeros(len(out), planes - out.shape[1], *out.shape[2:], device=x.device)
    return torch.cat([out, zeros], dim=1)


class TheirBlock(nn.Module):
    """Two 3x3x3 convolutions, or one between two of 1x1x1."""

    def __init__(self, inplanes: int, planes: int, stride: int, form: "Form", b: bool) -> None:
        super().__init__()
        out = planes * form.expansion
        if form.is_basic:
            kernels, widths = (3, 3), (inplanes, planes, planes)
        else:
            kernels, widths = (1, 3, 1), (inplanes, planes, planes, out)
        strided = kernels.index(3)
        self.convs = len(kernels)
        for i, kernel in enumerate(kernels):
            conv = nn.Conv3d(
                widths[i],
                widths[i + 1],
                kernel,
                stride if i == strided else 1,
                kernel // 2,
                groups=form.groups if kernel == 3 else 1,
                bias=False,
            )
            setattr(self, f"conv{i + 1}", conv)
            setattr(self, f"bn{i + 1}", nn.BatchNorm3d(widths[i + 1]))
        self.downsample = None
        if stride != 1 or inplanes != out:
            self.downsample = partial(pad, planes=out, stride=stride)
            if b:
                self.downsample = nn.Sequential(
                    nn.Conv3d(inplanes, out, 1, stride, bias=False), nn.BatchNorm3d(out)
                )

    def forward(self, x: Tensor) -> Tensor:
        """Convolutions, shortcut, sum."""
        carried = x if self.downsample is None else self.downsample(x)
        for i in range(1, self.convs + 1):
            x = getattr(self, f"bn{i}")(getattr(self, f"conv{i}")(x))
            x = x if i == self.convs else F.relu(x)
        return F.relu(x + carried)


class Form:
    """What distinguishes their kinds of block."""

    def __init__(self, kind: str, depth: int) -> None:
        self.is_basic = depth < 50
        self.expansion = 1 if self.is_basic else 4 if kind == "ResNet" else 2
        self.width = 64 if kind == "ResNet" else 128
        self.groups = 32 if kind == "ResNeXt" else 1


class TheirNetwork(nn.Module):
    """The authors' network under the names of its state dict."""

    def __init__(self, network: str, shortcut: str, classes: int) -> None:
        super().__init__()
        kind, depth = network.rsplit("-", 1)
        form = Form(kind, int(depth))
        self.conv1 = nn.Conv3d(3, 64, 7, (1, 2, 2), 3, bias=False)
        self.bn1 = nn.BatchNorm3d(64)
        inplanes = 64
        for stage, count in enumerate(BLOCKS[int(depth)]):
            planes = form.width * 2**stage
            blocks = []
            for number in range(count):
                stride = 2 if stage and not number else 1
                blocks.append(TheirBlock(inplanes, planes, stride, form, shortcut == "B"))
                inplanes = planes * form.expansion
            setattr(self, f"layer{stage + 1}", nn.Sequential(*blocks))
        self.fc = nn.Linear(inplanes, classes)

    def forward(self, x: Tensor) -> Tensor:
        """``(N, C, T, H, W)`` to class scores."""
        x = F.max_pool3d(F.relu(self.bn1(self.conv1(x))), 3, 2, 1)
        for stage in range(1, 5):
            x = getattr(self, f"layer{stage}")(x)
        return self.fc(x.mean((2, 3, 4)))


def stir(network: nn.Module) -> nn.Module:
    """Draw weights and statistics anew, none of them left at zero or one."""
    generator = torch.Generator().manual_seed(5)
    for name, tensor in network.state_dict().items():
        if name.endswith("num_batches_tracked"):
            continue
        noise = torch.randn(tensor.shape, generator=generator)
        if tensor.dim() > 1:
            tensor.copy_(noise * (1.5 / tensor[0].numel()) ** 0.5)
        elif name.endswith("running_var"):
            tensor.copy_(1 + noise.abs())
        else:
            tensor.copy_(float(name.endswith("weight")) + 0.2 * noise)
    return network.eval()


@pytest.fixture(scope="module")
def theirs() -> dict[str, Tensor]:
    """The authors' state dict of ResNet-18 B for five classes."""
    return dict(stir(TheirNetwork("ResNet-18", "B", 5)).state_dict())


@pytest.fixture(scope="module")
def inputs() -> Tensor:
    """One small view, (1, 1, C, T, H, W)."""
    return torch.randn(1, 1, 3, 16, SMALL, SMALL, generator=torch.Generator().manual_seed(7))


@pytest.fixture
def check(make, inputs, tmp_path):
    """Evaluates what a user would: a file of weights."""

    def evaluate(content: object, **changes: object) -> Tensor:
        path = tmp_path / "theirs.pth"
        torch.save(content, path)
        model = make("ResNet-18", **{"shortcut": "B", "classes": 5, **changes})
        weights = read_fitting_weights(load_recipe("resnet3d"), model, path)
        load_weights(model, weights, source=str(path))
        return score(model, inputs)

    return evaluate


@pytest.fixture
def refuse(check):
    """The error that such a file gives, which names the file."""

    def catch(content: object, **changes: object) -> RunError:
        with pytest.raises(RunError, match=r"theirs\.pth") as caught:
            check(content, **changes)
        assert caught.value.fix
        return caught.value

    return catch


@pytest.mark.parametrize(("network", "shortcut"), NETWORKS)
def test_every_network_has_the_authors_tensors(make, network, shortcut):
    """Name by name, in order, and shape by shape."""
    with torch.device("meta"):
        ours = make(network, shortcut).state_dict()
        theirs = TheirNetwork(network, shortcut, 400).state_dict()

    found = {translate(name): tuple(tensor.shape) for name, tensor in ours.items()}
    assert found == {name: tuple(tensor.shape) for name, tensor in theirs.items()}


@pytest.mark.parametrize(
    ("network", "shortcut"),
    [
        ("ResNet-18", "A"),
        ("ResNet-18", "B"),
        ("ResNet-34", "A"),
        ("ResNet-50", "A"),
        ("ResNet-50", "B"),
        pytest.param("Wide ResNet-50", "B", marks=pytest.mark.slow),
        pytest.param("ResNeXt-101", "B", marks=pytest.mark.slow),
    ],
)
def test_the_authors_weights_give_the_authors_scores(make, inputs, network, shortcut):
    """Each kind of block and shortcut; strides, groups and pooling are where theirs are."""
    theirs = stir(TheirNetwork(network, shortcut, 5))
    ours = make(network, shortcut, 5)

    ours.load_state_dict(from_authors(theirs.state_dict(), ours), strict=True)
    found = score(ours, inputs)
    with torch.no_grad():
        expected = theirs(inputs[:, 0])

    assert (found - expected).norm() < 1e-5 * expected.norm()


def test_loaded_weights_are_copies(theirs, make):
    """Training ours changes nothing of what was loaded, and the mapping is left alone."""
    before = list(theirs)

    found = from_authors(theirs, make("ResNet-18", "B", 5))

    assert not {t.data_ptr() for t in found.values()} & {t.data_ptr() for t in theirs.values()}
    assert list(theirs) == before


def test_every_common_form_of_a_file_gives_equal_scores(theirs, check):
    """A plain state dict, one in a checkpoint, with DataParallel's prefix, an old one."""
    expected = check(theirs)
    parallel = {f"module.{name}": tensor for name, tensor in theirs.items()}
    old = {name: t for name, t in theirs.items() if not name.endswith("num_batches_tracked")}

    for content in (
        {"epoch": 200, "arch": "resnet-18", "state_dict": parallel, "optimizer": {"state": {}}},
        {"epoch": 200, "arch": "resnet-18", "state_dict": theirs},
        parallel,
        old,  # from before PyTorch 0.4.1
    ):
        torch.testing.assert_close(check(content), expected, rtol=0, atol=0)


def test_our_own_state_dict_loads_too(theirs, check, make):
    """What was translated once can be stored under our names."""
    own = from_authors(theirs, make("ResNet-18", "B", 5))

    torch.testing.assert_close(check(own), check(theirs), rtol=0, atol=0)


@pytest.mark.parametrize("prefix", ["", "module."])
def test_a_trunk_without_classifier_loads_and_says_what_it_left(theirs, make, prefix):
    """The trunk is theirs, the classifier is as it was drawn."""
    trunk = {f"{prefix}{name}": t for name, t in theirs.items() if not name.startswith("fc.")}
    model = make("ResNet-18", "B", 5)
    drawn = model.cls_head.fc_cls.weight.clone()
    left = re.escape("cls_head.fc_cls.weight, cls_head.fc_cls.bias left untouched")

    with pytest.warns(UserWarning, match=left):
        model.load_state_dict(from_authors(trunk, model), strict=True)

    assert torch.equal(model.cls_head.fc_cls.weight, drawn)
    last = "layer4.1.conv2.weight"
    assert torch.equal(model.state_dict()["backbone.layer4.1.conv2.conv.weight"], theirs[last])


@pytest.mark.parametrize(
    "name",
    [
        "conv1.weight",
        "bn1.running_var",
        "layer1.0.conv1.weight",
        "layer2.0.bn2.bias",
        "layer3.0.downsample.0.weight",
        "layer4.0.downsample.1.running_mean",
        "fc.weight",
        "fc.bias",
    ],
)
def test_a_missing_tensor_is_named_as_the_authors_do(theirs, refuse, name):
    """Of every kind that their network has; half a classifier is no trunk."""
    rest = {key: tensor for key, tensor in theirs.items() if key != name}

    assert f"tensor '{name}' is missing" in refuse(rest).problem


@pytest.mark.parametrize(
    "name", ["layer1.2.conv1.weight", "layer1.0.downsample.0.weight", "layer1.0.bn3.bias", "other"]
)
def test_an_extra_tensor_is_named(theirs, refuse, name):
    """A block too many, a shortcut or a layer where there is none, and no name of theirs."""
    extra = theirs | {name: torch.zeros(3)}

    assert f"tensor '{name}' is not of this network" in refuse(extra).problem


def test_another_number_of_classes_is_named(theirs, refuse):
    """Both numbers, so that the reader sees which data set the weights are for."""
    problem = refuse(theirs, classes=101).problem

    assert "tensor 'fc.weight' is of another number of classes" in problem
    assert "(5, 512) instead of (101, 512)" in problem


def test_weights_of_colour_are_no_weights_of_depth(theirs, refuse):
    """The first convolution tells how many channels a frame has."""
    problem = refuse(theirs, in_channels=1).problem

    assert "tensor 'conv1.weight' is (64, 3, 7, 7, 7) instead of (64, 1, 7, 7, 7)" in problem


@pytest.mark.parametrize(
    ("given", "wanted", "problem"),
    [
        ("A", "B", "tensor 'layer2.0.downsample.0.weight' is missing"),
        ("B", "A", "tensor 'layer2.0.downsample.0.weight' is not of this network"),
    ],
)
def test_the_other_shortcut_is_named(theirs, refuse, given, wanted, problem):
    """The authors' flag is B, their ResNet-18 and -34 are A: a common mistake."""
    weights = {
        name: tensor for name, tensor in theirs.items() if given == "B" or "downsample" not in name
    }

    error = refuse(weights, shortcut=wanted)

    assert problem in error.problem
    assert "shortcut" in error.fix


def differing(names: Iterable[str], text: str) -> bool:
    """Whether one of some tensors is named."""
    return any(f"tensor '{name}'" in text for name in names)


@pytest.mark.parametrize("network", ["ResNet-34", "ResNet-50", "ResNeXt-101"])
def test_another_network_is_refused(theirs, make, network):
    """The first tensor that does not fit is named."""
    with torch.device("meta"):
        model = make(network, "B", 5)
        wanted = TheirNetwork(network, "B", 5).state_dict()

    with pytest.raises(RunError) as caught:
        from_authors(theirs, model)

    assert differing(wanted, caught.value.problem)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ({}, "holds no weights"),
        ({"state_dict": {}}, "holds no weights"),
        ({"fc.bias": 3.0}, "holds more than tensors"),
        ({"a": torch.zeros(1)}, "tensor 'conv1.weight' is missing"),
    ],
)
def test_a_file_without_their_weights_is_refused(refuse, content, problem):
    """Empty, something else, or weights of something else."""
    assert problem in refuse(content).problem
