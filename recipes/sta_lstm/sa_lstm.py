"""SA-LSTM on SBU: with the gate on joints only."""

from mmengine.config import read_base

with read_base():
    from .end_to_end import *

model["backbone"]["temporal"] = False
