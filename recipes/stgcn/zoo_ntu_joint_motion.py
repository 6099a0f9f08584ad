"""MMAction2's own ST-GCN and recipe on NTU RGB+D: motion of the joints."""

from mmengine.config import read_base

with read_base():
    from ._zoo import *

protocol.update(modality="joint-motion")

train_dataloader["dataset"]["pipeline"][2].update(feats=["jm"])
val_dataloader["dataset"]["pipeline"][2].update(feats=["jm"])
test_dataloader["dataset"]["pipeline"][2].update(feats=["jm"])
