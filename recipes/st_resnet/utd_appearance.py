"""The stream of appearance that ST-ResNet on UTD-MHAD starts from."""

from mmengine.config import read_base

with read_base():
    from .._shared._utd_appearance import *
