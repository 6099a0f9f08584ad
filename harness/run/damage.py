"""Transforms that make test skeletons worse: noise on joints, and joints that are gone.

They take and give ``results["keypoint"]``, ``(M, T, V, C)``: persons, frames, joints,
coordinates, as the data set stores them; a joint at zero in all values was not tracked.
Draws depend on the seed and on the sample's name alone: every run meets the same, and a
stronger level is the same draw made larger.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform
from numpy.typing import NDArray

from harness.errors import PlanError
from harness.run.randomness import derive_seed

Array = NDArray[np.float32]


def draw_for(seed: int, what: str, sample: str) -> np.random.Generator:
    """Random numbers of a sample."""
    return np.random.Generator(np.random.PCG64(derive_seed(seed, what, sample)))


def measure_bodies(points: Array, tracked: NDArray[np.bool_]) -> Array:
    """Size of each body: the diagonal of the box around its tracked joints.

    It is the median over the frames that have two of them or more; 0 without such a frame.

    Args:
        points: Coordinates in one unit, ``(M, T, V, C)``.
        tracked: Whether a joint was tracked, ``(M, T, V)``.

    Returns:
        Sizes, ``(M,)``.
    """
    masked = np.ma.masked_array(points, np.broadcast_to(~tracked[..., None], points.shape))
    reach = (masked.max(axis=2) - masked.min(axis=2)).filled(0)  # M T C
    diagonals = np.linalg.norm(reach, axis=-1)  # M T
    present = tracked.sum(axis=-1) > 1  # M T
    return np.array(
        [
            np.median(found[there]) if there.any() else 0
            for found, there in zip(diagonals, present, strict=True)
        ],
        dtype=np.float32,
    )


@TRANSFORMS.register_module()
class JitterJoints(BaseTransform):
    """Add Gaussian noise to tracked joints, drawn for each frame, joint and coordinate.

    Its standard deviation is a share of the body's size (:func:`measure_bodies`), so that
    metres, pixels and shares of an image meet noise of the same strength, as COCO's
    keypoint similarity takes deviations relative to the object's scale.

    Args:
        share: Standard deviation as a share of the body's size.
        seed: Seed of the draws.
        units: Length of one unit of each coordinate, in whatever the noise is to be equal
            in; confidence, which has none, is left alone.
    """

    def __init__(self, share: float, *, seed: int, units: Sequence[float]) -> None:
        if not 0 <= share <= 1:
            raise PlanError(f"noise of {share} body sizes", fix="give a share from 0 to 1")
        self.share, self.seed = share, seed
        self.units = np.asarray(units, dtype=np.float32)

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Replace ``keypoint``; of no noise it stays the very same."""
        if self.share == 0:
            return results
        keypoint: Array = results["keypoint"].copy()
        tracked: NDArray[np.bool_] = np.any(keypoint, axis=-1)  # M T V
        points = keypoint[..., : len(self.units)]
        deviation = self.share * measure_bodies(points * self.units, tracked)  # M
        draw = draw_for(self.seed, "noise", results["frame_dir"])
        noise = draw.standard_normal(points.shape, dtype=np.float32)
        noise *= tracked[..., None] * deviation[:, None, None, None]
        points += noise / self.units
        results["keypoint"] = keypoint
        return results

    def __repr__(self) -> str:
        """Name and arguments."""
        units = self.units.tolist()
        return f"{type(self).__name__}(share={self.share}, seed={self.seed}, units={units})"


@TRANSFORMS.register_module()
class DropJoints(BaseTransform):
    """Lose a share of the joints of each person in all frames: they become zero.

    Of a larger share they are the same joints and more.

    Args:
        share: Share of the joints, rounded to whole ones.
        seed: Seed of the draws.
    """

    def __init__(self, share: float, *, seed: int) -> None:
        if not 0 <= share < 1:
            raise PlanError(f"a share of {share} of the joints", fix="give one from 0 to below 1")
        self.share, self.seed = share, seed

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Replace ``keypoint``."""
        persons, _, joints, _ = results["keypoint"].shape
        count = round(self.share * joints)
        draw = draw_for(self.seed, "dropped", results["frame_dir"])
        gone = draw.random((persons, joints)).argsort(axis=1)[:, :count]
        keypoint: Array = results["keypoint"].copy()
        for person, lost in zip(keypoint, gone, strict=True):  # T V C each
            person[:, lost] = 0
        results["keypoint"] = keypoint
        return results

    def __repr__(self) -> str:
        """Name and arguments."""
        return f"{type(self).__name__}(share={self.share}, seed={self.seed})"
