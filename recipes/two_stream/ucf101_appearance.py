"""The stream of appearance on UCF101, tested on ten crops of 25 frames."""

from mmengine.config import read_base

from recipes._shared.crops import CornersAndCentre

with read_base():
    from .._shared._ucf101_appearance import *

protocol.update(num_crops=10, crop_size=224)

test_pipeline.insert(2, dict(type=CornersAndCentre, size=protocol["crop_size"]))
test_dataloader["dataset"]["pipeline"] = test_pipeline
val_dataloader = test_dataloader

departures = [
    dict(
        what="ResNet-50 with batch normalisation, from ImageNet's weights",
        why="the paper's network has eight layers, CNN-M-2048; ResNet-50 is what later two-stream "
        "networks are made of",
    ),
    dict(
        what="crops and schedule of Feichtenhofer et al. (2016)",
        why="those are known from the paper; this paper's are recalled in parts only",
    ),
]
