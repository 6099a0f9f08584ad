"""ST-GCN on UTD-MHAD: motion of the joints, each frame to the next."""

from mmengine.config import read_base

from recipes.stgcn.training import ToMotions

with read_base():
    from .config import *

protocol.update(modality="joint-motion")

train_dataloader["dataset"]["pipeline"].insert(1, dict(type=ToMotions))
test_dataloader["dataset"]["pipeline"].insert(1, dict(type=ToMotions))
val_dataloader["dataset"]["pipeline"].insert(1, dict(type=ToMotions))
