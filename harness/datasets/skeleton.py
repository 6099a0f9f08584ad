"""A body with the 25 joints of NTU RGB+D, placed by where hands and feet are.

The body's frame: x to the person's left, y up, z forward; metres.
Joint order: Shahroudy et al., "NTU RGB+D", CVPR 2016, Fig. 1.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_Array = NDArray[np.float64]

JOINT_NAMES = (
    *("base of the spine", "middle of the spine", "neck", "head"),
    *("left shoulder", "left elbow", "left wrist", "left hand"),
    *("right shoulder", "right elbow", "right wrist", "right hand"),
    *("left hip", "left knee", "left ankle", "left foot"),
    *("right hip", "right knee", "right ankle", "right foot"),
    *("spine", "tip of the left hand", "left thumb", "tip of the right hand", "right thumb"),
)
EDGES = (
    *((0, 1), (1, 20), (20, 2), (2, 3)),
    *((20, 4), (4, 5), (5, 6), (6, 7), (7, 21), (7, 22)),
    *((20, 8), (8, 9), (9, 10), (10, 11), (11, 23), (11, 24)),
    *((0, 12), (12, 13), (13, 14), (14, 15)),
    *((0, 16), (16, 17), (17, 18), (18, 19)),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Body:
    """Proportions of a person.

    Args:
        height_m: Height.
        shoulders: Width of the shoulders, relative to the average.
        arms: Length of the arms, relative to the average.
        legs: Length of the legs, relative to the average.
    """

    height_m: float
    shoulders: float
    arms: float
    legs: float

    @property
    def arm_m(self) -> float:
        """From shoulder to wrist."""
        return 0.33 * self.height_m * self.arms

    @property
    def leg_m(self) -> float:
        """From hip to ankle."""
        return 0.48 * self.height_m * self.legs

    @property
    def half_shoulders_m(self) -> float:
        """From the spine to a shoulder."""
        return 0.11 * self.height_m * self.shoulders

    @property
    def half_hips_m(self) -> float:
        """From the spine to a hip."""
        return 0.055 * self.height_m


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Pose:
    """Where the ends of a body are, frame by frame; arrays to be written into.

    Args:
        trunk: Base of the spine, ``(T, 3)``.
        lean: Angle of the trunk forward, ``(T,)``, radians.
        left_hand: Left wrist relative to its shoulder, ``(T, 3)``.
        right_hand: Right wrist relative to its shoulder, ``(T, 3)``.
        left_foot: Left ankle, ``(T, 3)``.
        right_foot: Right ankle, ``(T, 3)``.
    """

    trunk: _Array
    lean: _Array
    left_hand: _Array
    right_hand: _Array
    left_foot: _Array
    right_foot: _Array

    @classmethod
    def standing(cls, body: Body, frames: int) -> "Pose":
        """Stand upright with hanging arms, the feet at y = 0."""

        def hold(x: float, y: float, z: float) -> _Array:
            return np.tile(np.array([x, y, z]), (frames, 1))

        return cls(
            trunk=hold(0.0, 0.97 * body.leg_m, 0.0),
            lean=np.zeros(frames),
            left_hand=hold(0.05, -0.95 * body.arm_m, 0.03),
            right_hand=hold(-0.05, -0.95 * body.arm_m, 0.03),
            left_foot=hold(1.2 * body.half_hips_m, 0.0, 0.0),
            right_foot=hold(-1.2 * body.half_hips_m, 0.0, 0.0),
        )

    def hand(self, side: int) -> _Array:
        """The right hand for side 1, the left one for -1."""
        return self.right_hand if side > 0 else self.left_hand


def place_joints(body: Body, pose: Pose) -> _Array:
    """Place all joints.

    Returns:
        Joints, ``(T, 25, 3)``, metres in the body's frame.
    """
    joints = np.zeros((len(pose.trunk), len(JOINT_NAMES), 3))
    up = np.stack([np.zeros_like(pose.lean), np.cos(pose.lean), np.sin(pose.lean)], axis=1)
    heights = {0: 0.0, 1: 0.14, 20: 0.28, 2: 0.31, 3: 0.4}  # along the trunk, by body height
    for joint, height in heights.items():
        joints[:, joint] = pose.trunk + height * body.height_m * up
    for side, first, tip, hand in ((1.0, 4, 21, pose.left_hand), (-1.0, 8, 23, pose.right_hand)):
        _place_arm(joints, body, (side, first, tip), hand)
    for side, first, foot in ((1.0, 12, pose.left_foot), (-1.0, 16, pose.right_foot)):
        _place_leg(joints, body, (side, first), foot)
    return joints


def _place_arm(joints: _Array, body: Body, which: tuple[float, int, int], hand: _Array) -> None:
    side, first, tip = which
    shoulder = joints[:, 20] + np.array([side * body.half_shoulders_m, 0.0, 0.0])
    half = 0.5 * body.arm_m
    elbow, wrist = _bend(shoulder, shoulder + hand, half, np.array([0.5 * side, -0.7, -0.5]))
    along = (wrist - elbow) / half
    joints[:, first : first + 3] = np.stack([shoulder, elbow, wrist], axis=1)
    joints[:, first + 3] = wrist + 0.07 * along
    joints[:, tip] = wrist + 0.15 * along
    joints[:, tip + 1] = wrist + 0.08 * along + np.array([-0.04 * side, 0.0, 0.03])


def _place_leg(joints: _Array, body: Body, which: tuple[float, int], foot: _Array) -> None:
    side, first = which
    hip = joints[:, 0] + np.array([side * body.half_hips_m, -0.02, 0.0])
    knee, ankle = _bend(hip, foot, 0.5 * body.leg_m, np.array([0.0, 0.0, 1.0]))
    joints[:, first : first + 3] = np.stack([hip, knee, ankle], axis=1)
    joints[:, first + 3] = ankle + np.array([0.0, -0.05, 0.14])


def _bend(start: _Array, end: _Array, half: float, towards: _Array) -> tuple[_Array, _Array]:
    """Bend a limb of two equal parts so that it reaches, or nearly reaches, its end.

    Args:
        start: Upper end, ``(T, 3)``.
        end: Where the lower end should be, ``(T, 3)``.
        half: Length of a part, metres.
        towards: Direction in which the middle gives way, ``(3,)``.

    Returns:
        Middle and lower end, each ``(T, 3)``.
    """
    reach = end - start
    length = np.sqrt((reach * reach).sum(axis=1, keepdims=True))
    axis = reach / np.maximum(length, 1e-6)
    length = np.clip(length, 0.1 * half, 1.99 * half)
    aside = towards - axis * (axis * towards).sum(axis=1, keepdims=True)
    aside /= np.maximum(np.sqrt((aside * aside).sum(axis=1, keepdims=True)), 1e-6)
    middle = start + 0.5 * length * axis + np.sqrt(half**2 - (0.5 * length) ** 2) * aside
    return middle, start + length * axis
