"""The network in its forms against plain sums, MMAction2's network, and counts."""

import re
from math import ceil, comb, sqrt

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from harness.errors import PlanError, RunError
from harness.openmm import repair

repair()

import mmaction.models  # noqa: E402, F401  isort: skip  (fills the registries)

from mmaction.models.backbones import STGCN  # noqa: E402
from mmaction.models.heads import GCNHead  # noqa: E402
from mmaction.models.recognizers import RecognizerGCN  # noqa: E402
from mmaction.registry import MODELS  # noqa: E402
from mmaction.structures import ActionDataSample  # noqa: E402

from harness.catalog import load_recipe  # noqa: E402
from harness.run.measure import count_macs, count_parameters  # noqa: E402
from harness.run.models import enter_scope, read_config, score  # noqa: E402
from harness.run.precision import use_precision  # noqa: E402
from recipes.stgcn.graph import LAYOUTS, make_adjacency  # noqa: E402
from recipes.stgcn.model import GraphConv, SpatialTemporalGCN, STGCNUnit, drop  # noqa: E402

RECIPE = load_recipe("stgcn")
RELEASED = dict(partition="spatial_hops", normalisation="whole")
EARLY = dict(partition="spatial", normalisation="subset")
NARROW = dict(widths=[8, 8, 8, 16, 16, 16, 32, 32, 32])
NEVER_USED = 512  # weight and bias of a BatchNorm of 256 channels that the early code never calls

#: MMAction2's names → ours, as patterns.
ZOO_NAMES = (
    (r"(data_bn\.\w+)", r"\1"),
    (r"gcn\.(\d+)\.gcn\.PA", r"importance.\1"),
    (r"gcn\.(\d+)\.gcn\.conv\.(\w+)", r"units.\1.gcn.conv.\2"),
    (r"gcn\.(\d+)\.gcn\.bn\.(\w+)", r"units.\1.gcn_bn.\2"),
    (r"gcn\.(\d+)\.tcn\.conv\.(\w+)", r"units.\1.tcn.\2"),
    (r"gcn\.(\d+)\.tcn\.bn\.(\w+)", r"units.\1.tcn_bn.\2"),
    (r"gcn\.(\d+)\.residual\.conv\.(\w+)", r"units.\1.projection.0.\2"),
    (r"gcn\.(\d+)\.residual\.bn\.(\w+)", r"units.\1.projection.1.\2"),
)


def translate(name: str) -> str:
    """Our name for one of MMAction2's."""
    (found,) = (re.sub(old, new, name) for old, new in ZOO_NAMES if re.fullmatch(old, name))
    return found


def build(variant: str, *, graph: dict | None = None, **backbone) -> RecognizerGCN:
    """A variant's recognizer without memory for its weights."""
    config = read_config(RECIPE.variant_file(variant)).model
    config.backbone.update(backbone)
    config.backbone.graph.update(graph or {})
    enter_scope()
    with torch.device("meta"):
        return MODELS.build(config).to("meta")


def make_recognizer(*, classes: int = 5, layout: str = "coco-17", **backbone) -> RecognizerGCN:
    """A narrow recognizer, initialised as the runner does and then stirred."""
    torch.manual_seed(0)
    given = dict(widths=[8, 16], strides=[1, 2], graph=dict(layout=layout)) | backbone
    model = RecognizerGCN(
        backbone=dict(type=SpatialTemporalGCN, **given),
        cls_head=dict(type=GCNHead, num_classes=classes, in_channels=given["widths"][-1]),
    )
    model.init_weights()
    stir(model)
    return model


def stir(model: nn.Module) -> None:
    """Move weights and statistics away from the ones and zeros they begin with."""
    with torch.no_grad():
        for weight in model.parameters():
            weight += 0.1 * torch.randn_like(weight)
        for name, buffer in model.named_buffers():
            if name.endswith("running_mean"):
                buffer += 0.1 * torch.randn_like(buffer)
            if name.endswith("running_var"):
                buffer *= 1 + torch.rand_like(buffer)


def make_input(*shape: int, dtype: torch.dtype = torch.float32) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(1), dtype=dtype)


