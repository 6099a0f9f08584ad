"""The early code on Kinetics-skeleton: distance partitioning."""

from mmengine.config import read_base

with read_base():
    from .early_kinetics import *

model["backbone"]["graph"].update(partition="distance")
model["backbone"].update(importance=False)
