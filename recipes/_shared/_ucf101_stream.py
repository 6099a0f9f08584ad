"""A stream on UCF101 as Feichtenhofer et al. (2016) train theirs (Table 2).

The file of a stream gives its pipelines and schedule; a recipe how it is tested.
"""

from mmengine.config import read_base

with read_base():
    from ._stream import *

protocol = dict(
    dataset="ucf101",
    modality="rgb",
    classes=101,
    level="video",
    clip_len=1,
    num_clips=25,
    num_crops=2,
    crop_size=256,  # the shorter side: frames are seen whole
    pretrain="imagenet",
)
splits = ["1", "2", "3"]

pretrained = dict(
    file="resnet50-imagenet.pth",
    source="torchvision, ResNet50_Weights.IMAGENET1K_V1, or timm, resnet50.tv_in1k",
)

choices = [
    dict(
        what="the stride of a stage in its 3x3 convolution",
        why="so are the ImageNet weights that torchvision and timm give; that the paper's have it "
        "in the 1x1 convolution before is recalled. Weights of that kind need "
        "--set model.backbone.style=caffe",
    ),
    dict(
        what="weight decay 0.0005, on neither biases nor batch normalisation; running statistics "
        "follow a batch by 0.05",
        why="as in the released code; the paper does not say",
    ),
    dict(
        what="one learning rate for all weights",
        why="the released code doubles it for biases and gains; the paper prints one",
    ),
]