def make_matrices(subsets: int = 3, joints: int = 6, dtype: torch.dtype = torch.float64) -> Tensor:
    """Adjacency times importance: anything."""
    return torch.randn(
        subsets, joints, joints, generator=torch.Generator().manual_seed(2), dtype=dtype
    )


def sum_subsets(x: Tensor, matrices: Tensor, weights: Tensor, biases: Tensor, bias: str) -> Tensor:
    """Σ_k A_k x W_k, joint by joint and subset by subset."""
    columns = []
    for w in range(x.shape[3]):
        received = torch.zeros_like(x[:, :, :, 0]).new_zeros(len(x), weights.shape[1], x.shape[2])
        for a, weight, b in zip(matrices, weights, biases, strict=True):
            for v in range(x.shape[3]):
                mixed = torch.einsum("bct,oc->bot", x[:, :, :, v], weight)
                if bias == "before":
                    mixed = mixed + b[:, None]
                received = received + a[v, w] * mixed
            if bias == "after":
                received = received + b[:, None]
        columns.append(received)
    return torch.stack(columns, dim=3)


def apply_norm(norm: nn.BatchNorm2d, x: Tensor) -> Tensor:
    """Statistics of the batch, as in training."""
    mean = x.mean((0, 2, 3), keepdim=True)
    deviation = (x.var((0, 2, 3), unbiased=False, keepdim=True) + norm.eps).sqrt()
    return (x - mean) / deviation * norm.weight[:, None, None] + norm.bias[:, None, None]


def apply_unit(unit: STGCNUnit, x: Tensor, matrices: Tensor, form: str) -> Tensor:
    """A unit of either code in training, written down in order."""
    weight = unit.gcn.conv.weight.view(len(matrices), -1, x.shape[1])
    bias = unit.gcn.conv.bias.view(len(matrices), -1)
    place = "after" if form == "early" else "before"
    y = apply_norm(unit.gcn_bn, sum_subsets(x, matrices, weight, bias, place)).relu()
    if form == "early" and unit.dropout:
        y = drop(y, unit.dropout)
    padded = F.pad(y, (0, 0, 4, 4))
    taps = [padded[:, :, k : k + y.shape[2]] for k in range(9)]
    y = sum(
        torch.einsum("bctv,oc->botv", tap, unit.tcn.weight[:, :, k, 0])
        for k, tap in enumerate(taps)
    )
    y = y[:, :, :: unit.tcn.stride[0]] + unit.tcn.bias[:, None, None]
    y = apply_norm(unit.tcn_bn, y)
    if form == "early":
        y = y.relu()
    elif unit.dropout:
        y = drop(y, unit.dropout)
    carried: Tensor | float = 0.0
    if unit.has_residual:
        carried = x
    if unit.projection is not None:
        conv, norm = unit.projection
        carried = x[:, :, :: conv.stride[0]]
        carried = torch.einsum("bctv,oc->botv", carried, conv.weight[:, :, 0, 0])
        carried = apply_norm(norm, carried + conv.bias[:, None, None])
        carried = carried.relu() if form == "early" else carried
    return y + carried if form == "early" else (y + carried).relu()


def relative(found: Tensor, expected: Tensor) -> float:
    return ((found - expected).norm() / expected.norm()).item()


@pytest.mark.parametrize(
    ("variant", "changes", "expected"),
    [
        ("released_ntu", {}, 3_098_832),
        ("released_ntu", dict(importance=False), 3_080_082),
        ("released_ntu_distance", {}, 2_873_894),
        ("released_ntu_uniform", {}, 2_648_956),
        ("released_ntu", dict(graph=dict(layout="coco-17")), 3_088_704),
        ("released_kinetics", {}, 3_177_140),
        ("released_kinetics", dict(graph=dict(partition="distance")), 2_955_212),
        ("released_kinetics", dict(graph=dict(partition="uniform")), 2_733_284),
        ("early_ntu", {}, 3_099_494 - NEVER_USED),
        ("early_kinetics", {}, 3_177_760 - NEVER_USED),
    ],
)
def test_parameters_are_as_many_as_the_authors(variant, changes, expected):
    """To the last one; ours leaves out 512 that the early code declares and never uses."""
    assert count_parameters(build(variant, **changes)) == expected


