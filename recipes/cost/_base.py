"""What all variants share: network, head, loss and optimiser of the release.

The file of a data set gives protocol, splits, classes and pipelines.
"""

from mmaction.evaluation import AccMetric
from mmaction.models.data_preprocessors import ActionDataPreprocessor
from mmaction.models.heads import I3DHead
from mmaction.models.losses import CrossEntropyLoss
from mmaction.models.recognizers import Recognizer3D
from mmengine.dataset import DefaultSampler
from mmengine.optim import MultiStepLR
from mmengine.runner import EpochBasedTrainLoop, TestLoop, ValLoop
from torch.optim import SGD

from recipes.cost.model import CoSTResNet3d
from recipes.cost.training import ObservedClips

default_scope = "mmaction"

model = dict(
    type=Recognizer3D,
    data_preprocessor=dict(
        type=ActionDataPreprocessor,
        mean=[123.675, 116.28, 103.53],  # of ImageNet, in RGB of 0 to 255
        std=[58.395, 57.12, 57.375],
        format_shape="NCTHW",
    ),
    backbone=dict(
        type=CoSTResNet3d,
        depth=50,
        unit="cost",
        frames=8,
        coefficients="static",
        views=["hw", "tw", "th"],
        shared=True,
        merged="evaluation",
    ),
    cls_head=dict(
        type=I3DHead,
        num_classes=400,
        in_channels=2048,
        loss_cls=dict(type=CrossEntropyLoss),
        dropout_ratio=0.5,
        init_std=0.01,
        average_clips="prob",
    ),
)

train_dataloader = dict(
    batch_size=8,
    num_workers=0,
    drop_last=True,
    sampler=dict(type=DefaultSampler, shuffle=True),
    dataset=dict(
        type=ObservedClips, dataset="kinetics400", split="val", subset="train", pipeline=[]
    ),
)
test_dataloader = dict(
    batch_size=1,
    num_workers=0,
    sampler=dict(type=DefaultSampler, shuffle=False),
    dataset=dict(
        type=ObservedClips, dataset="kinetics400", split="val", subset="test", pipeline=[]
    ),
)
val_dataloader = test_dataloader

val_evaluator = dict(type=AccMetric)
test_evaluator = dict(type=AccMetric)

train_cfg = dict(type=EpochBasedTrainLoop, max_epochs=160, val_interval=1)
val_cfg = dict(type=ValLoop)
test_cfg = dict(type=TestLoop)

optim_wrapper = dict(
    optimizer=dict(type=SGD, lr=0.01, momentum=0.9, weight_decay=1e-4),
    clip_grad=dict(max_norm=40, norm_type=2),
)
param_scheduler = [dict(type=MultiStepLR, milestones=[80, 120], gamma=0.1, by_epoch=True)]
custom_hooks = []

runtime = dict(threads=1, precision="float32")

choices = []
departures = []
