"""The stream of motion on UTD-MHAD: stacks of ten fields of its depth videos' flow."""

from mmaction.datasets.transforms import (
    CenterCrop,
    FormatShape,
    MultiScaleCrop,
    PackActionInputs,
    Resize,
)
from mmengine.config import read_base

from harness.run.flow_loading import DrawCentres, ReadStacks, SpreadCentres

with read_base():
    from ._utd_stream import *

protocol.update(modality="flow")

model["data_preprocessor"].update(mean=[128.0] * 20, std=[1.0] * 20)  # 128 is no motion
model["backbone"]["in_channels"] = 20

optim_wrapper["optimizer"]["lr"] = 1e-2 * 16 / 256

train_pipeline = [
    dict(type=DrawCentres),
    dict(type=ReadStacks, short_side=80, rgb=False, method="dis", bound=20),
    dict(
        type=MultiScaleCrop,
        input_size=protocol["crop_size"],
        scales=(1, 0.875, 0.75, 0.65625),  # 256, 224, 192 and 168 of 256
        max_wh_scale_gap=3,
    ),
    dict(type=Resize, scale=(protocol["crop_size"], protocol["crop_size"]), keep_ratio=False),
    dict(type=FormatShape, input_format="NCTHW"),
    dict(type=PackActionInputs, meta_keys=("frame_dir", "group")),
]
test_pipeline = [
    dict(type=SpreadCentres, count=protocol["num_clips"], as_clips=True),
    dict(type=ReadStacks, short_side=80, rgb=False, method="dis", bound=20),
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
        what="flow by DIS",
        why="TV-L1, the papers', takes many times as long: the page of UTD-MHAD has both",
    )
)
