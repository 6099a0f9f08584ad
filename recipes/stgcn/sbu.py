"""ST-GCN on SBU: two persons of 15 joints, spatial configuration with edge importance."""

from mmaction.datasets.transforms import FormatGCNInput, PackActionInputs
from mmengine.config import read_base

from harness.run.transforms import AlignPersons, CentreKeypoints, ScaleKeypoints
from recipes.stgcn.training import PadFrames

with read_base():
    from .config import *

protocol = dict(
    dataset="sbu",
    modality="joint",
    classes=8,
    level="video",
    clip_len=46,
    joints=15,
    persons=2,
)
splits = ["fold1", "fold2", "fold3", "fold4", "fold5"]

model["backbone"]["graph"].update(layout="sbu-15")
model["backbone"].update(persons=protocol["persons"])
model["cls_head"].update(num_classes=protocol["classes"])

train_pipeline = [
    dict(type=ScaleKeypoints, scale=[-2.56, -1.92, 1.28], offset=[1.28, 0.96, 0.0]),  # metres
    dict(type=CentreKeypoints, joints=[2], origin="first"),  # torsos
    dict(type=AlignPersons, joint=2),
    dict(type=PadFrames, frames=protocol["clip_len"]),
    dict(type=FormatGCNInput, num_person=protocol["persons"]),
    dict(type=PackActionInputs, meta_keys=("frame_dir", "group")),
]
test_pipeline = train_pipeline

train_dataloader["dataset"].update(dataset="sbu", split=splits[0], pipeline=train_pipeline)
test_dataloader["dataset"].update(dataset="sbu", split=splits[0], pipeline=test_pipeline)
val_dataloader = test_dataloader

choices = [
    dict(
        what="the scene in metres around both torsos of the first frame, turned so that the second "
        "person is to the right",
        why="as for STA-LSTM on the same data, where it was chosen inside the training folds",
    ),
    dict(
        what="46 frames, the longest sequence; zeros follow the end of the others",
        why="as the released code does on NTU RGB+D with 300",
    ),
    dict(
        what="optimiser, schedule, precision and no dropout as on UTD-MHAD",
        why="nothing was chosen on these data",
    ),
]
