"""Frames from video files: the one place where they are decoded, by OpenCV.

OpenCV is what MMCV and MMAction2 bring along on every Python and platform that they
run on; a sequential read with it was 1.3 to 1.6 times as fast as with PyAV, and
torchcodec needs an FFmpeg of the system and a build for each version of torch.

Frames are taken in the order of the file and never sought: FFmpeg's seeking counts
by time stamps, which go wrong where the frame rate varies.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")  # what is wrong with a file, we say

import cv2
import numpy as np
from numpy.typing import NDArray

from harness.datasets.edit_lists import read_shown_s
from harness.errors import DataError

cv2.utils.logging.setLogLevel(
    cv2.utils.logging.LOG_LEVEL_SILENT
)  # or each file that it cannot open is two lines

Frames = NDArray[np.uint8]


class UnreadableVideoError(ValueError):
    """What is wrong with a file, in words that follow its name."""


@dataclass(frozen=True, kw_only=True, slots=True)
class VideoFacts:
    """What a video file holds.

    Args:
        frames: Frames that can be decoded.
        declared: Frames that its header declares to be shown; 0 where it does not say.
        width: Width of a frame, in pixels.
        height: Height of a frame, in pixels.
        fps: Frames per second, the average where it varies; 0 where it is not said.
    """

    frames: int
    declared: int
    width: int
    height: int
    fps: float


def probe(path: Path) -> VideoFacts:
    """Decode a video to its end, and say what it holds.

    Raises:
        UnreadableVideoError: Not one frame of it can be decoded.
    """
    video = _open(path)
    try:
        times_ms = []
        while video.grab():
            times_ms.append(video.get(cv2.CAP_PROP_POS_MSEC))
        if not times_ms:
            raise UnreadableVideoError("has no frame that can be decoded")
        declared, fps = video.get(cv2.CAP_PROP_FRAME_COUNT), video.get(cv2.CAP_PROP_FPS)
        width, height = video.get(cv2.CAP_PROP_FRAME_WIDTH), video.get(cv2.CAP_PROP_FRAME_HEIGHT)
    finally:
        video.release()
    frames, gaps_ms = len(times_ms), np.diff(times_ms)
    fps = fps if 0 < fps < 1000 else 0.0
    if declared > frames and fps:
        # Matroska and others declare a duration, from which OpenCV guesses at a number.
        gap_ms = max(gaps_ms, default=0.0) or 1000 / fps
        lasts_s = read_shown_s(path) or declared / fps
        if times_ms[-1] - times_ms[0] + 1.5 * gap_ms >= 1000 * lasts_s:
            declared = frames
    if frames > 1 and 0 <= 1.5 * min(gaps_ms) < max(gaps_ms):
        fps = 1000 / float(np.mean(gaps_ms))
    return VideoFacts(
        frames=frames,
        declared=max(0, int(declared)),
        width=int(width),
        height=int(height),
        fps=round(fps, 3),
    )


def decode(path: Path, wanted: Sequence[int], size: tuple[int, int], channels: int) -> Frames:
    """Decode some frames of a video.

    Args:
        path: The file.
        wanted: Numbers of the frames, from 0, in any order, also repeatedly.
        size: Width and height that frames are scaled to, in pixels: by areas where
            they shrink, bilinearly where they grow.
        channels: 3 for RGB; 1 for the first of three equal ones.

    Returns:
        Frames as ``(T, H, W, C)``, uint8.

    Raises:
        DataError: The file cannot be read, or ends before a frame.
    """
    places: dict[int, list[int]] = {}
    for place, number in enumerate(wanted):
        places.setdefault(int(number), []).append(place)
    frames = np.empty((len(wanted), size[1], size[0], channels), dtype=np.uint8)
    try:
        video = _open(path)
        try:
            for number in range(max(places, default=-1) + 1):
                if not video.grab():
                    raise UnreadableVideoError(f"ends before frame {number}")
                if number in places:
                    frames[places[number]] = _scale(video.retrieve()[1], size)[..., :channels]
        finally:
            video.release()
    except UnreadableVideoError as problem:
        raise DataError(
            f"{path} {problem}", fix="it has changed since it was prepared: prepare it again"
        ) from problem
    return frames


def fit_short_side(width: int, height: int, short_side: int | None) -> tuple[int, int]:
    """Width and height of frames whose shorter side is scaled to a length, aspect kept.

    Args:
        width: Width, in pixels.
        height: Height, in pixels.
        short_side: Length of the shorter side; ``None`` leaves the size alone.
    """
    if short_side is None:
        return width, height
    factor = short_side / min(width, height)
    return max(short_side, round(width * factor)), max(short_side, round(height * factor))


def write_lossless(path: Path, frames: Frames, fps: float) -> None:
    """Write a video that is decoded to the same values again, as FFV1.

    Args:
        path: The file, ending in ``.avi``.
        frames: ``(T, H, W)`` grey values, or ``(T, H, W, 3)`` RGB.
        fps: Frames per second.

    Raises:
        DataError: It cannot be written.
    """
    height, width = frames.shape[1:3]
    colour = frames.ndim == 4
    codec = cv2.VideoWriter.fourcc(*"FFV1")
    video = cv2.VideoWriter(
        os.fspath(path), cv2.CAP_FFMPEG, codec, fps, (width, height), isColor=colour
    )
    if not video.isOpened():
        raise DataError(f"cannot write the video {path}", fix="choose another folder")
    for frame in frames:
        video.write(np.ascontiguousarray(frame[..., ::-1]) if colour else frame)
    video.release()


def _open(path: Path) -> cv2.VideoCapture:
    if not path.is_file():
        raise UnreadableVideoError("is not there")
    if not path.stat().st_size:
        raise UnreadableVideoError("is empty")
    video = cv2.VideoCapture(
        os.fspath(path),
        cv2.CAP_FFMPEG,
        [cv2.CAP_PROP_N_THREADS, 1],
    )
    if not video.isOpened():
        raise UnreadableVideoError("holds no video that can be decoded")
    return video


def _scale(frame: NDArray[np.uint8], size: tuple[int, int]) -> Frames:
    """Scale a BGR frame and turn it to RGB, ``(H, W, 3)``."""
    height, width = frame.shape[:2]
    if (width, height) != size:
        shrinks = size[0] <= width and size[1] <= height
        frame = cv2.resize(
            frame, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
        )
    return frame[..., ::-1]
