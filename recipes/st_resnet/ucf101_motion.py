"""The stream of motion that ST-ResNet on UCF101 starts from."""

from mmengine.config import read_base

with read_base():
    from .._shared._ucf101_motion import *
