"""3D ResNeXt-101 on clips of 64 frames, fine-tuned from Kinetics-400 on UCF101."""

from mmengine.config import read_base

with read_base():
    from .ucf101_resnext101_b import *

protocol["clip_len"] = 64
pretrained["file"] = "resnext-101-64f-kinetics.pth"

for pipeline in (train_pipeline, val_pipeline, test_pipeline):
    pipeline[0]["clip_len"] = protocol["clip_len"]
del pipeline
