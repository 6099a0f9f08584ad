"""MMAction2's own ST-GCN on UTD-MHAD, trained as ours is.

The same partition as :mod:`config`, in their code and with their first weights.
"""

from mmaction.models.backbones import STGCN
from mmengine.config import read_base

with read_base():
    from .config import *

model["backbone"] = dict(
    type=STGCN,
    graph_cfg=dict(
        layout=dict(
            num_node=20,
            inward=[
                *((0, 1), (2, 1), (3, 2), (4, 1), (5, 4), (6, 5), (7, 6), (8, 1), (9, 8)),
                *((10, 9), (11, 10), (12, 3), (13, 12), (14, 13), (15, 14), (16, 3), (17, 16)),
                *((18, 17), (19, 18)),
            ],
            center=1,
        ),
        mode="spatial",
    ),
)
model["cls_head"].pop("init_cfg")
