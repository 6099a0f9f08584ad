"""The networks are those of the paper: sizes, costs, shortcuts, what is trained."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from harness.errors import PlanError
from harness.run.measure import count_macs, count_parameters
from harness.run.models import score
from recipes.resnet3d.model import HaraResNet3d, PaddedShortcut

#: Network, shortcut, parameters with 400 classes, multiply-adds (G) of 16 frames of 112².
#: Derived from the authors' code: the paper prints neither.
SIZES = [
    ("ResNet-18", "A", 33_235_280, 8.30),
    ("ResNet-18", "B", 33_409_104, 8.31),
    ("ResNet-34", "A", 63_544_912, 12.69),  # 12.685: rounded up in the end
    ("ResNet-34", "B", 63_718_736, 12.70),
    ("ResNet-50", "B", 47_018_576, 10.07),
    ("ResNet-101", "B", 86_064_720, 13.89),
    ("ResNet-152", "B", 118_223_440, 18.61),
    ("ResNet-200", "B", 127_423_056, 25.81),
    ("Wide ResNet-50", "B", 158_248_272, 26.24),
    ("ResNeXt-101", "B", 48_340_816, 9.57),
]
TRANSFER_SIZES = [
    ("ResNet-18", "A", 101, 33_081_893),
    ("ResNet-34", "A", 101, 63_391_525),
    ("ResNet-50", "B", 101, 46_405_925),
    ("ResNet-18", "A", 51, 33_056_243),
    ("ResNet-34", "A", 51, 63_365_875),
    ("ResNet-50", "B", 51, 46_303_475),
]
SMALL = 32  # pixels


def zeros(frames: int = 16, pixels: int = 112, channels: int = 3) -> torch.Tensor:
    """One view without data, (1, 1, C, T, H, W)."""
    return torch.zeros(1, 1, channels, frames, pixels, pixels, device="meta")


def draw(*shape: int) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(3))


@pytest.mark.parametrize(("network", "shortcut", "parameters", "gmacs"), SIZES)
def test_networks_are_as_large_as_the_authors(make, network, shortcut, parameters, gmacs):
    """Parameter by parameter, and in multiply-adds to the second decimal."""
    with torch.device("meta"):
        model = make(network, shortcut)

    assert count_parameters(model) == parameters
    assert count_macs(model, zeros()) / 1e9 == pytest.approx(gmacs, abs=0.0101)


@pytest.mark.parametrize(("network", "shortcut", "classes", "parameters"), TRANSFER_SIZES)
def test_networks_for_ucf_and_hmdb(make, network, shortcut, classes, parameters):
    """With 101 and 51 classes."""
    with torch.device("meta"):
        model = make(network, shortcut, classes)

    assert count_parameters(model) == parameters


def test_64_frames_cost_four_times_as_much(make):
    """The convolutions see four times as many positions; the weights are the same."""
    with torch.device("meta"):
        model = make("ResNeXt-101")

    assert count_macs(model, zeros(64)) / 1e9 == pytest.approx(38.27, abs=0.01)


@pytest.mark.parametrize("network", ["ResNet-18", "ResNet-50", "Wide ResNet-50", "ResNeXt-101"])
@pytest.mark.parametrize("shortcut", ["A", "B"])
@pytest.mark.parametrize(("frames", "left"), [(16, 1), (64, 4)])
def test_frames_are_halved_four_times_and_pixels_five_times(make, network, shortcut, frames, left):
    """16 frames of 112² end as one of 4², 64 as four; wide or not, from 64 channels on."""
    with torch.device("meta"):
        backbone = make(network, shortcut).backbone
    x = zeros(frames)[0]

    x = backbone.conv1(x)
    assert x.shape == (1, 64, frames, 56, 56)
    x = backbone.maxpool(x)
    assert x.shape == (1, 64, frames // 2, 28, 28)
    shapes = []
    for layer in backbone.res_layers:
        x = getattr(backbone, layer)(x)
        shapes.append(tuple(x.shape[1:]))

    first = 64 if network == "ResNet-18" else 256
    assert shapes == [
        (first, 8 * left, 28, 28),
        (2 * first, 4 * left, 14, 14),
        (4 * first, 2 * left, 7, 7),
        (8 * first, left, 4, 4),
    ]
    assert backbone.feat_dim == 8 * first


@pytest.mark.parametrize("shortcut", ["A", "B"])
@pytest.mark.parametrize("channels", [1, 3])
def test_views_are_scored_and_averaged(make, shortcut, channels):
    """Colour or depth; ``(N, views, C, T, H, W)`` in, ``(N, classes)`` out."""
    model = make("ResNet-18", shortcut, 5, in_channels=channels)
    x = draw(2, 3, channels, 16, SMALL, SMALL)

    together = score(model, x)

    assert together.shape == (2, 5)
    apart = torch.stack([score(model, x[:, [view]]) for view in range(3)])
    torch.testing.assert_close(together, apart.mean(0))


def test_first_pooling_sees_three_frames(make):
    """MMAction2's takes every other frame and never looks at the rest."""
    pool = make("ResNet-18").backbone.maxpool
    x = torch.zeros(1, 1, 4, 4, 4)
    x[:, :, 1] = 7.0  # between the frames 0 and 2, that are kept

    assert (pool(x) == 7.0).all()
    assert pool(x).shape == (1, 1, 2, 2, 2)


