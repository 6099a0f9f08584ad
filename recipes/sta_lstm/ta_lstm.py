"""TA-LSTM on SBU: with the gate on frames only."""

from mmengine.config import read_base

with read_base():
    from .end_to_end import *

model["backbone"]["spatial"] = False
