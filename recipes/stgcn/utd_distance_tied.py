"""ST-GCN on UTD-MHAD: distance partitioning*, one weight for both subsets.

The neighbours' weight is the negative of the root's.
"""

from mmengine.config import read_base

with read_base():
    from .config import *

model["backbone"]["graph"].update(partition="distance_tied")
model["backbone"].update(importance=False)
