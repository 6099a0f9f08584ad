"""From folders of video files to the prepared form, and to frames decoded once."""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from json import dumps
from math import prod
from pathlib import Path
from typing import TypeVar

from harness import __version__
from harness.datasets.decoding import UnreadableVideoError, VideoFacts, decode, probe
from harness.datasets.definition import Dataset, Sample, StrayFile, VideoFile, is_known
from harness.datasets.staging import publish, staging
from harness.datasets.verification import (
    Difference,
    Verification,
    count_classes,
    count_splits,
    find_difference,
)
from harness.datasets.videos import (
    FORMAT_VERSION,
    INDEX,
    MADE,
    Defect,
    PreparedVideos,
    VideoIndex,
    VideoSample,
    folder_of,
    how_to_prepare,
    load_videos,
    shapes_of,
)
from harness.errors import DataError

Progress = Callable[[int, int], None]
"""Told the number of videos done and of videos in all."""

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, kw_only=True, slots=True)
class VideoSummary:
    """What a preparation of videos did.

    Args:
        prepared: The videos.
        unchanged: Whether the same was there before.
        difference: In what they differ from the complete data set.
    """

    prepared: PreparedVideos
    unchanged: bool
    difference: Difference


def prepare_videos(
    dataset: Dataset,
    source: Path | None,
    root: Path,
    progress: Progress,
    *,
    overwrite: bool = False,
    partial: bool = False,
    jobs: int = 1,
) -> VideoSummary:
    """Find a data set's video files, decode each to its end, and write their index.

    The files stay where they are, apart from those of an embedded data set, which are
    made in the prepared folder.

    Args:
        dataset: Which data set.
        source: Folder of the files; ``None`` for an embedded one.
        root: Folder of the prepared data sets.
        progress: Told after every video.
        overwrite: Replace another preparation.
        partial: Accept missing, surplus, unreadable and truncated videos.
        jobs: Processes that decode.

    Raises:
        DataError: The source is not as it should be, or another preparation is there.
    """
    dataset.need_videos()
    if source is None and not dataset.embedded:
        raise DataError(f"the videos of '{dataset.key}' need a source", fix=how_to_prepare(dataset))
    if source is not None and not source.is_dir():
        raise DataError(f"there is no folder {source}", fix="give the folder of the videos")
    target = folder_of(dataset, root)
    try:
        with staging(root, target.name) as folder:
            made = folder / MADE
            made.mkdir()
            index, difference = _collect(dataset, source, made, progress, partial, jobs)
            before = _earlier(dataset, root)
            if before not in (None, index.fingerprint) and not overwrite:
                raise DataError(
                    f"other videos of '{dataset.key}' are already prepared in {root}",
                    fix="give --overwrite to replace them",
                )
            (folder / INDEX).write_text(_dump(index), encoding="utf-8")
            if before == index.fingerprint:  # frames and flow stay; the files may have moved
                for kept in target.glob("frames-*.bin"):
                    os.link(kept, folder / kept.name)
                for kept in target.glob("flow-*"):
                    shutil.copytree(kept, folder / kept.name, copy_function=os.link)
            publish(folder, target)
    except OSError as error:
        raise DataError(
            f"cannot write to {root}: {error}", fix="make room, or choose another folder"
        ) from error
    return VideoSummary(
        prepared=load_videos(dataset, root),
        unchanged=before == index.fingerprint,
        difference=difference,
    )


