"""Frames of videos on their way into MMAction2's transforms."""

import json

import numpy as np
import pytest
import torch
from mmaction.datasets.transforms import FormatShape, PackActionInputs, SampleFrames
from video_sources import write_video

from harness.catalog import load_dataset
from harness.cli import main
from harness.datasets.collecting import decode_once, prepare_videos
from harness.errors import PlanError
from harness.run.video_loading import ClipDataset, ConsecutiveClips, ReadFrames, place_clips
from harness.store import ResultStore

FRAMES = 21
CLIPS = 2  # of 16 frames, the second repeated to full length
FINAL = [dict(type=FormatShape, input_format="NCTHW")]
FINAL += [dict(type=PackActionInputs, meta_keys=("frame_dir", "group"))]


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """Two classes of six short videos and one that is empty."""
    folder = tmp_path_factory.mktemp("own videos, à moi")
    for label, name in enumerate(("sit", "stand up")):
        for number in range(6):
            path = folder / name / f"take {number}.avi"
            write_video(path, FRAMES, seed=10 * label + number)
    (folder / "sit" / "take 4b.avi").touch()
    return folder


@pytest.fixture(scope="module")
def root(source, tmp_path_factory):
    """A folder where they are prepared."""
    root = tmp_path_factory.mktemp("data")
    prepare_videos(load_dataset("folder"), source, root, lambda *_: None, partial=True)
    return root


def videos(root, subset="test", pipeline=(), **more):
    stages = [*pipeline, dict(type=ReadFrames, short_side=24), *FINAL]
    return ClipDataset("folder", "own", subset, stages, root=str(root), **more)


@pytest.mark.parametrize(
    ("total", "clips"),
    [
        (1, [[0, 0, 0, 0]]),
        (3, [[0, 1, 2, 0]]),
        (4, [[0, 1, 2, 3]]),
        (5, [[0, 1, 2, 3]]),
        (6, [[0, 1, 2, 3], [4, 5, 4, 5]]),
        (8, [[0, 1, 2, 3], [4, 5, 6, 7]]),
    ],
)
def test_clips_follow_one_another(total, clips):
    """The rest is a clip too, repeated, unless it is a single frame."""
    assert place_clips(total, 4).tolist() == clips


def test_bytes_go_to_the_device_in_the_layout_of_the_network(root):
    """All clips of a video, ``(clips, C, T, H, W)``, uint8."""
    sample = videos(root, pipeline=[dict(type=ConsecutiveClips, clip_len=16)])[0]

    assert sample["inputs"].dtype == torch.uint8
    assert sample["inputs"].shape[:3] == (CLIPS, 3, 16)
    assert min(sample["inputs"].shape[3:]) == 24


def test_single_clips_are_samples_of_their_own(root):
    """Each with its own name; together they are what a video gives."""
    pipeline = [dict(type=ConsecutiveClips, clip_len=16)]
    whole = videos(root, pipeline=pipeline)
    single = videos(root, pipeline=pipeline, level="clip", clip_len=16)

    assert len(single) == CLIPS * len(whole)
    assert single.complete == len(single) + single.failed
    names = [single[index]["data_samples"].frame_dir for index in range(CLIPS)]
    assert names == [f"{whole[0]['data_samples'].frame_dir}/{clip}" for clip in range(CLIPS)]
    parts = torch.cat([single[index]["inputs"] for index in range(CLIPS)])
    assert torch.equal(parts, whole[0]["inputs"])


def test_clips_need_a_length(root):
    """Without one nobody knows how many there are."""
    with pytest.raises(PlanError, match="clips of no length"):
        videos(root, level="clip")


def test_what_cannot_be_read_is_counted(root):
    """The empty file is a sample that failed, and the others are there."""
    subsets = [videos(root, subset) for subset in ("train", "test")]

    assert sum(found.failed for found in subsets) == 1
    assert sum(len(found) for found in subsets) == 12
    assert sum(found.complete for found in subsets) == 13


def test_draws_are_of_seed_epoch_and_sample(root):
    """Whatever was drawn before, in whichever process."""
    pipeline = [dict(type=SampleFrames, clip_len=4)]
    first, again = (videos(root, "train", pipeline, seed=3) for _ in range(2))
    again[(0, 5)]

    draws = [first[(epoch, 2)]["inputs"] for epoch in range(6)]

    assert all(
        torch.equal(again[(epoch, 2)]["inputs"], draws[epoch]) for epoch in reversed(range(6))
    )
    assert not all(torch.equal(draw, draws[0]) for draw in draws)


def test_frames_decoded_once_are_the_same(source, tmp_path):
    """A set that was decoded gives the bits that its files give."""
    prepared = prepare_videos(
        load_dataset("folder"), source, tmp_path, lambda *_: None, partial=True
    ).prepared
    pipeline = [dict(type=ConsecutiveClips, clip_len=16)]
    before = videos(tmp_path, pipeline=pipeline)[1]["inputs"]

    decode_once(prepared, 24, lambda *_: None)

    after = videos(tmp_path, pipeline=pipeline)
    assert after.prepared.decoded(24) is not None
    assert np.array_equal(after[1]["inputs"], before)


def test_own_videos_train_from_the_command_line(source, tmp_path, capsys):
    """Prepare a folder, train on it, and find what could not be read in the record."""
    places = [f"--{name}={tmp_path / name}" for name in ("data", "results", "work")]
    words = ["data", "prepare", "folder", "--source", str(source), places[0]]
    assert main(words) == 2
    assert "take 4b.avi is empty" in capsys.readouterr().err
    assert main([*words, "--partial"]) == 0
    own = ["run", "resnet3d", "--variant", "own", *places]
    capsys.readouterr()
    assert main([*own, "--set=protocol.classes=3", "--set=model.cls_head.num_classes=3"]) == 2
    assert "has 2 classes" in capsys.readouterr().err

    short = ["train_cfg.max_epochs=1", "protocol.classes=2", "model.cls_head.num_classes=2"]
    short += ["train_dataloader.batch_size=4"]
    short += [f"{part}_dataloader.num_workers=0" for part in ("train", "val", "test")]
    short += ["optim_wrapper.accumulative_counts=2"]
    assert main([*own, *(f"--set={one}" for one in short)]) == 0

    (run,) = ResultStore(tmp_path / "results").runs("resnet3d")
    assert run.record.status == "completed"
    counts = run.record.data.test
    assert counts.expected == counts.scored + counts.failed
    assert run.record.is_limited, "incomplete data speak for no claim"
    assert run.record.values["macs"] > 0

    capsys.readouterr()
    scores = run.scores
    name = str(scores.ids[0])
    asked = ["predict", str(source / name), f"--run={run.record.run_id}", *places, "--json"]
    assert main(asked) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["frames"] == FRAMES
    by_class = {item["class"]: item["score"] for item in told["classes"]}
    wanted = dict(zip(("sit", "stand up"), scores.scores[0], strict=True))
    assert by_class == pytest.approx(wanted, abs=1e-6), "as the test of the run scored it"
    assert main(["predict", str(source / "sit" / "take 4b.avi"), *asked[2:]]) == 2
    assert "take 4b.avi is empty" in capsys.readouterr().err
