"""How fast flow is made here, beside OpenCV called in a bare loop on as many cores."""

import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from pathlib import Path

from harness.datasets.decoding import decode
from harness.datasets.flow import METHODS, FlowKind, one_thread, to_grey
from harness.datasets.flow_making import make_flow, pairs_of
from harness.datasets.videos import PreparedVideos, VideoSample


@dataclass(frozen=True, kw_only=True, slots=True)
class FlowSpeed:
    """Pairs of frames a second, by rounds that were taken in turns.

    Args:
        jobs: Processes, each on one core.
        ours: From video files to kept flow, whole: processes started, files decoded,
            fields shrunk, turned to bytes and written.
        bare: OpenCV alone, on grey frames in memory.
    """

    jobs: int
    ours: tuple[float, ...]
    bare: tuple[float, ...]

    @property
    def shares(self) -> tuple[float, ...]:
        """Ours of the bare loop's, by rounds."""
        return tuple(ours / bare for ours, bare in zip(self.ours, self.bare, strict=True))


def measure_speed(
    prepared: PreparedVideos, kind: FlowKind, *, jobs: int, rounds: int = 3, videos: int = 16
) -> FlowSpeed:
    """Make the flow of some videos both ways, in turns.

    Args:
        prepared: The videos.
        kind: Which flow.
        jobs: Processes.
        rounds: How often.
        videos: So many of them, at equal distances in their order.
    """
    step = max(1, len(prepared.samples) // videos)
    samples = prepared.samples[::step][:videos]
    pairs = pairs_of(samples)
    ours, bare = [], []
    for _ in range(rounds):
        ours.append(pairs / _time_ours(prepared, samples, kind, jobs))
        bare.append(pairs / _time_bare(prepared, samples, kind, jobs))
    return FlowSpeed(jobs=jobs, ours=tuple(ours), bare=tuple(bare))


def _time_ours(
    prepared: PreparedVideos, samples: Sequence[VideoSample], kind: FlowKind, jobs: int
) -> float:
    """Seconds for all of it, kept in a folder that is removed again."""
    with tempfile.TemporaryDirectory() as folder:
        index = replace(prepared.index, samples=tuple(samples))
        some = replace(prepared, folder=Path(folder), index=index)
        for sample in samples:
            if sample.made:  # made files are looked for beside the index
                place = some.file_of(sample)
                place.parent.mkdir(parents=True, exist_ok=True)
                place.symlink_to(prepared.file_of(sample).resolve())
        began_s = time.perf_counter()
        make_flow(some, kind, lambda *_: None, jobs=jobs)
        return time.perf_counter() - began_s


def _time_bare(
    prepared: PreparedVideos, samples: Sequence[VideoSample], kind: FlowKind, jobs: int
) -> float:
    """Seconds in OpenCV, a process on each core, divided by the processes."""
    channels = prepared.dataset.need_videos().channels
    loop = partial(_loop, channels=channels, method=kind.method)
    tasks = [(prepared.file_of(sample), sample.frames) for sample in samples]
    sizes = [(sample.width, sample.height) for sample in samples]
    with ProcessPoolExecutor(jobs) as pool:
        return sum(pool.map(loop, tasks, sizes)) / jobs


def _loop(task: tuple[Path, int], size: tuple[int, int], *, channels: int, method: str) -> float:
    """Seconds that OpenCV takes for the pairs of one video."""
    path, frames = task
    grey = [to_grey(frame) for frame in decode(path, range(frames), size, channels)]
    with one_thread():
        compute = METHODS[method]()
        began_s = time.perf_counter()
        for first, second in pairwise(grey):
            compute(first, second)
        return time.perf_counter() - began_s
