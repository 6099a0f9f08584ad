"""The pyramid on UTD-MHAD without the attended vector: the last fusion is of two."""

from mmengine.config import read_base

with read_base():
    from .config import *

model["cls_head"]["attention"] = False
choices.append(dict(what="no attention, other than above", why="to see what it adds"))
