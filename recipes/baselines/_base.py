"""What all variants share: loaders and training of MMAction2's own files.

The file of a network gives the model, that of a data set protocol and pipelines.
"""

from mmaction.evaluation import AccMetric
from mmengine.dataset import DefaultSampler
from mmengine.optim import MultiStepLR
from mmengine.runner import EpochBasedTrainLoop, TestLoop, ValLoop
from torch.optim import SGD

from harness.run.video_loading import ClipDataset

default_scope = "mmaction"

train_dataloader = dict(
    batch_size=8,
    num_workers=0,
    drop_last=True,
    sampler=dict(type=DefaultSampler, shuffle=True),
    dataset=dict(type=ClipDataset, dataset="kinetics400", split="val", subset="train", pipeline=[]),
)
test_dataloader = dict(
    batch_size=1,
    num_workers=0,
    sampler=dict(type=DefaultSampler, shuffle=False),
    dataset=dict(type=ClipDataset, dataset="kinetics400", split="val", subset="test", pipeline=[]),
)
val_dataloader = dict(
    batch_size=8,
    num_workers=0,
    sampler=dict(type=DefaultSampler, shuffle=False),
    dataset=dict(type=ClipDataset, dataset="kinetics400", split="val", subset="test", pipeline=[]),
)

val_evaluator = dict(type=AccMetric)
test_evaluator = dict(type=AccMetric)

train_cfg = dict(type=EpochBasedTrainLoop, max_epochs=100, val_interval=5)
val_cfg = dict(type=ValLoop)
test_cfg = dict(type=TestLoop)

optim_wrapper = dict(
    optimizer=dict(type=SGD, lr=0.01, momentum=0.9, weight_decay=1e-4),
    clip_grad=dict(max_norm=40, norm_type=2),
)
param_scheduler = [
    dict(type=MultiStepLR, begin=0, end=100, by_epoch=True, milestones=[40, 80], gamma=0.1)
]
custom_hooks = []

runtime = dict(threads=1, precision="float32")

choices = []
departures = []
