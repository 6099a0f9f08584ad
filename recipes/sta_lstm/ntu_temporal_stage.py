"""TA-LSTM on NTU RGB+D, trained in stages (Algorithm 1, steps 1, 2 and 3)."""

from mmengine.config import read_base

from recipes.sta_lstm.training import StagedTraining

with read_base():
    from ._ntu import *

model["backbone"]["spatial"] = False

train_cfg["max_iters"] = 2500
custom_hooks = [
    dict(
        type=StagedTraining,
        stages=[
            dict(iterations=1000, main_layers=1, train=["main", "temporal"]),
            dict(iterations=1000, main_layers=3, train=["main"]),
            dict(iterations=500, main_layers=3, train=["main", "temporal"]),
        ],
    ),
]

choices.append(
    dict(
        what="as many iterations in each stage as on SBU, of 256 sequences instead of 8",
        why="the numbers are examples of the paper (recalled); which data set they are for is "
        "unknown",
    )
)
