"""The pyramid's motion stream alone, on the flow of UTD-MHAD's depth videos."""

from mmengine.config import read_base

with read_base():
    from .config import *
    from ._motion import *

protocol.update(modality="flow")

model["backbone"].update(strides=(1, 2, 2, 1))
model["cls_head"].update(num_classes=protocol["classes"])
for loader in (train_dataloader, val_dataloader, test_dataloader):
    loader["dataset"]["pipeline"][1].update(rgb=False, offsets=(0,))
del loader

optim_wrapper["optimizer"].update(lr=0.01)