def _collect(
    dataset: Dataset,
    source: Path | None,
    made: Path,
    progress: Progress,
    partial: bool,
    jobs: int,
) -> tuple[VideoIndex, Difference]:
    """Find and read all files: what they hold, and what is not as it should be."""
    videos = dataset.need_videos()
    home = made if source is None else source.resolve()
    found = tuple(videos.find(home, made))
    classes = videos.name_classes(home) if videos.name_classes else dataset.classes
    files = [file for file in found if isinstance(file, VideoFile)]
    paths = [(made if file.made else home) / file.path for file in files]
    samples, defects = _look_into(files, paths, progress, jobs)
    defects += [
        Defect(path=file.path, problem=file.problem)
        for file in found
        if isinstance(file, StrayFile)
    ]
    lost = [defect.lost for defect in defects if defect.lost is not None]
    difference = find_difference(dataset, samples, lost)
    if (difference or defects) and not partial:
        raise _incomplete(dataset, difference, defects)
    if not samples:
        raise DataError(f"not one video in {home} can be read", fix="give the folder of the videos")
    defects += _absent(dataset, [*samples, *lost])
    index = VideoIndex(
        format_version=FORMAT_VERSION,
        dataset=dataset.key,
        source="" if source is None else str(home),
        classes=classes,
        samples=tuple(samples),
        defects=tuple(defects),
        harness_version=__version__,
    )
    return index, difference


def verify_videos(dataset: Dataset, root: Path, progress: Progress) -> Verification:
    """Read all files of prepared videos, and compare them with what they should be.

    Args:
        dataset: Which data set.
        root: Folder of the prepared data sets.
        progress: Told after every video.

    Raises:
        DataError: They are not prepared there, or the index is damaged.
    """
    prepared = load_videos(dataset, root)
    samples = []
    for sample in prepared.samples:
        checksum = _hash(prepared.file_of(sample))
        samples.append(replace(sample, checksum=checksum))
        progress(len(samples), len(prepared.samples))
    fingerprint = replace(prepared.index, samples=tuple(samples)).fingerprint
    return Verification(
        key=dataset.key,
        folder=prepared.folder,
        samples=len(samples),
        recorded=prepared.fingerprint,
        fingerprint=fingerprint,
        known=is_known(dataset.need_videos().known_fingerprint, fingerprint),
        difference=find_difference(dataset, samples, prepared.lost),
        classes=count_classes(dataset, samples, prepared.lost, prepared.classes),
        splits=count_splits(dataset, samples, prepared.lost),
    )


def decode_once(
    prepared: PreparedVideos, short_side: int, progress: Progress, *, jobs: int = 1
) -> Path:
    """Write all frames of prepared videos at a size, uint8, to be mapped.

    Args:
        prepared: The videos.
        short_side: Length that the shorter side is scaled to, in pixels.
        progress: Told after every video.
        jobs: Processes that decode.

    Raises:
        DataError: A file cannot be read, or there is no room.
    """
    target = prepared.folder / f"frames-{short_side}.bin"
    needed = decoded_bytes(prepared, short_side)
    free = shutil.disk_usage(prepared.folder).free
    if free < needed:
        raise DataError(
            f"the frames need {needed / 1e9:.1f} GB in {prepared.folder}, where "
            f"{free / 1e9:.1f} GB are free",
            fix="make room, or decode at a smaller --short-side",
        )
    tasks = [
        (prepared.file_of(sample), shape)
        for sample, shape in zip(
            prepared.samples, shapes_of(prepared, short_side).values(), strict=True
        )
    ]
    try:
        with staging(prepared.folder, target.name) as folder:
            new = folder / target.name
            with new.open("wb") as stream:
                for done, frames in enumerate(_map(_decode_whole, tasks, jobs), start=1):
                    stream.write(frames)
                    progress(done, len(tasks))
                stream.flush()
                os.fsync(stream.fileno())
            new.replace(target)
    except OSError as error:
        raise DataError(
            f"cannot write {needed / 1e9:.1f} GB to {prepared.folder}: {error}",
            fix="make room, or decode at a smaller --short-side",
        ) from error
    return target


def decoded_bytes(prepared: PreparedVideos, short_side: int) -> int:
    """Size of all frames at a size, in bytes."""
    return sum(map(prod, shapes_of(prepared, short_side).values()))


def _decode_whole(task: tuple[Path, tuple[int, int, int, int]]) -> bytes:
    path, (frames, height, width, channels) = task
    return decode(path, range(frames), (width, height), channels).tobytes()


