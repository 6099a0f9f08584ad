"""From prepared videos to kept flow: computed on all cores, or read from images.

A making that is killed is continued by the next one: ``.flow-….part`` holds what is there
so far, and ``done.txt`` in it names the videos that are safely on disk.
"""

import os
import shutil
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import cv2

from harness.datasets.collecting import Progress
from harness.datasets.decoding import Frames, decode
from harness.datasets.flow import FlowKind, measure_flow, to_bytes
from harness.datasets.flow_images import read_fields, write_video
from harness.datasets.flow_stored import (
    FACTS,
    FIELDS,
    FlowFacts,
    StoredFlow,
    bytes_of,
    flow_command,
    load_flow,
    place_fields,
)
from harness.datasets.staging import locked
from harness.datasets.videos import PreparedVideos, VideoSample
from harness.documents import dump
from harness.errors import DataError

DONE = "done.txt"
SAVE_EVERY_S = 5.0
_TRIED_PAIRS = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class _Task:
    """The fields of one video, to be made and written.

    Args:
        video: Its id.
        path: Its file.
        file_size: Width and height of its frames, in pixels.
        channels: Values a pixel.
        kind: Which flow.
        images: Folder of images to read them from; ``None`` to compute them.
        target: File that holds the fields of all videos.
        start: Its first byte there.
        shape: Shape of its fields.
    """

    video: str
    path: Path
    file_size: tuple[int, int]
    channels: int
    kind: FlowKind
    images: Path | None
    target: Path
    start: int
    shape: tuple[int, int, int, int]


def make_flow(
    prepared: PreparedVideos,
    kind: FlowKind,
    progress: Progress,
    *,
    images: Path | None = None,
    overwrite: bool = False,
    jobs: int = 1,
) -> StoredFlow:
    """Compute the flow of all videos, or read it from images; once.

    Args:
        prepared: The videos.
        kind: Which flow.
        progress: Told after every video.
        images: Folder in the field's layout, to read it from.
        overwrite: Make it again where it is there, or was begun.
        jobs: Processes, each on one core.

    Raises:
        DataError: A video or an image is not as it should be, or there is no room.
    """
    target, part = prepared.folder / kind.name, prepared.folder / f".{kind.name}.part"
    facts = FlowFacts(
        kind=kind,
        videos=prepared.fingerprint,
        origin="computed" if images is None else "imported",
        opencv=cv2.__version__,
    )
    try:
        with locked(prepared.folder, kind.name):
            if not overwrite and (found := load_flow(prepared, kind)) is not None:
                return found
            done = _begin(part, facts, prepared, fresh=overwrite)
            tasks = [
                task for task in _list_tasks(prepared, kind, part, images) if task.video not in done
            ]
            _work(tasks, part, progress, total=len(prepared.samples), jobs=jobs)
            (part / DONE).unlink()
            if target.exists():
                shutil.rmtree(target)
            part.rename(target)
    except OSError as error:
        raise DataError(
            f"cannot write the flow to {prepared.folder}: {error}",
            fix="make room, or keep it at a smaller --short-side",
        ) from error
    return StoredFlow(prepared, kind, target)


def _begin(part: Path, facts: FlowFacts, prepared: PreparedVideos, *, fresh: bool) -> set[str]:
    """Open what was begun, or begin; the videos that are there already.

    Raises:
        DataError: There is no room.
    """
    text = dump(facts)
    begun = part / FACTS
    if fresh or not begun.exists() or begun.read_text(encoding="utf-8") != text:
        shutil.rmtree(part, ignore_errors=True)
        needed = bytes_of(place_fields(prepared, facts.kind))
        free = shutil.disk_usage(prepared.folder).free
        if free < needed:
            raise DataError(
                f"the flow needs {needed / 1e9:.1f} GB in {prepared.folder}, where "
                f"{free / 1e9:.1f} GB are free",
                fix="make room, or keep it at a smaller --short-side",
            )
        part.mkdir()
        with (part / FIELDS).open("wb") as stream:
            stream.truncate(needed)
        (part / DONE).touch()
        begun.write_text(text, encoding="utf-8")
    return set((part / DONE).read_text(encoding="utf-8").splitlines())


