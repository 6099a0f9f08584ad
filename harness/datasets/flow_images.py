"""Flow in the field's layout: a folder for a video, an image for a frame.

``<folder>/<video>/img_00001.jpg``, ``flow_x_00001.jpg`` and ``flow_y_00001.jpg``, from 1;
a grey value is a displacement as :mod:`harness.datasets.flow` says. Flow n leads from
image n to image n + 1, so that N images have N - 1 of each. That is how denseflow and
the tools of Feichtenhofer and of Xiong write them. JPEG changes values a little.
"""

import re
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from harness.datasets.decoding import Frames
from harness.datasets.flow import fit
from harness.errors import DataError

_NAME = re.compile(r"flow_([xy])_(\d+)\.jpg")
_QUALITY = (cv2.IMWRITE_JPEG_QUALITY, 95)


def read_fields(folder: Path, video: str, shape: tuple[int, int, int, int]) -> Frames:
    """All fields of a video from images, shrunk or grown to a size.

    Args:
        folder: Folder of the videos' folders.
        video: Id of the video, the name of its folder.
        shape: What comes out, ``(T - 1, H, W, 2)``.

    Raises:
        DataError: An image is missing, surplus, not an image, or of another size than
            the one beside it; the message names the video.
    """
    here = folder / video
    if not here.is_dir():
        raise DataError(f"video '{video}' has no folder {here}", fix=_FIX)
    _refuse_other_length(here, video, shape[0])
    fields = np.empty(shape, dtype=np.uint8)
    for number in range(shape[0]):
        u, v = (_read(here / f"flow_{axis}_{number + 1:05d}.jpg", video) for axis in "xy")
        if u.shape != v.shape:
            raise DataError(
                f"video '{video}': flow_x and flow_y {number + 1} are of different sizes", fix=_FIX
            )
        fields[number] = fit(np.stack([u, v], axis=-1), (shape[2], shape[1]))
    return fields


_FIX = "complete the images, or compute the flow here: leave out --import"


def _refuse_other_length(here: Path, video: str, expected: int) -> None:
    """Refuse a video whose images of flow are not numbered 1 to T - 1."""
    numbers: dict[str, set[int]] = {"x": set(), "y": set()}
    for path in here.iterdir():
        if match := _NAME.fullmatch(path.name):
            numbers[match[1]].add(int(match[2]))
    for axis, found in numbers.items():
        wanted = set(range(1, expected + 1))
        if missing := wanted - found:
            raise DataError(
                f"video '{video}' has {expected + 1} frames and lacks flow_{axis}_"
                f"{min(missing):05d}.jpg, of {len(missing)} missing in {here}",
                fix=_FIX,
            )
        if surplus := found - wanted:
            raise DataError(
                f"video '{video}' has {expected + 1} frames, thus {expected} fields of flow, and "
                f"{here} has flow_{axis}_{min(surplus):05d}.jpg",
                fix="give the flow of these videos, with a step of one frame",
            )


def _read(path: Path, video: str) -> NDArray[np.uint8]:
    image = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    if image is None:
        raise DataError(f"video '{video}': {path} is no image", fix=_FIX)
    grey: NDArray[np.uint8] = image
    return grey


def write_video(folder: Path, video: str, frames: Frames, fields: Frames) -> None:
    """Write a video's frames and its flow as images.

    Args:
        folder: Folder of the videos' folders.
        video: Id of the video.
        frames: ``(T, H, W, C)``, grey or RGB.
        fields: ``(T - 1, H, W, 2)``.

    Raises:
        DataError: An image cannot be written.
    """
    here = folder / video
    here.mkdir(parents=True, exist_ok=True)
    for number, frame in enumerate(frames, start=1):
        _write(here / f"img_{number:05d}.jpg", frame[..., ::-1])
    for number, field in enumerate(fields, start=1):
        for channel, axis in enumerate("xy"):
            _write(here / f"flow_{axis}_{number:05d}.jpg", field[..., channel])


def _write(path: Path, image: NDArray[np.uint8]) -> None:
    if not cv2.imwrite(str(path), np.ascontiguousarray(image), _QUALITY):
        raise DataError(f"cannot write {path}", fix="make room, or choose another folder")
