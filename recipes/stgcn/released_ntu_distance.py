"""The released network on NTU RGB+D with distance partitioning (K = 2)."""

from mmengine.config import read_base

with read_base():
    from .released_ntu import *

model["backbone"]["graph"].update(partition="distance")
