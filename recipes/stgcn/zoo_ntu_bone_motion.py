"""MMAction2's own ST-GCN and recipe on NTU RGB+D: motion of the bones."""

from mmengine.config import read_base

with read_base():
    from ._zoo import *

protocol.update(modality="bone-motion")

train_dataloader["dataset"]["pipeline"][2].update(feats=["bm"])
val_dataloader["dataset"]["pipeline"][2].update(feats=["bm"])
test_dataloader["dataset"]["pipeline"][2].update(feats=["bm"])
