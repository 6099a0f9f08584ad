"""LSTM on the embedded synthetic skeletons: the main network without gates."""

from mmengine.config import read_base

with read_base():
    from .synthetic import *

model["backbone"]["spatial"] = False
model["backbone"]["temporal"] = False
