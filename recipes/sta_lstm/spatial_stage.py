"""SA-LSTM on SBU, trained in stages (Algorithm 1, steps 4, 5 and 6)."""

from mmengine.config import read_base

from recipes.sta_lstm.training import StagedTraining

with read_base():
    from ._base import *

model["backbone"]["temporal"] = False

train_cfg["max_iters"] = 2500
custom_hooks = [
    dict(
        type=StagedTraining,
        stages=[
            dict(iterations=1000, main_layers=1, train=["main", "spatial"]),
            dict(iterations=1000, main_layers=3, train=["main"]),
            dict(iterations=500, main_layers=3, train=["main", "spatial"]),
        ],
    ),
]

choices.extend(
    [
        dict(
            what="N1 = 1000 and N2 = 500 iterations, and N1 for the one-layer stage",
            why="examples of the paper (recalled); the length of the first stage is unknown",
        ),
        dict(
            what="a fresh solver for each stage",
            why="the paper does not say; its moments belong to another problem",
        ),
    ]
)
