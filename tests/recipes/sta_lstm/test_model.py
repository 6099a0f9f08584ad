"""The STA-LSTM against its equations, its counts and MMAction2."""

from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from harness.openmm import repair

repair()

from mmaction.registry import MODELS  # noqa: E402
from mmaction.structures import ActionDataSample  # noqa: E402
from mmengine.config import Config  # noqa: E402
from mmengine.optim import OptimWrapper  # noqa: E402

from recipes.sta_lstm.model import (  # noqa: E402
    STALSTM,
    AttentionRecognizer,
    STALSTMHead,
    find_frames,
    regularize_frames,
    regularize_joints,
)

RECIPE = Path(__file__).parents[3] / "recipes" / "sta_lstm"
LAMBDAS = (0.3, 0.2, 0.01)


def make_model(
    *, joints: int = 4, hidden: int = 6, classes: int = 3, head: dict | None = None, **backbone
) -> AttentionRecognizer:
    """A small recognizer in float64, initialised as the runner does."""
    torch.manual_seed(0)
    model = AttentionRecognizer(
        l1_weight=LAMBDAS[2],
        backbone=dict(
            type=STALSTM, joints=joints, persons=2, hidden=hidden, width=5, dropout=0.0, **backbone
        ),
        cls_head=dict(
            type=STALSTMHead,
            num_classes=classes,
            in_channels=hidden,
            spatial_weight=LAMBDAS[0],
            temporal_weight=LAMBDAS[1],
            **(head or {}),
        ),
    )
    model.init_weights()
    return model.double()


def make_batch(lengths: tuple[int, ...], joints: int = 4) -> Tensor:
    """Skeletons of several lengths, padded as MMAction2 does: (N, 1, M, T, V, C)."""
    generator = torch.Generator().manual_seed(1)
    x = torch.zeros(len(lengths), 1, 2, max(lengths), joints, 3, dtype=torch.float64)
    for sample, length in zip(x, lengths, strict=True):
        sample[:, :, :length] = torch.randn(
            1, 2, length, joints, 3, generator=generator, dtype=torch.float64
        )
    return x


def make_samples(labels: tuple[int, ...]) -> list[ActionDataSample]:
    return [ActionDataSample().set_gt_label(label) for label in labels]


def make_cell(lstm: nn.LSTM) -> nn.LSTMCell:
    """A single step with the same weights."""
    cell = nn.LSTMCell(lstm.input_size, lstm.hidden_size)
    for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
        delattr(cell, name)
        setattr(cell, name, getattr(lstm, f"{name}_l0"))
    return cell


def count_by_hand(module: nn.Module) -> int:
    """Parameters, with one bias a gate where torch's LSTM has two."""
    return sum(w.numel() for name, w in module.named_parameters() if "bias_hh" not in name)


def score_by_steps(model: AttentionRecognizer, frames: Tensor) -> Tensor:
    """The equations, frame by frame, for one sequence (T, D)."""
    net, fc = model.backbone, model.cls_head.fc
    spatial, temporal = net.spatial, net.temporal
    hidden = net.main[0].hidden_size
    lstms = [spatial.lstm, temporal.lstm, *net.main]
    cells = [make_cell(lstm) for lstm in lstms]
    states = [(frames.new_zeros(1, hidden), frames.new_zeros(1, hidden)) for _ in cells]
    o = frames.new_zeros(fc.out_features)
    for x in frames:
        before_spatial, before_temporal = states[0][0][0], states[1][0][0]
        inner = torch.tanh(
            spatial.from_input.weight @ x
            + spatial.from_state.weight @ before_spatial
            + spatial.from_input.bias
        )
        s = spatial.to_joints.weight @ inner + spatial.to_joints.bias
        alpha = s.exp() / s.exp().sum()
        if net.rescale == "gate":
            alpha = alpha * len(alpha)
        beta = torch.relu(
            temporal.from_input.weight[0] @ x
            + temporal.from_state.weight[0] @ before_temporal
            + temporal.from_input.bias[0]
        )
        states[0] = cells[0](x[None], states[0])
        states[1] = cells[1](x[None], states[1])
        h = torch.cat([a * joint for a, joint in zip(alpha, x.split(3), strict=True)])[None]
        for index in range(2, len(cells)):
            states[index] = cells[index](h, states[index])
            h = states[index][0]
        o = o + beta * fc(h[0])
    return o


