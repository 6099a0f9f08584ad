"""ResNet-18 on the embedded actions, drawn as small depth videos: minutes on a CPU, no data."""

from mmengine.config import read_base

with read_base():
    from .config import *

protocol.update(dataset="synthetic", classes=10, crop_size=48)
splits = ["fixed"]

model["cls_head"]["num_classes"] = protocol["classes"]
train_dataloader["dataset"].update(dataset="synthetic", split="fixed")
test_dataloader["dataset"].update(dataset="synthetic", split="fixed")
val_dataloader = dict(
    batch_size=1,
    num_workers=0,
    sampler=dict(type=DefaultSampler, shuffle=False),
    dataset=dict(
        type=ClipDataset,
        dataset="synthetic",
        split="fixed",
        subset="val",
        pipeline=test_dataloader["dataset"]["pipeline"],
    ),
)
for loader in (train_dataloader, val_dataloader, test_dataloader):
    loader["dataset"]["pipeline"][1]["short_side"] = 56
    loader["dataset"]["pipeline"][2]["size"] = protocol["crop_size"]
del loader

train_cfg["max_epochs"] = 6
param_scheduler[0]["T_max"] = 6

choices = []  # no paper used these data
