"""How samples are cut, moved and seen: the paper's augmentation and the four streams.

Transforms of ``results["keypoint"]``, ``(M, T, V, C)``. Draws come from NumPy's
state, which the runner sets for each sample and epoch.
"""

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform
from numpy.typing import NDArray

from harness.errors import PlanError
from recipes.stgcn.graph import make_skeleton

Array = NDArray[np.float32]

ANGLES_DEG = (-10.0, -5.0, 0.0, 5.0, 10.0)
SCALES = (0.9, 1.0, 1.1)
SHIFTS = (-0.2, -0.1, 0.0, 0.1, 0.2)


@TRANSFORMS.register_module()
class PadFrames(BaseTransform):
    """Make a sequence a number of frames long: the rest is cut, or filled in.

    Args:
        frames: Frames that come out.
        mode: ``zero`` as the released code, or ``replay`` from the start as the
            paper says.
    """

    def __init__(self, frames: int, mode: Literal["zero", "replay"] = "zero") -> None:
        if frames < 1 or mode not in ("zero", "replay"):
            raise PlanError(
                f"PadFrames(frames={frames}, mode={mode!r})",
                fix="give at least one frame, and mode 'zero' or 'replay'",
            )
        self.frames = frames
        self.mode = mode

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Cut or fill ``keypoint``."""
        keypoint: Array = results["keypoint"]
        m, t, v, c = keypoint.shape
        if self.mode == "replay":
            keypoint = keypoint[:, np.arange(self.frames) % t]
        elif t < self.frames:
            rest = np.zeros((m, self.frames - t, v, c), dtype=keypoint.dtype)
            keypoint = np.concatenate([keypoint, rest], axis=1)
        results["keypoint"] = keypoint[:, : self.frames]
        results["total_frames"] = self.frames
        return results

    def __repr__(self) -> str:
        """Name and arguments."""
        return f"{type(self).__name__}(frames={self.frames}, mode={self.mode!r})"


@TRANSFORMS.register_module()
class RandomWindow(BaseTransform):
    """Cut consecutive frames at a random place; a shorter sequence is put at one.

    Source: ``random_choose`` of the authors' code, for Kinetics 150 of 300 frames.

    Args:
        frames: Frames that come out.
    """

    def __init__(self, frames: int) -> None:
        if frames < 1:
            raise PlanError(f"a window of {frames} frames", fix="give at least one frame")
        self.frames = frames

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Cut ``keypoint``."""
        keypoint: Array = results["keypoint"]
        m, t, v, c = keypoint.shape
        begin = np.random.randint(abs(t - self.frames) + 1)
        if t >= self.frames:
            window = keypoint[:, begin : begin + self.frames]
        else:
            window = np.zeros((m, self.frames, v, c), dtype=keypoint.dtype)
            window[:, begin : begin + t] = keypoint
        results["keypoint"] = window
        results["total_frames"] = self.frames
        return results

    def __repr__(self) -> str:
        """Name and arguments."""
        return f"{type(self).__name__}(frames={self.frames})"


@TRANSFORMS.register_module()
class RandomMove(BaseTransform):
    """Turn, scale and shift x and y, changing linearly from the first frame to the last.

    At both ends an angle of -10, -5, 0, 5 or 10 degrees, a factor of 0.9, 1 or 1.1
    and shifts of -0.2 to 0.2 in steps of 0.1 are drawn. Joints that are missing
    (zero) move with the rest, as in the authors' code.

    Source: ``random_move`` of the authors' code (one move over the clip).
    """

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Move ``keypoint``."""
        keypoint: Array = results["keypoint"]
        t = keypoint.shape[1]
        ends = [np.random.choice(values, 2) for values in (ANGLES_DEG, SCALES, SHIFTS, SHIFTS)]
        angle, scale, right, up = (np.linspace(first, last, t) for first, last in ends)
        cos, sin = scale * np.cos(np.deg2rad(angle)), scale * np.sin(np.deg2rad(angle))
        x, y = keypoint[..., 0], keypoint[..., 1]  # M T V
        moved = keypoint.copy()
        moved[..., 0] = cos[:, None] * x - sin[:, None] * y + right[:, None]
        moved[..., 1] = sin[:, None] * x + cos[:, None] * y + up[:, None]
        results["keypoint"] = moved
        return results

    def __repr__(self) -> str:
        """Name and arguments."""
        return f"{type(self).__name__}()"


@TRANSFORMS.register_module()
class ToBones(BaseTransform):
    """Joints to bones: each joint minus its parent; the centre becomes zero.

    MMAction2's ``JointToBone`` knows three layouts by name; this one takes any.

    Args:
        layout: A name or a declared graph, as the network's.
    """

    def __init__(self, layout: str | Mapping[str, Any]) -> None:
        self.layout = layout
        skeleton = make_skeleton(layout)
        self.parents = np.arange(skeleton.joints)
        for child, parent in _towards_centre(skeleton.bones, skeleton.centre):
            self.parents[child] = parent

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Replace ``keypoint``."""
        keypoint: Array = results["keypoint"]
        results["keypoint"] = keypoint - keypoint[:, :, self.parents]
        return results

    def __repr__(self) -> str:
        """Name and arguments."""
        return f"{type(self).__name__}(layout={self.layout!r})"


def _towards_centre(bones: tuple[tuple[int, int], ...], centre: int) -> list[tuple[int, int]]:
    """Pairs (child, parent) whatever the direction in which bones were declared."""
    left, reached, pairs = list(bones), {centre}, []
    while left:
        bone = next(bone for bone in left if reached & set(bone))
        left.remove(bone)
        child, parent = bone if bone[1] in reached else bone[::-1]
        reached.add(child)
        pairs.append((child, parent))
    return pairs


@TRANSFORMS.register_module()
class ToMotions(BaseTransform):
    """Positions to motions: each frame's difference to the next; the last is zero."""

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Replace ``keypoint``."""
        keypoint: Array = results["keypoint"]
        motion = np.zeros_like(keypoint)
        motion[:, :-1] = np.diff(keypoint, axis=1)
        results["keypoint"] = motion
        return results

    def __repr__(self) -> str:
        """Name and arguments."""
        return f"{type(self).__name__}()"