@pytest.mark.parametrize("bias", ["before", "after"])
def test_graph_convolution_is_the_sum_over_subsets(bias):
    """Σ_k A_k x W_k, with each subset's bias spread like its features, or added at each joint."""
    conv = GraphConv(4, 5, 3, bias=bias).double()
    x, matrices = make_input(2, 4, 3, 6, dtype=torch.float64), make_matrices()
    weights, biases = conv.conv.weight.view(3, 5, 4), conv.conv.bias.view(3, 5)

    found = conv(x, matrices)

    expected = sum_subsets(x, matrices, weights, biases, bias)
    torch.testing.assert_close(found, expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(("channels", "width"), [(3, 8), (8, 8), (16, 32)])
def test_float32_on_cpus_equals_the_linear_form(channels, width):
    """The convolution that float32 takes there and the product that float64 takes agree."""
    conv = GraphConv(channels, width, 3)
    x, matrices = make_input(3, channels, 7, 6), make_matrices(dtype=torch.float32)

    single = conv(x, matrices)
    double = conv.double()(x.double(), matrices.double())

    assert relative(single.double(), double) < 1e-6
    assert single.shape == (3, width, 7, 6)


def test_activations_stay_channels_last():
    """No copy between the parts: what a unit gives is contiguous as (B, T, V, C)."""
    unit = STGCNUnit(8, 8, 3)
    x = make_input(2, 5, 6, 8).permute(0, 3, 1, 2)

    y = unit(x, make_matrices(dtype=torch.float32))

    assert y.is_contiguous(memory_format=torch.channels_last)


@pytest.mark.parametrize("form", ["released", "early"])
@pytest.mark.parametrize("dropout", [0.0, 0.5])
@pytest.mark.parametrize(
    ("channels", "stride", "residual"), [(4, 1, True), (3, 1, True), (4, 2, True), (3, 1, False)]
)
def test_unit_is_that_of_its_code(form, dropout, channels, stride, residual):
    """Order of BatchNorm, ReLU, dropout and sum, in training, output and gradients."""
    torch.manual_seed(0)
    unit = STGCNUnit(
        channels, 4, 3, stride=stride, residual=residual, dropout=dropout, form=form
    ).double()
    stir(unit)
    x = make_input(2, 5, 6, channels, dtype=torch.float64).permute(0, 3, 1, 2)
    x, matrices = x.requires_grad_(), make_matrices()

    torch.manual_seed(3)  # of the dropout's mask
    found = unit(x, matrices)
    found_gradient = torch.autograd.grad(found.square().sum(), x)
    torch.manual_seed(3)
    expected = apply_unit(unit, x, matrices, form)
    gradient = torch.autograd.grad(expected.square().sum(), x)

    torch.testing.assert_close(found, expected, rtol=1e-9, atol=1e-11)
    torch.testing.assert_close(found_gradient, gradient, rtol=1e-7, atol=1e-9)


def test_units_of_the_two_codes_differ():
    """The early unit's outputs may be negative, the released unit's not."""
    x, matrices = make_input(2, 4, 5, 6), make_matrices(dtype=torch.float32)

    early = STGCNUnit(4, 4, 3, form="early")(x, matrices)
    released = STGCNUnit(4, 4, 3, form="released")(x, matrices)

    assert early.min() < 0 <= released.min()


@pytest.mark.parametrize(("layout", "zoo"), [("openpose-18", "openpose"), ("coco-17", "coco")])
@pytest.mark.parametrize(("graph", "mode"), [(RELEASED, "stgcn_spatial"), (EARLY, "spatial")])
@pytest.mark.parametrize("training", [False, True], ids=["eval", "train"])
def test_released_network_is_mmaction2s(layout, zoo, graph, mode, training):
    """With its weights under our names: equal features and equal gradients of all of them."""
    torch.manual_seed(0)
    theirs = STGCN(graph_cfg=dict(layout=zoo, mode=mode), base_channels=8)
    stir(theirs)
    state = {translate(k): v for k, v in theirs.state_dict().items() if not k.endswith("gcn.A")}
    ours = SpatialTemporalGCN(dict(layout=layout, **graph), **NARROW)
    ours.load_state_dict(state)
    theirs, ours = theirs.double().train(training), ours.double().train(training)
    x = make_input(2, 2, 13, LAYOUTS[layout].joints, 3, dtype=torch.float64)

    found, expected = ours(x), theirs(x)
    cotangent = make_input(*expected.shape, dtype=torch.float64)
    (found * cotangent).sum().backward()
    (expected * cotangent).sum().backward()

    assert relative(found, expected) < 1e-6  # A is rounded to float32 in both
    gradients = dict(ours.named_parameters())
    largest = max(float(weight.grad.norm()) for weight in theirs.parameters())
    for name, weight in theirs.named_parameters():
        difference = gradients[translate(name)].grad - weight.grad
        assert difference.norm() < 1e-6 * weight.grad.norm() + 1e-9 * largest, name
    assert len(gradients) == len(dict(theirs.named_parameters()))


def test_recognizer_scores_are_mmaction2s():
    """The whole of both recognizers, over clips: equal class scores."""
    torch.manual_seed(0)
    zoo = RecognizerGCN(
        backbone=dict(type=STGCN, graph_cfg=dict(layout="coco"), base_channels=8),
        cls_head=dict(type=GCNHead, num_classes=5, in_channels=32),
    )
    stir(zoo)
    own = make_recognizer(
        graph=dict(layout="coco-17", **EARLY), strides=[1, 1, 1, 2, 1, 1, 2, 1, 1], **NARROW
    )
    state = zoo.backbone.state_dict().items()
    own.backbone.load_state_dict({translate(k): v for k, v in state if not k.endswith("gcn.A")})
    own.cls_head.load_state_dict(zoo.cls_head.state_dict())
    x = make_input(2, 3, 2, 9, 17, 3)

    found, expected = score(own.eval(), x), score(zoo.eval(), x)

    assert relative(found, expected) < 1e-5


def test_importance_multiplies_the_graph_of_each_unit():
    """One factor for each unit and entry; what is no bone stays none whatever it learns."""
    model = make_recognizer().backbone

    found = model.adjacencies()

    assert len(found) == len(model.importance) == len(model.units) == 3
    for matrices, factor in zip(found, model.importance, strict=True):
        torch.testing.assert_close(matrices, model.adjacency * factor)
        assert not matrices[model.adjacency == 0].any()
    plain = make_recognizer(importance=False).backbone
    assert all(matrices is plain.adjacency for matrices in plain.adjacencies())


@pytest.mark.parametrize("variant", ["printed_ntu", "printed_kinetics"])
def test_the_printed_network_has_nine_units_each_with_a_residual(variant):
    """Widths 64, 128 and 256, three of each; stride 2 at the 4th and 7th; dropout in all."""
    model = build(variant).backbone

    assert [unit.tcn.out_channels for unit in model.units] == 3 * [64] + 3 * [128] + 3 * [256]
    assert [unit.tcn.stride for unit in model.units] == [
        (2, 1) if number in (4, 7) else (1, 1) for number in range(1, 10)
    ]
    assert all(unit.has_residual and unit.dropout == 0.5 for unit in model.units)
    assert all(unit.tcn.kernel_size == (9, 1) for unit in model.units)
    projected = [number for number, unit in enumerate(model.units, 1) if unit.projection]
    assert projected == [1, 4, 7]


@pytest.mark.parametrize("variant", ["released_ntu", "early_ntu"])
def test_both_codes_have_a_stem_without_residual_and_dropout(variant):
    """Ten units: four of 64 channels, strides 2 at the 5th and 8th, counting the stem."""
    model = build(variant).backbone
    stem, *others = model.units

    assert [unit.tcn.out_channels for unit in model.units] == 4 * [64] + 3 * [128] + 3 * [256]
    assert [n for n, unit in enumerate(model.units, 1) if unit.tcn.stride == (2, 1)] == [5, 8]
    assert (stem.has_residual, stem.projection, stem.dropout) == (False, None, 0.0)
    assert all(unit.has_residual and unit.dropout == 0.5 for unit in others)


def test_person_slots_have_statistics_of_their_own():
    """The early code normalises each slot, joint and coordinate; the released one all persons."""
    x = make_input(4, 2, 5, 17, 3)
    x[:, 1] += torch.arange(17 * 3.0).view(17, 3)  # the second person is elsewhere
    slots = make_recognizer(norm="person", persons=2).backbone
    shared = make_recognizer(norm="shared", persons=2).backbone
    for model in (slots, shared):
        model.data_bn.reset_running_stats()
        model.data_bn.momentum = 1.0

        model.train()(x)

    torch.testing.assert_close(slots.data_bn.running_mean.view(2, 17, 3), x.mean((0, 2)))
    torch.testing.assert_close(shared.data_bn.running_mean.view(17, 3), x.mean((0, 1, 2)))


def test_normalised_persons_reach_their_own_slots():
    """Both forms are the same network where the statistics of the slots are equal."""
    shared = make_recognizer(norm="shared")
    slots = make_recognizer(norm="person", persons=2)
    state = shared.state_dict()
    for name in [name for name in state if "data_bn" in name and state[name].dim()]:
        state[name] = state[name].repeat(2)
    slots.load_state_dict(state)
    x = make_input(3, 1, 2, 5, 17, 3)

    torch.testing.assert_close(score(slots.eval(), x), score(shared.eval(), x))


def test_an_absent_person_counts_in_the_mean():
    """A score is the mean of the persons' scores, and zeros are a person."""
    model = make_recognizer().eval()
    alone = make_input(2, 1, 1, 6, 17, 3)
    absent = torch.zeros_like(alone)

    both = score(model, torch.cat([alone, absent], dim=2))

    expected = (score(model, alone) + score(model, absent)) / 2
    torch.testing.assert_close(both, expected)
    assert relative(both, score(model, alone)) > 1e-3


@pytest.mark.parametrize("frames", [1, 2, 9, 301])
def test_any_number_of_frames_works(frames):
    """From one to more than the 300 that the papers' sequences have; strides round up."""
    model = make_recognizer(widths=[8, 8, 8], strides=[1, 2, 2]).eval()

    features = model.backbone(make_input(1, 2, frames, 17, 3))

    assert features.shape == (1, 2, 8, ceil(ceil(frames / 2) / 2), 17)
    assert score(model, make_input(2, 1, 2, frames, 17, 3)).isfinite().all()


@pytest.mark.parametrize(
    ("shape", "problem"),
    [
        ((2, 0, 5, 17, 3), "no persons or frames"),
        ((2, 1, 0, 17, 3), "no persons or frames"),
        ((0, 1, 5, 17, 3), "no persons or frames"),
        ((2, 1, 5, 18, 3), "18 joints of 3 coordinates do not fit a graph of 17"),
        ((2, 1, 5, 17, 2), "17 joints of 2 coordinates do not fit a graph of 17"),
        ((2, 1, 5, 51, 1), "51 joints of 1 coordinates do not fit a graph of 17"),
    ],
)
def test_input_of_another_shape_is_an_error(shape, problem):
    """Nobody, nothing, other joints and other coordinates, said in words."""
    with pytest.raises(ValueError, match=problem):
        make_recognizer().backbone(torch.zeros(shape))


def test_another_number_of_persons_is_an_error_where_slots_have_statistics():
    """Shared statistics take any number of persons, slots take theirs."""
    x = make_input(2, 3, 5, 17, 3)

    assert make_recognizer().backbone(x).shape[1] == 3
    with pytest.raises(ValueError, match="3 persons, but statistics of 2"):
        make_recognizer(norm="person", persons=2).backbone(x)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_input_that_is_not_finite_is_an_error_that_names_the_sample(value):
    """One joint of one frame is enough: it would spoil its sample's scores silently."""
    x = make_input(3, 1, 1, 5, 17, 3)
    x[1, 0, 0, 2, 4, 0] = value

    with pytest.raises(RunError, match="sample 1 of the batch has values that are not finite"):
        score(make_recognizer().eval(), x)


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        (dict(norm="layer"), "norm='layer' is none"),
        (dict(unit="late"), "unit='late' is none"),
        (dict(init="zeros"), "init='zeros' is none"),
        (dict(widths=[8, 8], strides=[1]), "2 widths, 1 strides"),
        (dict(widths=[], strides=[]), "0 widths, 0 strides"),
        (dict(kernel=8), "a kernel of 8"),
        (dict(graph=dict(layout="coco")), "no graph 'coco'"),
        (dict(graph=dict(layout="coco-17", partition="hops")), "no partition 'hops'"),
    ],
)
def test_a_wrong_setting_is_refused(settings, problem):
    """Before anything is computed, with what is wrong."""
    given = dict(graph=dict(layout="coco-17"), widths=[8], strides=[1]) | settings

    with pytest.raises(PlanError, match=problem):
        SpatialTemporalGCN(**given)


