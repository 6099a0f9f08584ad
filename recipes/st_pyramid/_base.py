"""What all variants of the pyramid share: both streams on ResNet-50, its fusions, its loss.

The file of a data set gives protocol, splits, classes, pipelines and schedule.
"""

from mmaction.models.data_preprocessors import ActionDataPreprocessor
from mmaction.models.losses import CrossEntropyLoss
from mmaction.models.recognizers import Recognizer3D
from mmengine.config import read_base

from recipes.st_pyramid.model import PyramidHead, PyramidStreams

with read_base():
    from .._shared._stream import *

model = dict(
    type=Recognizer3D,
    data_preprocessor=dict(
        type=ActionDataPreprocessor,
        mean=[123.675, 116.28, 103.53, *[128.0] * 60],  # of ImageNet; of flow, no motion
        std=[1.0] * 63,
        format_shape="NCTHW",
    ),
    backbone=dict(
        type=PyramidStreams,
        depth=50,
        in_channels=63,
        snippets=3,
        strides=(1, 2, 2, 2),
        norm_cfg=dict(type="BN2d", momentum=0.05, requires_grad=True),
    ),
    cls_head=dict(
        type=PyramidHead,
        num_classes=101,
        in_channels=2048,
        snippets=3,
        fusing="sketch",
        sizes=(1024, 2048, 4096),
        root=True,
        scale=True,
        attention=True,
        attention_hidden=64,
        attention_kernel=1,
        dropout=0.0,
        stream_weight=0.0,
        loss_cls=dict(type=CrossEntropyLoss),
        average_clips="prob",
    ),
)

optim_wrapper["optimizer"]["lr"] = 0.001

choices = [
    dict(
        what="one RGB frame, and the flow of three snippets of ten fields that begin ten frames "
        "before it, with it and ten frames after it",
        why="the paper's figure draws three; the distance τ and how many the best network has "
        "are not known",
    ),
    dict(
        what="a signed root of each sketch, of the degree of its number of inputs, and each "
        "sample scaled to a mean square of 1",
        why="products of three maps have cubic scale; whether the paper normalises is not known, "
        "and Gao et al. take the square root of sketches of two and scale them to length 1",
    ),
    dict(
        what="sketches of 1,024, 2,048 and 4,096 numbers, of maps of 2,048 channels",
        why="drawn for BN-Inception, whose maps have 1,024; those for ResNet-50 are not known",
    ),
    dict(
        what="attention by two 1 × 1 convolutions with 64 channels and a ReLU between them, the "
        "second one beginning with zeros",
        why="kernels, width and initial weights are not known; all positions begin alike",
    ),
    dict(
        what="one linear layer as classifier, no dropout, no losses of the streams",
        why="the figure labels fully connected layers; neither their number nor dropout nor "
        "further losses are known",
    ),
    dict(
        what="starts from a frame network and a flow network that were trained alone",
        why="the paper trains everything as a whole; from what it starts is not known",
    ),
    dict(
        what="SGD with momentum 0.9 and weight decay 0.0005, on neither biases nor batch "
        "normalisation; a learning rate falling from 0.001 to zero as a cosine",
        why="nothing of the training is known; decay and rate are those of ST-ResNet's joint "
        "network",
    ),
]
