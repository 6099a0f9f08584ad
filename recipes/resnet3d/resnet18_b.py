"""3D ResNet-18 with shortcuts B on Kinetics-400."""

from mmengine.config import read_base

with read_base():
    from ._kinetics import *

model["backbone"].update(depth=18, shortcut="B")
