"""CoST is what the sheet of equations says: axes, sharing, coefficients, sizes, placement."""

import pytest
import torch
from mmaction.models.backbones.resnet3d import Bottleneck3d
from torch import nn
from torch.nn import functional as F

from harness.errors import PlanError
from harness.run.measure import count_macs, count_parameters
from harness.run.models import score
from recipes.cost.model import VIEWS, CoSTConv, CoSTResNet3d, FramePool

#: What distinguishes a network, its parameters with 400 classes, and its multiply-adds (G)
#: of 8 or 32 frames of 224². Derived from the release: the paper prints neither.
SIZES = [
    (dict(unit="c2d"), 24_327_632, 19.49),
    (dict(unit="c3d_3x1x1"), 29_013_456, 24.43),
    (dict(unit="c3d_3x3x3"), 37_967_312, 27.82),
    (dict(coefficients="static"), 24_333_968, 27.82),
    (dict(coefficients="static", merged="never"), 24_333_968, 27.82),
    (dict(coefficients="input"), 25_085_464, 27.82),
    (dict(coefficients="input", shared=False), 38_725_144, 27.82),
    (dict(unit="c2d", depth=101), 43_319_760, 34.34),
    (dict(coefficients="static", depth=101), 43_331_472, 50.06),
    (dict(coefficients="input", depth=101), 44_405_344, 50.07),
    (dict(coefficients="input", depth=101, frames=32), 44_442_976, 58.56),
]
#: Marked blocks of each stage by depth, as the release's configurations mark them.
MARKED = {
    50: ["010", "1010", "101010", "101"],
    101: ["010", "1010", "10101010101010101010101", "010"],
}
KINDS = ("static", "input", "fixed")
FORMS = [(kind, shared) for kind in KINDS for shared in (True, False)]


def draw(*shape: int, seed: int = 3) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def stir(module: nn.Module) -> nn.Module:
    """Draw all weights and coefficients anew, none of them left as it begins."""
    for number, tensor in enumerate(module.state_dict().values()):
        if tensor.is_floating_point():
            tensor.copy_(0.5 * draw(*tensor.shape, seed=number))
    return module


@pytest.mark.parametrize(("network", "parameters", "gmacs"), SIZES, ids=str)
def test_networks_are_as_large_as_the_release(make, network, parameters, gmacs):
    """Parameter by parameter, and in multiply-adds to the second decimal."""
    frames = network.get("frames", 8)
    with torch.device("meta"):
        model = make(**network)
        view = torch.zeros(1, 1, 3, frames, 224, 224)

    assert count_parameters(model) == parameters
    assert count_macs(model, view) / 1e9 == pytest.approx(gmacs, abs=0.0051)


@pytest.mark.parametrize(
    ("coefficients", "unit", "parameters"),
    [("static", "c2d", 24_202_643), ("input", "cost", 24_960_475)],
)
def test_networks_for_moments_in_time(make, coefficients, unit, parameters):
    """With its 339 classes."""
    with torch.device("meta"):
        model = make(339, coefficients=coefficients, unit=unit)

    assert count_parameters(model) == parameters


@pytest.mark.parametrize("depth", [50, 101])
def test_every_second_block_is_marked(make, depth):
    """The last stage begins marked at depth 50, and plain at depth 101."""
    with torch.device("meta"):
        backbone = make(depth=depth).backbone

    found = [
        "".join(str(int(isinstance(block.conv2.conv, CoSTConv))) for block in getattr(backbone, x))
        for x in backbone.res_layers
    ]

    assert found == MARKED[depth]


@pytest.mark.parametrize(
    ("unit", "first", "middle"),
    [("c3d_3x1x1", (3, 1, 1), (1, 3, 3)), ("c3d_3x3x3", (1, 1, 1), (3, 3, 3))],
)
def test_baselines_look_over_time_in_the_same_blocks(make, unit, first, middle):
    """3x1x1 in the first convolution, 3x3x3 in the middle one; the other blocks are 2D."""
    with torch.device("meta"):
        backbone = make(unit=unit).backbone

    for layer, marks in zip(backbone.res_layers, MARKED[50], strict=True):
        for block, mark in zip(getattr(backbone, layer), marks, strict=True):
            kernels = (block.conv1.conv.kernel_size, block.conv2.conv.kernel_size)
            assert kernels == ((first, middle) if mark == "1" else ((1, 1, 1), (1, 3, 3)))


