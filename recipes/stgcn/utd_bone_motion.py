"""ST-GCN on UTD-MHAD: motion of the bones."""

from mmengine.config import read_base

from recipes.stgcn.training import ToBones, ToMotions

with read_base():
    from .config import *

protocol.update(modality="bone-motion")

train_dataloader["dataset"]["pipeline"].insert(1, dict(type=ToBones, layout="kinect-20"))
train_dataloader["dataset"]["pipeline"].insert(2, dict(type=ToMotions))
test_dataloader["dataset"]["pipeline"].insert(1, dict(type=ToBones, layout="kinect-20"))
test_dataloader["dataset"]["pipeline"].insert(2, dict(type=ToMotions))
val_dataloader["dataset"]["pipeline"].insert(1, dict(type=ToBones, layout="kinect-20"))
val_dataloader["dataset"]["pipeline"].insert(2, dict(type=ToMotions))
