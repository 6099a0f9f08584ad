"""A batch that does not fit the device, in parts: gradients add up to those of the whole."""

from dataclasses import replace

import pytest
import torch
from mmengine.hooks import Hook

from harness.catalog import load_recipe
from harness.plan import make_plans
from harness.run.checkpoints import SaveState
from harness.run.history import History
from harness.run.models import read_config
from harness.run.progress import ProgressWriter
from harness.run.runner import make_runner

WHOLE = 8


class StopAfter(Hook):
    """Interrupts at the beginning of an epoch, once its state is saved."""

    priority = "LOWEST"

    def __init__(self, epochs):
        self.epochs = epochs

    def before_train_epoch(self, runner):
        """Stop there."""
        if runner.epoch == self.epochs:
            raise KeyboardInterrupt


def prepare_runner(home, data, *, batch, parts, iterations):
    """A runner of the LSTM on the embedded data, whose batches may come in parts."""
    recipe = load_recipe("sta_lstm")
    plan = make_plans(recipe, "lstm_synthetic", split="fixed", seed=0, limit=24)[-1]
    config = read_config(recipe.variant_file(plan.variant))
    config.train_dataloader.batch_size = batch
    config.model.backbone.dropout = 0.0  # drawn by iterations, which are parts
    config.optim_wrapper = dict(
        optimizer=dict(type=torch.optim.SGD, lr=0.1, momentum=0.9), accumulative_counts=parts
    )
    config.train_cfg.max_iters = iterations
    config.param_scheduler = []
    home.mkdir()
    hooks = [History(ProgressWriter(home / "progress")), SaveState(str(home / "state.pt"), 0.0)]
    # MMEngine knows runners by their names, for as long as the process lives.
    named = replace(plan, overrides={"home": str(home)})
    return make_runner(config, named, home=home, data=data, initial=None, hooks=hooks)


def weights_after(home, data, **settings):
    """Weights at the end of a short training."""
    runner = prepare_runner(home, data, **settings)
    runner.train()
    return runner.model.state_dict()


@pytest.mark.parametrize("parts", [2, 4])
def test_parts_of_a_batch_train_as_the_whole(parts, data, tmp_path):
    """To rounding: a mean over parts of equal size is that of the batch."""
    whole = weights_after(tmp_path / "whole", data, batch=WHOLE, parts=1, iterations=3)
    divided = weights_after(
        tmp_path / "parts", data, batch=WHOLE // parts, parts=parts, iterations=3 * parts
    )

    for name, tensor in whole.items():
        assert torch.allclose(divided[name], tensor, rtol=1e-4, atol=1e-5), name


def test_a_part_that_waits_is_in_the_checkpoint(data, tmp_path):
    """Gradients of parts whose batch is not yet whole survive an interruption, to the bit."""
    settings = dict(batch=4, parts=4, iterations=18)  # 6 parts an epoch
    undisturbed = weights_after(tmp_path / "undisturbed", data, **settings)
    stopped = prepare_runner(tmp_path / "home", data, **settings)
    stopped.register_hook(StopAfter(1))
    with pytest.raises(KeyboardInterrupt):
        stopped.train()
    (tmp_path / "home" / "state.pt").rename(tmp_path / "state.pt")
    again = prepare_runner(tmp_path / "again", data, **settings)
    (tmp_path / "state.pt").rename(tmp_path / "again" / "state.pt")

    again.train()

    assert again.hook(SaveState).resumed == 1
    assert any(parameter.grad is not None for parameter in stopped.model.parameters())
    for name, tensor in again.model.state_dict().items():
        assert torch.equal(tensor, undisturbed[name]), name
