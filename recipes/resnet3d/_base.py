"""What all variants share: network, loss and training of the released code.

The file of a data set gives protocol, splits, classes and pipelines.
"""

from mmaction.evaluation import AccMetric
from mmaction.models.data_preprocessors import ActionDataPreprocessor
from mmaction.models.losses import CrossEntropyLoss
from mmaction.models.recognizers import Recognizer3D
from mmengine.dataset import DefaultSampler
from mmengine.optim import ReduceOnPlateauLR
from mmengine.runner import EpochBasedTrainLoop, TestLoop, ValLoop
from torch.optim import SGD

from harness.run.video_loading import ClipDataset
from recipes.resnet3d.model import HaraResNet3d, PooledLinearHead

default_scope = "mmaction"

model = dict(
    type=Recognizer3D,
    data_preprocessor=dict(
        type=ActionDataPreprocessor,
        mean=[114.7748, 107.7354, 99.4750],  # of ActivityNet, in RGB of 0 to 255
        std=[1.0, 1.0, 1.0],
        format_shape="NCTHW",
    ),
    backbone=dict(
        type=HaraResNet3d,
        depth=18,
        in_channels=3,
        shortcut="A",
        shortcut_gradient=False,
        frozen_stages=-1,
    ),
    cls_head=dict(
        type=PooledLinearHead,
        num_classes=400,
        in_channels=512,
        loss_cls=dict(type=CrossEntropyLoss),
        average_clips="prob",
    ),
)

train_dataloader = dict(
    batch_size=128,
    num_workers=0,
    drop_last=True,
    sampler=dict(type=DefaultSampler, shuffle=True),
    dataset=dict(type=ClipDataset, dataset="kinetics400", split="val", subset="train", pipeline=[]),
)
test_dataloader = dict(
    batch_size=1,  # videos have different numbers of clips
    num_workers=0,
    sampler=dict(type=DefaultSampler, shuffle=False),
    dataset=dict(type=ClipDataset, dataset="kinetics400", split="val", subset="test", pipeline=[]),
)
val_dataloader = test_dataloader

val_evaluator = dict(type=AccMetric)
test_evaluator = dict(type=AccMetric)

train_cfg = dict(type=EpochBasedTrainLoop, max_epochs=200, val_interval=1)
val_cfg = dict(type=ValLoop)
test_cfg = dict(type=TestLoop)

optim_wrapper = dict(
    optimizer=dict(type=SGD, lr=0.1, momentum=0.9, dampening=0.9, weight_decay=1e-3)
)
param_scheduler = [
    dict(type=ReduceOnPlateauLR, monitor="seen/loss", rule="less", factor=0.1, patience=10)
]
custom_hooks = []

runtime = dict(threads=1, precision="float32")

choices = []
departures = []