@pytest.mark.parametrize(
    ("init", "graph_std", "time_std"),
    [
        ("released", 0.02, 0.02),
        ("early", sqrt(2 / 64), sqrt(2 / (64 * 9))),
        ("mmaction2", sqrt(1 / (3 * 64)), sqrt(2 / (64 * 9))),
        ("torch", sqrt(1 / (3 * 64)), sqrt(1 / (3 * 64 * 9))),
    ],
)
def test_first_weights_are_drawn_as_each_code_does(init, graph_std, time_std):
    """N(0, 0.02); N(0, sqrt(2 / (C' area))) with C' of one subset; U(± 1 / sqrt(C area))."""
    torch.manual_seed(0)
    model = SpatialTemporalGCN(
        dict(layout="coco-17"), widths=[64, 64], strides=[1, 1], init=init, stem=False
    )

    model.init_weights()

    unit = model.units[1]
    assert unit.gcn.conv.weight.std().item() == pytest.approx(graph_std, rel=0.03)
    assert unit.tcn.weight.std().item() == pytest.approx(time_std, rel=0.03)
    assert unit.gcn.conv.bias.any() == (init != "released")
    assert unit.tcn.bias.any() == (init in ("early", "torch"))
    spread = torch.cat([unit.gcn_bn.weight, unit.tcn_bn.weight, model.data_bn.weight]).std()
    assert spread.item() == pytest.approx(0.02 if init == "released" else 0.0, rel=0.2)
    assert all((factor == 1).all() for factor in model.importance)


