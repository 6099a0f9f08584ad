"""A stream of the pyramid, alone: the frame."""

from mmaction.models.data_preprocessors import ActionDataPreprocessor
from mmaction.models.heads import I3DHead
from mmaction.models.losses import CrossEntropyLoss
from mmaction.models.recognizers import Recognizer3D

from recipes.st_pyramid.model import FrameResNet

model = dict(
    type=Recognizer3D,
    data_preprocessor=dict(
        type=ActionDataPreprocessor,
        mean=[123.675, 116.28, 103.53],
        std=[58.395, 57.12, 57.375],
        format_shape="NCTHW",
    ),
    backbone=dict(type=FrameResNet, depth=50, in_channels=3, strides=(1, 2, 2, 2)),
    cls_head=dict(
        type=I3DHead,
        num_classes=101,
        in_channels=2048,
        dropout_ratio=0.0,
        loss_cls=dict(type=CrossEntropyLoss),
        average_clips="prob",
    ),
)
inputs = dict()
