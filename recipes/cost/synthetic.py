"""CoST(a) of a quarter of the width on the embedded actions as small videos: no data needed."""

from mmengine.config import read_base

with read_base():
    from .config import *

protocol.update(dataset="synthetic", classes=10, frame_interval=4, num_clips=1, crop_size=48)
splits = ["fixed"]

model["backbone"]["base_channels"] = 16
model["cls_head"].update(num_classes=protocol["classes"], in_channels=512)
train_pipeline[0]["frame_interval"] = protocol["frame_interval"]
test_pipeline[0].update(frame_interval=protocol["frame_interval"], num_clips=1)
train_pipeline[1]["short_side"] = test_pipeline[1]["short_side"] = 56
train_pipeline[2]["scale_range"] = (52, 60)
test_pipeline[2]["scale"] = (-1, 54)
train_pipeline[3]["size"] = test_pipeline[3]["crop_size"] = protocol["crop_size"]

train_dataloader["dataset"].update(dataset="synthetic", split="fixed", pipeline=train_pipeline)
test_dataloader["dataset"].update(dataset="synthetic", split="fixed", pipeline=test_pipeline)
val_dataloader["dataset"].update(
    dataset="synthetic", split="fixed", subset="val", pipeline=test_pipeline
)

optim_wrapper["optimizer"]["lr"] = 0.01
train_cfg["max_epochs"] = 6
param_scheduler[0]["T_max"] = 6

choices = []  # no paper used these data
