"""A narrow ST-GCN on the embedded synthetic skeletons."""

from mmaction.datasets.transforms import (
    FormatGCNInput,
    PackActionInputs,
    PoseDecode,
    UniformSampleFrames,
)
from mmengine.config import read_base

from harness.run.transforms import CentreKeypoints

with read_base():
    from .config import *

protocol = dict(
    dataset="synthetic",
    modality="joint",
    classes=10,
    level="video",
    clip_len=16,
    joints=25,
    persons=1,
)
splits = ["fixed"]

model["backbone"]["graph"].update(layout="ntu-25")
model["backbone"].update(widths=[16, 32, 64], strides=[1, 2, 2])
model["cls_head"].update(num_classes=protocol["classes"], in_channels=64)

train_pipeline = [
    dict(type=CentreKeypoints, joints=[0], origin="first"),
    dict(type=UniformSampleFrames, clip_len=protocol["clip_len"]),
    dict(type=PoseDecode),
    dict(type=FormatGCNInput, num_person=protocol["persons"]),
    dict(type=PackActionInputs, meta_keys=("frame_dir", "group")),
]
test_pipeline = [
    dict(type=CentreKeypoints, joints=[0], origin="first"),
    dict(type=UniformSampleFrames, clip_len=protocol["clip_len"], test_mode=True),
    dict(type=PoseDecode),
    dict(type=FormatGCNInput, num_person=protocol["persons"]),
    dict(type=PackActionInputs, meta_keys=("frame_dir", "group")),
]

train_dataloader["dataset"].update(dataset="synthetic", split="fixed", pipeline=train_pipeline)
test_dataloader["dataset"].update(dataset="synthetic", split="fixed", pipeline=test_pipeline)
val_dataloader = dict(
    batch_size=64,
    num_workers=0,
    sampler=dict(type=DefaultSampler, shuffle=False),
    dataset=dict(
        type=SkeletonDataset,
        dataset="synthetic",
        split="fixed",
        subset="val",
        pipeline=test_pipeline,
    ),
)

train_cfg.update(max_epochs=10)
param_scheduler[0].update(T_max=10)

choices = []  # no paper used these data
