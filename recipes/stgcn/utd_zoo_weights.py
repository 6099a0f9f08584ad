"""ST-GCN on UTD-MHAD from the first weights that MMAction2 draws.

Our network and training as in :mod:`config`: with :mod:`utd_zoo` it tells what the
first weights do from what the rest of MMAction2's code does.
"""

from mmengine.config import read_base

with read_base():
    from .config import *

model["backbone"]["init"] = "mmaction2"
model["cls_head"]["init_cfg"] = dict(type="Normal", layer="Linear", std=0.01)
