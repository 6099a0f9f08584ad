"""The pyramid against what the paper's figure and algorithm show."""

import pytest
import torch
from mmaction.structures import ActionDataSample

from harness.errors import PlanError
from harness.run.measure import count_parameters
from recipes.st_pyramid.model import (
    Attention,
    Fusion,
    PyramidHead,
    PyramidStreams,
    scale_samples,
    signed_root,
)


def test_the_parts_have_the_sizes_that_follow_from_the_figure():
    """Attention with 64 hidden channels 131,201, one linear layer for 101 classes 413,797."""
    with torch.device("meta"):
        head = PyramidHead(101, 1024)

    assert count_parameters(head.attention) == 131_201
    assert count_parameters(head.fc_cls) == 413_797
    assert count_parameters(head) == 131_201 + 413_797
    assert head.temporal.out_channels == 1024
    assert head.relation.sketch.in_channels == (1024, 1024)
    assert head.joint.sketch.in_channels == (1024, 1024, 1024)


def test_one_flow_network_serves_all_snippets():
    """Both trunks of ResNet-50 and no more, however many snippets there are."""
    with torch.device("meta"):
        three = PyramidStreams(50, in_channels=63, snippets=3)
        five = PyramidStreams(50, in_channels=103, snippets=5)

    assert count_parameters(three) == count_parameters(five) == 2 * 23_508_032 + 17 * 49 * 64


def test_snippets_are_told_apart_from_the_frame_and_from_each_other():
    """The maps of a snippet are what the flow network gives of its ten fields alone."""
    streams = PyramidStreams(18).eval()
    x = torch.randn(2, 63, 1, 32, 32)

    with torch.no_grad():
        maps = streams(x)
        alone = streams.motion(x[:, 23:43])[:, :, 0]
        frame = streams.appearance(x[:, :3])[:, :, 0]

    assert maps.motion.shape == (2, 3, 512, 1, 1)
    assert torch.allclose(maps.motion[:, 1], alone, atol=1e-5)
    assert torch.allclose(maps.appearance, frame, atol=1e-5)


def test_channels_that_are_no_snippets_are_refused():
    """Rather than split anywhere."""
    with pytest.raises(PlanError, match="62 channels are not of a frame and 3 snippets"):
        PyramidStreams(18, in_channels=62)


def test_attention_is_a_distribution_over_positions():
    """Weights are positive and add up to one, of each sample by itself."""
    attention = Attention(16)
    torch.nn.init.normal_(attention.score.weight)

    weights = attention(torch.randn(3, 16, 4, 5))

    assert weights.shape == (3, 1, 4, 5)
    assert (weights > 0).all()
    assert torch.allclose(weights.sum((1, 2, 3)), torch.ones(3))
    assert weights.std() > 0.01


def test_attention_begins_as_average_pooling(make_head, make_maps):
    """All positions begin with one weight, so that a is s."""
    head, maps = make_head(), make_maps()

    weights = head.attend(maps.appearance, head.fuse_snippets(maps.motion))

    assert torch.allclose(weights, torch.full_like(weights, 1 / 16))


def test_attention_follows_motion(make_head, make_maps):
    """Its weights change with the flow, and the flow network learns from them."""
    head, maps = make_head(), make_maps()
    torch.nn.init.normal_(head.attention.score.weight)
    motion = maps.motion.requires_grad_()

    weights = head.attend(maps.appearance, head.fuse_snippets(motion))
    (slope,) = torch.autograd.grad(weights[0, 0, 1, 2], motion)

    assert slope[0].abs().sum() > 0
    assert slope[1].abs().sum() == 0


def test_fusion_is_position_by_position(make_head, make_maps):
    """A snippet that changes at one position changes M there and nowhere else."""
    head, maps = make_head(scale=False), make_maps(samples=1)
    moved = maps.motion.clone()
    moved[0, 1, :, 2, 3] += 1

    change = (head.fuse_snippets(moved) - head.fuse_snippets(maps.motion)).abs().amax(1)

    assert change[0].nonzero().tolist() == [[2, 3]]


@pytest.mark.parametrize("degree", [2, 3])
def test_the_root_keeps_the_unit_of_the_inputs(degree):
    """Fused maps of inputs k times as large are k times as large, away from zero."""
    fusion = Fusion("sketch", (16,) * degree, 64, scale=False)
    inputs = [10 * torch.rand(2, 16) + 1 for _ in range(degree)]

    once, thrice = fusion(*inputs), fusion(*(3 * x for x in inputs))

    large = once.abs() > 5
    assert large.float().mean() > 0.3
    assert torch.allclose(thrice[large], 3 * once[large], rtol=0.02)


