"""ST-GCN++ on NTU RGB+D across subjects: joints."""

from mmengine.config import read_base

with read_base():
    from ._ntu import *
