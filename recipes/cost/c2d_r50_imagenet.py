"""The network of :mod:`c2d_r50`, beginning with a 2D ResNet-50 of ImageNet."""

from mmengine.config import read_base

with read_base():
    from .c2d_r50 import *

protocol["pretrain"] = "imagenet"
pretrained = dict(
    file="resnet50-imagenet.pth",
    source="torchvision, ResNet50_Weights.IMAGENET1K_V1, or timm, resnet50.tv_in1k",
)

departures = []