def _list_tasks(
    prepared: PreparedVideos, kind: FlowKind, part: Path, images: Path | None
) -> Iterator[_Task]:
    places = place_fields(prepared, kind)
    for sample in prepared.samples:
        start, shape = places[sample.id]
        yield _Task(
            video=sample.id,
            path=prepared.file_of(sample),
            file_size=(sample.width, sample.height),
            channels=prepared.dataset.need_videos().channels,
            kind=kind,
            images=images,
            target=part / FIELDS,
            start=start,
            shape=shape,
        )


def _work(tasks: Sequence[_Task], part: Path, progress: Progress, *, total: int, jobs: int) -> None:
    """Make the fields of some videos, and keep on disk which are done."""
    waiting: list[str] = []
    saved_s = time.monotonic()
    with (part / DONE).open("a", encoding="utf-8") as done, (part / FIELDS).open("rb+") as fields:

        def save() -> None:
            os.fsync(fields.fileno())  # the fields before the names
            done.writelines(f"{video}\n" for video in waiting)
            done.flush()
            os.fsync(done.fileno())
            waiting.clear()

        progress(total - len(tasks), total)
        try:
            for number, video in enumerate(_run(tasks, jobs), start=1):
                waiting.append(video)
                if time.monotonic() - saved_s > SAVE_EVERY_S:
                    save()
                    saved_s = time.monotonic()
                progress(total - len(tasks) + number, total)
        finally:
            save()


def _run(tasks: Sequence[_Task], jobs: int) -> Iterator[str]:
    if jobs == 1:
        yield from map(_fill, tasks)
        return
    with ProcessPoolExecutor(jobs) as pool:
        try:
            yield from pool.map(_fill, tasks)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _fill(task: _Task) -> str:
    """Make and write the fields of a video; its id."""
    if task.images is None:
        fields = compute_fields(task.path, task.file_size, task.channels, task.kind, task.shape)
    else:
        fields = read_fields(task.images, task.video, task.shape)
    with task.target.open("rb+") as stream:
        stream.seek(task.start)
        stream.write(fields.data)
    return task.video


def compute_fields(
    path: Path,
    file_size: tuple[int, int],
    channels: int,
    kind: FlowKind,
    shape: tuple[int, int, int, int],
) -> Frames:
    """All fields of a video file, as bytes, ``(T - 1, H, W, 2)``.

    Raises:
        DataError: The file cannot be read, or OpenCV lacks the method.
    """
    pairs, height, width, _ = shape
    frames = decode(path, range(pairs + 1), file_size, channels)
    return to_bytes(measure_flow(frames, range(pairs), kind.method, (width, height)), kind.bound)


def estimate_flow_s(prepared: PreparedVideos, kind: FlowKind, jobs: int) -> float:
    """How long computing all flow will take, from a few pairs of frames of one video."""
    sample = max(prepared.samples, key=lambda sample: sample.frames)
    pairs = min(_TRIED_PAIRS, sample.frames - 1)
    if pairs < 1:
        return 0.0
    _, shape = place_fields(prepared, kind)[sample.id]
    began_s = time.perf_counter()
    compute_fields(
        prepared.file_of(sample),
        (sample.width, sample.height),
        prepared.dataset.need_videos().channels,
        kind,
        (pairs, *shape[1:]),
    )
    a_pair_s = (time.perf_counter() - began_s) / pairs
    return a_pair_s * pairs_of(prepared.samples) / jobs


def export_flow(prepared: PreparedVideos, kind: FlowKind, folder: Path, progress: Progress) -> None:
    """Write frames and kept flow in the field's layout.

    Args:
        prepared: The videos.
        kind: Which flow.
        folder: Where to.
        progress: Told after every video.

    Raises:
        DataError: There is no such flow, or no room.
    """
    stored = load_flow(prepared, kind)
    if stored is None:
        raise DataError(
            f"there is no flow {kind.name} of '{prepared.dataset.key}'",
            fix=flow_command(prepared, kind),
        )
    for number, sample in enumerate(prepared.samples, start=1):
        frames = prepared.read(sample, range(sample.frames), kind.short_side)
        write_video(folder, sample.id, frames, stored.fields_of(sample))
        progress(number, len(prepared.samples))


def pairs_of(samples: Sequence[VideoSample]) -> int:
    """Pairs of frames of videos."""
    return sum(sample.frames - 1 for sample in samples)
