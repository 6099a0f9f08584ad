"""Clips are cut and seen as the authors' code does it, and trained by its recipe."""

import json
from collections import Counter

import numpy as np
import pytest
import torch
from mmaction.datasets.transforms import (
    Flip,
    FormatShape,
    MultiScaleCrop,
    PackActionInputs,
    SampleFrames,
)
from mmengine.optim import OptimWrapper, ReduceOnPlateauLR
from PIL import Image
from torch import nn

from harness.catalog import load_recipe
from harness.errors import PlanError
from harness.run.checkpoints import _plain
from harness.run.models import read_config
from harness.run.video_loading import ConsecutiveClips
from recipes.resnet3d.training import SCALES, CornerCrop, ResizeToCentre, resize

BASE = load_recipe("resnet3d").folder / "_base.py"


@pytest.fixture
def frames() -> np.ndarray:
    """Noise, on which a filter that leaves pixels out is far from one that does not."""
    return np.random.default_rng(3).integers(0, 256, (2, 240, 320, 3), dtype=np.uint8)


def number_pixels(height: int, width: int) -> np.ndarray:
    """A frame whose pixels say where they are: row, column, 0."""
    rows, columns = np.mgrid[:height, :width]
    return np.stack([rows, columns, 0 * rows], axis=-1)[None].astype(np.uint8)


def find_clips(total: int, clip_len: int = 16, start: int = 0) -> list[list[int]]:
    results = ConsecutiveClips(clip_len).transform({"total_frames": total, "start_index": start})
    clips = results["frame_inds"].reshape(results["num_clips"], results["clip_len"])
    return clips.tolist()


@pytest.mark.parametrize("size", [(112, 112), (56, 80), (240, 320)])
@pytest.mark.parametrize("channels", [1, 3])
def test_resizing_is_pillows(frames, size, channels):
    """Every pixel counts, however much smaller the frame becomes; depth like colour."""
    found = resize(frames[..., :channels], *size)

    assert found.shape == (2, *size, channels)
    assert found.dtype == np.uint8
    for channel in range(channels):
        image = Image.fromarray(frames[0, :, :, channel])
        expected = np.asarray(image.resize(size[::-1], Image.Resampling.BILINEAR))
        assert np.abs(found[0, :, :, channel].astype(int) - expected).max() <= 1


