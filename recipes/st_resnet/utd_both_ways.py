"""ST-ResNet on UTD-MHAD, but motion is told of appearance too."""

from mmengine.config import read_base

with read_base():
    from .config import *

model["backbone"].update(both_ways=True)
