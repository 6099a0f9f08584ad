"""C2D of ResNet-101 on 32 frames of Kinetics-400."""

from mmengine.config import read_base

with read_base():
    from ._frames32 import *

model["backbone"].update(depth=101, unit="c2d")
