"""C2D, ResNet-101 without any look over time but pooling, on Kinetics-400."""

from mmengine.config import read_base

with read_base():
    from ._kinetics import *

model["backbone"].update(depth=101, unit="c2d")
