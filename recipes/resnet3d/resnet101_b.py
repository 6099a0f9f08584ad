"""3D ResNet-101 with shortcuts B on Kinetics-400, as released."""

from mmengine.config import read_base

with read_base():
    from ._kinetics import *

model["backbone"].update(depth=101, shortcut="B")
model["cls_head"]["in_channels"] = 2048
