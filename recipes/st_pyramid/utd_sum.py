"""The pyramid on UTD-MHAD with a sum in the place of all sketches."""

from mmengine.config import read_base

with read_base():
    from .config import *

model["cls_head"]["fusing"] = "sum"
choices.append(dict(what="a sum, other than above", why="to see what products of the inputs add"))
