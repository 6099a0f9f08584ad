"""ST-GCN++ on NTU RGB+D across subjects: motions of joints."""

from mmengine.config import read_base

with read_base():
    from ._ntu import *

protocol.update(modality="joint-motion")

train_dataloader["dataset"]["pipeline"][2].update(feats=["jm"])
val_dataloader["dataset"]["pipeline"][2].update(feats=["jm"])
test_dataloader["dataset"]["pipeline"][2].update(feats=["jm"])
