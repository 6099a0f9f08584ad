"""C3D of ResNet-50 with 3x3x3 convolutions in every second block, on Kinetics-400."""

from mmengine.config import read_base

with read_base():
    from ._kinetics import *

model["backbone"].update(unit="c3d_3x3x3")
