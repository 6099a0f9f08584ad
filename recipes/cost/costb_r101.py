"""CoST(b) of ResNet-101 on Kinetics-400."""

from mmengine.config import read_base

with read_base():
    from ._kinetics import *

model["backbone"].update(depth=101, coefficients="input")
