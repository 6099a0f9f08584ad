"""Prepared videos: what each file holds, and, where they were decoded once, all frames.

``<root>/<key>-videos/index.json`` says which files there are and what they hold; the
files stay where they are. ``frames-<short side>.bin`` beside it holds the frames of
all samples one after the other, ``(T, H, W, C)`` uint8 each, and is mapped, not read.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from itertools import accumulate
from math import prod
from pathlib import Path

import numpy as np

from harness.datasets.decoding import Frames, decode, fit_short_side
from harness.datasets.definition import Dataset, Sample, is_known
from harness.datasets.staging import restore
from harness.datasets.verification import find_difference
from harness.documents import parse
from harness.errors import DataError, StoreError
from harness.records import digest_of

INDEX = "index.json"
MADE = "videos"
FORMAT_VERSION = 1
_MAX_INDEX_BYTES = 1 << 28


@dataclass(frozen=True, kw_only=True, slots=True)
class VideoSample(Sample):
    """One video of the prepared form.

    Args:
        path: The file, below the source, or below ``videos`` beside the index.
        made: Whether it was made there.
        subsets: Its subset by split, where the authors' lists say so.
        width: Width of a frame, in pixels.
        height: Height of a frame, in pixels.
        fps: Frames per second; 0 where the file does not say.
        checksum: SHA-256 of the file, in hexadecimal.
    """

    path: str
    made: bool
    subsets: dict[str, str]
    width: int
    height: int
    fps: float
    checksum: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Defect:
    """A file that is not as it should be.

    Args:
        path: The file, below the source; the sample's id where only that is known.
        problem: What is wrong with it, in words that follow its name.
        kept: Whether it is a sample all the same.
        lost: The sample that it would be, if it is not there or not one frame of it
            can be read.
    """

    path: str
    problem: str
    kept: bool = False
    lost: VideoSample | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class VideoIndex:
    """The index of prepared videos.

    Args:
        format_version: :data:`FORMAT_VERSION`.
        dataset: Key of the data set.
        source: Folder of the files.
        classes: Class names, in label order.
        samples: The videos.
        defects: Files that are missing, or cannot be read, or not to their end, or
            are no sample's.
        harness_version: Version that made it.
    """

    format_version: int
    dataset: str
    source: str
    classes: tuple[str, ...]
    samples: tuple[VideoSample, ...]
    defects: tuple[Defect, ...]
    harness_version: str

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the files' content and what each sample is, not over where they lie."""
        samples = [
            {key: value for key, value in asdict(sample).items() if key not in ("path", "made")}
            for sample in self.samples
        ]
        return digest_of([self.format_version, self.dataset, self.classes, samples])


@dataclass(frozen=True, kw_only=True, eq=False)  # no slots: what is looked up is kept
class PreparedVideos:
    """Videos, ready to train on.

    Args:
        dataset: What they are.
        folder: Where the index lies.
        index: The index.
    """

    dataset: Dataset
    folder: Path
    index: VideoIndex

    @property
    def samples(self) -> tuple[VideoSample, ...]:
        """All samples."""
        return self.index.samples

    @property
    def classes(self) -> tuple[str, ...]:
        """Class names, in label order."""
        return self.index.classes

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over the files' content and what each sample is."""
        return self.index.fingerprint

    @cached_property
    def known(self) -> bool | None:
        """Whether they are the authors' complete data set; ``None`` if not known.

        They are not where a sample is missing, cut off or surplus, whether or not the
        complete one's fingerprint is known.
        """
        defects = self.index.defects
        if any(d.kept or d.lost for d in defects) or find_difference(self.dataset, self.samples):
            return False
        return is_known(self.dataset.need_videos().known_fingerprint, self.fingerprint)

    def subset(self, split: str, name: str) -> tuple[VideoSample, ...]:
        """Samples of one subset of a split, in order.

        Raises:
            DataError: There is no such split or subset.
        """
        return self.dataset.select(self.samples, split, name)

    @property
    def lost(self) -> tuple[VideoSample, ...]:
        """Samples whose files are not there or cannot be read; of no frames."""
        return tuple(d.lost for d in self.index.defects if d.lost is not None)

    @property
    def monitored(self) -> str:
        """Subset whose curve is watched in training: as declared, or test if that is empty."""
        split, declared = self.dataset.splits[0].name, self.dataset.monitored
        return declared if self.subset(split, declared) else "test"

    def count_unreadable(self, split: str, name: str) -> int:
        """Samples of a subset whose files are not there or cannot be read."""
        return len(self.dataset.select(self.lost, split, name))

    def read(self, sample: VideoSample, wanted: Sequence[int], short_side: int | None) -> Frames:
        """Some frames of a video, from what was decoded once or else from its file.

        Args:
            sample: The video.
            wanted: Numbers of the frames, from 0.
            short_side: Length that the shorter side is scaled to, in pixels;
                ``None`` for the file's.

        Returns:
            Frames as ``(T, H, W, C)``, uint8.

        Raises:
            DataError: The file cannot be read, or is another one than was prepared.
        """
        if (decoded := self.decoded(short_side)) is not None:
            return decoded.frames_of(sample)[list(wanted)]
        size = fit_short_side(sample.width, sample.height, short_side)
        return decode(self.file_of(sample), wanted, size, self.dataset.need_videos().channels)

    def file_of(self, sample: VideoSample) -> Path:
        """Where a video lies."""
        return (self.folder / MADE if sample.made else Path(self.index.source)) / sample.path

    def decoded(self, short_side: int | None) -> "Decoded | None":
        """All frames at a size, if they were decoded once."""
        if short_side is None:
            return None
        if short_side not in self._decoded:
            path = self.folder / f"frames-{short_side}.bin"
            self._decoded[short_side] = Decoded(self, short_side, path) if path.exists() else None
        return self._decoded[short_side]

    @cached_property
    def _decoded(self) -> dict[int, "Decoded | None"]:
        return {}


