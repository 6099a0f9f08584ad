"""ST-ResNet on UTD-MHAD, but motion multiplies appearance instead of being added."""

from mmengine.config import read_base

with read_base():
    from .config import *

model["backbone"].update(injection="multiply")