def _look_into(
    files: Sequence[VideoFile], paths: Sequence[Path], progress: Progress, jobs: int
) -> tuple[list[VideoSample], list[Defect]]:
    """Decode files to their ends: those that hold something, and what is wrong with some."""
    samples: list[VideoSample] = []
    defects: list[Defect] = []
    start = 0
    looked = zip(files, _map(_examine, paths, jobs), strict=True)
    for done, (file, found) in enumerate(looked, start=1):
        if file.made and (isinstance(found, str) or found[0].frames < found[0].declared):
            raise DataError(
                f"{file.path}, which was made here, cannot be read to its end",
                fix="make room for it, and prepare again",
            )
        if isinstance(found, str):
            defects.append(Defect(path=file.path, problem=found, lost=_empty_sample(file)))
        else:
            facts, checksum = found
            if facts.frames < facts.declared:
                problem = (
                    f"declares {facts.declared} frames, of which {facts.frames} can be decoded"
                )
                defects.append(Defect(path=file.path, problem=problem, kept=True))
            samples.append(
                replace(
                    _empty_sample(file),
                    start=start,
                    frames=facts.frames,
                    width=facts.width,
                    height=facts.height,
                    fps=facts.fps,
                    checksum=checksum,
                )
            )
            start += facts.frames
        progress(done, len(files))
    return samples, defects


def _absent(dataset: Dataset, there: Sequence[Sample]) -> list[Defect]:
    """The samples of the complete data set of which there is no file."""
    ids = {sample.id for sample in there}
    absent = [
        VideoFile(id=sample.id, label=sample.label, group=sample.group, path=sample.id)
        for sample in dataset.manifest
        if sample.id not in ids
    ]
    return [Defect(path=f.path, problem="is not there", lost=_empty_sample(f)) for f in absent]


def _empty_sample(file: VideoFile) -> VideoSample:
    return VideoSample(**asdict(file), start=0, frames=0, width=0, height=0, fps=0.0, checksum="")


def _examine(path: Path) -> tuple[VideoFacts, str] | str:
    """What a file holds and its SHA-256, or what is wrong with it."""
    try:
        return probe(path), _hash(path)
    except UnreadableVideoError as problem:
        return str(problem)
    except OSError as error:
        return f"cannot be read: {error.strerror}"


def _hash(path: Path) -> str:
    """SHA-256 of a file; empty where it is not there."""
    if not path.is_file():
        return ""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _map(work: Callable[[T], R], tasks: Sequence[T], jobs: int) -> Iterator[R]:
    """Results in the order of the tasks, from this process or from several."""
    if jobs == 1:
        yield from map(work, tasks)
        return
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(work, tasks, chunksize=4)


def _incomplete(dataset: Dataset, difference: Difference, defects: Sequence[Defect]) -> DataError:
    named = "; ".join(f"{defect.path} {defect.problem}" for defect in defects[:5])
    more = f"; and {len(defects) - 5} more" if len(defects) > 5 else ""
    what = [text for text in (f"{named}{more}", str(difference) if difference else "") if text]
    return DataError(
        f"these are not the complete videos of '{dataset.key}': {'; '.join(what)}",
        fix="get those from the authors again, or give --partial to go on with what there is",
    )


def _earlier(dataset: Dataset, root: Path) -> str | None:
    """Fingerprint of what is prepared; ``None`` if nothing is, or it is damaged."""
    try:
        return load_videos(dataset, root).fingerprint
    except DataError:
        return None


def _dump(index: VideoIndex) -> str:
    """The index as JSON, a sample a line."""
    stored = asdict(index)
    rows = {name: ",\n".join(map(dumps, stored.pop(name))) for name in ("samples", "defects")}
    head = ",\n".join(f"{dumps(key)}: {dumps(value)}" for key, value in stored.items())
    body = ",\n".join(f'"{name}": [\n{text}\n]' for name, text in rows.items())
    return f"{{\n{head},\n{body}\n}}\n"
