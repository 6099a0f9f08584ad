"""The depth videos of UTD-MHAD, as all video methods see them here: size, batches, schedule."""

from mmaction.datasets.transforms import (
    CenterCrop,
    FormatShape,
    PackActionInputs,
    RandomCrop,
    RandomRescale,
    Resize,
    SampleFrames,
)
from mmengine.config import read_base
from mmengine.optim import CosineAnnealingLR

from harness.run.video_loading import ReadFrames

with read_base():
    from ._base import *

protocol = dict(
    dataset="utd_mhad",
    modality="depth",
    classes=27,
    level="video",
    clip_len=8,
    frame_interval=8,
    num_clips=10,
    crop_size=64,
)
splits = ["odd-even"]

train_pipeline = [
    dict(type=SampleFrames, clip_len=8, frame_interval=8, out_of_bound_opt="repeat_last"),
    dict(type=ReadFrames, short_side=80),
    dict(type=RandomRescale, scale_range=(73, 91)),
    dict(type=RandomCrop, size=64),
    dict(type=FormatShape, input_format="NCTHW"),
    dict(type=PackActionInputs, meta_keys=("frame_dir", "group")),
]
test_pipeline = [
    dict(
        type=SampleFrames,
        clip_len=protocol["clip_len"],
        frame_interval=protocol["frame_interval"],
        num_clips=protocol["num_clips"],
        out_of_bound_opt="repeat_last",
        test_mode=True,
    ),
    dict(type=ReadFrames, short_side=80),
    dict(type=Resize, scale=(-1, 73)),
    dict(type=CenterCrop, crop_size=protocol["crop_size"]),
    dict(type=FormatShape, input_format="NCTHW"),
    dict(type=PackActionInputs, meta_keys=("frame_dir", "group")),
]

train_dataloader.update(batch_size=16)
train_dataloader["dataset"].update(dataset="utd_mhad", split="odd-even", pipeline=train_pipeline)
test_dataloader["dataset"].update(dataset="utd_mhad", split="odd-even", pipeline=test_pipeline)
val_dataloader["dataset"].update(
    dataset="utd_mhad",
    split="odd-even",
    pipeline=[dict(test_pipeline[0], num_clips=1), *test_pipeline[1:]],
)

optim_wrapper["optimizer"]["lr"] = 0.0025
train_cfg.update(max_epochs=30, val_interval=5)
param_scheduler = [
    dict(type=CosineAnnealingLR, T_max=30, eta_min=0.0, by_epoch=True, convert_to_iter_based=True)
]

runtime = dict(threads=1, precision="bfloat16")

choices = [
    dict(
        what="64 × 64 pixels out of short sides of 73 to 91, in tests of 73",
        why="so that a CPU can train it; 224 out of 256 to 320, scaled by 2/7",
    ),
    dict(
        what="the last frame again where a video ends before a clip",
        why="two fifths of these videos have fewer frames than the 64 that a clip spans",
    ),
    dict(
        what="depth as grey values, in three equal channels",
        why="the networks of the papers take colour",
    ),
    dict(what="from scratch", why="none of the video methods begins with other data here"),
    dict(
        what="batches of 16 and a rate that falls as a cosine to zero over 30 epochs",
        why="one schedule for all video methods; the rate of MMAction2's files, scaled",
    ),
    dict(
        what="no mirror images",
        why="classes differ in left and right: swipes, and circles drawn either way",
    ),
    dict(
        what="bfloat16 products in the backbone",
        why="twice as fast on CPUs that have them; weights, statistics and loss are float32",
    ),
]
