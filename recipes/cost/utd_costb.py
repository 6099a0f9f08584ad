"""CoST(b) on the depth videos of UTD-MHAD."""

from mmengine.config import read_base

with read_base():
    from .config import *

model["backbone"]["coefficients"] = "input"