def within_binomial(zeros: int, trials: int, probability: float) -> bool:
    """Whether a count is within five standard deviations of its expectation."""
    return abs(zeros - trials * probability) <= 5 * sqrt(trials * probability * (1 - probability))


@pytest.mark.parametrize("probability", [0.25, 0.5, 129 / 256, 0.9375, 0.3])
def test_dropout_has_its_rate_and_keeps_the_mean(probability):
    """Of bytes where a multiple of 1/256 decides exactly, of PyTorch's numbers elsewhere."""
    torch.manual_seed(0)
    x = torch.ones(16, 20, 17, 32).permute(0, 3, 1, 2)

    y = drop(x, probability)

    zeros = int((y == 0).sum())
    assert within_binomial(zeros, y.numel(), probability)
    kept = y[y != 0]
    torch.testing.assert_close(kept, torch.full_like(kept, 1 / (1 - probability)))
    deviation = sqrt(probability / (1 - probability) / y.numel())
    assert y.mean().item() == pytest.approx(1, abs=5 * deviation)


def test_dropout_of_a_half_is_exact():
    """Each value doubles or vanishes, and neighbours fall independently of each other."""
    torch.manual_seed(0)
    x = make_input(16, 20, 17, 32).permute(0, 3, 1, 2)

    y = drop(x, 0.5)

    assert ((y == 0) | (y == 2 * x)).all()
    kept = (y != 0).permute(0, 2, 3, 1).reshape(-1, 8)  # eight activations share a drawn word
    patterns = (kept.long() * 2 ** torch.arange(8)).sum(1)
    by_bit = torch.bincount(kept.sum(1), minlength=9)
    for count, times in enumerate(by_bit.tolist()):
        assert within_binomial(times, len(kept), comb(8, count) / 256)
    assert len(patterns.unique()) == 256


