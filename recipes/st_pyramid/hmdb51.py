"""The pyramid on HMDB51, as on UCF101."""

from mmengine.config import read_base

with read_base():
    from .ucf101 import *

protocol.update(dataset="hmdb51", classes=51)

inputs = dict(hmdb51_appearance="weights", hmdb51_motion="weights")

model["cls_head"].update(num_classes=protocol["classes"])
for loader in (train_dataloader, val_dataloader, test_dataloader):
    loader["dataset"].update(dataset="hmdb51")
del loader
