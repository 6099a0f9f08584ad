"""ST-GCN on UTD-MHAD: bones, each joint minus its parent."""

from mmengine.config import read_base

from recipes.stgcn.training import ToBones

with read_base():
    from .config import *

protocol.update(modality="bone")

train_dataloader["dataset"]["pipeline"].insert(1, dict(type=ToBones, layout="kinect-20"))
test_dataloader["dataset"]["pipeline"].insert(1, dict(type=ToBones, layout="kinect-20"))
val_dataloader["dataset"]["pipeline"].insert(1, dict(type=ToBones, layout="kinect-20"))