class Decoded:
    """All frames of prepared videos at a size, mapped.

    Args:
        prepared: The videos.
        short_side: Length of the shorter side, in pixels.
        path: The file.

    Raises:
        DataError: The file is not of these videos.
    """

    def __init__(self, prepared: PreparedVideos, short_side: int, path: Path) -> None:
        self.shapes = shapes_of(prepared, short_side)
        ends = list(accumulate(map(prod, self.shapes.values())))
        self.starts = dict(zip(self.shapes, [0, *ends], strict=False))
        size = path.stat().st_size
        if size != ends[-1]:
            raise DataError(
                f"{path} has {size} bytes instead of {ends[-1]}",
                fix=f"remove it, or decode again: harness data decode {prepared.dataset.key} "
                f"--short-side {short_side} --overwrite",
            )
        self.bytes = np.memmap(path, dtype=np.uint8, mode="r")

    def frames_of(self, sample: VideoSample) -> Frames:
        """All frames of a sample, ``(T, H, W, C)``."""
        shape = self.shapes[sample.id]
        start = self.starts[sample.id]
        return self.bytes[start : start + prod(shape)].reshape(shape)


def assign_listed(split: str, sample: Sample) -> str | None:
    """Give the subset of a sample as its data set's lists say; ``None`` for neither."""
    return sample.subsets.get(split) if isinstance(sample, VideoSample) else None


def shapes_of(prepared: PreparedVideos, short_side: int) -> dict[str, tuple[int, int, int, int]]:
    """Shape of each sample's frames at a size, ``(T, H, W, C)``, by id."""
    channels = prepared.dataset.need_videos().channels
    shapes = {}
    for sample in prepared.samples:
        width, height = fit_short_side(sample.width, sample.height, short_side)
        shapes[sample.id] = (sample.frames, height, width, channels)
    return shapes


def folder_of(dataset: Dataset, root: Path) -> Path:
    """Where a data set's prepared videos lie."""
    return root / f"{dataset.key}-videos"


def load_videos(dataset: Dataset, root: Path) -> PreparedVideos:
    """Prepared videos; of the files it looks at none.

    Args:
        dataset: Which data set.
        root: Folder of the prepared data sets.

    Raises:
        DataError: They are not prepared there, or the index is damaged.
    """
    dataset.need_videos()
    folder = folder_of(dataset, root)
    restore(root, folder.name)
    if not folder.is_dir():
        raise DataError(
            f"the videos of '{dataset.key}' are not prepared in {root}", fix=how_to_prepare(dataset)
        )
    path = folder / INDEX
    try:
        index = parse(VideoIndex, path.read_bytes(), source=str(path), most_bytes=_MAX_INDEX_BYTES)
    except OSError as error:
        raise _damaged(dataset, str(error)) from error
    except StoreError as error:
        raise _damaged(dataset, error.problem) from error
    if index.format_version != FORMAT_VERSION or index.dataset != dataset.key:
        raise _damaged(dataset, f"{path} is of another version or data set")
    if not index.samples or len({sample.id for sample in index.samples}) != len(index.samples):
        raise _damaged(dataset, f"{path} has no sample, or one of them twice")
    if any(not 0 <= sample.label < len(index.classes) for sample in index.samples):
        raise _damaged(dataset, f"{path} has a label without a class")
    return PreparedVideos(dataset=dataset, folder=folder, index=index)


def how_to_prepare(dataset: Dataset) -> str:
    """Say how to come by videos that are not there."""
    command = prepare_videos_command(dataset)
    return command if dataset.embedded else f"get it from {dataset.obtain}, then: {command}"


def prepare_videos_command(dataset: Dataset) -> str:
    """What prepares a data set's videos."""
    videos = " --videos" if dataset.skeletons else ""
    source = "" if dataset.embedded else " --source FOLDER"
    return f"harness data prepare {dataset.key}{videos}{source}"


def _damaged(dataset: Dataset, problem: str) -> DataError:
    return DataError(
        f"the prepared videos of '{dataset.key}' are damaged: {problem}",
        fix=f"prepare them again: {how_to_prepare(dataset)}",
    )