def test_dropout_gives_no_gradient_where_it_dropped():
    """And the doubled gradient elsewhere."""
    torch.manual_seed(0)
    x = make_input(2, 5, 17, 8).permute(0, 3, 1, 2).requires_grad_()

    y = drop(x, 0.5)
    y.sum().backward()

    torch.testing.assert_close(x.grad, torch.where(y == 0, 0.0, 2.0))


@pytest.mark.parametrize("probability", [0.5, 0.3])
def test_dropout_repeats_under_a_seed(probability):
    """Equal seeds drop the same; the next call drops others."""
    x = torch.ones(2, 8, 5, 17)
    torch.manual_seed(4)
    first, second = drop(x, probability), drop(x, probability)
    torch.manual_seed(4)

    assert torch.equal(drop(x, probability), first)
    assert not torch.equal(first, second)


def test_dropout_falls_back_to_pytorchs():
    """A rate that bytes cannot express draws exactly what PyTorch draws."""
    x = make_input(2, 8, 5, 17)
    torch.manual_seed(4)
    found = drop(x, 0.3)
    torch.manual_seed(4)

    assert torch.equal(found, F.dropout(x, 0.3))


def test_dropout_is_for_training_alone():
    """Scores of a network in ``eval()`` do not depend on it."""
    model = make_recognizer(dropout=0.5).eval()
    x = make_input(2, 1, 1, 5, 17, 3)

    assert torch.equal(score(model, x), score(model, x))
    assert not torch.equal(model.train().backbone(x[:, 0]), model.backbone(x[:, 0]))


