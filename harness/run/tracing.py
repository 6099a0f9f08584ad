"""Boxes and arrows of a variant's network: ``python -m harness.run.tracing RECIPE VARIANT``.

One view of zeros goes through the built network; what is called and with what is
written down. In a process of its own, since it imports torch; standard output is JSON.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import torch
from torch import Tensor, nn

from harness.catalog import load_recipe
from harness.diagrams import Box
from harness.errors import HarnessError
from harness.request import plan_costs
from harness.run.costs import one_view
from harness.run.models import build_model, score
from harness.run.nesting import list_tensors

CONTAINERS = (nn.Sequential, nn.ModuleList, nn.ModuleDict)
SHOWN = (nn.modules.conv._ConvNd, nn.Linear, nn.LSTM, nn.modules.pooling._MaxPoolNd)


def trace(model: nn.Module, inputs: Tensor) -> tuple[Box, ...]:
    """Boxes of a recognizer in the order in which a batch goes through them.

    Args:
        model: The recognizer; its parts are boxes, and those of its backbone's containers.
        inputs: One view.
    """
    boxes: list[Box] = []
    kept: list[Tensor] = []  # outputs, alive, so that no other tensor gets their identity
    by_output: dict[int, int] = {}
    hooks = []

    def record(name: str) -> Any:
        def hook(module: nn.Module, given: tuple[Any, ...], keywords: Any, found: Any) -> None:
            came = [*list_tensors(given), *list_tensors(keywords)]
            places = sorted({by_output[id(t)] for t in came if id(t) in by_output})
            if not places and boxes:  # reshaped or added on the way: from the box before
                places = [len(boxes) - 1]
            outputs = list(list_tensors(found))
            kept.extend((*outputs, *came))
            shape = tuple(outputs[0].shape) if outputs else ()
            by_output.update({id(tensor): len(boxes) for tensor in outputs})
            boxes.append(_box(name, module, shape, tuple(places)))

        return hook

    for name, module in _parts(model, ""):
        hooks.append(module.register_forward_hook(record(name), with_kwargs=True))
    try:
        score(model, inputs)
    finally:
        for hook in hooks:
            hook.remove()
    return tuple(boxes)


def _parts(module: nn.Module, name: str) -> Iterator[tuple[str, nn.Module]]:
    """The parts that are boxes: what is no container, and not the recognizer or its backbone."""
    for key, child in module.named_children():
        path = f"{name}.{key}" if name else key
        if isinstance(child, CONTAINERS) or path == "backbone":
            yield from _parts(child, path)
        elif any(True for _ in child.parameters()):
            yield path, child


def _box(name: str, module: nn.Module, shape: tuple[int, ...], inputs: tuple[int, ...]) -> Box:
    layers = [
        f"{path or 'itself'}: {_describe(layer)}"
        for path, layer in module.named_modules()
        if isinstance(layer, SHOWN)
    ]
    params = sum(parameter.numel() for parameter in module.parameters())
    kind = type(module).__name__
    return Box(
        name=name, kind=kind, layers=tuple(layers), shape=shape, params=params, inputs=inputs
    )


def _describe(layer: Any) -> str:
    """Widths, kernel and stride of a layer, as built."""
    kind = type(layer).__name__
    if isinstance(layer, nn.modules.conv._ConvNd):
        size = "×".join(map(str, layer.kernel_size))
        stride = "×".join(map(str, layer.stride))
        groups = f", {layer.groups} groups" if layer.groups > 1 else ""
        return f"{kind} {layer.in_channels}→{layer.out_channels}, {size}, stride {stride}{groups}"
    if isinstance(layer, nn.Linear):
        return f"{kind} {layer.in_features}→{layer.out_features}"
    if isinstance(layer, nn.LSTM):
        return f"{kind} {layer.input_size}→{layer.hidden_size}, {layer.num_layers} layers"
    return f"{kind} {layer.kernel_size}, stride {layer.stride}"


def main(recipe: str, variant: str) -> None:
    """Write the boxes of a variant; exit with what is wrong."""
    try:
        inputs = one_view(plan_costs(load_recipe(recipe), variant))
        boxes = trace(build_model(recipe, variant), inputs)
    except HarnessError as error:
        sys.exit(error.problem)
    sys.stdout.write(json.dumps([asdict(box) for box in boxes]) + "\n")


if __name__ == "__main__":
    torch.manual_seed(0)
    main(sys.argv[1], sys.argv[2])
