"""STA-LSTM in one stage on the embedded synthetic skeletons."""

from mmaction.datasets.transforms import FormatGCNInput, PackActionInputs
from mmengine.config import read_base
from mmengine.dataset import DefaultSampler

from harness.run.loading import SkeletonDataset
from harness.run.transforms import CentreKeypoints

with read_base():
    from ._base import *

protocol = dict(
    dataset="synthetic",
    modality="joint",
    classes=10,
    level="video",
    joints=25,
    persons=1,
)
splits = ["fixed"]

model["backbone"].update(joints=protocol["joints"], persons=protocol["persons"])
model["cls_head"]["num_classes"] = protocol["classes"]

train_pipeline = [
    dict(type=CentreKeypoints, joints=[0], origin="first"),
    dict(type=FormatGCNInput, num_person=protocol["persons"]),
    dict(type=PackActionInputs, meta_keys=("frame_dir", "group")),
]
test_pipeline = train_pipeline

train_dataloader["dataset"].update(dataset="synthetic", split="fixed", pipeline=train_pipeline)
test_dataloader["dataset"].update(dataset="synthetic", split="fixed", pipeline=test_pipeline)
val_dataloader = dict(
    batch_size=64,
    num_workers=0,
    sampler=dict(type=DefaultSampler, shuffle=False),
    dataset=dict(
        type=SkeletonDataset,
        dataset="synthetic",
        split="fixed",
        subset="val",
        pipeline=test_pipeline,
    ),
)

train_cfg["max_iters"] = 800

choices = []  # no paper used these data
