"""The stream of motion that ST-ResNet on the embedded actions starts from."""

from mmengine.config import read_base

with read_base():
    from .._shared._synthetic_motion import *
