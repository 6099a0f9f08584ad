"""ResNet-18 on videos of your own, prepared by ``harness data prepare folder``.

Say how many classes they have: ``--set protocol.classes=N --set
model.cls_head.num_classes=N``.
"""

from mmengine.config import read_base
from mmengine.optim import CosineAnnealingLR

with read_base():
    from .resnet18_b import *

protocol.update(dataset="folder", classes=2)
splits = ["own"]

model["cls_head"]["num_classes"] = protocol["classes"]
for loader in (train_dataloader, val_dataloader, test_dataloader):
    loader.update(num_workers=2)
    loader["dataset"].update(dataset="folder", split="own")
del loader

train_dataloader.update(batch_size=16)
optim_wrapper["accumulative_counts"] = 1
optim_wrapper["optimizer"].update(lr=0.0125)
train_cfg.update(max_epochs=60)
param_scheduler = [  # not what the monitored videos say: they are tested
    dict(type=CosineAnnealingLR, T_max=60, eta_min=0.0, by_epoch=True, convert_to_iter_based=True)
]

choices = []  # no paper used these data
