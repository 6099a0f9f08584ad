"""Time a few batches of a variant: ``python -m harness.run.foresight``.

Standard input holds the :class:`~harness.run.forecast.Probe`, standard output the
:class:`~harness.run.forecast.Pace`. A process of its own, since it imports torch.
"""

import statistics
import time
from collections.abc import Callable
from typing import Any

import torch
from mmengine.dataset import Compose, pseudo_collate
from mmengine.optim import build_optim_wrapper

from harness.catalog import load_dataset, load_recipe
from harness.datasets.imitation import imitate_sample
from harness.plan import load_config
from harness.run.answering import answer_once
from harness.run.bench_machine import describe_machine
from harness.run.forecast import Pace, Probe
from harness.run.models import build_model, enter_scope, read_config
from harness.run.precision import use_precision
from harness.run.worker import choose_device

MOST_SAMPLES = 32  # of a batch; larger ones take as long a sample, and more memory


def measure(probe: Probe) -> Pace:
    """Train and test a variant on imitated sequences.

    Args:
        probe: Which one, and where.

    Raises:
        HarnessError: It cannot be built, or is not for skeletons.
    """
    recipe = load_recipe(probe.recipe)
    config = read_config(recipe.variant_file(probe.variant))
    device = choose_device(probe.device)
    runtime = load_config(recipe, probe.variant)["runtime"]
    torch.set_num_threads(runtime["threads"])
    torch.manual_seed(0)
    enter_scope()
    model = build_model(probe.recipe, probe.variant).to(device)
    use_precision(model, runtime["precision"])
    optimizer = build_optim_wrapper(model, config.optim_wrapper)
    skeletons = load_dataset(config.protocol["dataset"]).need_skeletons()

    def batches(loader: Any) -> Callable[[], Any]:
        pipeline = Compose(loader.dataset.pipeline)
        size = min(loader.batch_size, MOST_SAMPLES)
        return lambda: pseudo_collate(
            [pipeline(imitate_sample(skeletons, seed)) for seed in range(size)]
        )

    def pace(loader: Any, step: Callable[[Any], object]) -> float:
        """Seconds a sample."""
        load, size = batches(loader), min(loader.batch_size, MOST_SAMPLES)
        imitation = _time(lambda: [imitate_sample(skeletons, s) for s in range(size)], 1, device)
        spent = _time(lambda: step(load()), probe.rounds, device)
        return float(max(0.0, spent - imitation) / size)

    model.train()
    train_s = pace(config.train_dataloader, lambda batch: model.train_step(batch, optimizer))
    model.eval()
    with torch.no_grad():
        test_s = pace(config.test_dataloader, model.test_step)
        val_s = pace(config.val_dataloader, model.test_step) if config.val_cfg else 0.0
    return Pace(
        train_s=train_s,
        val_s=val_s,
        test_s=test_s,
        batch_size=config.train_dataloader.batch_size,
        device=describe_machine(device).device,
    )


def _time(step: Callable[[], object], rounds: int, device: torch.device) -> float:
    """Median seconds of a step, after one that does not count."""
    spent = []
    for _ in range(rounds + 1):
        began = time.perf_counter()
        step()
        if device.type == "cuda":
            torch.cuda.synchronize(device)
        spent.append(time.perf_counter() - began)
    return statistics.median(spent[1:])


if __name__ == "__main__":
    answer_once(Probe, measure, Pace)
