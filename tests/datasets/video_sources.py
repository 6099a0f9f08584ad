"""Small video files: whole ones, and each kind that something is wrong with."""

import struct
import wave
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

SIZE = 48, 32
CONTAINERS = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts"}


def make_frames(frames: int, seed: int = 0, size: tuple[int, int] = SIZE) -> NDArray[np.uint8]:
    """Make smooth frames, ``(T, H, W, 3)``, no two alike."""
    shift = np.arange(frames)[:, None, None] * 7 + seed * 31
    x, y = np.meshgrid(np.arange(size[0]), np.arange(size[1]))
    return np.stack([(shift + x) % 256, (shift + 2 * y) % 256, (shift + x + y) % 256], -1).astype(
        np.uint8
    )


def write_video(
    path: Path, frames: int = 12, seed: int = 0, size: tuple[int, int] = SIZE, fps: float = 25.0
) -> Path:
    """Write a video: MPEG-4 in ``.mp4``, ``.mkv`` and ``.mov``, Motion JPEG in ``.avi``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    codec = cv2.VideoWriter.fourcc(*("MJPG" if path.suffix.lower() == ".avi" else "mp4v"))
    video = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, codec, fps, size)
    assert video.isOpened()
    for frame in make_frames(frames, seed, size):
        video.write(np.ascontiguousarray(frame[..., ::-1]))
    video.release()
    return path


def cut(path: Path, share: float) -> Path:
    """Cut a file off."""
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    return path


def write_sound(path: Path) -> Path:
    """Write a file that holds sound alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(16000))
    return path


def vary_frame_rate(path: Path, durations: list[int]) -> None:
    """Give each frame of an ``.mp4`` another duration, in units of the file's clock."""

    def change(kind: bytes, body: bytes) -> bytes:
        if kind == b"elst":  # which frames are shown, by time: all
            return body[:8] + struct.pack(">I", 1 << 30) + body[12:]
        if kind != b"stts":
            return body
        entries = [struct.pack(">II", 1, duration) for duration in durations]
        return struct.pack(">II", 0, len(entries)) + b"".join(entries)

    path.write_bytes(_rebuild(path.read_bytes(), change))


def trim(path: Path, shown_ms: int) -> None:
    """Say in an ``.mp4`` how much of it is shown, and leave all frames in it."""

    def change(kind: bytes, body: bytes) -> bytes:
        if kind != b"elst":
            return body
        return body[:8] + struct.pack(">I", shown_ms) + body[12:]

    path.write_bytes(_rebuild(path.read_bytes(), change))


def rotate(path: Path, height: int) -> None:
    """Say in an ``.mp4`` that it is to be turned by a quarter, as telephones do."""

    def change(kind: bytes, body: bytes) -> bytes:
        if kind != b"tkhd":
            return body
        turned = struct.pack(">9i", 0, 1 << 16, 0, -1 << 16, 0, 0, height << 16, 0, 1 << 30)
        return body[:40] + turned + body[76:]

    path.write_bytes(_rebuild(path.read_bytes(), change))


def _rebuild(content: bytes, change: Callable[[bytes, bytes], bytes]) -> bytes:
    """Boxes of an ``.mp4`` with their bodies changed; what stands after them may move."""
    built, at = b"", 0
    while at < len(content):
        size, kind = struct.unpack(">I4s", content[at : at + 8])
        body = content[at + 8 : at + size]
        body = _rebuild(body, change) if kind in CONTAINERS else change(kind, body)
        built += struct.pack(">I4s", len(body) + 8, kind) + body
        at += size
    return built
