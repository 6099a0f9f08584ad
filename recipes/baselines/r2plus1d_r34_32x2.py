"""R(2+1)D of ResNet-34 on 32×2 frames of Kinetics-400, from scratch."""

from mmengine.config import read_base
from mmengine.optim import CosineAnnealingLR

with read_base():
    from ._kinetics import *
    from ._r2plus1d import *

train_cfg.update(max_epochs=180, val_interval=20)
param_scheduler = [dict(type=CosineAnnealingLR, T_max=180, eta_min=0, by_epoch=True)]

choices.append(dict(what="BN3d", why="SyncBN is for several GPUs"))
