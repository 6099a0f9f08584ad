"""The stream of appearance on depth videos of UTD-MHAD."""

from mmengine.config import read_base

with read_base():
    from .._shared._utd_appearance import *
