"""3D ResNet-34 with shortcuts A on Kinetics-400, as released."""

from mmengine.config import read_base

with read_base():
    from ._kinetics import *

model["backbone"].update(depth=34, shortcut="A")
