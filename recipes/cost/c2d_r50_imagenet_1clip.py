"""The weights of :mod:`c2d_r50_imagenet`, tested on one clip of a video."""

from mmengine.config import read_base

with read_base():
    from .c2d_r50_imagenet import *

inputs = dict(c2d_r50_imagenet="weights")
pretrained = None

protocol.update(num_clips=1, num_crops=1, crop_size=224)
test_dataloader["batch_size"] = 8
test_dataloader["dataset"]["pipeline"] = val_pipeline
train_cfg["max_epochs"] = 0
param_scheduler = []

choices = [dict(what="no training of its own", why="one clip is told by the same network")]
