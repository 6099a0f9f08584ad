"""Methods of optical flow beside one another on the same pairs of frames.

How much of the change from a frame to the next a field explains: the share of the squared
difference that is gone once the next frame is warped back along it. Frames that move and
do not change in light would have all of it explained by the true field.
"""

import time
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from harness.data_benches import FlowOfMethod, FlowOfVideo
from harness.datasets.decoding import decode
from harness.datasets.definition import Dataset
from harness.datasets.flow import METHODS, Flow, one_thread, to_grey
from harness.datasets.videos import PreparedVideos, VideoSample, load_videos
from harness.errors import DataError
from harness.run.loading import spread

MOST_VIDEOS = 6  # and pairs of each, spread evenly
MOST_PAIRS = 10

Grey = NDArray[np.uint8]


def compare_methods(dataset: Dataset, root: Path) -> Iterator[FlowOfMethod]:
    """What each method that this OpenCV has makes of some videos, on one thread.

    Args:
        dataset: The data set; nothing for one without videos.
        root: Folder of the prepared data.

    Raises:
        DataError: Its videos are not prepared, or one cannot be read.
    """
    if dataset.videos is None:
        return
    prepared = load_videos(dataset, root)
    samples = tuple(sample for sample in prepared.samples if sample.frames > 1)
    videos = [(one, _read_pairs(prepared, one)) for one in spread(samples, MOST_VIDEOS)]
    for method, make in METHODS.items():
        try:
            compute = make()
        except DataError:
            continue  # TV-L1 is in OpenCV's extra modules
        with one_thread():
            found = []
            for sample, pairs in videos:
                began = time.process_time()
                fields = [compute(first, second) for first, second in pairs]
                seconds = time.process_time() - began
                found.append(_describe(sample, pairs, fields, seconds))
        yield FlowOfMethod(dataset=dataset.key, method=method, videos=tuple(found))


def _read_pairs(prepared: PreparedVideos, sample: VideoSample) -> Sequence[tuple[Grey, Grey]]:
    size, channels = (sample.width, sample.height), prepared.dataset.need_videos().channels
    frames = decode(prepared.file_of(sample), range(sample.frames), size, channels)
    return spread(tuple(pairwise(map(to_grey, frames))), MOST_PAIRS)


def _describe(
    sample: VideoSample,
    pairs: Sequence[tuple[Grey, Grey]],
    fields: Sequence[Flow],
    seconds: float,
) -> FlowOfVideo:
    change = left = 0.0
    for (first, second), field in zip(pairs, fields, strict=True):
        change += _squares(first, second)
        left += _squares(first, warp_back(second, field))
    return FlowOfVideo(
        video=sample.id,
        pairs=len(pairs),
        seconds=round(seconds, 6),
        change=round(change, 1),
        left=round(left, 1),
    )


def _squares(one: NDArray[np.generic], other: NDArray[np.generic]) -> float:
    return float(((one.astype(np.float64) - other.astype(np.float64)) ** 2).sum())


def warp_back(second: Grey, field: Flow) -> NDArray[np.float32]:
    """A frame, taken along the flow to where the one before it was.

    Args:
        second: ``(H, W)``.
        field: Displacements from the first frame to it, ``(H, W, 2)``, in pixels.

    Returns:
        ``(H, W)``, bilinearly; beyond the border its nearest pixel.
    """
    height, width = second.shape
    y, x = np.mgrid[:height, :width].astype(np.float32)
    along, down = x + field[..., 0], y + field[..., 1]
    whole = second.astype(np.float32)
    back: NDArray[np.float32] = cv2.remap(
        whole, along, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return back
