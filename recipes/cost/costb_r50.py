"""CoST(b) of ResNet-50 on Kinetics-400."""

from mmengine.config import read_base

with read_base():
    from ._kinetics import *

model["backbone"].update(coefficients="input")
