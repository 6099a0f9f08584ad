"""CoST(a) on UTD-MHAD, each view convolved by itself in tests, too: what merging gains."""

from mmengine.config import read_base

with read_base():
    from .config import *

model["backbone"]["merged"] = "never"
