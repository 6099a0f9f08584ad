"""CoST(a) on UTD-MHAD without the view of time and height: what the third view does."""

from mmengine.config import read_base

with read_base():
    from .config import *

model["backbone"]["views"] = ["hw", "tw"]
