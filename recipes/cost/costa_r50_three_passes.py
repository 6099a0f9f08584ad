"""CoST(a) of ResNet-50, each view convolved by itself in tests, too: what merging gains."""

from mmengine.config import read_base

with read_base():
    from .costa_r50 import *

model["backbone"]["merged"] = "never"
