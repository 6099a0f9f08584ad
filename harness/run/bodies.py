"""Who is looked at, and from where: transforms of crowded skeleton sequences.

They take and give ``results["keypoint"]``, ``(M, T, V, C)``: places of bodies, frames,
joints, coordinates. ``results["track"]``, ``(M, T)``, says which body has which place of a
frame, 0 where it is empty; it is missing where a place is a body throughout.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from mmaction.registry import TRANSFORMS
from mmcv.transforms import BaseTransform
from numpy.typing import NDArray

Array = NDArray[np.float32]

_SHORTEST = 12  # frames of a body that is no noise, where there are several
_SLIMMEST = 0.8  # largest width of a standing body by its height
_WIDE_SHARE = 0.69754  # of frames in which a body that is noise is wider
_NOTHING = 1e-6  # metres


@TRANSFORMS.register_module()
class FirstBodies(BaseTransform):
    """Keep the first bodies that a frame lists, whoever they are.

    Source: the released code of ST-GCN, for NTU RGB+D two.

    Args:
        count: How many.
    """

    def __init__(self, count: int) -> None:
        if count < 1:
            raise ValueError(f"{count} bodies")
        self.count = count

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Cut ``keypoint`` and ``track``."""
        for key in ("keypoint", "track"):
            if key in results:
                results[key] = results[key][: self.count]
        return results

    def __repr__(self) -> str:
        """Name and arguments."""
        return f"{type(self).__name__}(count={self.count})"


@TRANSFORMS.register_module()
class SurestBodies(BaseTransform):
    """Keep the bodies of which the detector was surest.

    Args:
        count: How many.
        over: ``frame``: those with the largest sum of confidences in each frame, as the
            released code of ST-GCN does for Kinetics, so that a place can pass from one
            person to another; ``clip``: the places of the list with the largest mean
            over the frames in which they are not empty, as its text says.
    """

    def __init__(self, count: int, over: Literal["frame", "clip"]) -> None:
        if count < 1 or over not in ("frame", "clip"):
            raise ValueError(f"{count} bodies over a {over!r}: give 'frame' or 'clip'")
        self.count, self.over = count, over

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Choose in ``keypoint``, whose last coordinate is the confidence."""
        keypoint: Array = results["keypoint"]
        sure: Array = keypoint[..., -1].sum(-1)  # M T
        if self.over == "frame":
            order = (-sure).argsort(axis=0, kind="stable")[: self.count]  # M T
            results["keypoint"] = np.take_along_axis(keypoint, order[..., None, None], axis=0)
        else:
            frames = np.count_nonzero(keypoint.any((2, 3)), axis=1)
            order = (-sure.sum(1) / np.maximum(frames, 1)).argsort(kind="stable")[: self.count]
            results["keypoint"] = keypoint[order]
        results.pop("track", None)
        return results

    def __repr__(self) -> str:
        """Name and arguments."""
        return f"{type(self).__name__}(count={self.count}, over={self.over!r})"


@dataclass(slots=True)
class _Track:
    """One body.

    Args:
        frames: Where it is there.
        points: Its joints there, ``(frames, V, 3)``.
        motion: How much it moves: sum over the coordinates of the variance of all joints.
    """

    frames: NDArray[np.intp]
    points: Array
    motion: float


@TRANSFORMS.register_module()
class MovingBodies(BaseTransform):
    """Keep one or two persons: what is no noise, and moves most.

    Of several bodies, those in fewer than twelve frames are noise, and those that are too
    wide for a person in most frames. The body that moves most is the first person. The
    others, in order of their motion, go on with whichever person is not there while they
    are; a body that finds no room is left out. Frames without anybody are dropped.

    Source: pyskl's preparation of NTU RGB+D (``tools/data/ntu_preproc.py``), by which its
    and MMAction2's annotation files are made; where all bodies are noise, it fails, and
    here the one that moves most is kept.
    """

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Choose in ``keypoint``."""
        keypoint: Array = results["keypoint"]
        track = results.pop("track", None)
        if track is None:
            track = keypoint.any((2, 3)) * np.arange(1, len(keypoint) + 1)[:, None]
        there = track.any(0)
        if not there.any():
            results["keypoint"] = keypoint[:1]
            return results
        tracks = _clean(_split(keypoint[:, there], track[:, there]))
        persons = _place(tracks, int(np.count_nonzero(there)), keypoint.shape[2:])
        results["keypoint"], results["total_frames"] = persons, persons.shape[1]
        return results

    def __repr__(self) -> str:
        """Name and arguments."""
        return f"{type(self).__name__}()"


