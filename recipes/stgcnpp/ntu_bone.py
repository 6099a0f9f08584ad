"""ST-GCN++ on NTU RGB+D across subjects: bones."""

from mmengine.config import read_base

with read_base():
    from ._ntu import *

protocol.update(modality="bone")

train_dataloader["dataset"]["pipeline"][2].update(feats=["b"])
val_dataloader["dataset"]["pipeline"][2].update(feats=["b"])
test_dataloader["dataset"]["pipeline"][2].update(feats=["b"])
