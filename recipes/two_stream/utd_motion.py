"""The stream of motion on UTD-MHAD."""

from mmengine.config import read_base

with read_base():
    from .._shared._utd_motion import *
