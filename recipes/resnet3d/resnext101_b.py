"""3D ResNeXt-101 of cardinality 32 on Kinetics-400, as released."""

from mmengine.config import read_base

from recipes.resnet3d.model import HaraWideResNet3d

with read_base():
    from ._kinetics import *

model["backbone"] = dict(type=HaraWideResNet3d, depth=101, in_channels=3, shortcut="B", groups=32)
model["cls_head"]["in_channels"] = 2048
