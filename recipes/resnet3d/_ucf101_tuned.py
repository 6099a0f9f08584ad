"""What the networks share that are fine-tuned from Kinetics-400 on UCF101.

The last stage and the classifier learn; in the other layers only BatchNorm's statistics
follow the new data, as in the authors' code, which gives them a rate of 0.
"""

from mmengine.config import read_base

with read_base():
    from ._ucf101 import *

protocol["pretrain"] = "kinetics400"
pretrained = dict(
    file="resnet-18-kinetics.pth",
    source="the models that github.com/kenshohara/3D-ResNets-PyTorch links to",
)

optim_wrapper["optimizer"].update(lr=0.001, weight_decay=1e-5)
optim_wrapper["paramwise_cfg"] = dict(
    custom_keys={
        f"backbone.{part}.": dict(lr_mult=0.0) for part in ("conv1", "layer1", "layer2", "layer3")
    }
)
train_cfg["max_epochs"] = 300

choices[1] = dict(
    what="300 epochs, the rate falling where the monitored loss has not for ten",
    why="as the first author answers in issues of the repository",
)
