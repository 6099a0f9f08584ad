"""Weights of the authors' release under our names.

The release is on MMAction2 0.x, and its layers are called as ours are: a checkpoint of
a whole network loads as it is. What is translated here is a backbone by itself.
"""

import warnings
from collections.abc import Mapping

from torch import Tensor, nn

from harness.errors import PartialWeightsWarning, RunError
from recipes._shared.imagenet import inflate
from recipes.cost.model import CoSTConv

BACKBONE = "backbone."
_FIX = "give weights of this variant's network: its depth, CoST(a) or (b), C2D or C3D, and classes"


def from_authors(state: Mapping[str, Tensor], model: nn.Module) -> dict[str, Tensor]:
    """Name a backbone's weights as the recognizer does, after making sure that they are for it.

    The model's classifier stays as it is, and a warning says so.

    Args:
        state: State dict of the release's backbone: ``layer1.1.conv2.conv.alpha``, …
        model: Ours.

    Returns:
        A state dict of ours.

    Raises:
        RunError: A tensor is missing, is not of this network or has another shape;
            the message has the authors' names.
    """
    theirs = {name.removeprefix("module."): tensor for name, tensor in state.items()}
    translated: dict[str, Tensor] = {}
    untouched: list[str] = []
    for name, tensor in model.state_dict().items():
        if not name.startswith(BACKBONE):
            untouched.append(name)
            translated[name] = tensor.clone()
            continue
        theirs_name = name.removeprefix(BACKBONE)
        if theirs_name not in theirs:
            raise RunError(f"tensor '{theirs_name}' is missing", fix=_FIX)
        found = theirs.pop(theirs_name)
        if found.shape != tensor.shape:
            raise RunError(
                f"tensor '{theirs_name}' is {tuple(found.shape)} instead of {tuple(tensor.shape)}",
                fix=_FIX,
            )
        translated[name] = found.clone()
    if theirs:
        raise RunError(f"tensor '{next(iter(theirs))}' is not of this network", fix=_FIX)
    warnings.warn(
        f"the weights are a backbone without classifier: {', '.join(untouched)} left untouched",
        PartialWeightsWarning,
        stacklevel=2,
    )
    return translated


def from_pretrained(state: Mapping[str, Tensor], model: nn.Module) -> dict[str, Tensor]:
    """A 2D ResNet of ImageNet; the kernels of CoST are 2D too and take it as it is.

    Args:
        state: State dict of torchvision or timm.
        model: Ours, initialised; its coefficients and its classifier stay as they are.

    Raises:
        RunError: The file is of another network.
    """
    return inflate(
        state, model, lambda conv: 1 if isinstance(conv, CoSTConv) else int(conv.kernel_size[0])
    )
