"""The network of :mod:`costb_r101`, beginning with a 2D ResNet-101 of ImageNet."""

from mmengine.config import read_base

with read_base():
    from .costb_r101 import *

protocol["pretrain"] = "imagenet"
model["backbone"]["pretrained"] = "data/imagenet/resnet101.pth"

departures = []
