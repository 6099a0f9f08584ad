"""STA-LSTM on SBU: the combination of both pre-trained gates (Algorithm 1, steps 7 and 8)."""

from mmengine.config import read_base

from recipes.sta_lstm.training import StagedTraining

with read_base():
    from ._base import *

inputs = dict(temporal_stage="weights", spatial_stage="weights")

train_cfg["max_iters"] = 1500
custom_hooks = [
    dict(
        type=StagedTraining,
        stages=[
            dict(iterations=1000, main_layers=3, train=["main"]),
            dict(iterations=500, main_layers=3, train=["main", "spatial", "temporal"]),
        ],
    ),
]

choices.extend(
    [
        dict(
            what="N1 = 1000 and N2 = 500 iterations",
            why="examples of the paper (recalled); what it used for SBU is unknown",
        ),
        dict(
            what="the main LSTM of step 7 starts from the spatial stage",
            why="the paper does not say; that one has learned to read weighed joints",
        ),
        dict(
            what="a fresh solver for each stage",
            why="the paper does not say; its moments belong to another problem",
        ),
    ]
)
