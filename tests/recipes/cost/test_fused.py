"""The fused network is the trained one: same features, in another order of sums."""

import pytest
import torch
from torch import nn

from harness.run.measure import count_macs
from harness.run.precision import use_precision
from recipes.cost.fused import FusedCoST, fuse
from recipes.cost.model import CoSTConv

KINDS = (
    dict(unit="c2d"),
    dict(unit="c3d_3x1x1"),
    dict(coefficients="static"),
    dict(coefficients="fixed", shared=False),
    dict(coefficients="static", views=("tw", "th")),
    dict(coefficients="input"),
    dict(coefficients="input", shared=False, views=("hw", "th")),
)


def train(model: nn.Module) -> nn.Module:
    """Give coefficients, scales and statistics values that they do not begin with."""
    torch.manual_seed(0)
    model.init_weights()
    for module in model.modules():
        if isinstance(module, nn.BatchNorm3d):
            nn.init.uniform_(module.weight, -1.0, 1.5)  # a scale below zero turns maxima round
            nn.init.normal_(module.bias, std=0.1)
            nn.init.normal_(module.running_mean, std=0.1)
            nn.init.uniform_(module.running_var, 0.5, 1.5)
        if isinstance(module, CoSTConv):
            with torch.no_grad():
                for parameter in module.parameters():
                    parameter += 0.3 * parameter.std() * torch.randn_like(parameter)
    return model


def clips(size: int, dtype: torch.dtype = torch.float32) -> torch.Tensor:
    generator = torch.Generator().manual_seed(1)
    return torch.randn(2, 3, 8, size, size, generator=generator, dtype=dtype)


def gap(found: torch.Tensor, expected: torch.Tensor) -> float:
    return float((found - expected).norm() / expected.norm())


@pytest.mark.parametrize("network", KINDS, ids=str)
@pytest.mark.parametrize(
    ("dtype", "most"), [(torch.float32, 1e-5), (torch.float64, 1e-10)], ids=["32", "64"]
)
def test_features_are_those_of_three_passes(make, network, dtype, most):
    """Whole networks, each view convolved by itself, with BatchNorm after it; long rows and short.

    The first CoST block sees rows of 16 pixels, the later ones of 8 and less.
    """
    merged = {} if network.get("unit") else {"merged": "never"}
    backbone = train(make(5, base_channels=8, **network, **merged)).backbone.to(dtype)
    x = clips(64, dtype)

    with torch.no_grad():
        expected, found = backbone(x), fuse(backbone, dtype)(x)

    assert found.dtype is dtype
    assert gap(found, expected) < most


@pytest.mark.parametrize("coefficients", ["static", "input"])
def test_one_clip_is_as_many(make, coefficients):
    """Where torch would choose other code for it."""
    fused = fuse(train(make(5, base_channels=8, coefficients=coefficients)).backbone)
    x = clips(32)

    torch.testing.assert_close(fused(x[:1]), fused(x)[:1], rtol=1e-4, atol=1e-5)


def test_in_bfloat16_it_is_as_near_as_the_network_in_bfloat16(make):
    """To the feature in float32; it folds before it rounds."""
    model = train(make(5, base_channels=8, merged="never"))
    x = clips(64)
    with torch.no_grad():
        expected = model.backbone(x)
        use_precision(model, "bfloat16")
        lowered, found = model.backbone(x), fuse(model.backbone, torch.bfloat16)(x)

    assert found.dtype is torch.float32
    assert gap(found, expected) < 1.5 * gap(lowered, expected)


def test_gathered_taps_are_the_19_that_are_not_empty(make):
    """A third less to compute than the 27 of a dense kernel."""
    fused = fuse(make(5, base_channels=8).backbone)

    convs = [module for module in fused.modules() if isinstance(module, FusedCoST)]

    assert [len(conv.taps) for conv in convs] == [19] * 8
    assert all(conv.rows.shape[1] == 19 * conv.weight.shape[1] for conv in convs)


def test_short_rows_save_the_products_of_empty_taps(make):
    """Of what CoST computes on rows of 7 pixels and less, 19 of 27 are left."""
    model = make(5, base_channels=8)
    view = clips(32)[:1, None]  # rows of 8 pixels in the first stage
    dense, blocks = count_macs(model, view), [0]

    def count(conv: CoSTConv, _: tuple[torch.Tensor, ...], y: torch.Tensor) -> None:
        if y.shape[-1] <= 7:
            blocks[0] += y.numel() * conv.in_channels

    for module in model.modules():
        if isinstance(module, CoSTConv):
            module.register_forward_hook(count)
    model.backbone(view[0])
    model.backbone = fuse(model.backbone)

    assert dense - count_macs(model, view) == 8 * blocks[0] > 0


def test_the_trained_network_is_left_as_it_is(make):
    """It is a copy: training goes on with the original."""
    model = train(make(5, base_channels=8))
    before = {name: x.clone() for name, x in model.state_dict().items()}

    fused = fuse(model.backbone)
    fused(clips(32))

    assert not any(parameter.requires_grad for parameter in fused.parameters())
    assert all(torch.equal(x, before[name]) for name, x in model.state_dict().items())
    assert all(parameter.requires_grad for parameter in model.parameters())
