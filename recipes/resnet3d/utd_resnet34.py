"""ResNet-34 on the depth videos of UTD-MHAD, trained as ResNet-18."""

from mmengine.config import read_base

with read_base():
    from .config import *

model["backbone"]["depth"] = 34
