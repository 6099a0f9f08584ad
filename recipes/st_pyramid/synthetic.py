"""A small pyramid on the embedded actions, drawn as small depth videos: no data, no streams."""

from mmengine.config import read_base

with read_base():
    from .config import *

protocol.update(dataset="synthetic", classes=10, num_clips=2, crop_size=48)
splits = ["fixed"]
inputs = dict()

model["backbone"].update(depth=18)
model["cls_head"].update(num_classes=protocol["classes"], in_channels=512, sizes=(256, 512, 1024))

train_dataloader["dataset"].update(dataset="synthetic", split="fixed")
test_dataloader["dataset"].update(dataset="synthetic", split="fixed")
val_dataloader["dataset"].update(dataset="synthetic", split="fixed", subset="val")
for loader in (train_dataloader, val_dataloader, test_dataloader):
    loader["dataset"]["pipeline"][1].update(short_side=56)
for loader in (val_dataloader, test_dataloader):
    loader["dataset"]["pipeline"][0].update(count=protocol["num_clips"])
    loader["dataset"]["pipeline"][2].update(scale=(-1, protocol["crop_size"]))
    loader["dataset"]["pipeline"][3].update(crop_size=protocol["crop_size"])
train_dataloader["dataset"]["pipeline"][2].update(input_size=protocol["crop_size"])
train_dataloader["dataset"]["pipeline"][3].update(
    scale=(protocol["crop_size"], protocol["crop_size"])
)
del loader

optim_wrapper["optimizer"].update(lr=0.01)
train_cfg.update(max_epochs=6, val_interval=1)
param_scheduler[0]["T_max"] = 6

choices = []  # no paper used these data
