"""ST-GCN on UTD-MHAD: uni-labeling."""

from mmengine.config import read_base

with read_base():
    from .config import *

model["backbone"]["graph"].update(partition="uniform")
model["backbone"].update(importance=False)
