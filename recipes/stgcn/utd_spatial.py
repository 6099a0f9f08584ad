"""ST-GCN on UTD-MHAD: spatial configuration without edge importance."""

from mmengine.config import read_base

with read_base():
    from .config import *

model["backbone"].update(importance=False)
