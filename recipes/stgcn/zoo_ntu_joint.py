"""MMAction2's own ST-GCN and recipe on NTU RGB+D: joints."""

from mmengine.config import read_base

with read_base():
    from ._zoo import *
