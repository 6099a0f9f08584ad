"""Two streams on the embedded actions, side by side."""

from mmengine.config import read_base

with read_base():
    from .synthetic import *

inputs = dict(synthetic_appearance="weights", synthetic_motion="weights")

model["backbone"].update(injection="none", temporal=False)
train_cfg["max_epochs"] = 0
param_scheduler = []
