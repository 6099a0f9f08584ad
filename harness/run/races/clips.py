"""Clips of videos: our data set against MMAction2's, with the same stock transforms.

From video files both decode; "decoded once" are the frames that ``harness data decode``
maps for us, and for MMAction2 the JPEG images that its ``RawframeDataset`` reads.
"""

from collections.abc import Iterator, Sequence
from itertools import cycle
from pathlib import Path
from typing import Any

import cv2
import mmaction.datasets  # noqa: F401  (fills the registries)
from mmaction.registry import DATASETS

from harness.datasets.definition import Dataset
from harness.datasets.videos import INDEX, MADE, PreparedVideos, VideoSample, folder_of, load_videos
from harness.rivals import VIDEO_LIST_DELIMITER, video_steps, write_video_list
from harness.run.loading import spread
from harness.run.models import enter_scope
from harness.run.races import Entry, Runner
from harness.run.video_loading import ClipDataset

SHORT_SIDE = 80
CROP = 64
CLIP = 16
TEST_CLIPS = 10
MOST_VIDEOS = 64  # of a subset, spread evenly over it
IMAGES = "img_{:05}.jpg"
Steps = list[dict[str, Any]]

RESIZE: Steps = [dict(type="Resize", scale=(-1, SHORT_SIDE))]
TRAIN: Steps = [
    dict(type="MultiScaleCrop", input_size=CROP, scales=(1, 0.8), max_wh_scale_gap=0),
    dict(type="Resize", scale=(CROP, CROP), keep_ratio=False),
    dict(type="Flip", flip_ratio=0.5),
]
TEST: Steps = [dict(type="CenterCrop", crop_size=CROP)]
PACK: Steps = [dict(type="FormatShape", input_format="NCTHW"), dict(type="PackActionInputs")]


def find_entries(dataset: Dataset, root: Path, scratch: Path) -> Iterator[Entry]:
    """Training and test clips, from the files and, where that was done, decoded once.

    Args:
        dataset: The data set.
        root: Folder of the prepared data.
        scratch: For lists and images.

    Raises:
        DataError: Its videos are not prepared.
    """
    if dataset.videos is None:
        return
    for what, ours, theirs in pair_samples(dataset, root, scratch):
        yield Entry(
            what=what, unit="clips", ours=_run("ours", ours), theirs=_run("MMAction2", theirs)
        )


def pair_samples(
    dataset: Dataset, root: Path, scratch: Path
) -> Iterator[tuple[str, ClipDataset, Any]]:
    """What is read, our data set, and MMAction2's of the same videos in the same order."""
    enter_scope()
    prepared = load_videos(dataset, root)
    files = _link_files(prepared, scratch / "files")
    for subset, kind in (("train", "training clips"), ("test", "test clips")):
        videos = spread(prepared.subset(dataset.splits[0].name, subset), MOST_VIDEOS)
        theirs = _their_videos(prepared, videos, subset, scratch)
        yield f"{kind}, from video files", _our_samples(dataset, files, subset), theirs
        if prepared.decoded(SHORT_SIDE) is not None:
            theirs = _their_images(prepared, videos, subset, scratch)
            yield f"{kind}, from frames decoded once", _our_samples(dataset, root, subset), theirs


def _run(title: str, samples: Any) -> Runner:
    """Run through a data set, again and again."""
    order = cycle(range(len(samples)))
    clips = len(samples[0]["inputs"])
    steps = tuple(type(step).__name__ for step in samples.pipeline.transforms)

    def run() -> int:
        samples[next(order)]
        return clips

    return Runner(title=title, steps=(type(samples).__name__, *steps), run=run)


def _sample(subset: str) -> Steps:
    views = {} if subset == "train" else {"num_clips": TEST_CLIPS, "test_mode": True}
    return [dict(type="SampleFrames", clip_len=CLIP, **views)]


def _see(subset: str) -> Steps:
    return [*(TRAIN if subset == "train" else TEST), *PACK]


def _link_files(prepared: PreparedVideos, root: Path) -> Path:
    """The same prepared videos without what was decoded once."""
    folder = folder_of(prepared.dataset, root)
    folder.mkdir(parents=True)
    for name in (INDEX, MADE):
        (folder / name).symlink_to(prepared.folder.resolve() / name)
    return root


def _our_samples(dataset: Dataset, root: Path, subset: str) -> ClipDataset:
    read = dict(type="ReadFrames", short_side=SHORT_SIDE)
    pipeline = [*_sample(subset), read, *_see(subset)]
    return ClipDataset(
        dataset.key,
        dataset.splits[0].name,
        subset,
        pipeline,
        root=str(root),
        limit=MOST_VIDEOS,
    )


def _their_videos(
    prepared: PreparedVideos, videos: Sequence[VideoSample], subset: str, scratch: Path
) -> Any:
    opening, decoding = (dict(type=step) for step in video_steps())
    names = scratch / f"videos-{subset}.txt"
    write_video_list(names, [(prepared.file_of(video), video.label) for video in videos])
    return DATASETS.build(
        dict(
            type="VideoDataset",
            ann_file=str(names),
            delimiter=VIDEO_LIST_DELIMITER,
            pipeline=[opening, *_sample(subset), decoding, *RESIZE, *_see(subset)],
            test_mode=subset == "test",
        )
    )


def _their_images(
    prepared: PreparedVideos, videos: Sequence[VideoSample], subset: str, scratch: Path
) -> Any:
    """Frames as MMAction2's ``build_rawframes.py`` leaves them, already scaled."""
    lines = []
    for number, video in enumerate(videos):
        folder = scratch / f"images-{subset}" / str(number)
        folder.mkdir(parents=True)
        for at, frame in enumerate(prepared.read(video, range(video.frames), SHORT_SIDE)):
            cv2.imwrite(str(folder / IMAGES.format(at)), frame[..., ::-1])
        lines.append(f"{folder} {video.frames} {video.label}\n")
    names = scratch / f"images-{subset}.txt"
    names.write_text("".join(lines), encoding="utf-8")
    return DATASETS.build(
        dict(
            type="RawframeDataset",
            ann_file=str(names),
            filename_tmpl=IMAGES,
            start_index=0,
            pipeline=[*_sample(subset), dict(type="RawFrameDecode"), *_see(subset)],
            test_mode=subset == "test",
        )
    )
