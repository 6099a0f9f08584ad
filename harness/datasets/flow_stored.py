"""Flow of prepared videos as it is kept: computed once, mapped, not read.

``<root>/<key>-videos/flow-<method>-<bound>-<short side>/`` holds ``flow.bin``, the fields
of all videos one after the other, ``(T - 1, H, W, 2)`` uint8 each, in the order of
the index, and ``flow.json``, which says of what videos they are and where they are
from. Field t leads from frame t to frame t + 1.
"""

from dataclasses import dataclass
from itertools import accumulate
from math import prod
from pathlib import Path
from typing import Literal

import numpy as np

from harness.datasets.decoding import Frames
from harness.datasets.flow import FlowKind
from harness.datasets.videos import PreparedVideos, VideoSample, shapes_of
from harness.documents import parse
from harness.errors import DataError, StoreError

FIELDS = "flow.bin"
FACTS = "flow.json"
FORMAT_VERSION = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class FlowFacts:
    """What kept flow is.

    Args:
        format_version: :data:`FORMAT_VERSION`.
        kind: Method, bound and size.
        videos: Fingerprint of the videos.
        origin: Whether it was computed here, or read from somebody's images.
        opencv: Version of OpenCV that computed it, or read the images.
    """

    format_version: int = FORMAT_VERSION
    kind: FlowKind
    videos: str
    origin: Literal["computed", "imported"]
    opencv: str


class StoredFlow:
    """Flow of all videos, mapped.

    Args:
        prepared: The videos.
        kind: Which flow.
        folder: Where it lies.

    Raises:
        DataError: It is damaged, or of other videos.
    """

    def __init__(self, prepared: PreparedVideos, kind: FlowKind, folder: Path) -> None:
        self.kind = kind
        self.facts = _read_facts(prepared, kind, folder)
        self.places = place_fields(prepared, kind)
        size, found = bytes_of(self.places), (folder / FIELDS).stat().st_size
        if found != size:
            raise _damaged(prepared, kind, f"{folder / FIELDS} has {found} bytes instead of {size}")
        self.bytes = np.memmap(folder / FIELDS, np.uint8, "r") if size else np.empty(0, np.uint8)

    def fields_of(self, sample: VideoSample) -> Frames:
        """All fields of a video, ``(T - 1, H, W, 2)``, bytes as :mod:`flow` says."""
        start, shape = self.places[sample.id]
        return self.bytes[start : start + prod(shape)].reshape(shape)


Places = dict[str, tuple[int, tuple[int, int, int, int]]]
"""First byte and shape of each video's fields, by id."""


def place_fields(prepared: PreparedVideos, kind: FlowKind) -> Places:
    """Where the fields of each video lie."""
    shapes = {
        name: (frames - 1, height, width, 2)
        for name, (frames, height, width, _) in shapes_of(prepared, kind.short_side).items()
    }
    ends = accumulate(map(prod, shapes.values()), initial=0)
    return {
        name: (start, shape) for start, (name, shape) in zip(ends, shapes.items(), strict=False)
    }


def bytes_of(places: Places) -> int:
    """Bytes of all fields."""
    return sum(prod(shape) for _, shape in places.values())


def load_flow(prepared: PreparedVideos, kind: FlowKind) -> StoredFlow | None:
    """Kept flow; ``None`` where there is none of that kind.

    Raises:
        DataError: It is damaged, or of other videos.
    """
    folder = prepared.folder / kind.name
    return StoredFlow(prepared, kind, folder) if folder.is_dir() else None


def flow_command(prepared: PreparedVideos, kind: FlowKind) -> str:
    """What computes it."""
    return (
        f"harness data flow {prepared.dataset.key} --method {kind.method} "
        f"--bound {kind.bound} --short-side {kind.short_side}"
    )


def _read_facts(prepared: PreparedVideos, kind: FlowKind, folder: Path) -> FlowFacts:
    path = folder / FACTS
    try:
        facts = parse(FlowFacts, path.read_bytes(), source=str(path))
    except OSError as error:
        raise _damaged(prepared, kind, str(error)) from error
    except StoreError as error:
        raise _damaged(prepared, kind, error.problem) from error
    if facts.format_version != FORMAT_VERSION or facts.kind != kind:
        raise _damaged(prepared, kind, f"{path} is of another version or kind")
    if facts.videos != prepared.fingerprint:
        raise _damaged(prepared, kind, "it is of other videos")
    return facts


def _damaged(prepared: PreparedVideos, kind: FlowKind, problem: str) -> DataError:
    return DataError(
        f"the flow {kind.name} of '{prepared.dataset.key}' cannot be used: {problem}",
        fix=f"make it again: {flow_command(prepared, kind)} --overwrite",
    )
