"""R(2+1)D of ResNet-34 on 8×8 frames of Kinetics-400, from scratch."""

from mmengine.config import read_base

with read_base():
    from .r2plus1d_r34_32x2 import *

protocol.update(clip_len=8, frame_interval=8)
for loader in (train_dataloader, val_dataloader, test_dataloader):
    loader["dataset"]["pipeline"][0].update(clip_len=8, frame_interval=8)
del loader
