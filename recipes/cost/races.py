"""What CoST's fast forms gain over three passes, whole backbones of ResNet-50 in test.

Sizes are the clips of UTD-MHAD here, as many as asked for, and one clip of the paper's.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from harness.run.models import build_model
from harness.run.precision import use_precision
from harness.run.races import Entry, Runner
from recipes.cost.fused import fuse

SMALL, LARGE = 64, 224  # pixels a side, of 8 frames
PASSES = "costa_r50_three_passes"


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """A network in a form.

    Args:
        variant: Variant of the recipe.
        precision: ``float32`` or ``bfloat16``.
        fused: Whether as :mod:`recipes.cost.fused` makes it of the variant's.
    """

    variant: str
    precision: str = "float32"
    fused: bool = False

    @property
    def steps(self) -> tuple[str, ...]:
        """What it is, in words."""
        return (self.variant, *(["fuse"] if self.fused else []), self.precision)

    def build(self, device: torch.device) -> nn.Module:
        """Its backbone, in test."""
        model = build_model("cost", self.variant).to(device)
        if self.fused:
            return fuse(model.backbone, getattr(torch, self.precision))
        use_precision(model, self.precision)
        backbone: nn.Module = model.backbone
        return backbone


PAIRS = {
    "CoST(a), one pass against three, nothing else changed": (
        Form(variant="costa_r50"),
        Form(variant=PASSES),
    ),
    "CoST(a), fused against three passes": (
        Form(variant="costa_r50", fused=True),
        Form(variant=PASSES),
    ),
    "CoST(a), fused in bfloat16 against three passes in float32": (
        Form(variant="costa_r50", fused=True, precision="bfloat16"),
        Form(variant=PASSES),
    ),
    "CoST(a), fused against three passes, both in bfloat16": (
        Form(variant="costa_r50", fused=True, precision="bfloat16"),
        Form(variant=PASSES, precision="bfloat16"),
    ),
    "CoST(b), fused against as trained": (
        Form(variant="costb_r50", fused=True),
        Form(variant="costb_r50"),
    ),
    "CoST(b), fused against as trained, both in bfloat16": (
        Form(variant="costb_r50", fused=True, precision="bfloat16"),
        Form(variant="costb_r50", precision="bfloat16"),
    ),
}


def find_entries(device: torch.device, batch_size: int) -> Iterator[Entry]:
    """Each pair of forms, on small clips and on a large one.

    Args:
        device: What they compute on.
        batch_size: Small clips at a time.
    """
    for clips, side in ((batch_size, SMALL), (1, LARGE)):
        x = torch.rand(clips, 3, 8, side, side, device=device)
        for what, (ours, theirs) in PAIRS.items():
            yield Entry(
                what=f"{what}: {clips} × 8×{side}×{side}",
                unit="clips",
                ours=_run("ours", ours, x),
                theirs=_run("plain", theirs, x),
            )


def _run(title: str, form: Form, x: Tensor) -> Runner:
    backbone = form.build(x.device)

    def run() -> int:
        with torch.no_grad():
            backbone(x)
        if x.device.type == "cuda":
            torch.cuda.synchronize(x.device)
        return len(x)

    return Runner(title=title, steps=form.steps, run=run)
