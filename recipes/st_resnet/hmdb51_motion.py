"""The stream of motion that ST-ResNet on HMDB51 starts from."""

from mmengine.config import read_base

with read_base():
    from .ucf101_motion import *

protocol.update(dataset="hmdb51", classes=51)

model["cls_head"]["num_classes"] = protocol["classes"]
for loader in (train_dataloader, val_dataloader, test_dataloader):
    loader["dataset"]["dataset"] = "hmdb51"
del loader

departures = [
    dict(
        what="starts from ImageNet's weights, as on UCF101",
        why="the paper's starts from its stream of motion on UCF101; a run's inputs are of its own "
        "data set",
    )
]
