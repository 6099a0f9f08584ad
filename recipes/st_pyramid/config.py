"""The pyramid on depth videos of UTD-MHAD and their flow, at a size that a CPU trains."""

from mmaction.datasets.transforms import (
    CenterCrop,
    FormatShape,
    MultiScaleCrop,
    PackActionInputs,
    Resize,
)
from mmengine.config import read_base
from mmengine.optim import CosineAnnealingLR
from mmengine.runner import EpochBasedTrainLoop

from harness.run.flow_loading import DrawCentres, ReadStacks, SpreadCentres

with read_base():
    from ._base import *

protocol = dict(
    dataset="utd_mhad",
    modality="depth+flow",
    classes=27,
    level="video",
    clip_len=1,
    num_clips=25,
    crop_size=64,
)
splits = ["odd-even"]

inputs = dict(utd_appearance="weights", utd_motion="weights")

model["backbone"].update(strides=(1, 2, 2, 1))
model["cls_head"].update(num_classes=protocol["classes"])

# A centre and its three snippets: from ten frames before it to twenty after it.
read_stacks = dict(
    type=ReadStacks,
    short_side=80,
    rgb=True,
    offsets=(-10, 0, 10),
    before=0,
    method="dis",
    bound=20,
)
train_pipeline = [
    dict(type=DrawCentres, clip_len=1, before=10, length=30),
    read_stacks,
    dict(
        type=MultiScaleCrop,
        input_size=protocol["crop_size"],
        scales=(1, 0.875, 0.75, 0.65625),
        max_wh_scale_gap=1,
    ),
    dict(type=Resize, scale=(protocol["crop_size"], protocol["crop_size"]), keep_ratio=False),
    dict(type=FormatShape, input_format="NCTHW"),
    dict(type=PackActionInputs, meta_keys=("frame_dir", "group")),
]
test_pipeline = [
    dict(type=SpreadCentres, count=protocol["num_clips"], as_clips=True, before=10, length=30),
    read_stacks,
    dict(type=Resize, scale=(-1, protocol["crop_size"])),
    dict(type=CenterCrop, crop_size=protocol["crop_size"]),
    dict(type=FormatShape, input_format="NCTHW"),
    dict(type=PackActionInputs, meta_keys=("frame_dir", "group")),
]
val_pipeline = [
    dict(type=SpreadCentres, count=1, as_clips=True, before=10, length=30),
    *test_pipeline[1:],
]
del read_stacks

train_dataloader.update(batch_size=16, num_workers=0)
train_dataloader["dataset"].update(dataset="utd_mhad", split=splits[0], pipeline=train_pipeline)
test_dataloader.update(batch_size=1, num_workers=0)
test_dataloader["dataset"].update(dataset="utd_mhad", split=splits[0], pipeline=test_pipeline)
val_dataloader = dict(
    batch_size=16,
    num_workers=0,
    sampler=dict(type=DefaultSampler, shuffle=False),
    dataset=dict(
        type=ClipDataset,
        dataset="utd_mhad",
        split=splits[0],
        subset="test",
        pipeline=val_pipeline,
    ),
)

train_cfg = dict(type=EpochBasedTrainLoop, max_epochs=10, val_interval=5)
param_scheduler = [
    dict(type=CosineAnnealingLR, T_max=10, eta_min=0.0, by_epoch=True, convert_to_iter_based=True)
]

runtime = dict(threads=1, precision="bfloat16")

choices.extend(
    [
        dict(what="64 × 64 pixels", why="so that a CPU can train it"),
        dict(
            what="flow by DIS", why="TV-L1 takes many times as long: the page of UTD-MHAD has both"
        ),
        dict(
            what="10 epochs of batches of 16 after the streams' 30, the rate falling as a cosine",
            why="the streams had the schedule of all video methods on these data; the rate is "
            "ST-ResNet's for both streams together, as printed: nothing was tried",
        ),
        dict(
            what="the monitored curve is of the clip in the middle of a video",
            why="the 25 of a test take as long as three epochs",
        ),
        dict(
            what="the last stage of both networks keeps the stride 1",
            why="maps of such frames have 4 × 4 positions to attend to, and not 2 × 2",
        ),
        dict(
            what="depth as grey values, in three equal channels",
            why="the network of the paper takes colour",
        ),
        dict(
            what="no mirror images",
            why="classes differ in left and right: swipes, and circles drawn either way",
        ),
        dict(
            what="bfloat16 products in both networks",
            why="twice as fast on CPUs that have them; the fusions, weights, statistics and loss "
            "are float32",
        ),
    ]
)
