"""What single streams share: ResNet-50 on one frame or one stack of flow at a time.

The file of a data set gives protocol, splits, classes, pipelines and schedule.
"""

from mmaction.evaluation import AccMetric
from mmaction.models.data_preprocessors import ActionDataPreprocessor
from mmaction.models.losses import CrossEntropyLoss
from mmaction.models.recognizers import Recognizer3D
from mmengine.dataset import DefaultSampler
from mmengine.runner import TestLoop, ValLoop
from torch.optim import SGD

from harness.run.video_loading import ClipDataset
from recipes._shared.streams import StreamHead, StreamResNet

default_scope = "mmaction"

model = dict(
    type=Recognizer3D,
    data_preprocessor=dict(
        type=ActionDataPreprocessor,
        mean=[123.675, 116.28, 103.53],  # of ImageNet, in RGB of 0 to 255
        std=[1.0] * 3,
        format_shape="NCTHW",
    ),
    backbone=dict(
        type=StreamResNet,
        depth=50,
        in_channels=3,
        style="pytorch",
        norm_cfg=dict(type="BN2d", momentum=0.05, requires_grad=True),
    ),
    cls_head=dict(
        type=StreamHead,
        num_classes=101,
        in_channels=2048,
        streams=["cls"],
        pooling=None,
        dropout_ratio=0.0,
        loss_cls=dict(type=CrossEntropyLoss),
    ),
)

train_dataloader = dict(
    batch_size=8,
    num_workers=8,
    drop_last=True,
    sampler=dict(type=DefaultSampler, shuffle=True),
    dataset=dict(type=ClipDataset, dataset="ucf101", split="1", subset="train", pipeline=[]),
)
test_dataloader = dict(
    batch_size=1,  # videos have different shapes
    num_workers=8,
    sampler=dict(type=DefaultSampler, shuffle=False),
    dataset=dict(type=ClipDataset, dataset="ucf101", split="1", subset="test", pipeline=[]),
)
val_dataloader = test_dataloader  # the authors give no validation data; nothing reads it to choose

val_evaluator = dict(type=AccMetric)
test_evaluator = dict(type=AccMetric)
val_cfg = dict(type=ValLoop)
test_cfg = dict(type=TestLoop)

optim_wrapper = dict(
    optimizer=dict(type=SGD, lr=1e-2, momentum=0.9, weight_decay=5e-4),
    paramwise_cfg=dict(norm_decay_mult=0.0, bias_decay_mult=0.0),
)
custom_hooks = []

runtime = dict(threads=1, precision="float32")

choices = []
departures = []
