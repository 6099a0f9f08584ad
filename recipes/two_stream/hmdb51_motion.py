"""The stream of motion on HMDB51, tested on ten crops of 25 frames."""

from mmengine.config import read_base

with read_base():
    from .ucf101_motion import *

protocol.update(dataset="hmdb51", classes=51)

model["cls_head"]["num_classes"] = protocol["classes"]
for loader in (train_dataloader, val_dataloader, test_dataloader):
    loader["dataset"]["dataset"] = "hmdb51"
del loader

departures.append(
    dict(
        what="trained on HMDB51 alone",
        why="the paper trains on UCF101 beside it, with a classifier for each",
    )
)
