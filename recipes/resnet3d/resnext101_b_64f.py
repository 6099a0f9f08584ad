"""3D ResNeXt-101 on clips of 64 frames of Kinetics-400, as released."""

from mmengine.config import read_base

with read_base():
    from .resnext101_b import *

protocol["clip_len"] = 64

for pipeline in (train_pipeline, val_pipeline, test_pipeline):
    pipeline[0]["clip_len"] = protocol["clip_len"]
del pipeline
