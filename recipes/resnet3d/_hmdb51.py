"""ResNet-18 with shortcuts A on HMDB51, from scratch; the other variants start from here."""

from mmengine.config import read_base

with read_base():
    from ._scratch import *

protocol.update(dataset="hmdb51", classes=51)
splits = ["1", "2", "3"]

model["cls_head"]["num_classes"] = protocol["classes"]
for loader in (train_dataloader, val_dataloader, test_dataloader):
    loader["dataset"].update(dataset="hmdb51", split=splits[0])
del loader
