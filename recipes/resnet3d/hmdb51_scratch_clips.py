"""The network of hmdb51_scratch, tested on single clips."""

from mmengine.config import read_base

with read_base():
    from .hmdb51_scratch import *

protocol.update(level="clip", num_clips=1)
inputs = dict(hmdb51_scratch="weights")

train_cfg["max_epochs"] = 0
param_scheduler = []
test_dataloader["batch_size"] = 32
for loader in (val_dataloader, test_dataloader):
    loader["dataset"].update(level="clip", clip_len=protocol["clip_len"])
del loader
