"""3D ResNet-18 with shortcuts A on HMDB51, from scratch."""

from mmengine.config import read_base

with read_base():
    from ._hmdb51 import *
