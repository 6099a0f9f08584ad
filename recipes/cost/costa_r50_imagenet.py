"""The network of :mod:`costa_r50`, beginning with a 2D ResNet-50 of ImageNet."""

from mmengine.config import read_base

with read_base():
    from .costa_r50 import *

protocol["pretrain"] = "imagenet"
model["backbone"]["pretrained"] = "data/imagenet/resnet50.pth"

departures = []
