"""LSTM on UTD-MHAD: the main network without gates."""

from mmengine.config import read_base

with read_base():
    from .utd_mhad import *

model["backbone"]["spatial"] = False
model["backbone"]["temporal"] = False
