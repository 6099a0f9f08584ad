"""Two streams on UCF101, side by side: the mean of their scores before softmax."""

from mmengine.config import read_base
from mmengine.runner import EpochBasedTrainLoop

with read_base():
    from .ucf101 import *

inputs = dict(ucf101_appearance="weights", ucf101_motion="weights")

model["backbone"].update(injection="none", temporal=False)
train_cfg = dict(type=EpochBasedTrainLoop, max_epochs=0)
param_scheduler = []

choices = [dict(what="no training of its own", why="late fusion; each stream is trained alone")]
