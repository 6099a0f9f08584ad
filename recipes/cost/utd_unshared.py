"""CoST(a) on UTD-MHAD with a kernel of its own for each view: what sharing does."""

from mmengine.config import read_base

with read_base():
    from .config import *

model["backbone"]["shared"] = False
