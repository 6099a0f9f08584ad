"""3D ResNeXt-101 on clips of 64 frames, fine-tuned from Kinetics-400 on UCF101."""

from mmengine.config import read_base

with read_base():
    from .ucf101_resnext101_b import *

protocol["clip_len"] = 64
pretrained["file"] = "resnext-101-64f-kinetics.pth"

for loader in (train_dataloader, val_dataloader, test_dataloader):
    loader["dataset"]["pipeline"][0]["clip_len"] = protocol["clip_len"]
del loader