def cut_as_the_authors(frame: np.ndarray, scale: float, position: str, size: int) -> np.ndarray:
    """Their five boxes: corners at the edges, the centre in whole halves."""
    height, width = frame.shape[:2]
    side = int(min(width, height) * scale)
    half = side // 2
    box = {
        "tl": (0, 0, side, side),
        "tr": (width - side, 0, width, side),
        "bl": (0, height - side, side, height),
        "br": (width - side, height - side, width, height),
        "c": (width // 2 - half, height // 2 - half, width // 2 + half, height // 2 + half),
    }[position]
    cut = Image.fromarray(frame).crop(box)
    return np.asarray(cut.resize((size, size), Image.Resampling.BILINEAR))


def test_training_crops_are_the_authors(frames):
    """All 25 squares are equally likely, and there are no others; all frames are cut alike.

    At full scale the upper and lower corners are the same square.
    """
    expected = {
        (scale, position): cut_as_the_authors(frames[0], scale, position, 8).astype(int)
        for scale in SCALES
        for position in ("tl", "tr", "bl", "br", "c")
    }
    counts: Counter[tuple[tuple[float, str], ...]] = Counter()
    crop = CornerCrop(8)
    np.random.seed(0)

    for _ in range(1000):
        results = crop.transform({"imgs": [frames[0], frames[0]]})
        found = results["imgs"]
        assert results["img_shape"] == (8, 8)
        assert np.array_equal(found[0], found[1])
        near = [key for key, square in expected.items() if np.abs(found[0] - square).max() <= 1]
        counts[tuple(near)] += 1

    assert sorted(key for keys in counts for key in keys) == sorted(expected)
    assert len(counts) == 23
    likely = {keys: 40 * len(keys) for keys in counts}
    chi_square = sum((counts[keys] - many) ** 2 / many for keys, many in likely.items())
    assert chi_square < 48.3  # 22 degrees of freedom, 0.1 %


def test_scales_round_as_the_authors():
    """The fourth root is typed with eleven digits, so that half of 240 pixels is 119."""
    assert [int(240 * scale) for scale in SCALES] == [240, 201, 169, 142, 119]


def test_stock_crops_are_not_the_authors():
    """MultiScaleCrop's corner is up to three pixels off the edge: reason for our own."""
    crop = MultiScaleCrop(112, scales=SCALES, max_wh_scale_gap=0)
    corners = set()
    for _ in range(300):
        box = crop.transform({"img_shape": (240, 320)})["crop_bbox"]
        corners.add((int(box[3] - box[1]), 320 - int(box[2])))

    sides = {side for side, _ in corners}
    assert sides == {240, 201, 169, 142, 119}  # the same sizes
    assert (119, 0) not in corners
    assert (119, 1) in corners


def test_test_crop_is_the_authors(frames):
    """The shorter side becomes the crop's, and the centre is cut; landscape and portrait."""
    for imgs in (frames, frames.transpose(0, 2, 1, 3)):
        height, width = imgs.shape[1:3]
        whole = (int(112 * width / min(height, width)), int(112 * height / min(height, width)))
        image = Image.fromarray(np.ascontiguousarray(imgs[0])).resize(
            whole, Image.Resampling.BILINEAR
        )
        left, top = round((whole[0] - 112) / 2), round((whole[1] - 112) / 2)
        expected = np.asarray(image.crop((left, top, left + 112, top + 112))).astype(int)

        found = ResizeToCentre(112).transform({"imgs": imgs})["imgs"]

        assert found.shape == (2, 112, 112, 3)
        assert np.abs(found[0] - expected).max() <= 1


def test_enlarging_a_frame_of_a_few_pixels():
    """Smaller frames than the crop, down to one pixel, are enlarged."""
    tiny = number_pixels(1, 2)
    np.random.seed(0)

    for _ in range(30):
        assert CornerCrop(4).transform({"imgs": tiny})["imgs"].shape == (1, 4, 4, 3)
    assert ResizeToCentre(4).transform({"imgs": tiny})["imgs"].shape == (1, 4, 4, 3)


def test_clips_follow_one_another():
    """Every frame once, from the first."""
    assert find_clips(48) == [list(range(16)), list(range(16, 32)), list(range(32, 48))]


def test_the_rest_is_a_clip_that_repeats_itself():
    """Not the video's beginning, to which MMAction2's loop goes back."""
    assert find_clips(37)[2] == [32, 33, 34, 35, 36] * 3 + [32]


def test_a_single_last_frame_is_left_out():
    """As in the authors' code, whose clips begin before the last frame."""
    assert find_clips(33) == [list(range(16)), list(range(16, 32))]
    assert find_clips(34)[2] == [32, 33] * 8


def test_a_video_shorter_than_a_clip_is_repeated():
    """One clip in any case, of a single frame too, where the authors have none."""
    assert find_clips(5) == [[0, 1, 2, 3, 4] * 3 + [0]]
    assert find_clips(1) == [[0] * 16]


def test_clips_count_from_the_first_file():
    """Folders of frames begin at 1."""
    assert find_clips(4, clip_len=2, start=1) == [[1, 2], [3, 4]]


@pytest.mark.parametrize("total", [5, 16, 60])
def test_stock_sampling_draws_training_clips(total):
    """SampleFrames: consecutive, all starts equally likely, short videos repeated.

    The authors never begin at the last possible frame, by an error of one.
    """
    sample = SampleFrames(clip_len=16, frame_interval=1, num_clips=1)
    np.random.seed(0)
    starts = set()
    for _ in range(1500):
        inds = sample.transform({"total_frames": total, "start_index": 0})["frame_inds"]
        starts.add(int(inds[0]))
        assert inds.tolist() == [(inds[0] + i) % total for i in range(16)]

    assert starts == set(range(max(1, total - 15)))


def test_a_clip_reaches_the_network_as_bytes_and_leaves_the_mean_behind(make, frames):
    """uint8 through crop, flip and packing; the mean is subtracted where the model is."""
    results = {"imgs": frames, "modality": "RGB", "num_clips": 1, "clip_len": 2, "label": 3}
    np.random.seed(0)
    steps = (CornerCrop(8), Flip(1.0), FormatShape("NCTHW"), PackActionInputs())
    for step in steps:
        results = step(results)
    preprocessor = make("ResNet-18", classes=5).data_preprocessor

    inputs = results["inputs"]
    seen = preprocessor(
        {"inputs": [inputs, inputs], "data_samples": [results["data_samples"]] * 2}, training=True
    )["inputs"]

    assert inputs.dtype == torch.uint8
    assert seen.shape == (2, 1, 3, 2, 8, 8)
    mean = torch.tensor([114.7748, 107.7354, 99.4750]).view(3, 1, 1, 1)
    torch.testing.assert_close(seen[0], inputs.float() - mean)


def test_flip_mirrors_depth(frames):
    """Frames of one channel, as views of one array."""
    depth = frames[..., :1].copy()

    flipped = Flip(1.0)({"imgs": depth.copy(), "modality": "RGB", "img_shape": (240, 320)})["imgs"]

    assert np.array_equal(flipped, depth[:, :, ::-1])


def test_dampening_makes_the_momentum_an_average():
    """With equal gradients a step is the learning rate times the gradient, not ten times."""
    settings = dict(read_config(BASE).optim_wrapper.optimizer)
    optimizer_type = settings.pop("type")
    weight = nn.Parameter(torch.zeros(1))
    optimizer = optimizer_type([weight], **settings | {"weight_decay": 0.0})
    for _ in range(200):
        before = weight.item()
        weight.grad = torch.ones(1)
        optimizer.step()

    assert before - weight.item() == pytest.approx(0.1, rel=1e-3)


def make_schedule() -> tuple[ReduceOnPlateauLR, OptimWrapper]:
    settings = read_config(BASE).param_scheduler[0]
    optimizer = OptimWrapper(torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=0.1))
    return ReduceOnPlateauLR(optimizer, **{k: v for k, v in settings.items() if k != "type"}), (
        optimizer
    )


