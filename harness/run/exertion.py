"""Clips a second and memory of one variant: ``python -m harness.run.exertion``.

Standard input holds the :class:`~harness.run.cost_bench.Load`, standard output the
:class:`~harness.run.cost_bench.Reading`. Clips are drawn on the device, so that nothing
is loaded; a process of its own, for memory is known only by its peak.
"""

import time
from collections.abc import Callable

import torch
from mmaction.structures import ActionDataSample
from mmengine.optim import build_optim_wrapper

from harness.benches import Turn
from harness.catalog import load_recipe
from harness.request import plan_costs
from harness.run.answering import answer_once
from harness.run.bench_machine import describe_machine
from harness.run.cost_bench import Load, Reading
from harness.run.costs import one_view
from harness.run.measure import count_macs, count_parameters, peak_memory_gib
from harness.run.models import build_model, read_config
from harness.run.precision import use_precision
from harness.run.worker import choose_device
from harness.throughputs import Cost


def measure(load: Load) -> Reading:
    """Build a variant, test and train it on drawn clips.

    Args:
        load: What is to be measured.

    Raises:
        HarnessError: It cannot be built, or its clips have no fixed length.
    """
    recipe = load_recipe(load.recipe)
    plan = plan_costs(recipe, load.variant)
    device = choose_device(load.device)
    torch.set_num_threads(load.threads or torch.get_num_threads())
    torch.manual_seed(0)
    model, view = build_model(load.recipe, load.variant), one_view(plan)
    parameters, macs = count_parameters(model), count_macs(model, view)
    model.to(device)
    precision = plan.config["runtime"]["precision"]
    use_precision(model, precision)
    config = read_config(recipe.variant_file(load.variant))
    optimizer = build_optim_wrapper(model, config.optim_wrapper)
    clips = torch.rand(load.batch_size, *view.shape[1:], device=device)
    samples = [ActionDataSample().set_gt_label(0) for _ in range(load.batch_size)]

    def test() -> None:
        model(clips, None, mode="tensor", stage="head")

    def train() -> None:
        loss, _ = model.parse_losses(model(clips, samples, mode="loss"))
        optimizer.update_params(loss)

    with torch.no_grad():
        tested = take_turns(test, load, device)
    test_memory = peak_memory_gib(device)
    model.train()
    trained = take_turns(train, load, device)
    protocol = plan.protocol
    views = None if protocol.num_clips is None else protocol.num_clips * protocol.num_crops
    cost = Cost(
        variant=load.variant,
        precision=precision,
        batch_size=load.batch_size,
        clip=tuple(view.shape[2:]),
        parameters=parameters,
        macs=macs,
        views=views,
        test=tested,
        train=trained,
        test_memory_gib=round(test_memory, 3),
        train_memory_gib=round(peak_memory_gib(device), 3),
    )
    return Reading(cost=cost, machine=describe_machine(device), threads=torch.get_num_threads())


def take_turns(step: Callable[[], None], load: Load, device: torch.device) -> tuple[Turn, ...]:
    """Time of each turn, after one that does not count."""
    turns = []
    for _ in range(load.rounds + 1):
        began = time.perf_counter()
        step()
        if device.type == "cuda":
            torch.cuda.synchronize(device)
        spent = round(time.perf_counter() - began, 6)
        turns.append(Turn(samples=load.batch_size, seconds=spent))
    return tuple(turns[1:])


if __name__ == "__main__":
    answer_once(Load, measure, Reading)
