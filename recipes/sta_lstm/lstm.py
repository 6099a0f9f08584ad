"""LSTM on SBU: the main network without gates."""

from mmengine.config import read_base

with read_base():
    from .end_to_end import *

model["backbone"]["spatial"] = False
model["backbone"]["temporal"] = False
