"""Edit lists: which part of its frames an MP4 or QuickTime file shows.

A telephone that trims a video, and FFmpeg where it cuts without coding anew, leave all
frames in the file and say which are shown; the others are not decoded.
"""

import struct
from collections.abc import Iterator
from pathlib import Path

_MOST_BYTES = 1 << 26  # of what describes a file; hours of video take a few megabytes


def read_shown_s(path: Path) -> float | None:
    """Seconds that a file's edit list shows of its video.

    Args:
        path: The file.

    Returns:
        ``None`` where there is no such list, or the file is of another kind.
    """
    try:
        with path.open("rb") as stream:
            while len(head := stream.read(8)) == 8:
                size, kind = struct.unpack(">I4s", head)
                if size == 1:
                    size = struct.unpack(">Q", stream.read(8))[0] - 8
                if kind == b"moov" and 8 <= size <= _MOST_BYTES:
                    return _read_shown_s(stream.read(size - 8))
                if size < 8:
                    return None
                stream.seek(size - 8, 1)
    except (OSError, struct.error, KeyError, ZeroDivisionError):
        pass  # damaged, or no such file
    return None


def _read_shown_s(movie: bytes) -> float | None:
    boxes = list(_boxes(movie))
    header = dict(boxes)[b"mvhd"]
    clock = struct.unpack_from(">I", header, 20 if header[:1] == b"\1" else 12)[0]
    for kind, body in boxes:
        track = dict(_boxes(body)) if kind == b"trak" else {}
        media = dict(_boxes(track.get(b"mdia", b"")))
        edits = dict(_boxes(track.get(b"edts", b""))).get(b"elst")
        if media.get(b"hdlr", b"")[8:12] == b"vide" and edits is not None:
            form = ">QqI" if edits[:1] == b"\1" else ">IiI"
            count = struct.unpack_from(">I", edits, 4)[0]
            rows = struct.iter_unpack(form, edits[8 : 8 + count * struct.calcsize(form)])
            return sum(length for length, start, _ in rows if start >= 0) / clock or None
    return None


def _boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kinds and bodies of the boxes in a box."""
    at = 0
    while at + 8 <= len(content):
        size, kind = struct.unpack_from(">I4s", content, at)
        if size < 8:
            return
        yield kind, content[at + 8 : at + size]
        at += size
