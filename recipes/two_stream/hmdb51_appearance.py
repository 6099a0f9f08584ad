"""The stream of appearance on HMDB51, tested on ten crops of 25 frames."""

from mmengine.config import read_base

with read_base():
    from .ucf101_appearance import *

protocol.update(dataset="hmdb51", classes=51)

model["cls_head"]["num_classes"] = protocol["classes"]
for loader in (train_dataloader, val_dataloader, test_dataloader):
    loader["dataset"]["dataset"] = "hmdb51"
del loader
