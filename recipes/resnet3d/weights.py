"""Weights of the authors' released code under our names.

The state dict is that of github.com/kenshohara/3D-ResNets-PyTorch, the same for all
depths and in both of its branches.
"""

import re
import warnings
from collections.abc import Mapping

import torch
from torch import Tensor, nn

from harness.errors import PartialWeightsWarning, RunError

#: Our names → theirs, as patterns.
NAMES = (
    (r"backbone\.(.*)downsample\.conv\.(\w+)", r"\1downsample.0.\2"),
    (r"backbone\.(.*)downsample\.bn\.(\w+)", r"\1downsample.1.\2"),
    (r"backbone\.(.*)conv(\d)\.conv\.(\w+)", r"\1conv\2.\3"),
    (r"backbone\.(.*)conv(\d)\.bn\.(\w+)", r"\1bn\2.\3"),
    (r"cls_head\.fc_cls\.(\w+)", r"fc.\1"),
)
CLASSIFIER = "fc."


def from_authors(state: Mapping[str, Tensor], model: nn.Module) -> dict[str, Tensor]:
    """Rename the authors' weights, after making sure that they are for this network.

    A checkpoint without classifier is for the trunk alone: the model's classifier
    stays as it is, and a warning says so.

    Args:
        state: State dict of their model.
        model: Ours.

    Returns:
        A state dict of ours.

    Raises:
        RunError: A tensor is missing, is not of this network or has another shape;
            the message has the authors' names.
    """
    theirs = {name.removeprefix("module."): tensor for name, tensor in state.items()}
    has_classifier = any(name.startswith(CLASSIFIER) for name in theirs)
    translated: dict[str, Tensor] = {}
    untouched: list[str] = []
    for name, tensor in model.state_dict().items():
        their_name = translate(name)
        if not has_classifier and their_name.startswith(CLASSIFIER):
            untouched.append(name)
            found = tensor
        elif their_name not in theirs and name.endswith("num_batches_tracked"):
            found = torch.zeros_like(tensor)  # not in files of before PyTorch 0.4.1
        else:
            found = _take(theirs, their_name, tensor)
        translated[name] = found.clone()
        theirs.pop(their_name, None)
    if theirs:
        raise RunError(f"tensor '{next(iter(theirs))}' is not of this network", fix=_FIX)
    if untouched:
        warnings.warn(
            f"the weights are a trunk without classifier: {', '.join(untouched)} left untouched",
            PartialWeightsWarning,
            stacklevel=2,
        )
    return translated


def from_pretrained(state: Mapping[str, Tensor], model: nn.Module) -> dict[str, Tensor]:
    """The authors' weights for other classes; the classifier stays as it was initialised.

    Args:
        state: State dict of their model.
        model: Ours, initialised.

    Raises:
        RunError: As :func:`from_authors`.
    """
    trunk = {n: t for n, t in state.items() if not n.removeprefix("module.").startswith(CLASSIFIER)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PartialWeightsWarning)
        return from_authors(trunk, model)


_FIX = "give the authors' weights for this variant's network, shortcut, channels and classes"


def _take(theirs: Mapping[str, Tensor], name: str, wanted: Tensor) -> Tensor:
    if name not in theirs:
        raise RunError(f"tensor '{name}' is missing", fix=_FIX)
    found = theirs[name]
    if found.shape != wanted.shape:
        classes = name.startswith(CLASSIFIER) and found.shape[1:] == wanted.shape[1:]
        what = "of another number of classes: " if classes else ""
        raise RunError(
            f"tensor '{name}' is {what}{tuple(found.shape)} instead of {tuple(wanted.shape)}",
            fix=_FIX,
        )
    return found


def translate(name: str) -> str:
    """Their name for one of ours; the same where there is none."""
    for pattern, replacement in NAMES:
        if re.fullmatch(pattern, name):
            return re.sub(pattern, replacement, name)
    return name