def test_shortcut_a_samples_and_pads():
    """What the authors' code does: average pooling of one position, then channels of zeros."""
    x = draw(2, 3, 5, 7, 6)
    expected = F.avg_pool3d(x, 1, stride=2)
    expected = torch.cat([expected, torch.zeros(2, 4, *expected.shape[2:])], dim=1)

    found = PaddedShortcut(4, (2, 2, 2), passes_gradient=True)(x)

    torch.testing.assert_close(found, expected, rtol=0, atol=0)


@pytest.mark.parametrize("passes", [True, False])
def test_gradient_passes_shortcut_a_only_where_asked(make, passes):
    """With the convolutions' way closed, a stage's input has a gradient or none."""
    stage = make("ResNet-18", "A", 5, shortcut_gradient=passes).backbone.layer2
    nn.init.zeros_(stage[0].conv2.bn.weight)  # so that the block adds nothing to its shortcut
    x = draw(1, 64, 4, 4, 4).abs().requires_grad_()

    stage(x).sum().backward()

    assert bool(x.grad.any()) is passes


def test_released_shortcuts_pass_no_gradient(make):
    """The default is what the released PyTorch code does; scores do not depend on it."""
    model = make("ResNet-18", "A", 5)
    shortcuts = [m for m in model.modules() if isinstance(m, PaddedShortcut)]

    assert [shortcut.passes_gradient for shortcut in shortcuts] == [False, False, False]


def test_weights_are_drawn_as_by_the_authors(make):
    """Convolutions by Kaiming over the fan-out, normalisation at one and zero, fc uniformly."""
    torch.manual_seed(0)
    model = make("ResNeXt-101")
    model.init_weights()

    for name, module in model.named_modules():
        if isinstance(module, nn.Conv3d) and module.weight.numel() > 10_000:
            fan_out = module.weight[:, 0].numel()
            assert module.weight.std().item() == pytest.approx((2 / fan_out) ** 0.5, rel=0.05), name
        if isinstance(module, nn.BatchNorm3d):
            assert (module.weight == 1).all(), name
            assert (module.bias == 0).all(), name
    bound = 2048**-0.5
    fc = model.cls_head.fc_cls
    assert 0.99 * bound < fc.weight.abs().max() <= bound
    assert fc.weight.std().item() == pytest.approx(bound / 3**0.5, rel=0.01)
    assert 0 < fc.bias.abs().max() <= bound


def test_there_is_no_dropout(make):
    """Nowhere in the authors' networks."""
    modules = list(make("ResNet-18").modules())

    assert not any(isinstance(m, nn.Dropout | nn.Dropout3d) for m in modules)


def train_once(model: nn.Module) -> dict[str, torch.Tensor]:
    """The state before a step of SGD on two clips; the model has the one after."""
    model.train()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    model(draw(2, 1, 3, 16, SMALL, SMALL), None, mode="tensor", stage="head")[0].sum().backward()
    optimizer.step()
    return before


def test_fine_tuning_trains_the_last_stage_and_the_classifier(make):
    """Weights before are kept, and yet all statistics follow the batches."""
    model = make("ResNet-18", "A", 5, frozen_stages=3)
    before = train_once(model)

    kept = ("backbone.conv1.", "backbone.layer1.", "backbone.layer2.", "backbone.layer3.")
    for name, after in model.state_dict().items():
        is_statistic = "running" in name or name.endswith("tracked")
        is_kept = name.startswith(kept) and not is_statistic
        assert torch.equal(before[name], after) is is_kept, name


def test_fine_tuning_is_a_learning_rate_of_zero(make):
    """Frozen weights change nothing in the rest against the authors' way."""
    torch.manual_seed(0)
    frozen = make("ResNet-18", "A", 5, frozen_stages=3)
    whole = make("ResNet-18", "A", 5)
    whole.load_state_dict(frozen.state_dict())

    train_once(frozen)
    train_once(whole)

    for name, tensor in frozen.state_dict().items():
        if "layer4" in name or "cls_head" in name or "running" in name:
            torch.testing.assert_close(tensor, whole.state_dict()[name], rtol=0, atol=0)


def test_modes_can_be_chained():
    """``train()`` and ``eval()`` answer the backbone, as those of any module."""
    backbone = HaraResNet3d(18)

    assert backbone.eval() is backbone
    assert backbone.train() is backbone


@pytest.mark.parametrize("wrong", [{"depth": 19}, {"shortcut": "C"}, {"depth": 10}])
def test_other_networks_are_refused(wrong):
    """The error says which there are."""
    with pytest.raises(PlanError, match="there is no HaraResNet3d") as caught:
        HaraResNet3d(**wrong)

    assert "18, 34, 50, 101, 152, 200" in caught.value.fix


def test_basic_blocks_are_not_widened(make):
    """Wide ResNet and ResNeXt are made of bottlenecks."""
    with pytest.raises(PlanError, match="depth 18"):
        make("Wide ResNet-18")
