"""SlowFast 4×16 of ResNet-50 on Kinetics-400, from scratch; the fast path sees 32×2 frames."""

from mmengine.config import read_base
from mmengine.optim import CosineAnnealingLR, LinearLR

with read_base():
    from ._kinetics import *
    from ._slowfast import *

train_cfg.update(max_epochs=256)
optim_wrapper["optimizer"]["lr"] = 0.1
param_scheduler = [
    dict(
        type=LinearLR, start_factor=0.1, by_epoch=True, begin=0, end=34, convert_to_iter_based=True
    ),
    dict(type=CosineAnnealingLR, T_max=256, eta_min=0, by_epoch=True, begin=0, end=256),
]
