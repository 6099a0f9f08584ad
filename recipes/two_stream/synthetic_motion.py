"""The stream of motion on the embedded actions."""

from mmengine.config import read_base

with read_base():
    from .._shared._synthetic_motion import *
