"""3D Wide ResNet-50 (k = 2) on Kinetics-400, as released."""

from mmengine.config import read_base

from recipes.resnet3d.model import HaraWideResNet3d

with read_base():
    from ._kinetics import *

model["backbone"] = dict(type=HaraWideResNet3d, depth=50, in_channels=3, shortcut="B")
model["cls_head"]["in_channels"] = 2048
