"""Two streams on HMDB51, side by side: the mean of their scores before softmax."""

from mmengine.config import read_base

with read_base():
    from .ucf101_two_streams import *

inputs = dict(hmdb51_appearance="weights", hmdb51_motion="weights")

protocol.update(dataset="hmdb51", classes=51)

model["cls_head"]["num_classes"] = protocol["classes"]
for loader in (train_dataloader, val_dataloader, test_dataloader):
    loader["dataset"]["dataset"] = "hmdb51"
del loader

departures = [
    dict(
        what="the stream of motion starts from ImageNet's weights",
        why="the paper's starts from its stream of motion on UCF101; a run's inputs are of its own "
        "data set",
    )
]
