"""I3D of ResNet-50 on 32×2 frames of Kinetics-400, beginning with a 2D ResNet-50 of ImageNet."""

from mmaction.datasets.transforms import MultiScaleCrop
from mmengine.config import read_base

with read_base():
    from ._i3d import *
    from ._kinetics import *

protocol["pretrain"] = "imagenet"
pretrained = dict(
    file="resnet50-imagenet.pth",
    source="torchvision, ResNet50_Weights.IMAGENET1K_V1, or timm, resnet50.tv_in1k",
)

train_pipeline[2] = dict(
    type=MultiScaleCrop,
    input_size=224,
    scales=(1, 0.8),
    random_crop=False,
    max_wh_scale_gap=0,
)
train_dataloader["dataset"]["pipeline"] = train_pipeline
