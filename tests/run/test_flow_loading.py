"""Frames and stacks of flow on their way into MMAction2's transforms."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from mmaction.datasets.transforms import FormatShape, PackActionInputs
from mmaction.models.data_preprocessors import ActionDataPreprocessor
from video_sources import write_video

from harness.catalog import load_dataset
from harness.datasets.collecting import prepare_videos
from harness.datasets.decoding import probe
from harness.datasets.flow import FlowKind
from harness.datasets.flow_making import make_flow
from harness.datasets.flow_stored import load_flow
from harness.errors import DataError, PlanError
from harness.run.flow_loading import (
    AddMirrored,
    DrawCentres,
    FlipStacks,
    ReadStacks,
    SpreadCentres,
    mirror,
)
from harness.run.prediction import OneVideo
from harness.run.video_loading import ClipDataset

FRAMES = (30, 21, 14, 11, 7, 2)
SIDE = 24
KIND = FlowKind(method="dis", bound=20, short_side=SIDE)
FINAL = [dict(type=FormatShape, input_format="NCTHW")]
FINAL += [dict(type=PackActionInputs, meta_keys=("frame_dir", "group"))]


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A folder where short videos of two classes are prepared, with their flow."""
    source, root = tmp_path_factory.mktemp("own videos"), tmp_path_factory.mktemp("data")
    for label, name in enumerate(("sit", "stand")):
        for number, frames in enumerate(FRAMES):
            write_video(source / name / f"take {number}.avi", frames, seed=10 * label + number)
    prepared = prepare_videos(load_dataset("folder"), source, root, lambda *_: None).prepared
    make_flow(prepared, KIND, lambda *_: None)
    return root


def stacks(root, *stages, subset="train", **more):
    return ClipDataset("folder", "own", subset, list(stages), root=str(root), **more)


def before_pipeline(root, frames):
    """The dict of the first video of so many frames."""
    for subset in ("train", "test"):
        for results in stacks(root, subset=subset):
            if results["total_frames"] == frames:
                return results
    raise AssertionError(f"no video of {frames} frames")


def fields(results):
    return load_flow(results["videos"], KIND).fields_of(results["sample"])


def test_a_stack_surrounds_its_frame_as_the_code_of_the_paper_reads_it(root):
    """RGB is the sixth of ten; from 1, centre c has flow c - 5 to c + 4, u and v in turn."""
    results = before_pipeline(root, 30)
    results["frame_inds"] = np.array([12])
    kept = fields(results)

    read = ReadStacks(SIDE, rgb=True).transform(dict(results))["imgs"]

    frame = results["videos"].read(results["sample"], [12], SIDE)
    assert read.dtype == np.uint8
    assert np.array_equal(read[..., :3], frame)
    for place in range(10):
        for channel in range(2):
            assert np.array_equal(
                read[0, ..., 3 + 2 * place + channel], kept[12 - 5 + place, ..., channel]
            )


def test_three_stacks_begin_where_the_pyramid_wants_them(root):
    """[t - τ, t - τ + L), [t, t + L) and [t + τ, t + τ + L), behind one another."""
    results = before_pipeline(root, 30)
    results["frame_inds"] = np.array([9])
    kept = fields(results)

    reading = ReadStacks(SIDE, rgb=True, offsets=(-6, 0, 6), before=0)
    read = reading.transform(dict(results))["imgs"]

    assert read.shape[-1] == 3 + 3 * 20
    for place, start in enumerate((3, 9, 15)):
        stack = read[0, ..., 3 + 20 * place : 23 + 20 * place]
        assert np.array_equal(stack[..., ::2], np.moveaxis(kept[start : start + 10, ..., 0], 0, -1))


@pytest.mark.parametrize("frames", [11, 7, 2])
def test_short_videos_repeat_their_first_and_last_flow(root, frames):
    """Where a stack reaches beyond the video; with L + 1 frames one fits exactly."""
    results = SpreadCentres(3).transform(before_pipeline(root, frames))
    (centre,) = set(results["frame_inds"].tolist())
    kept = fields(results)

    read = ReadStacks(SIDE, rgb=False).transform(dict(results))["imgs"]

    numbers = np.clip(np.arange(centre - 5, centre + 5), 0, frames - 2)
    assert np.array_equal(read[0, ..., 0::2], np.moveaxis(kept[numbers, ..., 0], 0, -1))
    assert (numbers == np.arange(centre - 5, centre + 5)).all() == (frames == 11)


def test_a_single_frame_is_refused_by_name():
    """It has no flow."""
    results = dict(total_frames=1, frame_dir="v_Sit_g01", frame_inds=np.array([0]), start_index=0)

    with pytest.raises(DataError, match="'v_Sit_g01' has a single frame"):
        ReadStacks(SIDE, rgb=False).transform(results)


def test_centres_lie_where_the_paper_looks_for_them():
    """From 1, a video of N frames has centres 6 to N - 5: all its stacks lie inside."""
    for total in (11, 12, 40, 300):
        found = SpreadCentres(25).transform(dict(total_frames=total, start_index=0))["frame_inds"]
        assert (found.min() + 1, found.max() + 1) == (6, total - 5)
        assert np.ptp(np.diff(found)) <= 1


def test_drawn_centres_follow_the_papers_rule():
    """Equal distances of τ where T fit in, spread over the video where they do not."""
    np.random.seed(0)
    strides, spread = set(), 0
    for total in [60] * 40 + [40] * 40:
        drawn = DrawCentres(5, (5, 15)).transform(dict(total_frames=total, start_index=0))
        centres = drawn["frame_inds"]
        assert len(centres) == 5
        assert centres.min() >= 5
        assert centres.max() <= total - 6
        gaps = set(np.diff(centres).tolist())
        if len(gaps) == 1 and (centres[0] - 5) % gaps.copy().pop() == 0:
            strides |= gaps
        spread += (centres[0], centres[-1]) == (5, total - 6)
    assert {5, 7, 9, 11, 12} <= strides
    assert spread


