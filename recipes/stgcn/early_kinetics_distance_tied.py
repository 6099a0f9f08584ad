"""The early code on Kinetics-skeleton: distance partitioning*, one weight for both subsets.

The neighbours' weight is the negative of the root's.
"""

from mmengine.config import read_base

with read_base():
    from .early_kinetics import *

model["backbone"]["graph"].update(partition="distance_tied")
model["backbone"].update(importance=False)
