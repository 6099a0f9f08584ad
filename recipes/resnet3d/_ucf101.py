"""ResNet-18 with shortcuts A on UCF101, from scratch; the other variants start from here."""

from mmengine.config import read_base

with read_base():
    from ._scratch import *

protocol.update(dataset="ucf101", classes=101)
splits = ["1", "2", "3"]

model["cls_head"]["num_classes"] = protocol["classes"]
for loader in (train_dataloader, val_dataloader, test_dataloader):
    loader["dataset"].update(dataset="ucf101", split=splits[0])
del loader
