"""STA-LSTM on SBU in one stage, with weights of joints that sum to one."""

from mmengine.config import read_base

with read_base():
    from .end_to_end import *

model["backbone"]["rescale"] = "none"
choices.append(
    dict(
        what="weights of joints not multiplied by their number, other than above",
        why="to see what that choice does",
    )
)
