"""pyskl's "vanilla" recipe on NTU RGB+D: the original training on its own preparation.

Its network is MMAction2's, its samples are centred and turned, and 300 frames
are filled with zeros.
"""

from mmaction.datasets.transforms import (
    FormatGCNInput,
    GenSkeFeat,
    PackActionInputs,
    PreNormalize3D,
)
from mmaction.models.backbones import STGCN
from mmengine.config import read_base

from harness.run.bodies import MovingBodies
from recipes.stgcn.training import PadFrames

with read_base():
    from .released_ntu import *

model["backbone"] = dict(
    type=STGCN,
    graph_cfg=dict(layout="nturgb+d", mode="stgcn_spatial"),
    tcn_dropout=0.5,
)
model["cls_head"].pop("init_cfg")

train_pipeline = [
    dict(type=MovingBodies),
    dict(type=PreNormalize3D),
    dict(type=GenSkeFeat, dataset="nturgb+d", feats=["j"]),
    dict(type=PadFrames, frames=protocol["clip_len"]),
    dict(type=FormatGCNInput, num_person=protocol["persons"]),
    dict(type=PackActionInputs, meta_keys=("frame_dir", "group")),
]
test_pipeline = train_pipeline

train_dataloader.update(batch_size=128, drop_last=False)
train_dataloader["dataset"].update(pipeline=train_pipeline)
test_dataloader["dataset"].update(pipeline=test_pipeline)
val_dataloader = test_dataloader

optim_wrapper["optimizer"].update(nesterov=False)

choices = [
    dict(
        what="80 epochs, each sample once in each",
        why="pyskl says 80 equivalent epochs of a repeated set: the same number of steps",
    ),
    dict(
        what="batches of 128 on one device",
        why="pyskl splits them over eight, each with its own BatchNorm statistics",
    ),
]
departures = []
