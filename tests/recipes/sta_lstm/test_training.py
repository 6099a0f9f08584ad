"""Stages of training, and what the combination starts from."""

from types import SimpleNamespace

import pytest
import torch

from harness.errors import RunError
from harness.openmm import repair

repair()

from recipes.sta_lstm.model import STALSTM, AttentionRecognizer, STALSTMHead  # noqa: E402
from recipes.sta_lstm.training import StagedTraining  # noqa: E402
from recipes.sta_lstm.weights import merge_inputs  # noqa: E402

STAGES = (
    dict(iterations=2, main_layers=1, train=["main", "temporal"]),
    dict(iterations=3, main_layers=3, train=["main"]),
    dict(iterations=1, main_layers=3, train=["main", "spatial", "temporal"]),
)


def make_model(**backbone) -> AttentionRecognizer:
    model = AttentionRecognizer(
        l1_weight=0.1,
        backbone=dict(type=STALSTM, joints=2, persons=1, hidden=4, width=3, **backbone),
        cls_head=dict(type=STALSTMHead, num_classes=3, in_channels=4),
    )
    model.init_weights()
    return model


def make_runner(model: AttentionRecognizer, iteration: int = 0, max_iters: int = 6):
    """The four attributes of a runner that the hook reads."""
    optimizer = torch.optim.Adam(model.parameters())
    return SimpleNamespace(
        model=model,
        iter=iteration,
        max_iters=max_iters,
        optim_wrapper=SimpleNamespace(optimizer=optimizer),
    )


def step(runner, hook) -> None:
    hook.before_train_iter(runner, 0)
    runner.model(torch.randn(2, 1, 1, 5, 2, 3), stage="head").sum().backward()
    runner.optim_wrapper.optimizer.step()
    runner.optim_wrapper.optimizer.zero_grad()
    runner.iter += 1


def trained(model: AttentionRecognizer) -> set[str]:
    names = {name for name, weight in model.named_parameters() if weight.requires_grad}
    return {".".join(name.split(".")[: 3 if ".main." in name else 2]) for name in names}


def test_each_stage_trains_what_it_names():
    """Frozen parts and inactive layers do not move, and each stage has a fresh solver."""
    model = make_model()
    runner, hook = make_runner(model), StagedTraining(STAGES)
    hook.before_train(runner)
    moved, solved = [], []
    for _ in range(6):
        before = {name: weight.detach().clone() for name, weight in model.named_parameters()}
        step(runner, hook)
        moved.append(
            {
                n.split(".")[1] + n.split(".")[2]
                for n, w in model.named_parameters()
                if not torch.equal(w, before[n])
            }
        )
        steps = {int(state["step"]) for state in runner.optim_wrapper.optimizer.state.values()}
        solved.append(steps)

    main = {"main0", "main1", "main2", "fcweight", "fcbias"}
    one = main - {"main1", "main2"}
    parts = [
        {part for part in stage if not part.startswith(("spatial", "temporal"))} for stage in moved
    ]
    assert parts == [one, one, main, main, main, main]
    assert [any(p.startswith("temporal") for p in stage) for stage in moved] == [
        True,
        True,
        False,
        False,
        False,
        True,
    ]
    assert [any(p.startswith("spatial") for p in stage) for stage in moved] == [False] * 5 + [True]
    assert solved == [{1}, {2}, {1}, {2}, {3}, {1}]


def test_resumed_run_is_in_the_stage_of_its_iteration_with_its_solver():
    """Resuming inside a stage sets what it trains and keeps the optimiser's state."""
    model = make_model()
    runner, hook = make_runner(model, iteration=4), StagedTraining(STAGES)
    weight = model.cls_head.fc.weight
    runner.optim_wrapper.optimizer.state[weight] = {"step": torch.tensor(2.0)}

    hook.before_train(runner)
    hook.before_train_iter(runner, 0)

    assert weight in runner.optim_wrapper.optimizer.state
    assert trained(model) == {
        "backbone.main.0",
        "backbone.main.1",
        "backbone.main.2",
        "cls_head.fc",
    }
    assert model.backbone.active_layers == 3


def test_run_resumed_at_a_boundary_starts_the_stage():
    """The checkpoint of a stage's last iteration leads to the next one's fresh solver."""
    model = make_model()
    runner, hook = make_runner(model, iteration=2), StagedTraining(STAGES)
    runner.optim_wrapper.optimizer.state[model.cls_head.fc.weight] = {"step": torch.tensor(2.0)}

    hook.before_train(runner)
    hook.before_train_iter(runner, 0)

    assert not runner.optim_wrapper.optimizer.state


def test_weights_that_are_frozen_do_not_count_in_the_norm():
    """The l1 norm sums over matrices that are being trained."""
    model = make_model()
    model.set_stage(("main",), 1)

    names = {id(weight): name for name, weight in model.named_parameters()}
    assert {names[id(weight)] for weight in model.connections()} == {
        "backbone.main.0.weight_ih_l0",
        "backbone.main.0.weight_hh_l0",
        "cls_head.fc.weight",
    }


def test_stages_must_be_as_long_as_the_run():
    """A schedule that ends elsewhere is refused before the first iteration."""
    with pytest.raises(ValueError, match="6 iterations and the run 7"):
        StagedTraining(STAGES).before_train(make_runner(make_model(), max_iters=7))


def test_unknown_part_is_refused():
    """A stage cannot train a gate that the model does not have."""
    with pytest.raises(ValueError, match="no part spatial"):
        make_model(spatial=False).set_stage(("main", "spatial"), 3)


def test_combination_starts_from_both_stages():
    """Each gate comes from its stage, the main LSTM from the spatial one; nothing is missing."""
    states = {
        "temporal_stage": make_model(spatial=False).state_dict(),
        "spatial_stage": make_model(temporal=False).state_dict(),
    }
    model = make_model()

    model.load_state_dict(merge_inputs(states, model))

    for name, weight in model.state_dict().items():
        source = "temporal_stage" if ".temporal." in name else "spatial_stage"
        assert torch.equal(weight, states[source][name])


def test_combination_without_a_stage_is_an_error():
    """A missing input is named."""
    with pytest.raises(RunError, match="lacks the weights of temporal_stage"):
        merge_inputs({"spatial_stage": make_model(temporal=False).state_dict()}, make_model())
