"""R(2+1)D of ResNet-18 on 8×8 frames of UTD-MHAD's depth videos."""

from mmengine.config import read_base

with read_base():
    from ._r2plus1d import *
    from ._utd import *

model["backbone"]["depth"] = 18
model["cls_head"]["num_classes"] = protocol["classes"]

choices.append(dict(what="depth 18", why="the zoo has 34; a CPU trains this one in half the time"))
