"""What all variants of the joint network share: both streams, two losses, its rate.

The file of a data set gives protocol, splits, classes, pipelines and schedule.
"""

from mmaction.models.data_preprocessors import ActionDataPreprocessor
from mmaction.models.losses import CrossEntropyLoss
from mmaction.models.recognizers import Recognizer3D
from mmengine.config import read_base

from recipes._shared.streams import StreamHead
from recipes.st_resnet.model import STResNet

with read_base():
    from .._shared._stream import *

model = dict(
    type=Recognizer3D,
    data_preprocessor=dict(
        type=ActionDataPreprocessor,
        mean=[123.675, 116.28, 103.53, *[128.0] * 20],  # of ImageNet; of flow, no motion
        std=[1.0] * 23,
        format_shape="NCTHW",
    ),
    backbone=dict(
        type=STResNet,
        depth=50,
        in_channels=23,
        injection="add",
        into="residual",
        both_ways=False,
        temporal=True,
        style="pytorch",
        norm_cfg=dict(type="BN2d", momentum=0.05, requires_grad=True),
    ),
    cls_head=dict(
        type=StreamHead,
        num_classes=101,
        in_channels=2048,
        streams=["appearance", "motion"],
        pooling=None,
        dropout_ratio=0.0,
        loss_cls=dict(type=CrossEntropyLoss),
    ),
)

train_dataloader.update(batch_size=4)
optim_wrapper["optimizer"]["lr"] = 1e-3
