"""3D ResNet-34 with shortcuts A, fine-tuned from Kinetics-400 on HMDB51."""

from mmengine.config import read_base

with read_base():
    from ._hmdb51_tuned import *

model["backbone"].update(depth=34, shortcut="A")
pretrained["file"] = "resnet-34-kinetics.pth"
