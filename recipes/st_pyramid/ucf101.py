"""The pyramid on UCF101, from two trained streams that started from ImageNet's weights."""

from mmaction.datasets.transforms import FormatShape, MultiScaleCrop, PackActionInputs, Resize
from mmengine.config import read_base
from mmengine.optim import CosineAnnealingLR
from mmengine.runner import EpochBasedTrainLoop

from harness.run.flow_loading import AddMirrored, DrawCentres, FlipStacks, ReadStacks, SpreadCentres

with read_base():
    from ._base import *

inputs = dict(ucf101_appearance="weights", ucf101_motion="weights")

protocol = dict(
    dataset="ucf101",
    modality="rgb+flow",
    classes=101,
    level="video",
    clip_len=1,
    num_clips=25,
    num_crops=2,
    crop_size=256,  # the shorter side: frames are seen whole
    pretrain="imagenet",
)
splits = ["1", "2", "3"]

# A centre and its three snippets: from ten frames before it to twenty after it.
read_stacks = dict(
    type=ReadStacks,
    short_side=256,
    rgb=True,
    offsets=(-10, 0, 10),
    before=0,
    method="tvl1",
    bound=20,
)
train_pipeline = [
    dict(type=DrawCentres, clip_len=1, before=10, length=30),
    read_stacks,
    dict(
        type=MultiScaleCrop,
        input_size=224,
        scales=(1, 0.875, 0.75, 0.65625),  # 256, 224, 192 and 168 of 256
        max_wh_scale_gap=1,
    ),
    dict(type=Resize, scale=(224, 224), keep_ratio=False),
    dict(type=FlipStacks, ratio=0.5),
    dict(type=FormatShape, input_format="NCTHW"),
    dict(type=PackActionInputs, meta_keys=("frame_dir", "group")),
]
test_pipeline = [
    dict(type=SpreadCentres, count=protocol["num_clips"], as_clips=True, before=10, length=30),
    read_stacks,
    dict(type=AddMirrored),
    dict(type=FormatShape, input_format="NCTHW"),
    dict(type=PackActionInputs, meta_keys=("frame_dir", "group")),
]
del read_stacks

train_dataloader.update(batch_size=32)
train_dataloader["dataset"]["pipeline"] = train_pipeline
test_dataloader["dataset"]["pipeline"] = test_pipeline
val_dataloader = test_dataloader

optim_wrapper["accumulative_counts"] = 4  # to batches of 128
train_cfg = dict(type=EpochBasedTrainLoop, max_epochs=30, val_interval=10)
param_scheduler = [
    dict(type=CosineAnnealingLR, T_max=30, eta_min=0.0, by_epoch=True, convert_to_iter_based=True)
]

choices.extend(
    [
        dict(
            what="both streams are trained as those of ST-ResNet, from a ResNet-50 of ImageNet",
            why="on what the paper's base networks are trained is not known",
        ),
        dict(
            what="TV-L1 flow of at most 20 pixels",
            why="the method is not known; it is that of the two-stream methods of its time",
        ),
        dict(
            what="crops at corners and centre, of four sizes, mirrored half of the time, the same "
            "for the frame and all flow",
            why="the augmentation is not known; that of Wang et al., 2016",
        ),
        dict(
            what="25 whole frames of a video, and their mirror images",
            why="the paper's test is not known; that of ST-ResNet",
        ),
        dict(
            what="batches of 128 as four of 32, for 30 epochs",
            why="batches and epochs are not known; one GPU",
        ),
    ]
)
