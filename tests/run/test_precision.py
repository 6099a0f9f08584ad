"""bfloat16 products are those of float32, within its digits."""

import pytest
import torch
from torch import nn

from harness.run.precision import use_precision


class Recognizer(nn.Module):
    """A recognizer of one convolution."""

    def __init__(self, conv):
        super().__init__()
        self.backbone = nn.Sequential(conv)


@pytest.mark.parametrize("frames", [1, 2, 3, 4, 6, 8])
@pytest.mark.parametrize(("kernel", "stride"), [(1, 1), (3, 1), (3, 2), (5, 1), (5, 2), (7, 1)])
def test_gradients_of_short_clips_are_right(frames, kernel, stride):
    """Also where there are fewer frames than the kernel is long."""
    torch.manual_seed(0)
    conv = nn.Conv3d(16, 16, (kernel, 3, 3), (stride, 1, 1), (kernel // 2, 1, 1), bias=False)
    x = torch.randn(4, 16, frames, 6, 6)
    wanted = conv(x)
    conv.weight.grad = None
    upstream = torch.randn(wanted.shape)
    wanted.backward(upstream)
    right = conv.weight.grad.clone()
    model = Recognizer(conv)
    use_precision(model, "bfloat16")

    for _ in range(3):  # what nobody wrote may hold the right numbers by chance
        torch.full((1_000_000,), 1e30)
        conv.weight.grad = None
        got = model.backbone(x)
        got.backward(upstream)

        assert got.shape == wanted.shape
        assert (got - wanted).norm() < 0.01 * wanted.norm()
        assert (conv.weight.grad - right).norm() < 0.01 * right.norm()
