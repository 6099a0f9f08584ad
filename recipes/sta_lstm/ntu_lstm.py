"""LSTM on NTU RGB+D: the main network without gates, in one stage."""

from mmengine.config import read_base

with read_base():
    from ._ntu import *

model["backbone"].update(spatial=False, temporal=False)
choices.append(
    dict(
        what="1500 iterations in one stage, for each model of the ablation",
        why="as on SBU; the schedule of the ablation models is unknown",
    )
)
