"""3D ResNet-101 with shortcuts A on Kinetics-400."""

from mmengine.config import read_base

with read_base():
    from ._kinetics import *

model["backbone"].update(depth=101, shortcut="A")
model["cls_head"]["in_channels"] = 2048
