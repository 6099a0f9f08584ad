"""I3D of ResNet-50, with MMAction2's own arguments."""

from mmaction.models.backbones import ResNet3d
from mmaction.models.data_preprocessors import ActionDataPreprocessor
from mmaction.models.heads import I3DHead
from mmaction.models.recognizers import Recognizer3D

model = dict(
    type=Recognizer3D,
    data_preprocessor=dict(
        type=ActionDataPreprocessor,
        mean=[123.675, 116.28, 103.53],  # of ImageNet, in RGB of 0 to 255
        std=[58.395, 57.12, 57.375],
        format_shape="NCTHW",
    ),
    backbone=dict(
        type=ResNet3d,
        pretrained2d=True,
        pretrained=None,
        depth=50,
        conv1_kernel=(5, 7, 7),
        conv1_stride_t=2,
        pool1_stride_t=2,
        conv_cfg=dict(type="Conv3d"),
        norm_eval=False,
        inflate=((1, 1, 1), (1, 0, 1, 0), (1, 0, 1, 0, 1, 0), (0, 1, 0)),
        zero_init_residual=False,
    ),
    cls_head=dict(
        type=I3DHead,
        num_classes=400,
        in_channels=2048,
        spatial_type="avg",
        dropout_ratio=0.5,
        init_std=0.01,
        average_clips="prob",
    ),
)
