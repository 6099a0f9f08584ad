"""What the compact bilinear operator gains over the outer product that it sketches."""

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor, nn

from harness.run.races import Entry, Runner
from recipes.st_pyramid.sketch import CompactBilinear

CHANNELS = (1024, 1024)
SIZES = (1024, 2048, 4096)  # of the paper's three fusions


class ExplicitSketch(nn.Module):
    """The definition: the count sketch of the outer product, with the hashes of an operator.

    Args:
        operator: The operator.
    """

    place: Tensor
    sign: Tensor

    def __init__(self, operator: CompactBilinear) -> None:
        super().__init__()
        self.size = operator.size
        count = range(len(operator.in_channels))
        places = torch.meshgrid(*(operator.get_buffer(f"place_{i}") for i in count), indexing="ij")
        signs = torch.meshgrid(*(operator.get_buffer(f"sign_{i}") for i in count), indexing="ij")
        self.register_buffer("place", (torch.stack(places).sum(0) % self.size).flatten())
        self.register_buffer("sign", torch.stack(signs).prod(0).flatten())

    def forward(self, *inputs: Tensor) -> Tensor:
        """Fuse inputs; channels first, as the operator does it, which is fastest here too."""
        shape = inputs[0].shape
        rows = [x.transpose(0, 1).flatten(1) for x in inputs]  # C M
        outer = rows[0]
        for x in rows[1:]:
            outer = (outer.unsqueeze(1) * x.unsqueeze(0)).flatten(0, 1)  # C1*C2 M
        signed = outer * self.sign.to(outer.dtype).unsqueeze(1)
        sketch = outer.new_zeros(self.size, outer.shape[1]).index_add(0, self.place, signed)
        return sketch.view(self.size, shape[0], *shape[2:]).transpose(0, 1)


def make_pair(channels: Sequence[int], size: int) -> tuple[nn.Module, nn.Module]:
    """An operator, and its definition with the same hashes."""
    operator = CompactBilinear(channels, size)
    return operator, ExplicitSketch(operator)


def find_entries(device: torch.device, batch_size: int) -> Iterator[Entry]:
    """A forward and a backward pass, for each size of the paper's sketches.

    Args:
        device: What they compute on.
        batch_size: Pairs of vectors at a time.
    """
    for size in SIZES:
        inputs = [
            torch.randn(batch_size, width, device=device, requires_grad=True) for width in CHANNELS
        ]
        slope = torch.randn(batch_size, size, device=device)
        ours, theirs = (fuse.to(device) for fuse in make_pair(CHANNELS, size))
        widths = " and ".join(f"{width:,}" for width in CHANNELS)
        yield Entry(
            what=f"{size:,} numbers of {widths}, and the gradient: {batch_size} pairs",
            unit="pairs",
            ours=_run("ours", ours, inputs, slope),
            theirs=_run("outer product", theirs, inputs, slope),
        )


def _run(title: str, fuse: nn.Module, inputs: Sequence[Tensor], slope: Tensor) -> Runner:
    def run() -> int:
        torch.autograd.grad(fuse(*inputs), inputs, slope)
        if slope.device.type == "cuda":
            torch.cuda.synchronize(slope.device)
        return len(slope)

    return Runner(title=title, steps=(type(fuse).__name__, "autograd.grad"), run=run)
