"""3D ResNet-101 with shortcuts B, fine-tuned from Kinetics-400 on HMDB51."""

from mmengine.config import read_base

with read_base():
    from ._hmdb51_tuned import *

model["backbone"].update(depth=101, shortcut="B")
model["cls_head"]["in_channels"] = 2048
pretrained["file"] = "resnet-101-kinetics.pth"
