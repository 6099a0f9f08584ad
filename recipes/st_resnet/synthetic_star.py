"""ST-ResNet* on the embedded actions."""

from mmengine.config import read_base

with read_base():
    from .synthetic import *

inputs = dict(synthetic="weights")

model["cls_head"]["pooling"] = "averages"
train_pipeline[0].update(clip_len=11, strides=(1, 15))
train_dataloader["dataset"]["pipeline"] = train_pipeline
