"""The fastest exact form of a trained network, for tests.

On one thread of a CPU (AVX-512, float32) a third of the time of three passes was in torch's
own convolutions, which it takes there for 1x1x1 kernels, and for a single clip wherever
channels times frames times rows are few; oneDNN takes a fifth to two fifths of that. One
pass alone gains little: a dense kernel of 27 taps is as many products as three of 9. So

- BatchNorm is part of the convolution before it, which changes no more than rounding,
- all convolutions are oneDNN's, channels last, with sums and ReLU in place,
- CoST with static or fixed coefficients is one convolution; where rows are short, one over
  the 19 taps that are not empty, gathered,
- CoST(b) keeps its three passes: coefficients are of the maxima of each view, which only
  the view by itself has; BatchNorm's scale goes into the coefficients.

It is a copy that learns nothing and that no run uses: stored scores are those of the
network that was trained, to the bit.

Legend: as in :mod:`recipes.cost.model`; S taps.
"""

from copy import deepcopy
from itertools import product

import torch
from mmcv.cnn import ConvModule
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.fusion import fuse_conv_bn_weights

from recipes.cost.model import ACROSS, CoSTBottleneck3d, CoSTConv, CoSTResNet3d

Triple = tuple[int, int, int]
ONE: Triple = (1, 1, 1)
NONE: Triple = (0, 0, 0)
LAST = torch.channels_last_3d
# Pixels of a row up to which taps are gathered: at 1 to 7 that took 0.4 to 0.75 of the time
# of a dense kernel in float32, at 14 and more 1.2 times it and more (one thread).
SHORT = 7


def fuse(backbone: CoSTResNet3d, dtype: torch.dtype = torch.float32) -> nn.Module:
    """A copy of a trained backbone that gives the same features, faster.

    Args:
        backbone: The network, on any device; it is left as it is.
        dtype: What the copy computes in.

    Returns:
        A module in ``eval()``, ``(N, 3, T, H, W)`` to ``(N, C, T', H', W')`` in float32, or
        in float64 where it computes in that.
    """
    with torch.no_grad():
        return FusedResNet3d(backbone, dtype).to(dtype).eval().requires_grad_(False)


class FusedResNet3d(nn.Module):
    """See :func:`fuse`."""

    def __init__(self, backbone: CoSTResNet3d, dtype: torch.dtype) -> None:
        super().__init__()
        self.dtype = dtype
        self.network = deepcopy(backbone).to(torch.promote_types(dtype, torch.float32))
        self.network.conv1 = fuse_module(self.network.conv1)
        for name in self.network.res_layers:
            blocks = getattr(self.network, name)
            setattr(self.network, name, nn.Sequential(*map(FusedBottleneck3d, blocks)))

    def forward(self, x: Tensor) -> Tensor:
        """``(N, 3, T, H, W)`` to ``(N, C, T', H', W')``."""
        # Of the class: the original's own may be wrapped in autocast.
        features = CoSTResNet3d.forward(self.network, x.to(self.dtype))
        return features if self.dtype is torch.float64 else features.float()


class FusedBottleneck3d(nn.Module):
    """A bottleneck of three fused convolutions, the sum in place."""

    def __init__(self, block: CoSTBottleneck3d) -> None:
        super().__init__()
        self.inner = nn.Sequential(*map(fuse_module, (block.conv1, block.conv2, block.conv3)))
        shortcut = block.downsample
        self.shortcut = nn.Identity() if shortcut is None else fuse_module(shortcut)

    def forward(self, x: Tensor) -> Tensor:
        """``(N, C, T, H, W)`` to ``(N, D, T', H', W')``."""
        y: Tensor = self.inner(x)
        return y.add_(self.shortcut(x)).relu_()


def fuse_module(module: ConvModule) -> nn.Module:
    """A convolution, the BatchNorm after it, and its ReLU where it has one, as one module."""
    conv = module.conv
    if isinstance(conv, CoSTConv):
        kind = FusedViews if conv.coefficients == "input" else FusedCoST
        return kind(module)
    return FusedConv(module, conv.weight, conv.padding)


class FusedConv(nn.Module):
    """A convolution and the BatchNorm after it.

    Args:
        module: The convolution with its BatchNorm.
        weight: Its kernel, ``(D, C, …)``.
        padding: What it adds on each side of frames, rows and columns.
    """

    weight: Tensor
    bias: Tensor

    def __init__(self, module: ConvModule, weight: Tensor, padding: Triple) -> None:
        super().__init__()
        weight, bias = fold(module, weight)
        self.register_buffer("weight", weight.contiguous(memory_format=LAST))
        self.register_buffer("bias", bias)
        self.stride = module.conv.stride
        self.padding = padding
        self.rectifies = module.with_activation

    def forward(self, x: Tensor) -> Tensor:
        """``(N, C, T, H, W)`` to ``(N, D, T', H', W')``."""
        y = self.convolve(x)
        return y.relu_() if self.rectifies else y

    def convolve(self, x: Tensor) -> Tensor:
        """Without the ReLU."""
        return convolve(x, self.weight, self.bias, self.stride, self.padding)


