"""What all variants share: the released network, its loss and its metrics.

The file of a data set gives protocol, splits, graph and pipelines.
"""

from mmaction.evaluation import AccMetric
from mmaction.models.data_preprocessors import ActionDataPreprocessor
from mmaction.models.heads import GCNHead
from mmaction.models.losses import CrossEntropyLoss
from mmaction.models.recognizers import RecognizerGCN
from mmengine.dataset import DefaultSampler
from mmengine.optim import MultiStepLR
from mmengine.runner import EpochBasedTrainLoop, TestLoop, ValLoop
from torch.optim import SGD

from harness.run.loading import SkeletonDataset
from recipes.stgcn.model import SpatialTemporalGCN

default_scope = "mmaction"

model = dict(
    type=RecognizerGCN,
    data_preprocessor=dict(type=ActionDataPreprocessor),
    backbone=dict(
        type=SpatialTemporalGCN,
        graph=dict(layout="ntu-25", partition="spatial_hops", normalisation="whole"),
        in_channels=3,
        persons=2,
        importance=True,
        norm="shared",
        unit="released",
        stem=True,
        widths=[64, 64, 64, 128, 128, 128, 256, 256, 256],
        strides=[1, 1, 1, 2, 1, 1, 2, 1, 1],
        kernel=9,
        dropout=0.5,
        init="released",
    ),
    cls_head=dict(
        type=GCNHead,
        num_classes=60,
        in_channels=256,
        loss_cls=dict(type=CrossEntropyLoss),
        average_clips="prob",
        init_cfg=dict(type="Normal", layer="Linear", std=0.02),
    ),
)

train_dataloader = dict(
    batch_size=64,
    num_workers=0,
    drop_last=True,
    sampler=dict(type=DefaultSampler, shuffle=True),
    dataset=dict(
        type=SkeletonDataset,
        dataset="ntu60",
        split="xsub",
        subset="train",
        pipeline=[],
    ),
)
test_dataloader = dict(
    batch_size=64,
    num_workers=0,
    sampler=dict(type=DefaultSampler, shuffle=False),
    dataset=dict(
        type=SkeletonDataset,
        dataset="ntu60",
        split="xsub",
        subset="test",
        pipeline=[],
    ),
)

val_dataloader = test_dataloader  # the authors give no validation data; nothing reads it to choose

val_evaluator = dict(type=AccMetric)
test_evaluator = dict(type=AccMetric)

train_cfg = dict(type=EpochBasedTrainLoop, max_epochs=80, val_interval=5)
val_cfg = dict(type=ValLoop)
test_cfg = dict(type=TestLoop)

optim_wrapper = dict(
    optimizer=dict(type=SGD, lr=0.1, momentum=0.9, nesterov=True, weight_decay=1e-4)
)
param_scheduler = [dict(type=MultiStepLR, milestones=[10, 50], gamma=0.1, by_epoch=True)]
custom_hooks = []

runtime = dict(threads=1, precision="float32")

choices = []
departures = []
