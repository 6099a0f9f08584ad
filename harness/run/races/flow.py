"""Optical flow of videos, from files to kept bytes, against OpenCV called in a bare loop.

Ours is all of it: files decoded, fields computed, shrunk, turned to bytes and safely on
disk. The bare loop only computes, of grey frames in memory, so that the ratio is the share
of the time in which ours computes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from harness.datasets.decoding import Frames, decode
from harness.datasets.definition import Dataset
from harness.datasets.flow import METHODS, FlowKind, one_thread, to_grey
from harness.datasets.flow_making import make_flow, pairs_of
from harness.datasets.videos import PreparedVideos, VideoSample, load_videos
from harness.run.loading import spread
from harness.run.races import Entry, Runner

KIND = FlowKind(short_side=80)
MOST_VIDEOS = 16  # spread evenly; a turn takes all of them


def find_entries(dataset: Dataset, root: Path, scratch: Path) -> Iterator[Entry]:
    """The flow of some videos, by one process on either side.

    Args:
        dataset: The data set.
        root: Folder of the prepared data.
        scratch: For the flow.

    Raises:
        DataError: Its videos are not prepared.
    """
    if dataset.videos is None:
        return
    some = _take_some(load_videos(dataset, root), scratch)
    grey = [_read_grey(some, sample) for sample in some.samples]
    pairs = pairs_of(some.samples)

    def make() -> int:
        make_flow(some, KIND, lambda *_: None, overwrite=True)
        return pairs

    def compute() -> int:
        with one_thread():
            method = METHODS[KIND.method]()
            for frames in grey:
                for first, second in pairwise(frames):
                    method(first, second)
        return pairs

    yield Entry(
        what=f"flow by {KIND.method.upper()}, from video files to disk",
        unit="pairs of frames",
        ours=Runner(title="ours", steps=("make_flow",), run=make),
        theirs=Runner(title="OpenCV alone, frames in memory", steps=("calc",), run=compute),
    )


def _take_some(prepared: PreparedVideos, folder: Path) -> PreparedVideos:
    """Some of the videos, whose flow is kept in another folder."""
    samples = spread(prepared.samples, MOST_VIDEOS)
    some = replace(prepared, folder=folder, index=replace(prepared.index, samples=samples))
    for sample in samples:
        if sample.made:  # made files are looked for beside the index
            place = some.file_of(sample)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(prepared.file_of(sample).resolve())
    return some


def _read_grey(prepared: PreparedVideos, sample: VideoSample) -> Sequence[Frames]:
    size, channels = (sample.width, sample.height), prepared.dataset.need_videos().channels
    frames = decode(prepared.file_of(sample), range(sample.frames), size, channels)
    return [to_grey(frame) for frame in frames]
