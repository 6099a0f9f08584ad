"""CoST(a) on UTD-MHAD whose coefficients stay as they begin: what learning them does."""

from mmengine.config import read_base

with read_base():
    from .config import *

model["backbone"]["coefficients"] = "fixed"
