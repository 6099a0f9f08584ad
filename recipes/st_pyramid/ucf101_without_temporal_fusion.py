"""The pyramid on UCF101 with one snippet of flow, the one that begins with the frame."""

from mmengine.config import read_base

with read_base():
    from .ucf101 import *

model["data_preprocessor"].update(mean=[123.675, 116.28, 103.53, *[128.0] * 20], std=[1.0] * 23)
model["backbone"].update(in_channels=23, snippets=1)
model["cls_head"]["snippets"] = 1
for loader in (train_dataloader, val_dataloader, test_dataloader):
    loader["dataset"]["pipeline"][1].update(offsets=(0,))
del loader

choices.append(dict(what="one snippet, other than above", why="to see what the others add"))
