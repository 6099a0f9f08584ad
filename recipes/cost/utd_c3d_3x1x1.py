"""C3D 3x1x1 on the depth videos of UTD-MHAD."""

from mmengine.config import read_base

with read_base():
    from .config import *

model["backbone"]["unit"] = "c3d_3x1x1"
