"""Crops of frames and stacks of flow, one for all channels of a sample.

Draws come from NumPy's state, which the data set sets for each sample and epoch.
"""

from typing import Any

import numpy as np
from mmaction.registry import TRANSFORMS
from mmcv.image import imresize
from mmcv.transforms import BaseTransform

from harness.errors import PlanError


@TRANSFORMS.register_module()
class JitteredCrop(BaseTransform):
    """Cut a rectangle of drawn sides, and resize it to a square.

    Its sides are drawn independently of one another around the size, and its place so
    that it is not far from the frame's borders (Feichtenhofer et al., 2016, Sec. 3.4:
    width and height jittered by ±25 %, at most 25 % away from the borders). Which
    borders is not printed: here the nearer ones, a corner being drawn for each sample.

    Args:
        size: Side of what comes out, in pixels.
        jitter: Largest change of a side, as a share of the size.
        margin: Largest distance from the borders, as a share of the frame's side.
    """

    def __init__(self, size: int, *, jitter: float = 0.25, margin: float = 0.25) -> None:
        if size < 1 or not 0 <= jitter < 1 or not 0 <= margin <= 1:
            raise PlanError(
                f"JitteredCrop(size={size}, jitter={jitter}, margin={margin})",
                fix="give a size of at least one pixel, and shares below 1",
            )
        self.size, self.jitter, self.margin = size, jitter, margin

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Replace ``imgs``, the same rectangle in all frames."""
        pixels = np.asarray(results["imgs"])
        height, top = self._draw(pixels.shape[1])
        width, left = self._draw(pixels.shape[2])
        cut = pixels[:, top : top + height, left : left + width]
        results["imgs"] = np.stack([imresize(frame, (self.size, self.size)) for frame in cut])
        results["img_shape"] = (self.size, self.size)
        return results

    def _draw(self, frame: int) -> tuple[int, int]:
        """Length of a side, and where it begins."""
        side = min(frame, round(self.size * np.random.uniform(1 - self.jitter, 1 + self.jitter)))
        side = max(1, side)
        away = np.random.randint(min(frame - side, int(self.margin * frame)) + 1)
        return side, away if np.random.rand() < 0.5 else frame - side - away

    def __repr__(self) -> str:
        """Name and arguments."""
        return (
            f"{type(self).__name__}(size={self.size}, jitter={self.jitter}, margin={self.margin})"
        )


@TRANSFORMS.register_module()
class CornersAndCentre(BaseTransform):
    """Cut the four corners and the centre, one behind the other, as further views.

    With their mirror images behind them they are the ten crops of Simonyan and
    Zisserman (2014). MMAction2's ``TenCrop`` mirrors flow as if it were colour.

    Args:
        size: Side of a crop, in pixels.
    """

    def __init__(self, size: int) -> None:
        if size < 1:
            raise PlanError(f"crops of {size} pixels", fix="give at least one pixel")
        self.size = size

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Replace ``imgs`` by five times as many.

        Raises:
            PlanError: Frames are smaller than a crop.
        """
        pixels = np.asarray(results["imgs"])
        down, right = pixels.shape[1] - self.size, pixels.shape[2] - self.size
        if min(down, right) < 0:
            raise PlanError(
                f"frames of {pixels.shape[1]}×{pixels.shape[2]} have no crops of {self.size}",
                fix="read them at a larger short_side",
            )
        places = ((0, 0), (0, right), (down, 0), (down, right), (down // 2, right // 2))
        results["imgs"] = np.concatenate(
            [pixels[:, y : y + self.size, x : x + self.size] for y, x in places]
        )
        results["img_shape"] = (self.size, self.size)
        return results

    def __repr__(self) -> str:
        """Name and arguments."""
        return f"{type(self).__name__}(size={self.size})"
