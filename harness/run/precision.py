"""Lower precision where a variant asks for it, on any device."""

from typing import Any

import torch
from torch import Tensor, nn


def use_precision(model: nn.Module, precision: str) -> None:
    """Compute a recognizer's backbone in a precision; head and loss stay in float32.

    MMEngine's own way refuses the CPU, and its loops switch an outer autocast off
    again; MMAction2's heads and metrics take no bfloat16.

    Args:
        model: A recognizer with a ``backbone``.
        precision: ``float32``, or ``bfloat16``: torch's autocast, with weights and
            their updates in float32.
    """
    if precision == "float32":
        return
    backbone: Any = model.backbone
    compute = backbone.forward

    def forward(inputs: Tensor, *args: Any, **kwargs: Any) -> Any:
        with torch.autocast(inputs.device.type, getattr(torch, precision)):
            features = compute(inputs, *args, **kwargs)
        return _to_float32(features)

    backbone.forward = forward


def _to_float32(features: Any) -> Any:
    if isinstance(features, Tensor):
        return features.float() if features.is_floating_point() else features
    if isinstance(features, tuple) and hasattr(features, "_fields"):
        return type(features)(*map(_to_float32, features))
    if isinstance(features, list | tuple):
        return type(features)(map(_to_float32, features))
    return features
