"""Synthetic skeleton actions, made here in seconds from a fixed seed.

One person with the 25 joints of NTU RGB+D moves in front of a camera. The ten
classes are five pairs; the second of a pair is the first with time reversed, so
that a model which ignores the order of frames can tell the pairs apart but not
the two of a pair: it stays near 50 %. Clockwise is as the camera sees it; left and
right are the person's.

The bytes are the same on every platform: random numbers come from the raw output
of PCG64, which NumPy promises not to change, and coordinates are rounded to 0.1 mm.

The videos are the same samples, each drawn as lines. Their files, not their frames,
depend on OpenCV's version, which writes its name into them.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from harness.datasets.decoding import write_lossless
from harness.datasets.definition import (
    Dataset,
    RawSample,
    Sample,
    Skeletons,
    Split,
    VideoFile,
    Videos,
)
from harness.datasets.drawing import Camera, draw_clip
from harness.datasets.skeleton import EDGES, JOINT_NAMES, Body, Pose, place_joints

SEED = 20120616
MIN_FRAMES, MAX_FRAMES = 20, 60
CLASSES = (
    "raise arm",
    "lower arm",
    "circle clockwise",
    "circle counter-clockwise",
    "push then pull",
    "pull then push",
    "step left then right",
    "step right then left",
    "sit down",
    "stand up",
)
TRAIN, VAL, TEST = range(1, 13), range(13, 16), range(16, 21)
FPS = 30.0
CAMERA = Camera(width=64, height=64, focal=60.0, up=-0.02, near=1.7, far=4.6)
_NOISE_M = 0.03

_Array = NDArray[np.float64]


class _Draws:
    """Random numbers that depend on the seed and on nothing else."""

    def __init__(self, *names: int) -> None:
        self._bits = np.random.PCG64(np.random.SeedSequence((SEED, *names)))

    def many(self, low: float, high: float, count: int) -> _Array:
        """Uniform numbers."""
        raw: NDArray[np.uint64] = self._bits.random_raw(count)
        shares: _Array = (raw >> np.uint64(11)).astype(np.float64) * 2.0**-53
        return low + (high - low) * shares

    def one(self, low: float, high: float) -> float:
        """One uniform number."""
        return float(self.many(low, high, 1)[0])

    def noise(self, scale: float, shape: tuple[int, ...]) -> _Array:
        """Bell-shaped numbers, the sum of three uniform ones, of a standard deviation."""
        count = int(np.prod(shape))
        noise: _Array = self.many(-1, 1, 3 * count).reshape(3, *shape).sum(axis=0)
        return scale * noise


@dataclass(frozen=True, kw_only=True, slots=True)
class _Subject:
    """How one person is built and moves."""

    body: Body
    frames: float
    amplitude: float
    sway_m: float
    side: int


def _make_subject(number: int) -> _Subject:
    draws = _Draws(1, number)
    return _Subject(
        body=Body(
            height_m=draws.one(1.5, 1.95),
            shoulders=draws.one(0.9, 1.1),
            arms=draws.one(0.92, 1.08),
            legs=draws.one(0.94, 1.06),
        ),
        frames=draws.one(28, 50),
        amplitude=draws.one(0.75, 1.15),
        sway_m=draws.one(0.01, 0.04),
        side=-1 if draws.one(0, 1) < 0.25 else 1,  # a quarter are left-handed
    )


def read(source: Path | None) -> Iterator[RawSample]:
    """Make all samples, subject by subject.

    Args:
        source: Ignored; there is none.
    """
    del source
    for number in range(1, TEST[-1] + 1):
        subject = _make_subject(number)
        for label in range(len(CLASSES)):
            for take in range(1, _takes(number) + 1):
                keypoints = _make_clip(subject, label, _Draws(2, number, label, take))
                yield RawSample(
                    id=f"P{number:02d}A{label + 1:02d}T{take:02d}",
                    label=label,
                    group=f"P{number:02d}",
                    keypoints=keypoints,
                    checksum=hashlib.sha256(keypoints.astype("<f4").tobytes()).hexdigest(),
                )


def find_videos(_source: Path, made: Path) -> Iterator[VideoFile]:
    """Draw all samples as grey videos, whole and lossless.

    Args:
        made: Where they are written.

    Raises:
        DataError: There is no room for them.
    """
    for sample in read(None):
        path = f"{sample.id}.avi"
        write_lossless(made / path, draw_clip(sample.keypoints[:, 0], EDGES, CAMERA), FPS)
        yield VideoFile(id=sample.id, label=sample.label, group=sample.group, path=path, made=True)


def _takes(number: int) -> int:
    """Takes of each class: 4, but 5 of four test subjects, so that they add up to 240."""
    return 5 if number in TEST[:-1] else 4


def _make_clip(subject: _Subject, label: int, draws: _Draws) -> NDArray[np.float32]:
    """Make one clip, ``(T, 1, 25, 3)``, metres in the camera's frame, y up."""
    frames = round(min(max(subject.frames * draws.one(0.75, 1.25), MIN_FRAMES), MAX_FRAMES))
    progress = _progress(frames, draws)
    if label % 2:
        progress = 1.0 - progress
    amplitude = subject.amplitude * draws.one(0.4, 1.1)
    pose = _idle(frames, subject, draws)
    _MOVES[label // 2](pose, progress, amplitude, subject)
    joints = place_joints(subject.body, pose)
    joints = _view(joints, draws) + draws.noise(_NOISE_M, joints.shape)
    return np.round(joints, 4).astype(np.float32)[:, None]


def _progress(frames: int, draws: _Draws) -> _Array:
    """How far the action is, from 0 to 1, with a pause before and after."""
    time = np.linspace(0.0, 1.0, frames)
    begin, end = draws.one(0.0, 0.42), 1.0 - draws.one(0.0, 0.42)
    share = np.clip((time - begin) / (end - begin), 0.0, 1.0)
    return share * share * (3.0 - 2.0 * share)


def _idle(frames: int, subject: _Subject, draws: _Draws) -> Pose:
    """Stand still, or nearly so: the trunk sways, the hands hang and drift."""
    time = np.linspace(0.0, 1.0, frames)
    pose = Pose.standing(subject.body, frames)
    for part, reach in ((pose.trunk, 1.0), (pose.left_hand, 2.0), (pose.right_hand, 2.0)):
        for axis in (0, 2):
            phase, cycles = draws.one(0.0, 1.0), draws.one(0.3, 1.5)
            part[:, axis] += reach * subject.sway_m * np.sin(2 * np.pi * (cycles * time + phase))
    return pose


def _raise(pose: Pose, progress: _Array, amplitude: float, subject: _Subject) -> None:
    hand, arm = pose.hand(subject.side), subject.body.arm_m
    angle = np.pi * min(0.8 * amplitude, 0.95) * progress
    hand[:, 1] += arm * 0.95 * (1.0 - np.cos(angle))
    hand[:, 2] += arm * 0.95 * np.sin(angle)


def _circle(pose: Pose, progress: _Array, amplitude: float, subject: _Subject) -> None:
    hand, arm = pose.hand(subject.side), subject.body.arm_m
    angle = 2 * np.pi * progress
    hand[:, 0] += 0.3 * arm * amplitude * np.sin(angle)
    hand[:, 1] += arm * (0.9 + 0.3 * amplitude * np.cos(angle))
    hand[:, 2] += 0.55 * arm


def _push(pose: Pose, progress: _Array, amplitude: float, subject: _Subject) -> None:
    arm = subject.body.arm_m
    for side in (-1, 1):
        hand = pose.hand(side)
        hand[:, 1] += 0.8 * arm
        hand[:, 2] += arm * (0.5 + 0.3 * amplitude * np.sin(2 * np.pi * progress))


def _step(pose: Pose, progress: _Array, amplitude: float, subject: _Subject) -> None:
    aside = 0.25 * subject.body.leg_m * amplitude * np.sin(2 * np.pi * progress)
    pose.trunk[:, 0] += aside
    lift = 0.08 * np.abs(np.sin(4 * np.pi * progress))
    for foot in (pose.left_foot, pose.right_foot):
        foot[:, 0] += aside
        foot[:, 1] += lift


def _sit(pose: Pose, progress: _Array, amplitude: float, subject: _Subject) -> None:
    leg = subject.body.leg_m
    pose.trunk[:, 1] -= 0.42 * leg * min(amplitude, 1.1) * progress
    pose.trunk[:, 2] -= 0.4 * leg * progress
    pose.lean[:] += 0.5 * np.sin(np.pi * progress)


_MOVES = (_raise, _circle, _push, _step, _sit)


def _view(joints: _Array, draws: _Draws) -> _Array:
    """Turn the person, who faces the camera about, and put the camera somewhere."""
    angle = np.pi + draws.one(-1.1, 1.1)
    cos, sin = np.cos(angle), np.sin(angle)
    turned = joints.copy()
    turned[..., 0] = cos * joints[..., 0] + sin * joints[..., 2]
    turned[..., 2] = cos * joints[..., 2] - sin * joints[..., 0]
    where = [draws.one(-0.5, 0.5), draws.one(-1.2, -0.8), draws.one(2.5, 4.0)]
    turned += np.array(where)
    return turned


def assign(split: str, sample: Sample) -> str | None:
    """Give the subset of a sample: each subject is in one of them."""
    number = int(sample.group[1:])
    for name, subjects in (("train", TRAIN), ("val", VAL), ("test", TEST)):
        if number in subjects:
            return name
    return None


DATASET = Dataset(
    key="synthetic",
    title="Synthetic skeleton actions",
    citation=None,
    terms="made by this project; no terms",
    obtain="nowhere: it is made from a fixed seed",
    classes=CLASSES,
    splits=(
        Split(
            name="fixed",
            role="reported",
            train=480,
            val=120,
            test=240,
            note="by subject: 12, 3 and 5 of 20",
        ),
    ),
    monitored="val",
    expected_samples=840,
    class_counts=(84,) * len(CLASSES),
    resample_unit="group",
    embedded=True,
    assign=assign,
    skeletons=Skeletons(
        layout="no source",
        joints=len(JOINT_NAMES),
        persons=1,
        joint_names=JOINT_NAMES,
        edges=EDGES,
        coordinates=3,
        unit="m",
        fps=FPS,
        view_axes=(0, 1),
        view_signs=(1, 1),
        read=read,
        known_fingerprint="805947b355a0eb11c5ddd6455aa9227eb093f27dc1cb77fb62c638e548c4a8cc",
    ),
    videos=Videos(layout="no source", modality="depth", find=find_videos),
)
