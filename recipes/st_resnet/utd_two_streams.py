"""Two streams on UTD-MHAD, side by side: the mean of their scores before softmax."""

from mmengine.config import read_base

with read_base():
    from .config import *

inputs = dict(utd_appearance="weights", utd_motion="weights")

model["backbone"].update(injection="none", temporal=False)
train_cfg["max_epochs"] = 0
param_scheduler = []

choices.append(dict(what="no training of its own", why="late fusion; each stream is trained alone"))
