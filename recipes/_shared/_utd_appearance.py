"""The stream of appearance on UTD-MHAD: single frames of its depth videos."""

from mmaction.datasets.transforms import CenterCrop, FormatShape, PackActionInputs, Resize
from mmengine.config import read_base

from harness.run.flow_loading import DrawCentres, ReadStacks, SpreadCentres
from recipes._shared.crops import JitteredCrop

with read_base():
    from ._utd_stream import *

train_pipeline = [
    dict(type=DrawCentres),
    dict(type=ReadStacks, short_side=80, rgb=True, offsets=()),
    dict(type=JitteredCrop, size=protocol["crop_size"]),
    dict(type=FormatShape, input_format="NCTHW"),
    dict(type=PackActionInputs, meta_keys=("frame_dir", "group")),
]
test_pipeline = [
    dict(type=SpreadCentres, count=protocol["num_clips"], as_clips=True),
    dict(type=ReadStacks, short_side=80, rgb=True, offsets=()),
    dict(type=Resize, scale=(-1, protocol["crop_size"])),
    dict(type=CenterCrop, crop_size=protocol["crop_size"]),
    dict(type=FormatShape, input_format="NCTHW"),
    dict(type=PackActionInputs, meta_keys=("frame_dir", "group")),
]
val_pipeline = [dict(type=SpreadCentres, count=1, as_clips=True), *test_pipeline[1:]]
train_dataloader["dataset"]["pipeline"] = train_pipeline
val_dataloader["dataset"]["pipeline"] = val_pipeline
test_dataloader["dataset"]["pipeline"] = test_pipeline

choices.append(
    dict(
        what="depth as grey values, in three equal channels",
        why="the network of the paper takes colour",
    )
)
