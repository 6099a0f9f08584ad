"""Boxes and arrows of variants' networks: ``python -m harness.run.tracing RECIPE VARIANT…``.

A view goes through the built network, and every operation on the way is seen: a tensor
carries the part that it comes from, so an arrow is where data went, whoever added, cut
or reshaped them in between. Tensors have shapes and no numbers, so that the largest network
takes seconds.
In a process of its own, since it imports torch; a line of standard output is a network.
"""

import inspect
import json
import re
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import torch
from mmaction.registry import MODELS
from torch import Tensor, nn
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils._python_dispatch import TorchDispatchMode

from harness.catalog import Recipe, load_recipe
from harness.diagrams import Box, Network
from harness.errors import HarnessError
from harness.plan import load_config
from harness.run.clips import make_clips
from harness.run.models import enter_scope, read_config
from harness.run.nesting import list_tensors

CONTAINERS = (nn.Sequential, nn.ModuleList, nn.ModuleDict)
SHOWN = (nn.modules.conv._ConvNd, nn.Linear, nn.LSTM)
SIGNS = {"add": "+", "mul": "×", "cat": "concatenation"}
INPUT = "one view"


@dataclass(kw_only=True)
class _Node:
    """A part, or an operation between parts, while data go through."""

    name: str
    module: nn.Module | None  # None of an operation
    kind: str
    inputs: set[int] = field(default_factory=set)
    shape: tuple[int, ...] = ()
    seen: tuple[int, ...] = ()  # shape of the first input


