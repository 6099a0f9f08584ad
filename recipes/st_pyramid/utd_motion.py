"""The stream of motion that the pyramid on UTD-MHAD starts from."""

from mmengine.config import read_base

with read_base():
    from .._shared._utd_motion import *

model["backbone"]["strides"] = (1, 2, 2, 1)
choices.append(
    dict(
        what="the last stage keeps the stride 1",
        why="the pyramid attends to the 4 × 4 positions of the maps; else they were 2 × 2",
    )
)