@pytest.mark.parametrize(("frames", "early"), [(8, (8, 8)), (32, (16, 8))])
def test_frames_are_halved_by_the_second_pooling(make, frames, early):
    """8 frames once; 32 in the first convolution and pooling, too; pixels five times."""
    with torch.device("meta"):
        backbone = make(frames=frames).backbone
        x = torch.zeros(1, 3, frames, 224, 224)

    after_conv = backbone.conv1(x)
    after_pool = backbone.maxpool(after_conv)

    assert after_conv.shape == (1, 64, early[0], 112, 112)
    assert after_pool.shape == (1, 64, early[1], 56, 56)
    assert backbone(x).shape == (1, 2048, 4, 7, 7)


@pytest.mark.parametrize("shape", [(2, 3, 8, 9, 10), (1, 2, 5, 6, 7)])
@pytest.mark.parametrize("reach", [1, 2])
def test_pooling_is_that_of_the_release(shape, reach):
    """Maxima of (1 or 2)x3x3 with stride, then of 2x1x1; an odd last frame is left out."""
    x = draw(*shape)
    pool1 = nn.MaxPool3d((reach, 3, 3), (reach, 2, 2), (0, 1, 1))
    pool2 = nn.MaxPool3d((2, 1, 1), (2, 1, 1))

    for layout in (torch.contiguous_format, torch.channels_last_3d):
        given = x.contiguous(memory_format=layout)
        first = FramePool(frames=reach == 2, pixels=True)(given)
        assert torch.equal(first, pool1(x))
        assert torch.equal(FramePool(frames=True, pixels=False)(given), pool2(x))