class _Watch(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Sees every operation, and knows which part of the network asked for it.

    Args:
        parts: What is drawn as a box, by its name in the network.
        view: What goes in.
    """

    def __init__(self, parts: Mapping[str, nn.Module], view: Tensor) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.parts = parts
        self.nodes = [_Node(name=INPUT, module=None, kind="", shape=tuple(view.shape))]
        self.running: list[str] = []  # names of the modules that are at work
        self._from: dict[int, int] = {id(view): 0}
        self._kept = [view]  # alive, so that no other tensor gets their identity
        self._now: dict[str, int] = {}  # part → its node

    def enter(self, name: str) -> None:
        """A module begins; a part without weights is another one each time."""
        self.running.append(name)
        if name in self.parts and not _has_weights(self.parts[name]):
            self._now.pop(name, None)

    def leave(self, name: str, found: Any) -> None:
        """The module that began last has ended; what a part gives is known then."""
        self.running.pop()
        if name in self._now and (outputs := [*list_tensors(found)]):
            self.nodes[self._now[name]].shape = tuple(outputs[0].shape)

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Do what is asked, and follow where its result comes from."""
        found = func(*args, **(kwargs or {}))
        given = [*list_tensors(args), *list_tensors(kwargs or {})]
        sources = list(dict.fromkeys(self._from[id(t)] for t in given if id(t) in self._from))
        made = [t for t in list_tensors(found) if t.is_floating_point() or t.is_complex()]
        if sources and made:  # comparisons say where data are: no data come from them
            place = self._place(func, given, sources, made[0])
            self._from.update({id(tensor): place for tensor in made})
            self._kept += made
        return found

    def _place(self, func: Any, given: list[Tensor], sources: list[int], made: Tensor) -> int:
        """The node that a result comes from."""
        name = next((n for running in reversed(self.running) for n in self._above(running)), "")
        if name:
            return self._in_part(name, func, given, sources, made)
        known = [t for t in given if id(t) in self._from]
        is_view = any(result.alias_info for result in func._schema.returns)
        if len(sources) == 1 and (is_view or made.numel() == max(t.numel() for t in known)):
            return sources[0]
        where = self.running[-1] if self.running else ""  # the recognizer itself has no name
        node = _Node(name=where, module=None, kind=_sign(func))
        return self._add(node, sources, made)

    def _above(self, running: str) -> Iterator[str]:
        """The part that a module is, or is in; none or one."""
        words = running.split(".")
        names = (".".join(words[:end]) for end in range(len(words), 0, -1))
        yield from [name for name in names if name in self.parts][:1]

    def _in_part(
        self, name: str, func: Any, given: list[Tensor], sources: list[int], made: Tensor
    ) -> int:
        place = self._now.get(name)
        if place is None or max(sources) > place:  # new, or back after others
            module = self.parts[name]
            node = _Node(name=name, module=module, kind=type(module).__name__)
            node.seen = next(tuple(t.shape) for t in given if id(t) in self._from)
            if len(sources) > 1 and not any(module.children()):
                node.kind += f": {_sign(func)}"
            self._now[name] = place = self._add(node, sources, made)
            return place
        node = self.nodes[place]
        node.inputs |= {source for source in sources if source != place}
        node.shape = tuple(made.shape)
        return place

    def _add(self, node: _Node, sources: Sequence[int], made: Tensor) -> int:
        node.inputs = set(sources)
        node.shape = tuple(made.shape)
        self.nodes.append(node)
        return len(self.nodes) - 1


def _sign(func: Any) -> str:
    """An operation of torch's, by its sign where it has one."""
    name: str = func._schema.name.partition("::")[2].rstrip("_")
    return SIGNS.get(name, name)


def trace(model: nn.Module, view: Tensor) -> Network:
    """Boxes of a recognizer in the order in which a view goes through them.

    A box is what is no container and not of a class that MMAction2's registry of models
    has, as backbones, heads and the streams in them are. Between boxes an operation is a
    box where it joins what comes from several, or changes how many numbers there are.

    Args:
        model: The recognizer, in ``eval()``.
        view: One view; its numbers do not matter.
    """
    parts = dict(_parts(model, ""))
    watch = _Watch(parts, view)
    names = {module: name for name, module in model.named_modules() if name}
    hooks = []
    for module, name in names.items():
        hooks.append(module.register_forward_pre_hook(lambda *_, name=name: watch.enter(name)))
        hooks.append(module.register_forward_hook(lambda *of, name=name: watch.leave(name, of[-1])))
    try:
        with torch.no_grad(), watch:
            model(view, None, mode="tensor", stage="head")
    finally:
        for hook in hooks:
            hook.remove()
    return Network(
        boxes=_make_boxes(watch.nodes),
        words=tuple(_words(watch.nodes)),
        besides=tuple(_count_besides(model, watch.nodes)),
    )


def _count_besides(model: nn.Module, nodes: Sequence[_Node]) -> Iterator[tuple[str, int]]:
    """Parameters that no box has, by the module that holds them."""
    drawn = {id(p) for node in nodes if node.module is not None for p in node.module.parameters()}
    held: dict[str, int] = {}
    for name, parameter in model.named_parameters():
        if id(parameter) not in drawn:
            owner = name.rpartition(".")[0]
            held[owner] = held.get(owner, 0) + parameter.numel()
    yield from held.items()


def _parts(module: nn.Module, name: str) -> Iterator[tuple[str, nn.Module]]:
    """What is drawn as a box."""
    networks = tuple(kind for kind in MODELS.module_dict.values() if isinstance(kind, type))
    for key, child in module.named_children():
        path = f"{name}.{key}" if name else key
        is_network = not name or isinstance(child, networks)
        if isinstance(child, CONTAINERS) or (is_network and any(child.children())):
            yield from _parts(child, path)
        else:
            yield path, child


def _has_weights(module: nn.Module) -> bool:
    return any(True for _ in module.parameters())


def _make_boxes(nodes: Sequence[_Node]) -> tuple[Box, ...]:
    """Nodes as boxes, but for those that neither learn, nor join, nor change a shape."""
    boxes: list[Box] = []
    now: list[int] = []
    drawn: set[nn.Module] = set()  # a part that goes on after others has its weights once
    for node in nodes:
        inputs = tuple(sorted({now[place] for place in node.inputs}))
        is_plain = node.module is not None and not _has_weights(node.module)
        if is_plain and len(inputs) == 1 and node.seen == node.shape:
            now.append(inputs[0])
            continue
        now.append(len(boxes))
        boxes.append(_box(node, inputs, is_again=node.module in drawn))
        drawn |= {node.module} if node.module is not None else set()
    return tuple(boxes)


def _box(node: _Node, inputs: tuple[int, ...], *, is_again: bool) -> Box:
    weights = () if node.module is None or is_again else node.module.parameters()
    params = sum(weight.numel() for weight in weights)
    return Box(
        name=node.name,
        kind=node.kind,
        layers=() if node.module is None else tuple(_describe_layers(node.module)),
        shape=node.shape,
        params=params,
        inputs=inputs,
        is_operation=node.module is None and bool(inputs),
    )


def _describe_layers(part: nn.Module) -> Iterator[str]:
    """A line for each layer with weights, and for what is the recipe's own and has none in it."""
    for path, layer in part.named_modules():
        own = _is_own(layer) and not any(layer.children())
        pools = "Pool" in type(layer).__name__ and not any(layer.children())
        if isinstance(layer, SHOWN) or own or pools:
            name = re.sub(r"\.conv(?=\.|$)", "", path)
            said = _describe(layer)
            if name:
                yield f"{name}: {said}"
            elif said != type(layer).__name__:
                yield said


def _is_own(module: nn.Module) -> bool:
    return type(module).__module__.startswith("recipes.")


def _describe(layer: Any) -> str:
    """Widths, kernel and stride of a layer, as built."""
    kind = type(layer).__name__
    if isinstance(layer, nn.modules.conv._ConvNd):
        said = f"{kind} {layer.in_channels}→{layer.out_channels}, {_reach(layer)}"
        said += f", {layer.groups} groups" if layer.groups > 1 else ""
    elif isinstance(layer, nn.Linear):
        said = f"{kind} {layer.in_features}→{layer.out_features}"
    elif isinstance(layer, nn.LSTM):
        said = f"{kind} {layer.input_size}→{layer.hidden_size}"
    elif hasattr(layer, "kernel_size"):
        said = f"{kind} {_reach(layer)}"
    else:
        said = kind
    return ", ".join((said, *_settings(layer)))


def _reach(layer: Any) -> str:
    """Kernel and, where it is not one, stride."""
    stride = layer.stride
    is_one = all(step == 1 for step in (stride if isinstance(stride, tuple) else (stride,)))
    return _cross(layer.kernel_size) + ("" if is_one else f", stride {_cross(stride)}")


def _cross(sizes: int | tuple[int, ...]) -> str:
    return "×".join(map(str, sizes)) if isinstance(sizes, tuple) else str(sizes)


def _settings(layer: nn.Module) -> Iterator[str]:
    """What the recipe's own layer was told, as far as it keeps it under the same name."""
    if not _is_own(layer):
        return
    known = [name for base in type(layer).__mro__[1:] for name in _arguments(base)]
    for name in _arguments(type(layer)):
        value = getattr(layer, name, None)
        if name in known or not _is_plain(value):
            continue
        if isinstance(value, bool):
            yield f"{name.replace('_', ' ')}: {'yes' if value else 'no'}"
        else:
            said = " ".join(map(str, value)) if isinstance(value, tuple) else value
            yield f"{name.replace('_', ' ')}: {said}"


def _arguments(kind: type) -> tuple[str, ...]:
    if not issubclass(kind, nn.Module) or kind is nn.Module:
        return ()
    return tuple(inspect.signature(kind.__init__).parameters)[1:]


def _is_plain(value: Any) -> bool:
    if isinstance(value, tuple):
        return all(map(_is_plain, value))
    return isinstance(value, str | int | float)


def _words(nodes: Sequence[_Node]) -> Iterator[tuple[str, str]]:
    """What the recipe's own classes say of themselves in their first line."""
    said: dict[str, str] = {}
    for node in nodes:
        for module in node.module.modules() if node.module is not None else ():
            text = (type(module).__doc__ or "").strip().partition("\n")[0]
            if _is_own(module) and text:
                said[type(module).__name__] = text
    yield from said.items()


def trace_variant(recipe: Recipe, variant: str) -> Network:
    """The network of a variant that has one, and no fusion of others' scores.

    Raises:
        PlanError: There is no such variant.
    """
    config = load_config(recipe, variant)
    enter_scope()
    with FakeTensorMode(allow_non_fake_inputs=True), warnings.catch_warnings():
        # A kernel that is kept while weights stay what they are looks where they lie.
        warnings.filterwarnings("ignore", "Accessing the data pointer of FakeTensor", UserWarning)
        model = MODELS.build(read_config(recipe.variant_file(variant)).model)
        return trace(model.eval(), torch.empty(make_clips(config, 1, device="meta").shape))


def main(key: str, variants: Sequence[str]) -> None:
    """Write the networks of some variants, a line each; exit with what is wrong."""
    recipe = load_recipe(key)
    for variant in variants:
        try:
            network = trace_variant(recipe, variant)
        except HarnessError as error:
            sys.exit(error.problem)
        sys.stdout.write(json.dumps(asdict(network)) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
