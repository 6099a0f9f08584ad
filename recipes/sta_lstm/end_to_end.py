"""STA-LSTM on SBU, trained in one stage."""

from mmengine.config import read_base

with read_base():
    from ._base import *

choices.append(
    dict(
        what="1500 iterations in one stage, for each model of the ablation",
        why="N1 + N2, the length of the last two steps of Algorithm 1; the schedule of the "
        "ablation models is unknown",
    )
)