def _split(keypoint: Array, track: NDArray[Any]) -> list[_Track]:
    """Bodies, that which moves most first."""
    tracks = []
    for number in np.unique(track[track != 0]):
        frames, places = np.nonzero(number == track.T)
        points = keypoint[places, frames]
        tracks.append(_Track(frames, points, _measure_motion(points)))
    return sorted(tracks, key=lambda body: -body.motion)


def _measure_motion(points: Array) -> float:
    return float(points.reshape(-1, points.shape[-1]).var(axis=0).sum())


def _clean(tracks: list[_Track]) -> list[_Track]:
    """Leave out what is noise."""
    if len(tracks) < 2:
        return tracks
    long = [body for body in tracks if len(body.points) >= _SHORTEST]
    if len(long) < 2:
        return long or tracks[:1]
    kept = []
    for body in long:
        width, height = np.ptp(body.points[..., :2], axis=1).T
        slim = width <= _SLIMMEST * height
        if 1 - slim.mean() < _WIDE_SHARE:
            if not slim.all():
                body.motion = min(body.motion, _measure_motion(body.points[slim]))
            kept.append(body)
    return sorted(kept, key=lambda body: -body.motion) or long[:1]


def _place(tracks: list[_Track], frames: int, joint: Sequence[int]) -> Array:
    """Two persons from bodies, or one; ``(M, T, V, C)``."""
    persons = np.zeros((2, frames, *joint), dtype=np.float32)
    if len(tracks) == 1:
        return tracks[0].points[None]
    taken: list[tuple[int, int] | None] = [None, None]
    for body in tracks:
        first, last = int(body.frames[0]), int(body.frames[-1]) + 1
        for person, span in enumerate(taken):
            if span is None or max(span[0], first) >= min(span[1], last):
                persons[person, body.frames] = body.points
                span = span or (first, last)
                taken[person] = min(span[0], first), max(span[1], last)
                break
    there = np.flatnonzero(persons.any((0, 2, 3)))
    if len(there):
        persons = persons[:, there[0] : there[-1] + 1]
    if not persons[0, :1].any() and persons[1, :1].any():
        persons = persons[::-1]
    return np.ascontiguousarray(persons)


@TRANSFORMS.register_module()
class NormalizeView(BaseTransform):
    """See all bodies from the one that moves most, in its size.

    The origin is the middle of its spine, x goes along its shoulders from right to left,
    y up its spine, both in the first frame in which it is there, and the length of the
    spine is one. Joints that were not tracked stay zero.

    Source: Shahroudy et al., 2016, as recalled; whether it was done once a sequence, as
    here, or once a frame is not known.

    Args:
        spine: Joints at the base and in the middle of the spine.
        shoulders: Right and left shoulder.
    """

    def __init__(
        self, spine: tuple[int, int] = (0, 1), shoulders: tuple[int, int] = (8, 4)
    ) -> None:
        self.spine, self.shoulders = tuple(spine), tuple(shoulders)

    def transform(self, results: dict[str, Any]) -> dict[str, Any]:
        """Move, turn and scale ``keypoint``."""
        keypoint: Array = results["keypoint"]
        there = np.asarray(keypoint.any((2, 3)))  # M T
        if not there.any():
            return results
        motions = [
            _measure_motion(body[seen]) if seen.any() else -1.0
            for body, seen in zip(keypoint, there, strict=True)
        ]
        main = int(np.argmax(motions))
        body = keypoint[main, there[main].argmax()].astype(np.float64)  # V C
        base, middle = body[list(self.spine)]
        right, left = body[list(self.shoulders)]
        size = np.linalg.norm(middle - base)
        moved = (keypoint - middle) @ _find_axes(left - right, middle - base).T
        moved = (moved / size if size > _NOTHING else moved).astype(np.float32)
        moved[~keypoint.any(-1)] = 0
        results["keypoint"] = moved
        return results

    def __repr__(self) -> str:
        """Name and arguments."""
        return f"{type(self).__name__}(spine={self.spine}, shoulders={self.shoulders})"


def _find_axes(across: NDArray[np.float64], up: NDArray[np.float64]) -> NDArray[np.float64]:
    """Axes as rows: x along ``across``, y in its plane with ``up``, z their product."""
    width = float(np.linalg.norm(across))
    if width < _NOTHING:
        return np.eye(3)
    x = across / width
    up = up - x * (x @ up)
    height = float(np.linalg.norm(up))
    if height < _NOTHING:
        return np.eye(3)
    y = up / height
    return np.stack([x, y, np.cross(x, y)])
