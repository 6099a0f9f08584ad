"""I3D of ResNet-50 on 32×2 frames of UTD-MHAD's depth videos."""

from mmengine.config import read_base

with read_base():
    from ._i3d import *
    from ._utd import *

model["cls_head"]["num_classes"] = protocol["classes"]

protocol.update(clip_len=32, frame_interval=2)
for loader in (train_dataloader, val_dataloader, test_dataloader):
    loader["dataset"]["pipeline"][0].update(clip_len=32, frame_interval=2)
del loader
