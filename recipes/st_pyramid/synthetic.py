"""A small pyramid on the embedded actions, drawn as small depth videos: no data, no streams."""

from mmengine.config import read_base

with read_base():
    from .config import *

protocol.update(dataset="synthetic", classes=10, num_clips=2, crop_size=48)
splits = ["fixed"]
inputs = dict()

model["backbone"].update(depth=18)
model["cls_head"].update(num_classes=protocol["classes"], in_channels=512, sizes=(256, 512, 1024))

side = protocol["crop_size"]
train_pipeline[1]["short_side"] = test_pipeline[1]["short_side"] = 56
train_pipeline[2]["input_size"] = side
train_pipeline[3]["scale"] = (side, side)
test_pipeline[0]["count"] = protocol["num_clips"]
test_pipeline[2]["scale"] = (-1, side)
test_pipeline[3]["crop_size"] = side
del side

for loader in (train_dataloader, val_dataloader, test_dataloader):
    loader["dataset"].update(dataset="synthetic", split="fixed", pipeline=test_pipeline)
del loader
train_dataloader["dataset"]["pipeline"] = train_pipeline
val_dataloader["dataset"]["subset"] = "val"

optim_wrapper["optimizer"].update(lr=0.01)
train_cfg.update(max_epochs=6, val_interval=1)
param_scheduler[0]["T_max"] = 6

choices = []  # no paper used these data
