"""SA-LSTM on NTU RGB+D: with the gate on joints only."""

from mmengine.config import read_base

with read_base():
    from .ntu_lstm import *

model["backbone"]["spatial"] = True
