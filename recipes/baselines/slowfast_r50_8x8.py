"""SlowFast 8×8 of ResNet-50 on Kinetics-400, from scratch; the fast path sees 32×2 frames."""

from mmengine.config import read_base

with read_base():
    from .slowfast_r50_4x16 import *

model["backbone"].update(resample_rate=4, speed_ratio=4)
model["backbone"]["slow_pathway"]["fusion_kernel"] = 7
