"""The stream of appearance on the embedded actions."""

from mmengine.config import read_base

with read_base():
    from .._shared._synthetic_appearance import *
