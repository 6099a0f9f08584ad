"""C3D, with MMAction2's own arguments; no normalisation."""

from mmaction.models.backbones import C3D
from mmaction.models.data_preprocessors import ActionDataPreprocessor
from mmaction.models.heads import I3DHead
from mmaction.models.recognizers import Recognizer3D

model = dict(
    type=Recognizer3D,
    data_preprocessor=dict(
        type=ActionDataPreprocessor,
        mean=[104, 117, 128],
        std=[1, 1, 1],
        format_shape="NCTHW",
    ),
    backbone=dict(
        type=C3D,
        style="pytorch",
        conv_cfg=dict(type="Conv3d"),
        norm_cfg=None,
        act_cfg=dict(type="ReLU"),
        out_dim=8192,  # 512 channels of 4x4 pixels, from 112x112
        dropout_ratio=0.5,
        init_std=0.005,
    ),
    cls_head=dict(
        type=I3DHead,
        num_classes=101,
        in_channels=4096,
        spatial_type=None,
        dropout_ratio=0.5,
        init_std=0.01,
        average_clips="prob",
    ),
)
