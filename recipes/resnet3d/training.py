"""How clips are cut and seen: what MMAction2's transforms do in another way.

Source: the authors' code, branch CVPR2018. The rest is stock: ``SampleFrames`` draws
the 16 frames of a training clip and repeats short videos, ``Flip`` flips,
``ActionDataPreprocessor`` subtracts the mean, on the device.

The authors resize with Pillow, whose bilinear filter widens as the image shrinks, so
that all pixels count; OpenCV's, which MMAction2's ``Resize`` calls, takes four pixels
whatever the scale. From 216 to 112 rows they differ by 2 of 255 on average, and by 46
at edges. torch's antialiased filter is Pillow's, to 1 of 255, and ten times faster.

Draws come from NumPy's state, which the runner sets for each sample and epoch.
Legend: T frames, H x W pixels, C channels.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform
from numpy.typing import NDArray
from torch.nn import functional as F

from harness.errors import PlanError

Frames = NDArray[np.uint8]

_STEP = 0.84089641525  # the fourth root of 1/2 as the authors type it: half of 240 becomes 119
SCALES = tuple(_STEP**power for power in range(5))


def resize(frames: Frames, height: int, width: int) -> Frames:
    """Frames ``(T, H, W, C)`` at another size, as Pillow's bilinear filter gives them."""
    x = torch.from_numpy(np.ascontiguousarray(frames)).permute(0, 3, 1, 2)  # T C H W, no copy
    x = F.interpolate(x, (height, width), mode="bilinear", antialias=True)
    resized: Frames = x.permute(0, 2, 3, 1).numpy()
    return resized


@TRANSFORMS.register_module()
class CornerCrop(BaseTransform):
    """Cut a square at a drawn corner or the centre, of a drawn size, and resize it.

    MMAction2's ``MultiScaleCrop`` with a scale gap of 0 draws the same sizes, but
    moves in quarter steps, so that its corners lie up to 3 pixels off the edges.

    Args:
        size: Side of what comes out, in pixels.
        scales: Fractions of the frame's shorter side, all equally likely.
    """

    def __init__(self, size: int, scales: Sequence[float] = SCALES) -> None:
        if size < 1 or not scales or not all(0 < scale <= 1 for scale in scales):
            raise PlanError(
                f"CornerCrop(size={size}, scales={scales})",
                fix="give a size of at least one pixel, and scales above 0 and up to 1",
            )
        self.size = size
        self.scales = tuple(scales)

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Replace ``imgs``, the same square in all frames."""
        frames: Frames = np.asarray(results["imgs"])
        height, width = frames.shape[1:3]
        side = max(1, int(min(height, width) * self.scales[np.random.randint(len(self.scales))]))
        position = np.random.randint(5)
        if position == 4:  # the centre, in whole halves
            half = max(1, side // 2)
            top, left, side = height // 2 - half, width // 2 - half, 2 * half
        else:
            top = 0 if position < 2 else height - side
            left = 0 if position % 2 == 0 else width - side
        square = frames[:, max(0, top) : top + side, max(0, left) : left + side]
        results["imgs"] = resize(square, self.size, self.size)
        results["img_shape"] = (self.size, self.size)
        return results

    def __repr__(self) -> str:
        """Name and arguments."""
        return f"{type(self).__name__}(size={self.size}, scales={self.scales})"


@TRANSFORMS.register_module()
class ResizeToCentre(BaseTransform):
    """Resize the shorter side and cut the square at the centre.

    Args:
        size: Side of what comes out, in pixels.
    """

    def __init__(self, size: int) -> None:
        if size < 1:
            raise PlanError(f"a crop of {size} pixels", fix="give at least one pixel")
        self.size = size

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Replace ``imgs``."""
        frames: Frames = np.asarray(results["imgs"])
        height, width = frames.shape[1:3]
        shorter = min(height, width)
        height, width = int(self.size * height / shorter), int(self.size * width / shorter)
        frames = resize(frames, height, width)
        top, left = round((height - self.size) / 2), round((width - self.size) / 2)
        results["imgs"] = frames[:, top : top + self.size, left : left + self.size]
        results["img_shape"] = (self.size, self.size)
        return results

    def __repr__(self) -> str:
        """Name and arguments."""
        return f"{type(self).__name__}(size={self.size})"
