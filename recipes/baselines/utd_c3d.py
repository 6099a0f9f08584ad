"""C3D on 16×4 frames of UTD-MHAD's depth videos."""

from mmengine.config import read_base

with read_base():
    from ._c3d import *
    from ._utd import *

model["backbone"]["out_dim"] = 4608  # 512 channels of 3x3 pixels, from 64x64
model["cls_head"]["num_classes"] = protocol["classes"]

protocol.update(clip_len=16, frame_interval=4)
for loader in (train_dataloader, val_dataloader, test_dataloader):
    loader["dataset"]["pipeline"][0].update(clip_len=16, frame_interval=4)
del loader

optim_wrapper["optimizer"].update(lr=0.0016, weight_decay=5e-4)

choices.append(
    dict(what="learning rate 0.0016", why="0.003 for 30 clips, recalled of the paper, scaled to 16")
)
