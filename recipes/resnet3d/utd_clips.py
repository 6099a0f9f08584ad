"""ResNet-18 of :mod:`config`, tested on single clips of UTD-MHAD's depth videos."""

from mmengine.config import read_base

with read_base():
    from .config import *

inputs = dict(config="weights")

protocol["level"] = "clip"
protocol["num_clips"] = 1
test_dataloader["batch_size"] = 16
test_dataloader["dataset"].update(
    level="clip", clip_len=protocol["clip_len"], frame_interval=protocol["frame_interval"]
)
train_cfg["max_epochs"] = 0
param_scheduler = []

choices.append(dict(what="no training of its own", why="single clips are told by the same network"))
