"""ST-GCN++ on NTU RGB+D across subjects: motions of bones."""

from mmengine.config import read_base

with read_base():
    from ._ntu import *

protocol.update(modality="bone-motion")

train_dataloader["dataset"]["pipeline"][2].update(feats=["bm"])
val_dataloader["dataset"]["pipeline"][2].update(feats=["bm"])
test_dataloader["dataset"]["pipeline"][2].update(feats=["bm"])
