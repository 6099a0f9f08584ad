"""Imitations of the authors' files: real formats, invented movements.

For tests, and for measuring speed and memory at the size of a data set that is not here.
"""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from harness.datasets.definition import Skeletons
from harness.datasets.files import Bodies
from harness.datasets.ntu import Edition
from harness.datasets.ntu_files import BODIES, Name
from harness.datasets.skeleton import Body, Pose, place_joints

_BODY_ID = 72057594037900000
_POSE_JOINTS = (3, 2, 8, 9, 10, 4, 5, 6, 16, 17, 18, 12, 13, 14, 3, 3, 3, 3)  # of a Kinect's 25


def imitate_bodies(seed: int, frames: int, bodies: int) -> Bodies:
    """People who stand before the camera and wave.

    Args:
        seed: Of their sizes and movements.
        frames: How many.
        bodies: How many people; the last comes late and goes early.
    """
    draws = np.random.default_rng(seed)
    tracks = np.zeros((frames, BODIES), dtype=np.uint8)
    keypoints = np.zeros((frames, BODIES, 25, 3))
    time = np.linspace(0, 1, frames)
    for place in range(bodies):
        shape = draws.uniform(0.9, 1.1, 3)
        body = Body(height_m=1.7 * shape[0], shoulders=1.0, arms=shape[1], legs=shape[2])
        pose = Pose.standing(body, frames)
        pose.right_hand[:, 1] += body.arm_m * np.sin(draws.uniform(3, 9) * time)
        pose.trunk[:, 0] += 0.05 * np.sin(draws.uniform(3, 9) * time)
        where = np.array([0.9 * place - 0.4, -0.8, draws.uniform(2.5, 4)])
        keypoints[:, place] = place_joints(body, pose) + where + draws.normal(0, 0.01, (25, 3))
        there = (
            slice(frames // 10, frames - frames // 10) if place == bodies - 1 > 0 else slice(None)
        )
        tracks[there, place] = place + 1
    return Bodies(keypoints=keypoints[tracks != 0].astype(np.float32), tracks=tracks)


def imitate_sample(skeletons: Skeletons, seed: int) -> dict[str, Any]:
    """A sequence as a data set gives it to the transforms, of a usual length.

    Those of NTU RGB+D have 84 frames on average, clips of Kinetics 300.

    Args:
        skeletons: Form of the data set.
        seed: Of sizes and movements.
    """
    draws = np.random.default_rng(seed)
    frames = 300 if skeletons.confidence else int(np.clip(draws.gamma(8, 10.5), 30, 300))
    joint = skeletons.shape[1:]
    time = np.linspace(0, 1, frames)[:, None, None]
    keypoint = np.zeros((skeletons.persons, frames, *joint), dtype=np.float32)
    for body in range(1 if skeletons.persons == 1 or seed % 6 else 2):
        waving = 0.1 * np.sin(draws.uniform(1, 9, joint) * time)
        keypoint[body] = draws.normal(0, 0.3, joint) + waving + body
    places = np.arange(1, skeletons.persons + 1)[:, None]
    return {
        **({"track": keypoint.any((2, 3)) * places} if skeletons.crowded else {}),
        "keypoint": keypoint,
        "total_frames": frames,
        "label": 0,
        "start_index": 0,
        "modality": "Pose",
        "frame_dir": str(seed),
        "group": "",
        "test_mode": False,
    }


def write_skeleton(path: Path, bodies: Bodies) -> None:
    """Write a ``.skeleton`` file; what is not read of it is invented.

    Args:
        path: The file.
        bodies: What it shows.
    """
    rest = " 277.419 191.8218 1036.233 519.1677 -0.2059419 0.04349701 0.9691901 -0.1271041 2"
    lines = [str(len(bodies.tracks))]
    rows = iter(bodies.keypoints.tolist())
    for places in bodies.tracks.tolist():
        there = [track for track in places if track]
        lines.append(str(len(there)))
        for track in there:
            lines += [f"{_BODY_ID + track} 0 1 1 1 1 0 0.01119184 -0.256052 2", "25"]
            lines += [f"{x:.7g} {y:.7g} {z:.7g}{rest}" for x, y, z in next(rows)]
    path.write_text("\n".join(lines) + "\n", encoding="ascii")


def list_samples(edition: Edition, subjects: Sequence[int], setup: int) -> list[str]:
    """Names of what some subjects acted in a setup, whole, in the order of the names."""
    names = [
        Name(setup, camera, subject, replication, action)
        for camera in (1, 2, 3)
        for subject in subjects
        for replication in (1, 2)
        for action in edition.actions_of(setup)
    ]
    return [name for name in map(str, names) if name not in edition.ignored]


def write_ntu(folder: Path, names: Sequence[str], seed: int = 0, distinct: int = 40) -> None:
    """Write the files of some samples, of 30 to 180 frames and one or two people.

    Args:
        folder: Where.
        names: The samples.
        seed: Of the movements.
        distinct: How many files differ; the others are links to these.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lengths = np.random.default_rng(seed).gamma(8, 10.5, distinct).clip(30, 300).astype(int)
    for number, name in enumerate(names):
        path = folder / f"{name}.skeleton"
        if number < distinct:
            people = 1 + (number % 6 == 0)
            write_skeleton(path, imitate_bodies(seed + number, int(lengths[number]), people))
        else:
            os.link(folder / f"{names[number % distinct]}.skeleton", path)


def write_kinetics(folder: Path, part: str, labels: dict[str, int], classes: Sequence[str]) -> None:
    """Write JSON files of Kinetics-skeleton, and their label file.

    Args:
        folder: The data set's.
        part: ``train`` or ``val``.
        labels: Class of each video, by name.
        classes: Names of the classes.
    """
    videos = folder / f"kinetics_{part}"
    videos.mkdir(parents=True, exist_ok=True)
    entries = {}
    for seed, (name, label) in enumerate(labels.items()):
        facts = {"label": classes[label], "label_index": label}
        bodies = imitate_bodies(seed, 40 + seed % 7, 1 + seed % 3)
        video = {"data": list(_make_frames(bodies, seed)), **facts}
        (videos / f"{name}.json").write_text(json.dumps(video), encoding="ascii")
        entries[name] = {"has_skeleton": True, **facts}
    path = folder / f"kinetics_{part}_label.json"
    path.write_text(json.dumps(entries), encoding="ascii")


def _make_frames(bodies: Bodies, seed: int) -> list[dict[str, object]]:
    """Poses as OpenPose writes them, the joints of one in six not found."""
    draws = np.random.default_rng(seed)
    rows = iter(bodies.keypoints[:, list(_POSE_JOINTS), :2])
    frames = []
    for at, places in enumerate(bodies.tracks):
        poses = []
        for _ in range(np.count_nonzero(places)):
            score = draws.uniform(0.1, 1, 18) * (draws.uniform(size=18) > 1 / 6)
            where = (0.5 + 0.2 * next(rows) * [1, -1]) * (score > 0)[:, None]
            poses.append(
                {
                    "pose": [round(float(value), 3) for value in where.ravel()],
                    "score": [round(float(value), 3) for value in score],
                }
            )
        frames.append({"frame_index": at, "skeleton": poses})
    return frames
