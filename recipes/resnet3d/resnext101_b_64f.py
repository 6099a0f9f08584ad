"""3D ResNeXt-101 on clips of 64 frames of Kinetics-400, as released."""

from mmengine.config import read_base

with read_base():
    from .resnext101_b import *

protocol["clip_len"] = 64

# What a loader has inherited is a copy of the pipeline's list.
train_dataloader["dataset"]["pipeline"][0]["clip_len"] = protocol["clip_len"]
val_dataloader["dataset"]["pipeline"][0]["clip_len"] = protocol["clip_len"]
test_dataloader["dataset"]["pipeline"][0]["clip_len"] = protocol["clip_len"]
