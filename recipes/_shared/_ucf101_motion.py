"""The stream of motion on UCF101: stacks of ten fields, from ImageNet's weights."""

from mmaction.datasets.transforms import FormatShape, MultiScaleCrop, PackActionInputs, Resize
from mmengine.config import read_base
from mmengine.optim import MultiStepLR

from harness.run.flow_loading import AddMirrored, DrawCentres, FlipStacks, ReadStacks, SpreadCentres
from harness.run.loops import IterationLoop

with read_base():
    from ._ucf101_stream import *

protocol.update(modality="flow")

model["data_preprocessor"].update(mean=[128.0] * 20, std=[1.0] * 20)  # 128 is no motion
model["backbone"]["in_channels"] = 20

train_pipeline = [
    dict(type=DrawCentres),
    dict(type=ReadStacks, short_side=256, rgb=False, method="tvl1", bound=20),
    dict(
        type=MultiScaleCrop,
        input_size=224,
        scales=(1, 0.875, 0.75, 0.65625),  # 256, 224, 192 and 168 of 256
        max_wh_scale_gap=3,
    ),
    dict(type=Resize, scale=(224, 224), keep_ratio=False),
    dict(type=FlipStacks, ratio=0.5),
    dict(type=FormatShape, input_format="NCTHW"),
    dict(type=PackActionInputs, meta_keys=("frame_dir", "group")),
]
test_pipeline = [
    dict(type=SpreadCentres, count=protocol["num_clips"], as_clips=True),
    dict(type=ReadStacks, short_side=protocol["crop_size"], rgb=False, method="tvl1", bound=20),
    dict(type=AddMirrored),
    dict(type=FormatShape, input_format="NCTHW"),
    dict(type=PackActionInputs, meta_keys=("frame_dir", "group")),
]
train_dataloader["dataset"]["pipeline"] = train_pipeline
test_dataloader["dataset"]["pipeline"] = test_pipeline
val_dataloader = test_dataloader

# Batches of 258 as 3 of 86, of which batch normalisation knows: 30,000 and 10,000 of them.
train_dataloader.update(batch_size=86)
optim_wrapper["accumulative_counts"] = 3
train_cfg = dict(type=IterationLoop, max_iters=120_000, val_interval=50)
param_scheduler = [dict(type=MultiStepLR, milestones=[90_000], gamma=0.1, by_epoch=False)]

choices.append(
    dict(
        what="batches of 258",
        why="the printed 256 are not a multiple of the printed 86 that are normalised together",
    )
)
