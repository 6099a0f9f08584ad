"""The released network on NTU RGB+D with uni-labeling (K = 1)."""

from mmengine.config import read_base

with read_base():
    from .released_ntu import *

model["backbone"]["graph"].update(partition="uniform")
