"""The stream of appearance on UCF101: single frames, from ImageNet's weights."""

from mmaction.datasets.transforms import FormatShape, PackActionInputs
from mmengine.config import read_base
from mmengine.optim import MultiStepLR

from harness.run.flow_loading import AddMirrored, DrawCentres, FlipStacks, ReadStacks, SpreadCentres
from harness.run.loops import IterationLoop
from recipes._shared.crops import JitteredCrop

with read_base():
    from ._ucf101_stream import *

train_pipeline = [
    dict(type=DrawCentres),
    dict(type=ReadStacks, short_side=256, rgb=True, offsets=()),
    dict(type=JitteredCrop, size=224),
    dict(type=FlipStacks, ratio=0.5),
    dict(type=FormatShape, input_format="NCTHW"),
    dict(type=PackActionInputs, meta_keys=("frame_dir", "group")),
]
test_pipeline = [
    dict(type=SpreadCentres, count=protocol["num_clips"], as_clips=True),
    dict(type=ReadStacks, short_side=protocol["crop_size"], rgb=True, offsets=()),
    dict(type=AddMirrored),
    dict(type=FormatShape, input_format="NCTHW"),
    dict(type=PackActionInputs, meta_keys=("frame_dir", "group")),
]
train_dataloader["dataset"]["pipeline"] = train_pipeline
test_dataloader["dataset"]["pipeline"] = test_pipeline
val_dataloader = test_dataloader

# Batches of 256 as 32 of 8, of which batch normalisation knows: 10,000 and 10,000 of them.
train_dataloader.update(batch_size=8)
optim_wrapper["accumulative_counts"] = 32
train_cfg = dict(type=IterationLoop, max_iters=640_000, val_interval=50)
param_scheduler = [dict(type=MultiStepLR, milestones=[320_000], gamma=0.1, by_epoch=False)]

choices.append(
    dict(
        what="a crop is drawn up to a quarter of the frame away from two of its borders",
        why="the paper says no more; the released code draws from two quarters of the frame",
    )
)
