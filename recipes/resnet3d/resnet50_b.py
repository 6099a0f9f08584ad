"""3D ResNet-50 with shortcuts B on Kinetics-400, as released."""

from mmengine.config import read_base

with read_base():
    from ._kinetics import *

model["backbone"].update(depth=50, shortcut="B")
model["cls_head"]["in_channels"] = 2048