@pytest.mark.parametrize("stride", [(1, 1, 1), (1, 2, 2)])
def test_views_take_the_axes_of_the_kernel_in_order(stride):
    """HW, TW and TH: rows of the kernel go over time in both temporal views."""
    conv = stir(CoSTConv(2, 3, stride=stride, bias=False))
    x = draw(1, 2, 5, 6, 7)
    kernel = conv.weight[:, :, 0]  # D C i j
    _, rows, columns = stride

    hw, tw, th = conv.look(x)

    for t in range(5):
        expected = F.conv2d(x[:, :, t], kernel, None, (rows, columns), 1)
        torch.testing.assert_close(hw[:, :, t], expected)
    for h in range(0, 6, rows):  # rows between are not looked at
        expected = F.conv2d(x[:, :, :, h], kernel, None, (1, columns), 1)
        torch.testing.assert_close(tw[:, :, :, h // rows], expected)
    for w in range(0, 7, columns):
        expected = F.conv2d(x[..., w], kernel, None, (1, rows), 1)
        torch.testing.assert_close(th[..., w // columns], expected)


@pytest.mark.parametrize("coefficients", KINDS)
def test_views_are_weighed_and_added(coefficients):
    """Y = sum of a view's output times its coefficient, of the channel and, in (b), the clip."""
    conv = stir(CoSTConv(2, 3, coefficients=coefficients, merged="never", bias=False))
    x = draw(2, 2, 4, 5, 6)
    seen = torch.stack(conv.look(x))  # V N D T H W
    share = conv.weigh(list(seen)) if coefficients == "input" else conv.share[:, None]

    expected = (seen * share[..., None, None, None]).sum(0)

    torch.testing.assert_close(conv(x), expected)


@pytest.mark.parametrize(("coefficients", "shared"), FORMS)
@pytest.mark.parametrize("views", [VIEWS, ("hw", "tw"), ("th",)])
def test_coefficients_of_the_views_add_up_to_one(coefficients, shared, views):
    """For each channel, and in (b) for each clip by itself; none is negative."""
    conv = stir(CoSTConv(2, 3, coefficients=coefficients, shared=shared, views=views))

    share = conv.weigh(conv.look(draw(4, 2, 4, 5, 6))) if coefficients == "input" else conv.share

    assert share.shape == ((len(views), 4, 3) if coefficients == "input" else (len(views), 3))
    torch.testing.assert_close(share.sum(0), torch.ones(share.shape[1:]))
    assert (share >= 0).all()


def test_coefficients_of_a_clip_follow_its_largest_values_alone():
    """CoST(b): maxima over the clip, one map of channels for all views, then one of views."""
    conv = stir(CoSTConv(2, 3, coefficients="input", bias=False))
    x = draw(2, 2, 4, 5, 6)
    seen = conv.look(x)
    peaks = torch.stack([one.flatten(2).max(2).values for one in seen])  # V N D
    logits = torch.einsum("wv,vnd->wnd", conv.fc2.weight, peaks @ conv.fc1.weight.T)

    torch.testing.assert_close(conv.weigh(seen), logits.softmax(0))
    alone = conv.weigh(conv.look(x[:1]))
    torch.testing.assert_close(alone, conv.weigh(seen)[:, :1])  # other clips do not matter


@pytest.mark.parametrize("coefficients", ["static", "input"])
@pytest.mark.parametrize("merged", ["always", "never"])
def test_one_kernel_learns_from_all_three_views(coefficients, merged):
    """There is one tensor, and each view by itself gives it a gradient."""
    conv = stir(CoSTConv(2, 3, coefficients=coefficients, merged=merged, bias=False))
    names = [name for name, parameter in conv.named_parameters() if parameter.dim() == 5]
    x = draw(1, 2, 4, 5, 6)
    gradients = [
        torch.autograd.grad(one.square().sum(), conv.weight, retain_graph=True)[0]
        for one in conv.look(x)
    ]
    (whole,) = torch.autograd.grad(conv(x).square().sum(), conv.weight)

    assert names == ["weight"]
    assert conv.weight.shape == (3, 2, 1, 3, 3)
    assert all(gradient.abs().min() > 0 for gradient in (*gradients, whole))


def test_kernels_that_are_not_shared_learn_apart():
    """Each view's kernel has its own gradient, and of no other view."""
    conv = stir(CoSTConv(2, 3, shared=False, bias=False))
    x = draw(1, 2, 4, 5, 6)

    for number, one in enumerate(conv.look(x)):
        (gradient,) = torch.autograd.grad(one.square().sum(), conv.weight, retain_graph=True)
        touched = gradient.abs().amax((0, 1, 3, 4)) > 0
        assert touched.tolist() == [number == other for other in range(3)]


@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize("views", [VIEWS, ("hw", "tw"), ("tw", "th")])
@pytest.mark.parametrize("stride", [(1, 1, 1), (1, 2, 2)])
def test_one_pass_equals_three(shared, views, stride):
    """In value, and in the gradients of input, kernel and coefficients."""
    form = dict(stride=stride, shared=shared, views=views)
    merged = stir(CoSTConv(2, 3, **form, merged="always")).double()
    apart = CoSTConv(2, 3, **form, merged="never").double()
    apart.load_state_dict(merged.state_dict())
    x = draw(2, 2, 4, 6, 5).double()
    found = []
    for conv in (merged, apart):
        given = x.clone().requires_grad_()
        y = conv(given)
        y.square().sum().backward()
        found.append([y, given.grad, conv.weight.grad, conv.alpha.grad, conv.bias.grad])

    for one, other in zip(*found, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("coefficients", KINDS)
def test_one_pass_is_taken_where_it_pays(coefficients):
    """In evaluation by default; never where the coefficients are of each clip."""
    static = coefficients != "input"
    for merged, expected in (
        ("evaluation", (False, static)),
        ("always", (static, static)),
        ("never", (False, False)),
    ):
        conv = CoSTConv(2, 3, coefficients=coefficients, merged=merged)
        assert (conv.train().is_merged, conv.eval().is_merged) == expected


def test_the_merged_kernel_follows_the_weights():
    """It is kept between clips, and made anew after a step, other weights or another precision."""
    conv = stir(CoSTConv(2, 3)).eval()
    x = draw(1, 2, 4, 5, 6)
    optimizer = torch.optim.SGD(conv.parameters(), lr=0.5)

    def check() -> None:
        with torch.no_grad():
            for _ in range(2):
                torch.testing.assert_close(conv(x), conv.train()(x))
                conv.eval()

    check()
    conv(x).square().sum().backward()
    optimizer.step()
    check()
    conv.load_state_dict(stir(CoSTConv(2, 3)).state_dict())
    check()
    with torch.no_grad():
        conv.alpha[0] += 1
    check()
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        assert conv(x).dtype is torch.bfloat16
    check()


def test_the_merged_kernel_has_19_taps():
    """3·9 less the planes' common ones: 3k² − 3k + 1 of k³; the eight corners are empty."""
    kernel = stir(CoSTConv(1, 1)).merge()[0, 0]

    assert (kernel != 0).sum() == 19
    assert not kernel[::2, ::2, ::2].any()


def test_a_whole_network_gives_equal_scores_in_one_pass(make):
    """Block after block, over both kinds of stride."""
    merged = make(5, base_channels=8)
    merged.init_weights()
    apart = make(5, base_channels=8, merged="never")
    apart.load_state_dict(merged.state_dict())
    x = draw(2, 2, 3, 8, 32, 32)

    found, expected = score(merged, x), score(apart, x)

    assert found.shape == (2, 5)
    assert (found - expected).norm() < 1e-5 * expected.norm()


def test_weights_are_drawn_as_by_the_release(make):
    """Kaiming over the fan-out of a 2D kernel; (a) begins with space, (b) with equal views."""
    torch.manual_seed(0)
    static = make()
    static.init_weights()
    conv = static.backbone.layer4[0].conv2.conv
    single = make(shared=False, coefficients="input", base_channels=16)
    single.init_weights()
    apart = single.backbone.layer4[0].conv2.conv

    torch.testing.assert_close(
        conv.share[:, 0], torch.tensor([0.670, 0.165, 0.165]), atol=5e-4, rtol=0
    )
    assert conv.weight.std().item() == pytest.approx((2 / (9 * 512)) ** 0.5, rel=0.02)
    for kernel in apart.weight.unbind(2):
        assert kernel.std().item() == pytest.approx((2 / (9 * 128)) ** 0.5, rel=0.02)
    assert apart.fc1.weight.std().item() == pytest.approx(0.01, rel=0.05)
    share = apart.weigh([draw(1, 128, 2, 3, 3, seed=view) for view in range(3)])
    torch.testing.assert_close(share, torch.full_like(share, 1 / 3), atol=0.01, rtol=0)
    for block in (*static.backbone.layer1, *static.backbone.layer4):
        assert isinstance(block, Bottleneck3d)
        assert (block.conv3.bn.weight == 1).all()  # no residual begins at zero


def test_fixed_coefficients_are_not_learned():
    """They are stored with the weights, and no optimiser sees them."""
    conv = CoSTConv(2, 3, coefficients="fixed")

    assert "alpha" in conv.state_dict()
    assert {name for name, _ in conv.named_parameters()} == {"weight", "bias"}
    torch.testing.assert_close(conv.share, CoSTConv(2, 3).share)


def test_modes_can_be_chained():
    """``train()`` and ``eval()`` answer the backbone, as those of any module."""
    with torch.device("meta"):
        backbone = CoSTResNet3d()

    assert backbone.eval() is backbone
    assert backbone.train() is backbone


@pytest.mark.parametrize("wrong", [{"depth": 18}, {"unit": "c4d"}, {"frames": 16}])
def test_other_networks_are_refused(wrong):
    """The error says which there are."""
    with pytest.raises(PlanError, match="there is no") as caught:
        CoSTResNet3d(**wrong)

    assert "a depth of 50 or 101, 8 or 32 frames" in caught.value.fix


@pytest.mark.parametrize(
    "wrong",
    [
        {"views": ()},
        {"views": ("wh",)},
        {"kernel_size": 5},
        {"coefficients": "none"},
        {"merged": "yes"},
    ],
)
def test_other_convolutions_are_refused(wrong):
    """Planes that are not of a clip, kernels of another size, unknown coefficients."""
    with pytest.raises(PlanError) as caught:
        CoSTConv(2, 3, **wrong)

    assert caught.value.fix
