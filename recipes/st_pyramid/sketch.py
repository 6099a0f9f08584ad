r"""Compact bilinear fusion of any number of inputs, without their outer product.

The outer product of vectors :math:`v_1 \dots v_m` has as many numbers as the product
of their lengths. Its count sketch to :math:`d` numbers is the circular convolution of
their own sketches, so that it is found without it (Pham and Pagh, 2013; Gao et al.,
2016; Wang et al., 2017, Algorithm 1):

.. math::
    \psi_i[k] = \sum_{j : h_i(j) = k} s_i(j)\, v_i[j], \qquad
    \Phi = \mathrm{IDFT}\Bigl(\prod_i \mathrm{DFT}(\psi_i)\Bigr)

with :math:`h_i(j)` drawn from the :math:`d` places and :math:`s_i(j)` from ±1, once.
Products of :math:`\Phi` are unbiased estimates of those of the outer products, which
are the product of the products of the inputs.

Legend: N batch, C channels of an input, d numbers of the sketch, M places: all
positions of all samples. Channels come first here: places are then next to each
other, and adding a channel to the sketch is one addition of two rows.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable


class TensorSketch(torch.autograd.Function):
    r"""The operator, with its gradient as a product in the frequency domain.

    .. math::
        \frac{\partial L}{\partial \psi_i} = \mathrm{IDFT}\Bigl(
            \mathrm{DFT}\bigl(\tfrac{\partial L}{\partial \Phi}\bigr)
            \prod_{j \ne i} \overline{\mathrm{DFT}(\psi_j)}\Bigr), \qquad
        \frac{\partial L}{\partial v_i[k]} =
            s_i(k)\, \frac{\partial L}{\partial \psi_i}[h_i(k)]

    torch's own gradient of a real transform is a complex one of twice the work.
    """

    @staticmethod
    def forward(
        ctx: Any, size: int, places: tuple[Tensor, ...], signs: tuple[Tensor, ...], *inputs: Tensor
    ) -> Tensor:
        """Sketch and convolve.

        Args:
            ctx: What the gradient needs.
            size: Numbers of the sketch, d.
            places: For each input ``h``, ``(C,)``.
            signs: For each input ``s``, ``(C,)``.
            inputs: Each ``(C, M)``, in float32 or float64.

        Returns:
            The sketch of their outer product, ``(d, M)``.
        """
        spectra = [
            torch.fft.rfft(count_sketch(x, place, sign, size), dim=0)  # d/2+1 M
            for x, place, sign in zip(inputs, places, signs, strict=True)
        ]
        ctx.size, ctx.places, ctx.signs = size, places, signs
        ctx.save_for_backward(*spectra)
        return torch.fft.irfft(_multiply(spectra), n=size, dim=0)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
        """Gradient of each input that needs one."""
        spectra = ctx.saved_tensors
        slope = torch.fft.rfft(grad, dim=0)  # d/2+1 M
        grads: list[Tensor | None] = []
        for index, (place, sign) in enumerate(zip(ctx.places, ctx.signs, strict=True)):
            if not ctx.needs_input_grad[3 + index]:
                grads.append(None)
                continue
            others = [slope, *(f.conj() for i, f in enumerate(spectra) if i != index)]
            correlated = torch.fft.irfft(_multiply(others), n=ctx.size, dim=0)  # d M
            grads.append(correlated.index_select(0, place) * sign.unsqueeze(1))
        return None, None, None, *grads


def count_sketch(x: Tensor, place: Tensor, sign: Tensor, size: int) -> Tensor:
    """Add each channel, with its sign, to its place.

    Args:
        x: Channels, ``(C, M)``.
        place: ``h``, ``(C,)``.
        sign: ``s``, ``(C,)``.
        size: Numbers of the sketch, d.

    Returns:
        ``(d, M)``.
    """
    return x.new_zeros(size, x.shape[1]).index_add_(0, place, x * sign.unsqueeze(1))


def _multiply(factors: Sequence[Tensor]) -> Tensor:
    product = factors[0]
    for factor in factors[1:]:
        product = product * factor
    return product


class CompactBilinear(nn.Module):
    """Fuse vectors, or maps position by position, into a sketch of their outer product.

    It has no parameters. Its hashes are drawn when it is made, another one for each
    input, and are buffers: a checkpoint has them, and a model that is loaded fuses as
    the one that was saved. It computes in float32 whatever surrounds it, since a
    product of spectra spans more than lower precisions hold; float64 stays float64.

    Args:
        in_channels: Channels of each input.
        size: Numbers of the sketch, d.

    Shape:
        - Inputs: ``(N, C_i, …)``, alike in all but the channels
        - Output: ``(N, d, …)``
    """

    def __init__(self, in_channels: Sequence[int], size: int) -> None:
        super().__init__()
        if len(in_channels) < 2 or min(in_channels) < 1 or size < 1:
            raise ValueError(f"a sketch of {size} numbers of inputs of {list(in_channels)}")
        self.in_channels, self.size = tuple(in_channels), size
        for index, channels in enumerate(self.in_channels):
            self.register_buffer(f"place_{index}", torch.randint(size, (channels,)))
            self.register_buffer(f"sign_{index}", 2.0 * torch.randint(2, (channels,)) - 1)

    def forward(self, *inputs: Tensor) -> Tensor:
        """Fuse inputs.

        Raises:
            ValueError: They are not as many, or not as wide, as it was made for.
        """
        if (channels := tuple(x.shape[1] for x in inputs)) != self.in_channels:
            raise ValueError(f"expected inputs of {self.in_channels} channels, got {channels}")
        first = inputs[0]
        dtype = torch.float64 if first.dtype == torch.float64 else torch.float32
        indices = range(len(inputs))
        with torch.autocast(first.device.type, enabled=False):
            fused = TensorSketch.apply(
                self.size,
                tuple(self.get_buffer(f"place_{i}") for i in indices),
                tuple(self.get_buffer(f"sign_{i}").to(dtype) for i in indices),
                *(x.to(dtype).transpose(0, 1).flatten(1) for x in inputs),  # C M
            )  # d M
        return fused.unflatten(1, (len(first), *first.shape[2:])).transpose(0, 1)

    def extra_repr(self) -> str:
        """What it fuses into what."""
        return f"in_channels={self.in_channels}, size={self.size}"