@pytest.mark.parametrize("rescale", ["none", "gate"])
def test_sequence_calls_equal_the_equations_frame_by_frame(rescale):
    """Scores and gradients of the fused model are those of a plain loop over time."""
    model = make_model(rescale=rescale)
    x = make_batch((7,))
    frames = model.backbone.flatten(x[:, 0])[:, 0]

    fused = model(x, stage="head")[0]
    fused.square().sum().backward()
    expected = {name: weight.grad.clone() for name, weight in model.named_parameters()}
    model.zero_grad()
    stepped = score_by_steps(model, frames)
    stepped.square().sum().backward()

    torch.testing.assert_close(fused, stepped, rtol=1e-9, atol=1e-11)
    for name, weight in model.named_parameters():
        torch.testing.assert_close(weight.grad, expected[name], rtol=1e-7, atol=1e-9)


def test_single_precision_stays_near_double():
    """The fused float32 kernel agrees with float64 to five digits."""
    model = make_model()
    x = make_batch((9, 5))
    expected = model(x, stage="head")

    found = model.float()(x.float(), stage="head")

    torch.testing.assert_close(found.double(), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("normalize", [False, True])
def test_padding_changes_nothing(normalize):
    """A sequence alone has the scores and losses that it has in a padded batch."""
    model = make_model(head=dict(normalize=normalize)).eval()
    batch = make_batch((4, 9))
    alone = batch[:1, :, :, :4]

    torch.testing.assert_close(
        model(batch, stage="head")[:1], model(alone, stage="head"), rtol=1e-10, atol=1e-12
    )
    together = model(batch, make_samples((0, 1)), mode="loss")
    parts = [
        model(x, make_samples((label,)), mode="loss") for label, x in ((0, alone), (1, batch[1:]))
    ]
    for name in ("loss_cls", "loss_spatial", "loss_temporal"):
        torch.testing.assert_close(together[name], (parts[0][name] + parts[1][name]) / 2)


def test_frames_end_at_the_last_one_that_is_not_zero():
    """A zero frame inside a sequence counts; an empty sequence keeps one frame."""
    x = torch.zeros(5, 3, 2)
    x[0, 0], x[2, 0], x[4, 1] = 1, 1, -1

    assert find_frames(x).T.tolist() == [[1, 1, 1, 0, 0], [1, 1, 1, 1, 1], [1, 0, 0, 0, 0]]


def test_weights_of_joints_sum_to_one_over_both_persons():
    """Attention is a distribution over the K = M V joints of a real frame."""
    alpha, beta = make_model().attend(make_batch((4, 9)))

    assert alpha.shape == (2, 9, 2, 4)
    assert beta.shape == (2, 9)
    assert (beta >= 0).all()
    torch.testing.assert_close(alpha.sum((2, 3))[1], torch.ones(9, dtype=torch.float64))
    assert not alpha[0, 4:].any()
    assert not beta[0, 4:].any()


@pytest.mark.parametrize(
    ("joints", "persons", "classes", "main", "lstm"),
    [(15, 2, 8, 238_008, 76_400), (25, 2, 60, 267_260, 100_400), (25, 1, 60, 237_260, 70_400)],
)
def test_parameters_are_those_counted_by_hand(joints, persons, classes, main, lstm):
    """Derived counts: the main layers with their classifier, and one layer for each gate."""
    with torch.device("meta"):
        model = AttentionRecognizer(
            backbone=dict(type=STALSTM, joints=joints, persons=persons),
            cls_head=dict(type=STALSTMHead, num_classes=classes),
        )
    parts = model.parts()
    gates = (model.backbone.spatial.lstm, model.backbone.temporal.lstm)

    assert sum(count_by_hand(module) for module in parts["main"]) == main
    assert [count_by_hand(gate) for gate in gates] == [lstm, lstm]


def test_printed_regulariser_keeps_a_floor_and_the_same_minimum():
    """Uniform attention is the minimum of both forms; the printed one is not zero there."""
    k, mask = 30, torch.ones(6, 2, dtype=torch.float64)
    uniform = torch.full((6, 2, k), 1 / k, dtype=torch.float64)
    peaked = torch.randn(6, 2, k, dtype=torch.float64).softmax(-1)
    mean = peaked.mean(0)  # 2 K

    assert regularize_joints(uniform, mask).item() == pytest.approx((1 - 1 / k) ** 2 * k)
    assert regularize_joints(uniform * k, mask).item() == pytest.approx(0)
    assert regularize_joints(peaked, mask).item() == pytest.approx(
        (k - 2 + mean.square().sum(-1)).mean().item()
    )
    assert regularize_joints(peaked * k, mask).item() == pytest.approx(
        (-k + k**2 * mean.square().sum(-1)).mean().item()
    )


def test_regulariser_of_frames_is_the_mean_weight_of_real_frames():
    """Its T is the true length of each sequence."""
    beta = torch.tensor([[1.0, 4.0], [3.0, 9.0]])
    mask = torch.tensor([[1.0, 1.0], [1.0, 0.0]])

    assert regularize_frames(beta, mask).item() == pytest.approx((2 + 4) / 2)


@pytest.mark.parametrize("rescale", ["none", "regularizer", "gate"])
def test_losses_are_the_four_terms(rescale):
    """Each term stands in the losses under its name, with its weight."""
    model = make_model(rescale=rescale)
    x = make_batch((6, 6))

    losses = model(x, make_samples((0, 2)), mode="loss")

    features = model.backbone(x[:, 0])
    scale = 1 if rescale == "none" else 8
    spatial = (1 - scale * features.alpha.mean(0)).square().sum(-1).mean()
    matrices = [weight.abs().sum() for weight in model.parameters() if weight.ndim > 1]
    assert losses["loss_spatial"].item() == pytest.approx(LAMBDAS[0] * spatial.item())
    assert losses["loss_temporal"].item() == pytest.approx(LAMBDAS[1] * features.beta.mean().item())
    assert losses["loss_l1"].item() == pytest.approx(LAMBDAS[2] * sum(matrices).item())
    assert losses["loss_cls"].item() == pytest.approx(
        nn.functional.cross_entropy(model(x, stage="head"), torch.tensor([0, 2])).item()
    )
    assert "top5_acc" not in losses


@pytest.mark.parametrize(
    ("spatial", "temporal"), [(False, False), (True, False), (False, True), (True, True)]
)
def test_gradient_reaches_every_parameter(spatial, temporal):
    """Each of the four models of the ablation trains all of its weights."""
    model = make_model(spatial=spatial, temporal=temporal)
    scores = model(make_batch((6, 4)), stage="head")
    nn.functional.cross_entropy(scores, torch.tensor([0, 1])).backward()

    assert [name for name, w in model.named_parameters() if not w.grad.any()] == []


def test_without_gates_scores_are_summed_over_real_frames():
    """The LSTM without attention is the model whose weights are fixed to ones."""
    model = make_model(spatial=False, temporal=False)
    x = make_batch((3, 5))
    features = model.backbone(x[:, 0])

    z = model.cls_head.fc(features.hidden)

    torch.testing.assert_close(
        model(x, stage="head"), torch.stack((z[:3, 0].sum(0), z[:, 1].sum(0)))
    )
    assert features.alpha is None
    assert features.beta is None


def test_initial_weights_follow_from_the_seed():
    """Two models of one seed are equal, biases are those documented."""
    first, second = make_model(), make_model()

    for one, other in zip(first.parameters(), second.parameters(), strict=True):
        assert torch.equal(one, other)
    lstm = first.backbone.main[0]
    assert lstm.bias_ih_l0.tolist() == [0.0] * 6 + [1.0] * 6 + [0.0] * 12
    assert not lstm.bias_hh_l0.any()
    assert first.backbone.temporal.from_input.bias.item() == 1.0


def test_no_frame_is_dropped_before_training():
    """The temporal gate starts open: a ReLU that starts closed would never learn."""
    _, beta = make_model().attend(make_batch((9, 9)))

    assert (beta > 0.5).all()


def test_other_skeletons_are_refused():
    """A batch of another layout says what it is and what was expected."""
    with pytest.raises(ValueError, match="expected 2 persons of 4 joints"):
        make_model()(make_batch((3,), joints=5))


@pytest.mark.parametrize(
    "variant",
    [
        "config",
        "temporal_stage",
        "spatial_stage",
        "end_to_end",
        "lstm",
        "sa_lstm",
        "ta_lstm",
        "synthetic",
        "lstm_synthetic",
    ],
)
def test_stock_mmaction_trains_and_predicts(variant):
    """Its registry builds each variant, and MMEngine's own step trains it."""
    config = Config.fromfile(RECIPE / f"{variant}.py", lazy_import=True)
    model = MODELS.build(config.model)
    model.init_weights()
    protocol = config.protocol
    shape = (1, protocol.persons, 6, protocol.joints, 3)
    data = dict(
        inputs=[torch.randn(shape), torch.randn(shape)[:, :, :4]], data_samples=make_samples((0, 1))
    )
    before = model.cls_head.fc.weight.detach().clone()

    log = model.train_step(data, OptimWrapper(torch.optim.Adam(model.parameters())))
    predicted = model.eval().test_step(
        dict(inputs=[torch.randn(shape)], data_samples=make_samples((0,)))
    )

    assert torch.isfinite(log["loss"])
    assert not torch.equal(model.cls_head.fc.weight, before)
    assert predicted[0].pred_score.shape == (protocol.classes,)
    assert predicted[0].pred_score.sum().item() == pytest.approx(1)
