"""The pyramid on UTD-MHAD with concatenation in the place of all sketches."""

from mmengine.config import read_base

with read_base():
    from .config import *

model["cls_head"]["fusing"] = "concatenation"
choices.append(
    dict(what="concatenation, other than above", why="to see what products of the inputs add")
)
