"""The pyramid's appearance stream alone, on depth frames of UTD-MHAD."""

from mmengine.config import read_base

with read_base():
    from .config import *
    from ._appearance import *

protocol.update(modality="depth")

model["backbone"].update(strides=(1, 2, 2, 1))
model["cls_head"].update(num_classes=protocol["classes"])
for loader in (train_dataloader, val_dataloader, test_dataloader):
    loader["dataset"]["pipeline"][1].update(offsets=())
del loader

optim_wrapper["optimizer"].update(lr=0.01)
