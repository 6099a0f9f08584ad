"""3D ResNeXt-101 with shortcuts B, fine-tuned from Kinetics-400 on UCF101."""

from mmengine.config import read_base

from recipes.resnet3d.model import HaraWideResNet3d

with read_base():
    from ._ucf101_tuned import *

model["backbone"] = dict(type=HaraWideResNet3d, depth=101, in_channels=3, shortcut="B", groups=32)
model["cls_head"]["in_channels"] = 2048
pretrained["file"] = "resnext-101-kinetics.pth"
