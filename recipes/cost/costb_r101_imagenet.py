"""The network of :mod:`costb_r101`, beginning with a 2D ResNet-101 of ImageNet."""

from mmengine.config import read_base

with read_base():
    from .costb_r101 import *

protocol["pretrain"] = "imagenet"
pretrained = dict(
    file="resnet101-imagenet.pth",
    source="torchvision, ResNet101_Weights.IMAGENET1K_V1, or timm, resnet101.tv_in1k",
)

departures = []
