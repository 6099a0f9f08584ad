"""The early code on Kinetics-skeleton: spatial configuration without edge importance."""

from mmengine.config import read_base

with read_base():
    from .early_kinetics import *

model["backbone"].update(importance=False)
