"""3D ResNet-18 with shortcuts A, fine-tuned from Kinetics-400 on HMDB51."""

from mmengine.config import read_base

with read_base():
    from ._hmdb51_tuned import *

model["backbone"].update(depth=18, shortcut="A")
