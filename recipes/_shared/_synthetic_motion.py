"""The stream of motion on the embedded actions, drawn as small depth videos."""

from mmengine.config import read_base

with read_base():
    from ._utd_motion import *

protocol.update(dataset="synthetic", classes=10, crop_size=32)
splits = ["fixed"]

model["cls_head"]["num_classes"] = protocol["classes"]
train_pipeline[1]["short_side"] = test_pipeline[1]["short_side"] = 40
train_pipeline[2]["input_size"] = protocol["crop_size"]
train_pipeline[3]["scale"] = (protocol["crop_size"], protocol["crop_size"])
test_pipeline[2]["scale"] = (-1, protocol["crop_size"])
test_pipeline[3]["crop_size"] = protocol["crop_size"]

train_dataloader["dataset"].update(dataset="synthetic", split="fixed", pipeline=train_pipeline)
test_dataloader["dataset"].update(dataset="synthetic", split="fixed", pipeline=test_pipeline)
val_dataloader = dict(
    batch_size=8,
    num_workers=0,
    sampler=dict(type=DefaultSampler, shuffle=False),
    dataset=dict(
        type=ClipDataset,
        dataset="synthetic",
        split="fixed",
        subset="val",
        pipeline=test_pipeline,
    ),
)

train_cfg.update(max_epochs=2, val_interval=1)
param_scheduler[0]["T_max"] = 2

choices = []  # no paper used these data
