"""TA-LSTM on NTU RGB+D: with the gate on frames only."""

from mmengine.config import read_base

with read_base():
    from .ntu_lstm import *

model["backbone"]["temporal"] = True
