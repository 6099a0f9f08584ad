"""A stream of the pyramid, alone: ten fields of flow."""

from mmengine.config import read_base

with read_base():
    from ._appearance import *

model["data_preprocessor"].update(mean=[128.0] * 20, std=[128.0] * 20)
model["backbone"].update(in_channels=20)
