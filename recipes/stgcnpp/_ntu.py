"""What the variants on NTU RGB+D share: the network and training of MMAction2's zoo.

From the configurations in its wheel, ``configs/skeleton/stgcnpp``: batches of 128 (16 on
each of eight devices), five passes an epoch, ten clips at the test.
"""

from mmaction.datasets.transforms import (
    FormatGCNInput,
    GenSkeFeat,
    PackActionInputs,
    PoseDecode,
    PreNormalize3D,
    UniformSampleFrames,
)
from mmengine.config import read_base

from harness.run.bodies import MovingBodies

with read_base():
    from .config import *

protocol = dict(
    dataset="ntu60",
    modality="joint",
    classes=60,
    level="video",
    clip_len=100,
    num_clips=10,
    joints=25,
    persons=2,
)
splits = ["xsub"]

model["backbone"] = dict(
    type=STGCN,
    gcn_adaptive="init",
    gcn_with_res=True,
    tcn_type="mstcn",
    graph_cfg=dict(layout="nturgb+d", mode="spatial"),
)
model["cls_head"].update(num_classes=protocol["classes"], in_channels=256)

train_pipeline = [
    dict(type=MovingBodies),
    dict(type=PreNormalize3D),
    dict(type=GenSkeFeat, dataset="nturgb+d", feats=["j"]),
    dict(type=UniformSampleFrames, clip_len=protocol["clip_len"]),
    dict(type=PoseDecode),
    dict(type=FormatGCNInput, num_person=protocol["persons"]),
    dict(type=PackActionInputs, meta_keys=("frame_dir", "group")),
]
val_pipeline = [
    dict(type=MovingBodies),
    dict(type=PreNormalize3D),
    dict(type=GenSkeFeat, dataset="nturgb+d", feats=["j"]),
    dict(type=UniformSampleFrames, clip_len=protocol["clip_len"], test_mode=True),
    dict(type=PoseDecode),
    dict(type=FormatGCNInput, num_person=protocol["persons"]),
    dict(type=PackActionInputs, meta_keys=("frame_dir", "group")),
]
test_pipeline = [
    dict(type=MovingBodies),
    dict(type=PreNormalize3D),
    dict(type=GenSkeFeat, dataset="nturgb+d", feats=["j"]),
    dict(
        type=UniformSampleFrames,
        clip_len=protocol["clip_len"],
        num_clips=protocol["num_clips"],
        test_mode=True,
    ),
    dict(type=PoseDecode),
    dict(type=FormatGCNInput, num_person=protocol["persons"]),
    dict(type=PackActionInputs, meta_keys=("frame_dir", "group")),
]

train_dataloader.update(batch_size=128, drop_last=False)
train_dataloader["dataset"].update(dataset="ntu60", split=splits[0], pipeline=train_pipeline)
val_dataloader["dataset"].update(
    dataset="ntu60", split=splits[0], subset="test", pipeline=val_pipeline
)
test_dataloader["dataset"].update(dataset="ntu60", split=splits[0], pipeline=test_pipeline)

train_cfg.update(max_epochs=80)
optim_wrapper["optimizer"].update(lr=0.1, weight_decay=5e-4)
param_scheduler = [
    dict(type=CosineAnnealingLR, T_max=80, eta_min=0, by_epoch=True, convert_to_iter_based=True)
]

choices = [
    dict(
        what="80 epochs, each sample once in each",
        why="the zoo says 16 epochs of a set repeated five times: the same number of steps",
    ),
    dict(
        what="batches of 128 on one device",
        why="the zoo splits them over eight, each with its own BatchNorm statistics",
    ),
]
