"""Skeletons drawn as small videos, for a data set that is made here and not filmed."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from harness.datasets.decoding import Frames

_SHIFT = 4  # ends of limbs in 1/16 of a pixel: whole numbers, alike on every platform


@dataclass(frozen=True, kw_only=True, slots=True)
class Camera:
    """A pinhole camera in the origin that looks along z.

    Args:
        width: Width of a frame, in pixels.
        height: Height of a frame, in pixels.
        focal: Focal length, in pixels.
        up: How far the middle of the frame looks upwards, as y/z.
        near: Distance that is drawn brightest, in metres.
        far: Distance that is drawn darkest, in metres.
    """

    width: int
    height: int
    focal: float
    up: float
    near: float
    far: float


def draw_clip(
    joints: NDArray[np.float32], edges: Sequence[tuple[int, int]], camera: Camera
) -> Frames:
    """Draw a person's limbs as lines, the nearer the brighter, on black.

    Args:
        joints: Coordinates ``(T, V, 3)``, metres in the camera's frame, y up.
        edges: Limbs, as pairs of joints.
        camera: Who looks.

    Returns:
        Grey values, ``(T, H, W)``.
    """
    x, y, z = np.moveaxis(joints.astype(np.float64), -1, 0)
    places = np.stack(
        (
            camera.width / 2 + camera.focal * x / z,
            camera.height / 2 - camera.focal * (y / z - camera.up),
        ),
        axis=-1,
    )
    ends = np.rint((places - 0.5) * (1 << _SHIFT)).astype(int)[:, np.array(edges)]  # (T, E, 2, 2)
    depths = z[:, np.array(edges)].mean(axis=-1)
    share = np.clip((camera.far - depths) / (camera.far - camera.near), 0, 1)
    greys = np.rint(50 + 205 * share).astype(int)
    frames = np.zeros((len(joints), camera.height, camera.width), dtype=np.uint8)
    for frame, limbs, grey in zip(frames, ends, greys, strict=True):
        for limb in np.argsort(grey, kind="stable"):
            start, end = limbs[limb].tolist()
            cv2.line(frame, start, end, int(grey[limb]), 2, cv2.LINE_AA, _SHIFT)
    return frames
