"""What the variants on Kinetics-400 share: clips, crops and batches of MMAction2's own files."""

from mmaction.datasets.transforms import (
    CenterCrop,
    Flip,
    FormatShape,
    PackActionInputs,
    RandomResizedCrop,
    Resize,
    SampleFrames,
    ThreeCrop,
)
from mmengine.config import read_base

from harness.run.video_loading import ReadFrames

with read_base():
    from ._base import *

protocol = dict(
    dataset="kinetics400",
    modality="rgb",
    classes=400,
    level="video",
    clip_len=32,
    frame_interval=2,
    num_clips=10,
    num_crops=3,
    crop_size=256,
)
splits = ["val"]

train_pipeline = [
    dict(type=SampleFrames, clip_len=32, frame_interval=2, num_clips=1),
    dict(type=ReadFrames, short_side=256),
    dict(type=RandomResizedCrop),
    dict(type=Resize, scale=(224, 224), keep_ratio=False),
    dict(type=Flip, flip_ratio=0.5),
    dict(type=FormatShape, input_format="NCTHW"),
    dict(type=PackActionInputs, meta_keys=("frame_dir", "group")),
]
val_pipeline = [
    dict(type=SampleFrames, clip_len=32, frame_interval=2, num_clips=1, test_mode=True),
    dict(type=ReadFrames, short_side=256),
    dict(type=CenterCrop, crop_size=224),
    dict(type=FormatShape, input_format="NCTHW"),
    dict(type=PackActionInputs, meta_keys=("frame_dir", "group")),
]
test_pipeline = [
    dict(
        type=SampleFrames,
        clip_len=protocol["clip_len"],
        frame_interval=protocol["frame_interval"],
        num_clips=protocol["num_clips"],
        test_mode=True,
    ),
    dict(type=ReadFrames, short_side=256),
    dict(type=ThreeCrop, crop_size=protocol["crop_size"]),
    dict(type=FormatShape, input_format="NCTHW"),
    dict(type=PackActionInputs, meta_keys=("frame_dir", "group")),
]

train_dataloader.update(num_workers=8)
train_dataloader["dataset"]["pipeline"] = train_pipeline
val_dataloader.update(num_workers=8)
val_dataloader["dataset"]["pipeline"] = val_pipeline
test_dataloader.update(num_workers=8)
test_dataloader["dataset"]["pipeline"] = test_pipeline

optim_wrapper["accumulative_counts"] = 8  # to batches of 64

choices = [
    dict(
        what="batches of 64 as eight of 8",
        why="one GPU for eight of 8 clips each; statistics of BatchNorm are of 8 clips where they "
        "are of each GPU there",
    ),
]
