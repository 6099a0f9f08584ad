"""Weights of the authors' released code under our names.

The state dict is that of github.com/yysijie/st-gcn since June 2018 (and of the
same network in mmskeleton). How the early code called its weights is not known.
"""

import re
from collections.abc import Mapping

import torch
from torch import Tensor, nn

from harness.errors import RunError

#: Their names → ours, as patterns.
NAMES = (
    (r"data_bn\.(\w+)", r"backbone.data_bn.\1"),
    (r"st_gcn_networks\.(\d+)\.gcn\.conv\.(\w+)", r"backbone.units.\1.gcn.conv.\2"),
    (r"st_gcn_networks\.(\d+)\.tcn\.0\.(\w+)", r"backbone.units.\1.gcn_bn.\2"),
    (r"st_gcn_networks\.(\d+)\.tcn\.2\.(\w+)", r"backbone.units.\1.tcn.\2"),
    (r"st_gcn_networks\.(\d+)\.tcn\.3\.(\w+)", r"backbone.units.\1.tcn_bn.\2"),
    (r"st_gcn_networks\.(\d+)\.residual\.(\d)\.(\w+)", r"backbone.units.\1.projection.\2.\3"),
    (r"edge_importance\.(\d+)", r"backbone.importance.\1"),
    (r"fcn\.(\w+)", r"cls_head.fc.\1"),
)


def from_authors(state: Mapping[str, Tensor], model: nn.Module) -> dict[str, Tensor]:
    """Rename the authors' weights, after making sure that they are for this network.

    Args:
        state: State dict of their model.
        model: Ours.

    Returns:
        A state dict of ours.

    Raises:
        RunError: A tensor is missing, is not of this network or has another shape,
            or the graph is another; the message has the authors' names.
    """
    state = {name.removeprefix("module."): tensor for name, tensor in state.items()}
    graph = state.pop("A", None)
    translated: dict[str, Tensor] = {}
    theirs: dict[str, str] = {}
    for name, tensor in state.items():
        ours = translate(name)
        theirs[ours] = name
        is_class_conv = ours == "cls_head.fc.weight" and tensor.shape[2:] == (1, 1)
        translated[ours] = tensor[:, :, 0, 0] if is_class_conv else tensor
    _check(translated, theirs, model.state_dict())
    if graph is not None and hasattr(model.backbone, "adjacency"):
        _check_graph(graph, model.backbone.adjacency)
    return {name: tensor.clone() for name, tensor in translated.items()}


def translate(name: str) -> str:
    """Our name for one of theirs; the same where there is none."""
    for pattern, replacement in NAMES:
        if re.fullmatch(pattern, name):
            return re.sub(pattern, replacement, name)
    return name


def _their_name(ours: str) -> str:
    """Their name for one of ours, for messages."""
    for pattern, replacement in NAMES:
        found = re.sub(r"\\\\(\d)", r"(\\w+)", re.escape(replacement))
        if match := re.fullmatch(found, ours):
            parts = iter(match.groups())
            return re.sub(r"\(.*?\)", lambda _, p=parts: next(p), pattern).replace("\\", "")
    return ours


def _check(state: dict[str, Tensor], theirs: dict[str, str], wanted: dict[str, Tensor]) -> None:
    fix = "give the authors' weights for this variant's graph, partition and classes"
    for name, tensor in wanted.items():
        if name not in state:
            if name.endswith("num_batches_tracked"):  # not in files of before PyTorch 0.4.1
                state[name] = torch.zeros_like(tensor)
                continue
            raise RunError(f"tensor '{_their_name(name)}' is missing", fix=fix)
        if state[name].shape != tensor.shape:
            classes = name.startswith("cls_head.fc.")
            what = "of another number of classes: " if classes else ""
            raise RunError(
                f"tensor '{theirs[name]}' is {what}{tuple(state[name].shape)} instead of "
                f"{tuple(tensor.shape)}",
                fix=fix,
            )
    for name in state:
        if name not in wanted:
            raise RunError(f"tensor '{theirs[name]}' is not of this network", fix=fix)


def _check_graph(graph: Tensor, ours: Tensor) -> None:
    if graph.shape != ours.shape or not torch.allclose(graph.float(), ours, atol=1e-5):
        raise RunError(
            f"tensor 'A', their graph {tuple(graph.shape)}, is not the variant's "
            f"{tuple(ours.shape)}",
            fix="choose the variant whose layout and partition the weights are for",
        )