def step(schedule: ReduceOnPlateauLR, loss: float) -> None:
    """An epoch and its monitoring, as MMEngine's hook does them."""
    schedule.step()
    schedule.step({"acc/top1": 0.5, "seen/loss": loss})


def test_learning_rate_falls_after_ten_epochs_without_gain():
    """As torch's own schedule does at the authors' settings, epoch by epoch."""
    losses = [2.0, 1.5, *[1.6] * 11, 1.4, *[1.5] * 12]
    reference = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=0.1)
    torch_schedule = torch.optim.lr_scheduler.ReduceLROnPlateau(reference, "min", patience=10)
    schedule, optimizer = make_schedule()
    found, expected = [], []

    for loss in losses:
        step(schedule, loss)
        torch_schedule.step(loss)
        found.append(optimizer.get_lr()["lr"][0])
        expected.append(reference.param_groups[0]["lr"])

    assert found == pytest.approx(expected)
    assert len(set(expected)) == 3


@pytest.mark.parametrize("cut", [0, 5, 12])
def test_a_schedule_continues_from_a_checkpoint(cut):
    """What a checkpoint keeps of it, as JSON, is enough to fall at the same epoch."""
    losses = [2.0, *[2.1] * 25]
    whole, whole_optimizer = make_schedule()
    first, first_optimizer = make_schedule()
    for loss in losses:
        step(whole, loss)
    for loss in losses[:cut]:
        step(first, loss)

    second, optimizer = make_schedule()
    optimizer.load_state_dict(first_optimizer.state_dict())
    second.load_state_dict(json.loads(json.dumps(_plain(first.state_dict()))))
    for loss in losses[cut:]:
        step(second, loss)

    assert optimizer.get_lr() == whole_optimizer.get_lr()
    assert optimizer.get_lr()["lr"][0] == pytest.approx(1e-3)


@pytest.mark.parametrize(
    "make_transform",
    [
        lambda: CornerCrop(0),
        lambda: CornerCrop(8, scales=()),
        lambda: CornerCrop(8, scales=(1.5,)),
        lambda: ResizeToCentre(0),
        lambda: ConsecutiveClips(0),
    ],
)
def test_impossible_settings_are_refused(make_transform):
    """Before a run, not in the middle of it."""
    with pytest.raises(PlanError):
        make_transform()