def test_the_root_keeps_signs_and_its_slope_is_finite():
    """Also at zero, where that of a root is not."""
    x = torch.tensor([-4.0, 0.0, 4.0], requires_grad=True)

    y = signed_root(x, 2)
    (slope,) = torch.autograd.grad(y.sum(), x)

    assert torch.allclose(y, torch.tensor([-2.0, 0.0, 2.0]), atol=0.05)
    assert slope.isfinite().all()


def test_samples_are_scaled_each_by_itself_over_all_positions():
    """The mean square becomes 1; strong positions stay stronger than weak ones; zeros stay."""
    x = torch.randn(3, 8, 4, 4) * torch.tensor([0.1, 1.0, 100.0]).view(3, 1, 1, 1)
    x[:, :, 0, 0] *= 5

    y = scale_samples(x)

    assert torch.allclose(y.square().mean((1, 2, 3)), torch.ones(3), atol=1e-4)
    strengths = y.square().sum(1)
    assert (strengths[:, 0, 0] > strengths.mean((1, 2))).all()
    assert scale_samples(torch.zeros(1, 8)).abs().sum() == 0


@pytest.mark.parametrize(
    ("settings", "snippets", "inputs"),
    [
        ({}, 3, (32, 32, 32)),
        (dict(attention=False), 3, (32, 32)),
        (dict(snippets=1), 1, (32, 32, 32)),
        (dict(fusing="sum"), 3, None),
        (dict(fusing="concatenation"), 3, None),
        (dict(root=False, scale=False, dropout=0.5, attention_kernel=3), 3, (32, 32, 32)),
    ],
    ids=["paper", "without attention", "one snippet", "sum", "concatenation", "others"],
)
def test_each_variant_scores_and_learns(make_head, make_maps, settings, snippets, inputs):
    """Scores are finite, and every weight and every map gets a gradient."""
    head, maps = make_head(**settings), make_maps(snippets=snippets)
    maps = type(maps)(*(x.requires_grad_() for x in maps))
    for weight in head.parameters():
        torch.nn.init.normal_(weight, std=0.1)

    scores = head(maps)
    grads = torch.autograd.grad(scores.square().sum(), (*maps, *head.parameters()))

    assert scores.shape == (2, 5)
    assert scores.isfinite().all()
    assert all(grad.isfinite().all() for grad in grads)
    if inputs is not None:
        assert head.joint.sketch.in_channels == inputs


def test_without_attention_there_is_nothing_to_look_at(make_head, make_maps):
    """It is said, instead of weights that nobody uses."""
    head, maps = make_head(attention=False), make_maps()

    with pytest.raises(PlanError, match="attends to nothing"):
        head.attend(maps.appearance, maps.motion[:, 0])


@pytest.mark.parametrize(
    ("kind", "channels", "problem"),
    [("mean", (4, 4), "no fusion 'mean'"), ("sum", (4, 5), "cannot be added")],
)
def test_fusions_that_are_none_are_refused(kind, channels, problem):
    """With what to choose instead."""
    with pytest.raises(PlanError, match=problem):
        Fusion(kind, channels, 8)


def test_losses_of_the_streams_are_there_where_asked_for(make_head, make_maps):
    """By themselves they teach their own stream only."""
    samples = [ActionDataSample().set_gt_label(label) for label in (1, 3)]
    maps = make_maps()
    maps = type(maps)(*(x.requires_grad_() for x in maps))

    plain = make_head().loss(maps, samples)
    more = make_head(stream_weight=0.5).loss(maps, samples)

    assert set(more) - set(plain) == {"loss_appearance", "loss_motion"}
    to_frame, to_flow = torch.autograd.grad(more["loss_motion"], maps, allow_unused=True)
    assert to_frame is None
    assert to_flow.abs().sum() > 0


def test_the_hashes_of_a_pyramid_are_in_its_state(make_head):
    """Places and signs of the three fusions: 3, 2 and 3 inputs."""
    hashes = [name for name in make_head().state_dict() if ".place_" in name or ".sign_" in name]

    assert len(hashes) == 2 * (3 + 2 + 3)
