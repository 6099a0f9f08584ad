"""3D ResNeXt-101 on clips of 64 frames of Kinetics-400, as released."""

from mmengine.config import read_base

with read_base():
    from .resnext101_b import *

protocol["clip_len"] = 64

for loader in (train_dataloader, val_dataloader, test_dataloader):
    loader["dataset"]["pipeline"][0]["clip_len"] = protocol["clip_len"]
del loader
