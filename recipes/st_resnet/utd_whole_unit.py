"""ST-ResNet on UTD-MHAD, but the whole second unit reads motion, its shortcut too."""

from mmengine.config import read_base

with read_base():
    from .config import *

model["backbone"].update(into="unit")