def test_mirrored_flow_is_the_flow_of_mirrored_frames():
    """Motion to the right is seen as motion to the left; v and the frame are only reversed."""
    pixels = np.random.default_rng(0).integers(0, 256, (2, 4, 6, 7), dtype=np.uint8)

    seen = mirror(pixels, [3, 5])

    assert np.array_equal(seen[..., [0, 1, 2, 4, 6]], pixels[:, :, ::-1, [0, 1, 2, 4, 6]])
    assert np.array_equal(seen[..., [3, 5]], 255 - pixels[:, :, ::-1, [3, 5]])
    assert np.array_equal(mirror(seen, [3, 5]), pixels)


def test_frames_and_flow_share_the_draw_of_a_flip(root):
    """Either both are mirrored or neither is; by (seed, epoch, sample)."""
    reading = [DrawCentres(), ReadStacks(SIDE, rgb=True)]
    plain = stacks(root, *reading, seed=1)
    drawn = stacks(root, *reading, FlipStacks(0.5), seed=1)

    flips = set()
    for epoch in range(8):
        one, other = plain[epoch, 0], drawn[epoch, 0]["imgs"]
        flipped = not np.array_equal(one["imgs"], other)
        assert np.array_equal(other, mirror(one["imgs"], one["flow_u"]) if flipped else one["imgs"])
        flips.add(flipped)
    assert flips == {True, False}


def test_a_stack_goes_through_mmaction2_to_the_network(root):
    """Bytes over the bus; channels in the layout of clips; no motion becomes zero."""
    data = stacks(
        root, SpreadCentres(5), ReadStacks(SIDE, rgb=True), AddMirrored(), *FINAL, subset="test"
    )
    sample = data[0]
    assert sample["inputs"].dtype == torch.uint8
    assert sample["inputs"].shape[:3] == (2, 23, 5)

    preprocess = ActionDataPreprocessor(
        mean=[100.0] * 3 + [128.0] * 20, std=[1.0] * 23, format_shape="NCTHW"
    )
    batch = preprocess(dict(inputs=[sample["inputs"]], data_samples=[sample["data_samples"]]))

    assert batch["inputs"].shape == (1, *sample["inputs"].shape)
    assert torch.equal(batch["inputs"][0, :, 3:], sample["inputs"][:, 3:].float() - 128)


def test_each_centre_can_be_a_clip_of_its_own(root):
    """25 clips of one frame, in which a network without time sees them."""
    data = stacks(
        root,
        SpreadCentres(25, as_clips=True),
        ReadStacks(SIDE, rgb=True, offsets=()),
        *FINAL,
        subset="test",
    )

    assert data[0]["inputs"].shape[:3] == (25, 3, 1)


def test_flow_that_is_not_there_is_named_with_what_makes_it(root):
    """Nothing is computed on the way for videos of people's own."""
    data = stacks(root, DrawCentres(), ReadStacks(16, rgb=False, method="farneback"))

    with pytest.raises(DataError, match="farneback flow of 'folder'") as caught:
        data[0]
    assert "harness data flow folder --method farneback --bound 20 --short-side 16" in (
        caught.value.fix
    )


def test_a_single_file_is_read_with_its_flow(root):
    """As ``harness predict`` looks at one; it gives the bytes that would be kept."""
    results = SpreadCentres(2).transform(before_pipeline(root, 21))
    kept = ReadStacks(SIDE, rgb=True).transform(dict(results))["imgs"]
    path = results["videos"].file_of(results["sample"])
    alone = OneVideo(path, probe(path), channels=3)

    read = ReadStacks(SIDE, rgb=True).transform(results | {"videos": alone, "sample": None})

    assert np.array_equal(read["imgs"], kept)


def test_embedded_videos_need_no_kept_flow(tmp_path):
    """What is computed on the way is, to the bit, what would be kept."""
    prepared = prepare_videos(load_dataset("synthetic"), None, tmp_path, lambda *_: None).prepared
    stages = [SpreadCentres(2), ReadStacks(48, rgb=False)]
    read = ClipDataset("synthetic", "fixed", "test", stages, root=str(tmp_path))[0]["imgs"]
    few = replace(prepared.index, samples=(prepared.subset("fixed", "test")[0],))
    alone = replace(prepared, index=few)

    stored = make_flow(alone, FlowKind(short_side=48), lambda *_: None)

    (sample,) = few.samples
    results = SpreadCentres(2).transform(dict(total_frames=sample.frames, start_index=0))
    for place, centre in enumerate(results["frame_inds"]):
        kept = stored.fields_of(sample)[centre - 5 : centre + 5, ..., 1]
        assert np.array_equal(read[place, ..., 1::2], np.moveaxis(kept, 0, -1))


@pytest.mark.parametrize(
    "make",
    [
        lambda: DrawCentres(0),
        lambda: DrawCentres(2, (3, 2)),
        lambda: SpreadCentres(0),
        lambda: SpreadCentres(2, before=11),
        lambda: ReadStacks(SIDE, rgb=False, offsets=()),
        lambda: ReadStacks(SIDE, rgb=True, method="brox"),
        lambda: FlipStacks(1.5),
    ],
)
def test_a_pipeline_that_means_nothing_is_refused(make):
    """When it is built, not in its first batch."""
    with pytest.raises(PlanError):
        make()
