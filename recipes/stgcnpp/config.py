"""A narrow ST-GCN++ on the embedded synthetic skeletons."""

from mmaction.datasets.transforms import (
    FormatGCNInput,
    PackActionInputs,
    PoseDecode,
    UniformSampleFrames,
)
from mmaction.evaluation import AccMetric
from mmaction.models.backbones import STGCN
from mmaction.models.data_preprocessors import ActionDataPreprocessor
from mmaction.models.heads import GCNHead
from mmaction.models.losses import CrossEntropyLoss
from mmaction.models.recognizers import RecognizerGCN
from mmengine.dataset import DefaultSampler
from mmengine.optim import CosineAnnealingLR
from mmengine.runner import EpochBasedTrainLoop, TestLoop, ValLoop
from torch.optim import SGD

from harness.run.loading import SkeletonDataset
from harness.run.transforms import CentreKeypoints

protocol = dict(
    dataset="synthetic",
    modality="joint",
    classes=10,
    clip_len=16,
    joints=25,
    persons=1,
)
splits = ["fixed"]
default_scope = "mmaction"

model = dict(
    type=RecognizerGCN,
    data_preprocessor=dict(type=ActionDataPreprocessor),
    backbone=dict(
        type=STGCN,
        gcn_adaptive="init",  # the adjacency matrices are where training begins
        gcn_with_res=True,
        tcn_type="mstcn",  # branches of several dilations
        graph_cfg=dict(layout="nturgb+d", mode="spatial"),
        base_channels=16,
        num_stages=4,
        inflate_stages=[2, 4],
        down_stages=[2, 4],
    ),
    cls_head=dict(
        type=GCNHead,
        num_classes=protocol["classes"],
        in_channels=64,
        loss_cls=dict(type=CrossEntropyLoss),
        average_clips="prob",
    ),
)

train_pipeline = [
    dict(type=CentreKeypoints, joints=[0], origin="first"),
    dict(type=UniformSampleFrames, clip_len=protocol["clip_len"]),
    dict(type=PoseDecode),
    dict(type=FormatGCNInput, num_person=protocol["persons"]),
    dict(type=PackActionInputs, meta_keys=("frame_dir", "group")),
]
test_pipeline = [
    dict(type=CentreKeypoints, joints=[0], origin="first"),
    dict(type=UniformSampleFrames, clip_len=protocol["clip_len"], test_mode=True),
    dict(type=PoseDecode),
    dict(type=FormatGCNInput, num_person=protocol["persons"]),
    dict(type=PackActionInputs, meta_keys=("frame_dir", "group")),
]

train_dataloader = dict(
    batch_size=16,
    num_workers=0,
    drop_last=True,
    sampler=dict(type=DefaultSampler, shuffle=True),
    dataset=dict(
        type=SkeletonDataset,
        dataset=protocol["dataset"],
        split=splits[0],
        subset="train",
        pipeline=train_pipeline,
    ),
)
val_dataloader = dict(
    batch_size=64,
    num_workers=0,
    sampler=dict(type=DefaultSampler, shuffle=False),
    dataset=dict(
        type=SkeletonDataset,
        dataset=protocol["dataset"],
        split=splits[0],
        subset="val",
        pipeline=test_pipeline,
    ),
)
test_dataloader = dict(
    batch_size=64,
    num_workers=0,
    sampler=dict(type=DefaultSampler, shuffle=False),
    dataset=dict(
        type=SkeletonDataset,
        dataset=protocol["dataset"],
        split=splits[0],
        subset="test",
        pipeline=test_pipeline,
    ),
)

train_cfg = dict(type=EpochBasedTrainLoop, max_epochs=4, val_interval=5)
val_cfg = dict(type=ValLoop)
test_cfg = dict(type=TestLoop)
val_evaluator = dict(type=AccMetric)
test_evaluator = dict(type=AccMetric)

optim_wrapper = dict(optimizer=dict(type=SGD, lr=0.05, momentum=0.9, nesterov=True))
param_scheduler = [
    dict(type=CosineAnnealingLR, T_max=4, eta_min=0.0, by_epoch=True, convert_to_iter_based=True)
]
runtime = dict(threads=1, precision="float32")

choices = []  # no paper used these data
