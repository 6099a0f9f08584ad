"""Lower precision where a variant asks for it, on any device.

On CPUs the gradient of a 3D convolution's weights is wrong in bfloat16 (oneDNN 3.12,
torch 2.13) where there are fewer frames than the kernel is long: it is made of memory
that nobody wrote, and longer kernels write where they may not. Such an input gets
frames of zeros, and the frames that they add to the output are dropped.

The channels-last layout is no setting: a training step of ResNet-18 in bfloat16 was 1.04
times as fast with it (0.81 to 1.52 in CPU time, n = 8, a shared AMD EPYC); on a GPU it was
not measured.
"""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F


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
    for module in backbone.modules():
        if isinstance(module, nn.Conv3d):
            _give_frames(module)


def _give_frames(conv: nn.Conv3d) -> None:
    """Make a convolution see at least as many frames as its kernel is long, on CPUs."""
    compute = conv.forward
    sizes = (conv.kernel_size, conv.stride, conv.padding)
    kernel, stride, padding = (int(size[0]) for size in sizes)

    def forward(x: Tensor) -> Tensor:
        missing = kernel - x.shape[2]
        if missing <= 0 or x.device.type != "cpu":
            return compute(x)
        frames = (x.shape[2] + 2 * padding - kernel) // stride + 1
        return compute(F.pad(x, (0, 0, 0, 0, 0, missing)))[:, :, :frames]

    conv.forward = forward  # type: ignore[assignment, method-assign]


def _to_float32(features: Any) -> Any:
    if isinstance(features, Tensor):
        return features.float() if features.is_floating_point() else features
    if isinstance(features, tuple) and hasattr(features, "_fields"):
        return type(features)(*map(_to_float32, features))
    if isinstance(features, list | tuple):
        return type(features)(map(_to_float32, features))
    return features
