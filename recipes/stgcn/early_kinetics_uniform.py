"""The early code on Kinetics-skeleton: uni-labeling."""

from mmengine.config import read_base

with read_base():
    from .early_kinetics import *

model["backbone"]["graph"].update(partition="uniform")
model["backbone"].update(importance=False)