def test_bfloat16_stays_near_float32():
    """Scores within three percent; features, scores and loss leave in float32."""
    model = make_recognizer(**NARROW, strides=[1, 1, 1, 2, 1, 1, 2, 1, 1]).eval()
    x = make_input(4, 1, 2, 24, 17, 3)
    samples = [ActionDataSample().set_gt_label(label) for label in range(4)]
    expected = score(model, x)
    expected_loss = model(x, samples, mode="loss")["loss_cls"]

    use_precision(model, "bfloat16")
    found = score(model, x)
    losses = model(x, samples, mode="loss")

    assert 0 < relative(found, expected) < 0.03
    assert found.dtype == losses["loss_cls"].dtype == torch.float32
    torch.testing.assert_close(losses["loss_cls"], expected_loss, rtol=0.03, atol=0.0)
    losses["loss_cls"].backward()
    gradients = [weight.grad for weight in model.parameters()]
    assert all(g.dtype == torch.float32 and g.isfinite().all() for g in gradients)


def test_multiply_adds_are_those_quoted_without_the_sums_over_neighbours():
    """16.88 G at 300 frames, 25 joints and 2 persons; 16.2 G is quoted.

    The sums over neighbours are K V² multiply-adds for each person, frame and input
    channel: 3 x 25² x 2 x 300 (3 + 3 x 64 + 64 + 2 x 128 / 2 + 128 / 2 + 2 x 256 / 4)
    = 0.65 G. Without them it is the quoted number to all its digits: who quotes it
    counted the convolutions alone.
    """
    frame_channels = 300 * (3 + 3 * 64 + 64) + 150 * (2 * 128 + 128) + 75 * (2 * 256)
    sums = 3 * 25**2 * 2 * frame_channels

    found = count_macs(build("released_ntu"), torch.zeros(1, 1, 2, 300, 25, 3, device="meta"))

    assert sums == 651_375_000
    assert found == pytest.approx(16.88e9, rel=1e-3)
    assert round((found - sums) / 1e9, 1) == 16.2


@pytest.mark.parametrize(
    ("layout", "ours", "quoted"), [("ntu-25", 5.63e9, 5.7e9), ("coco-17", 3.77e9, 3.8e9)]
)
def test_multiply_adds_of_a_hundred_frames_are_nearly_the_zoos(layout, ours, quoted):
    """The model zoo's 5.7 G and 3.8 G sum over neighbours after the channels are widened."""
    joints = LAYOUTS[layout].joints
    model = build("released_ntu", graph=dict(layout=layout))

    found = count_macs(model, torch.zeros(1, 1, 2, 100, joints, 3, device="meta"))

    assert found == pytest.approx(ours, rel=1e-2)
    assert found == pytest.approx(quoted, rel=0.02)


def test_the_graph_is_no_weight():
    """It comes from the configuration: not in the state dict, and not trained."""
    model = make_recognizer(graph=dict(layout="coco-17", **RELEASED)).backbone

    assert not any("adjacency" in name for name in model.state_dict())
    np.testing.assert_array_equal(
        model.adjacency.numpy(), make_adjacency(LAYOUTS["coco-17"], "spatial_hops", "whole")
    )
    assert not model.adjacency.requires_grad
