"""Weights under the authors' names, in a network written as theirs is described."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from harness.errors import RunError
from harness.openmm import repair

repair()

import mmaction.models  # noqa: E402, F401  isort: skip  (fills the registries)

from mmaction.registry import MODELS  # noqa: E402

from harness.catalog import load_recipe  # noqa: E402
from harness.run.models import build_model, enter_scope, read_config, score  # noqa: E402
from recipes.stgcn.graph import LAYOUTS  # noqa: E402
from recipes.stgcn.weights import from_authors, translate  # noqa: E402

RECIPE = load_recipe("stgcn")
WIDTHS, STRIDES = (8, 8, 8, 8, 16, 16, 16, 32, 32, 32), (1, 1, 1, 1, 2, 1, 1, 2, 1, 1)
SMALL = "synthetic"  # the variant with the smallest network: a stem and three units
CENTRE = {"ntu-25": 20, "openpose-18": 1}


class TheirGraphConv(nn.Module):
    """One 1x1 convolution to K groups of channels, then the sum over source joints."""

    def __init__(self, channels: int, width: int, subsets: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, subsets * width, 1)
        self.subsets = subsets

    def forward(self, x: Tensor, matrices: Tensor) -> Tensor:
        """``(N, C, T, V)`` to ``(N, C', T, V)``."""
        x = self.conv(x)
        x = x.view(len(x), self.subsets, -1, *x.shape[2:])
        return torch.einsum("nkctv,kvw->nctw", x, matrices)


class TheirUnit(nn.Module):
    """GCN, then BN - ReLU - Conv - BN - Dropout, a residual and ReLU."""

    def __init__(self, channels: int, width: int, subsets: int, stride: int, stem: bool) -> None:
        super().__init__()
        self.gcn = TheirGraphConv(channels, width, subsets)
        self.tcn = nn.Sequential(
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.Conv2d(width, width, (9, 1), (stride, 1), (4, 0)),
            nn.BatchNorm2d(width),
            nn.Dropout(0.0 if stem else 0.5),
        )
        self.residual = None
        if not stem and (channels != width or stride != 1):
            self.residual = nn.Sequential(
                nn.Conv2d(channels, width, 1, (stride, 1)), nn.BatchNorm2d(width)
            )
        self.stem = stem

    def forward(self, x: Tensor, matrices: Tensor) -> Tensor:
        """``(N, C, T, V)`` to ``(N, C', T', V)``."""
        carried = x if self.residual is None else self.residual(x)
        y = self.tcn(self.gcn(x, matrices))
        return torch.relu(y if self.stem else y + carried)


class TheirNetwork(nn.Module):
    """The authors' network since June 2018, under the names of its state dict."""

    def __init__(
        self,
        matrices: np.ndarray,
        classes: int,
        *,
        importance: bool = True,
        widths: tuple[int, ...] = WIDTHS,
        strides: tuple[int, ...] = STRIDES,
    ) -> None:
        super().__init__()
        self.A: Tensor
        self.register_buffer("A", torch.tensor(matrices, dtype=torch.float32))
        subsets, joints = self.A.shape[:2]
        self.data_bn = nn.BatchNorm1d(joints * 3)
        channels = (3, *widths[:-1])
        self.st_gcn_networks = nn.ModuleList(
            TheirUnit(before, width, subsets, stride, stem=number == 0)
            for number, (before, width, stride) in enumerate(
                zip(channels, widths, strides, strict=True)
            )
        )
        self.edge_importance = [1] * len(widths)
        if importance:
            self.edge_importance = nn.ParameterList(
                nn.Parameter(torch.ones(self.A.shape)) for _ in widths
            )
        self.fcn = nn.Conv2d(widths[-1], classes, 1)

    def forward(self, x: Tensor) -> Tensor:
        """``(N, C, T, V, M)`` to class scores."""
        n, c, t, v, m = x.shape
        x = x.permute(0, 4, 3, 1, 2).reshape(n * m, v * c, t)
        x = self.data_bn(x)
        x = x.view(n, m, v, c, t).permute(0, 1, 3, 4, 2).reshape(n * m, c, t, v)
        for unit, factor in zip(self.st_gcn_networks, self.edge_importance, strict=True):
            x = unit(x, self.A * factor)
        x = x.mean((2, 3)).view(n, m, -1, 1, 1).mean(1)
        return self.fcn(x).flatten(1)


def count_hops(layout: str) -> np.ndarray:
    """0 for a joint itself, 1 for neighbours, infinite for all others."""
    skeleton = LAYOUTS[layout]
    hops = np.full((skeleton.joints, skeleton.joints), np.inf)
    for joint in range(skeleton.joints):
        hops[joint, joint] = 0
    for child, parent in skeleton.bones:
        hops[child, parent] = hops[parent, child] = 1
    return hops


def make_their_graph(layout: str, strategy: str) -> np.ndarray:
    """A + I divided by its column sums, then split by hops as their code does."""
    hops = count_hops(layout)
    near = (hops <= 1).astype(float)
    normal = near / near.sum(0)
    if strategy == "uniform":
        return normal[None]
    if strategy == "distance":
        return np.stack([np.where(hops == hop, normal, 0) for hop in (0, 1)])
    centre = CENTRE[layout]
    root, close, further = np.zeros((3, *normal.shape))
    for hop in (0, 1):
        for source, target in np.argwhere(hops == hop):
            ours, theirs = hops[target, centre], hops[source, centre]
            if hop == 0:
                root[source, target] = normal[source, target]
            elif theirs >= ours:  # equal and farther share a matrix
                close[source, target] = normal[source, target]
            else:
                further[source, target] = normal[source, target]
    return np.stack([root, close, further])


def stir(network: nn.Module) -> nn.Module:
    """Draw weights and statistics anew, none of them left at zero or one."""
    generator = torch.Generator().manual_seed(5)
    for name, tensor in network.state_dict().items():
        if name == "A" or name.endswith("num_batches_tracked"):
            continue
        noise = torch.randn(tensor.shape, generator=generator)
        if tensor.dim() > 1 and "edge" not in name:
            tensor.copy_(noise * (1.5 / tensor[0].numel()) ** 0.5)
        elif name.endswith("running_var"):
            tensor.copy_(1 + noise.abs())
        else:
            middle = 1 if name.endswith("weight") or "edge" in name else 0
            tensor.copy_(middle + 0.2 * noise)
    return network.eval()


def make_ours(variant: str, *, strategy: str, importance: bool) -> nn.Module:
    """A narrow recognizer of a variant with a partition of theirs."""
    config = read_config(RECIPE.variant_file(variant)).model
    partition = "spatial_hops" if strategy == "spatial" else strategy
    config.backbone.graph.update(partition=partition)
    config.backbone.update(
        widths=list(WIDTHS[1:]), strides=list(STRIDES[1:]), importance=importance
    )
    config.cls_head.update(in_channels=WIDTHS[-1])
    enter_scope()
    return MODELS.build(config).eval()


@pytest.fixture
def small() -> dict[str, Tensor]:
    """The authors' state dict for the smallest of our variants."""
    model = build_model("stgcn", SMALL)
    torch.manual_seed(0)
    theirs = TheirNetwork(
        model.backbone.adjacency.numpy(), 10, widths=(16, 16, 32, 64), strides=(1, 1, 2, 2)
    )
    return dict(stir(theirs).state_dict())


@pytest.fixture
def check(tmp_path: Path):
    """Evaluates what a user would: a file of weights of the smallest variant."""

    def evaluate(content: object) -> Tensor:
        torch.save(content, tmp_path / "theirs.pt")
        model = build_model("stgcn", SMALL, tmp_path / "theirs.pt")
        return score(model, make_input(1, 25)[:, None])

    return evaluate


@pytest.fixture
def refuse(check, tmp_path: Path):
    """The error that such a file gives, which names the file."""

    def catch(content: object) -> RunError:
        with pytest.raises(RunError) as caught:
            check(content)
        assert caught.value.problem.startswith(f"{tmp_path / 'theirs.pt'}")
        assert caught.value.fix
        return caught.value

    return catch


def make_input(persons: int, joints: int, frames: int = 13) -> Tensor:
    """(N, M, T, V, C)."""
    generator = torch.Generator().manual_seed(7)
    return torch.randn(2, persons, frames, joints, 3, generator=generator)


@pytest.mark.parametrize("variant", ["released_ntu", "released_kinetics"])
@pytest.mark.parametrize("strategy", ["uniform", "distance", "spatial"])
@pytest.mark.parametrize("importance", [True, False])
def test_the_authors_weights_give_the_authors_scores(variant, strategy, importance):
    """Both data sets, each partition of their code, with and without edge importance."""
    layout = {"released_ntu": "ntu-25", "released_kinetics": "openpose-18"}[variant]
    ours = make_ours(variant, strategy=strategy, importance=importance)
    classes = ours.cls_head.num_classes
    theirs = stir(TheirNetwork(make_their_graph(layout, strategy), classes, importance=importance))
    x = make_input(2, LAYOUTS[layout].joints)

    ours.load_state_dict(from_authors(theirs.state_dict(), ours), strict=True)
    found = score(ours, x[:, None])
    with torch.no_grad():
        expected = theirs(x.permute(0, 4, 2, 3, 1))

    assert found.shape == (2, classes)
    assert (found - expected).norm() < 1e-5 * expected.norm()


def test_full_networks_have_the_authors_tensors():
    """Name by name and shape by shape, the networks of both data sets are theirs."""
    for variant, layout, classes in (
        ("released_ntu", "ntu-25", 60),
        ("released_kinetics", "openpose-18", 400),
    ):
        config = read_config(RECIPE.variant_file(variant)).model
        enter_scope()
        with torch.device("meta"):
            ours = MODELS.build(config).state_dict()
            theirs = TheirNetwork(
                make_their_graph(layout, "spatial"), classes, widths=tuple(8 * w for w in WIDTHS)
            ).state_dict()
        theirs.pop("A")
        shapes = {translate(name): tuple(tensor.shape) for name, tensor in theirs.items()}
        shapes["cls_head.fc.weight"] = shapes["cls_head.fc.weight"][:2]

        assert shapes == {name: tuple(tensor.shape) for name, tensor in ours.items()}


def test_loaded_weights_are_copies(small):
    """Training ours changes nothing of what was loaded."""
    model = build_model("stgcn", SMALL)

    found = from_authors(small, model)

    assert not {t.data_ptr() for t in found.values()} & {t.data_ptr() for t in small.values()}
    assert set(small) > {"A"}  # nor is the given mapping changed


def test_every_common_form_of_a_file_gives_equal_scores(small, check):
    """A plain state dict, one in a checkpoint, with DataParallel's prefix, without the graph."""
    expected = check(small)
    parallel = {f"module.{name}": tensor for name, tensor in small.items()}
    without_graph = {name: tensor for name, tensor in small.items() if name != "A"}
    old = {name: t for name, t in small.items() if not name.endswith("num_batches_tracked")}

    for content in (
        {"state_dict": small, "epoch": 80},
        {"model": small},
        parallel,
        {"state_dict": parallel, "meta": {"epoch": 80}},
        without_graph,
        old,  # from before PyTorch 0.4.1
    ):
        torch.testing.assert_close(check(content), expected, rtol=0, atol=0)


def test_our_own_state_dict_loads_too(small, check):
    """What was translated once can be stored under our names."""
    own = from_authors(small, build_model("stgcn", SMALL))

    torch.testing.assert_close(check(own), check(small), rtol=0, atol=0)


@pytest.mark.parametrize(
    "name",
    [
        "data_bn.running_var",
        "st_gcn_networks.0.gcn.conv.bias",
        "st_gcn_networks.1.tcn.0.weight",
        "st_gcn_networks.2.tcn.2.bias",
        "st_gcn_networks.2.tcn.3.running_mean",
        "st_gcn_networks.3.residual.0.weight",
        "st_gcn_networks.3.residual.1.bias",
        "edge_importance.3",
        "fcn.weight",
        "fcn.bias",
    ],
)
def test_a_missing_tensor_is_named_as_the_authors_do(small, refuse, name):
    """Of every kind that their network has."""
    small.pop(name)

    assert f"tensor '{name}' is missing" in refuse(small).problem


@pytest.mark.parametrize(
    "name", ["st_gcn_networks.4.tcn.0.weight", "st_gcn_networks.0.residual.0.weight", "person_bn"]
)
def test_an_extra_tensor_is_named(small, refuse, name):
    """A unit too many, a residual where there is none, and a name of no network of theirs."""
    small[name] = torch.zeros(3)

    assert f"tensor '{name}' is not of this network" in refuse(small).problem


def test_another_number_of_classes_is_named(small, refuse):
    """Both numbers, so that the reader sees which data set the weights are for."""
    small["fcn.weight"] = torch.zeros(400, 64, 1, 1)

    problem = refuse(small).problem

    assert "tensor 'fcn.weight' is of another number of classes" in problem
    assert "400" in problem
    assert "10" in problem


def test_another_number_of_joints_is_named(small, refuse):
    """Weights of OpenPose's 18 joints do not fit a graph of 25."""
    small["data_bn.weight"] = torch.zeros(54)

    assert "tensor 'data_bn.weight' is (54,) instead of (75,)" in refuse(small).problem


def test_another_partition_is_named(small, refuse):
    """One subset has a third of the channels of three."""
    small["st_gcn_networks.1.gcn.conv.weight"] = torch.zeros(16, 16, 1, 1)

    problem = refuse(small).problem

    assert "tensor 'st_gcn_networks.1.gcn.conv.weight' is (16, 16, 1, 1)" in problem
    assert "instead of (48, 16, 1, 1)" in problem


@pytest.mark.parametrize("shape", [(3, 25, 25), (2, 25, 25), (3, 18, 18)])
def test_another_graph_is_refused(small, refuse, shape):
    """Equal shapes with other entries would load and be wrong without a word."""
    small["A"] = torch.full(shape, 0.1)

    error = refuse(small)

    assert "tensor 'A', their graph" in error.problem
    assert "choose the variant whose layout and partition the weights are for" in error.fix


def test_weights_of_hops_are_refused_by_the_tree(refuse, small):
    """The two spatial partitions have equal shapes; the graph in the file tells them apart."""
    small["A"] = torch.tensor(make_their_graph("ntu-25", "spatial"), dtype=torch.float32)

    assert "tensor 'A', their graph" in refuse(small).problem


def test_a_file_that_carries_code_is_not_loaded(refuse, small):
    """A stored model is code: neither run nor guessed at."""
    network = TheirNetwork(small["A"].numpy(), 10)

    assert "carries code or objects other than tensors" in refuse(network).problem


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ({}, "holds no weights"),
        (torch.zeros(3), "holds no weights"),
        ({"state_dict": {}}, "holds no weights"),
        ({"fcn.bias": 3.0}, "holds more than tensors"),
        ({"a": torch.zeros(1)}, "tensor 'data_bn.weight' is missing"),
    ],
)
def test_a_file_without_their_weights_is_refused(refuse, content, problem):
    """Empty, something else, or weights of something else."""
    assert problem in refuse(content).problem


def test_a_damaged_file_is_refused(small, tmp_path):
    """Half of a download, and no file at all."""
    path = tmp_path / "theirs.pt"
    torch.save(small, path)
    path.write_bytes(path.read_bytes()[:1000])

    with pytest.raises(RunError, match=r"theirs\.pt"):
        build_model("stgcn", SMALL, path)
    with pytest.raises(RunError, match=r"there is no file .*none\.pt"):
        build_model("stgcn", SMALL, tmp_path / "none.pt")
