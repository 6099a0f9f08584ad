"""3D ResNet-18 with shortcuts A on UCF101, from scratch."""

from mmengine.config import read_base

with read_base():
    from ._ucf101 import *