class FusedCoST(FusedConv):
    """CoST with static or fixed coefficients: 27 taps at once, or those that are not empty."""

    rows: Tensor

    def __init__(self, module: ConvModule) -> None:
        conv: CoSTConv = module.conv
        super().__init__(module, conv.merge(), ONE)
        self.taps = tuple(
            tap
            for tap in product(range(3), repeat=3)
            if any(tap[ACROSS[view]] == 1 for view in conv.views)
        )
        seen = [self.weight[:, :, frame, row, column] for frame, row, column in self.taps]
        rows = torch.cat(seen, dim=1)  # D SC
        self.register_buffer("rows", rows[..., None, None, None].contiguous())

    def convolve(self, x: Tensor) -> Tensor:
        """Without the ReLU."""
        if x.device.type != "cpu" or (x.shape[-1] - 1) // self.stride[-1] + 1 > SHORT:
            return super().convolve(x)
        return convolve(self.gather(x), self.rows, self.bias, ONE, NONE)

    def gather(self, x: Tensor) -> Tensor:
        """What the taps see, one after the other: ``(N, SC, T', H', W')``, channels last."""
        padded = F.pad(x.movedim(1, -1), (0, 0, 1, 1, 1, 1, 1, 1))  # N T+2 H+2 W+2 C
        seen = []
        for tap in self.taps:
            over = zip(tap, x.shape[2:], self.stride, strict=True)
            places = tuple(slice(at, at + length, step) for at, length, step in over)
            seen.append(padded[:, places[0], places[1], places[2]])
        return torch.cat(seen, dim=-1).movedim(-1, 1)


class FusedViews(nn.Module):
    """CoST(b): three passes, with BatchNorm's scale in the coefficients."""

    scale: Tensor
    bias: Tensor

    def __init__(self, module: ConvModule) -> None:
        super().__init__()
        conv: CoSTConv = module.conv
        self.conv = conv
        self.stride: Triple = conv.stride  # type: ignore[assignment]
        self.paddings: list[Triple] = []
        for number, view in enumerate(conv.views):
            kernel = conv.weight[:, :, number % conv.weight.shape[2]].unsqueeze(2 + ACROSS[view])
            self.register_buffer(f"kernel_{number}", kernel.contiguous(memory_format=LAST))
            frames, rows, columns = (int(axis != ACROSS[view]) for axis in range(3))
            self.paddings.append((frames, rows, columns))
        scale, bias = fold(module, torch.ones_like(conv.fc1.weight[:, :1]))  # D 1, D
        self.register_buffer("scale", scale[:, 0])
        self.register_buffer("bias", bias[:, None, None, None])

    def forward(self, x: Tensor) -> Tensor:
        """``(N, C, T, H, W)`` to ``(N, D, T', H', W')``."""
        seen = [
            convolve(x, self.get_buffer(f"kernel_{number}"), None, self.stride, padding)
            for number, padding in enumerate(self.paddings)
        ]
        share = (self.conv.weigh(seen) * self.scale)[..., None, None, None]  # V N D 1 1 1
        y = torch.addcmul(self.bias, seen[0], share[0])
        for number in range(1, len(seen)):
            y.addcmul_(seen[number], share[number])
        return y.relu_()


def fold(module: ConvModule, weight: Tensor) -> tuple[Tensor, Tensor]:
    """A kernel ``(D, C, …)`` with the scale of the BatchNorm after it, and the bias, ``(D,)``."""
    norm = module.norm
    scaled, bias = fuse_conv_bn_weights(
        *(weight, module.conv.bias, norm.running_mean, norm.running_var),
        *(norm.eps, norm.weight, norm.bias),
    )
    return scaled.detach(), bias.detach()


def convolve(x: Tensor, weight: Tensor, bias: Tensor | None, stride: Triple, pad: Triple) -> Tensor:
    """A 3D convolution; in float32 on a CPU oneDNN's, whatever torch would choose."""
    if x.device.type == "cpu" and x.dtype is torch.float32 and torch.backends.mkldnn.enabled:
        return torch.mkldnn_convolution(x, weight, bias, pad, stride, ONE, 1)
    return F.conv3d(x, weight, bias, stride, pad)
