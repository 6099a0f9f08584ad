"""ST-GCN on UTD-MHAD: distance partitioning."""

from mmengine.config import read_base

with read_base():
    from .config import *

model["backbone"]["graph"].update(partition="distance")
model["backbone"].update(importance=False)
