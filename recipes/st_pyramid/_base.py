"""What all variants share: the pyramid on ResNet-50, its loss, and loaders of frames and flow.

The file of a data set gives protocol, splits, classes, pipelines and schedule.
"""

from mmaction.evaluation import AccMetric
from mmaction.models.data_preprocessors import ActionDataPreprocessor
from mmaction.models.losses import CrossEntropyLoss
from mmengine.dataset import DefaultSampler
from mmengine.optim import CosineAnnealingLR
from mmengine.runner import EpochBasedTrainLoop, TestLoop, ValLoop
from torch.optim import SGD

from harness.run.video_loading import ClipDataset
from recipes.st_pyramid.model import PyramidHead, PyramidRecognizer, PyramidStreams

default_scope = "mmaction"

model = dict(
    type=PyramidRecognizer,
    data_preprocessor=dict(
        type=ActionDataPreprocessor,
        mean=[123.675, 116.28, 103.53] + [128.0] * 60,  # of ImageNet; no motion
        std=[58.395, 57.12, 57.375] + [128.0] * 60,
        format_shape="NCTHW",
    ),
    backbone=dict(
        type=PyramidStreams,
        depth=50,
        in_channels=63,
        snippets=3,
        strides=(1, 2, 2, 2),
    ),
    cls_head=dict(
        type=PyramidHead,
        num_classes=101,
        in_channels=2048,
        snippets=3,
        fusing="sketch",
        sizes=(1024, 2048, 4096),
        root=True,
        scale=True,
        attention=True,
        attention_hidden=64,
        attention_kernel=1,
        dropout=0.0,
        stream_weight=0.0,
        loss_cls=dict(type=CrossEntropyLoss),
        average_clips="prob",
    ),
)

train_dataloader = dict(
    batch_size=16,
    num_workers=0,
    drop_last=True,
    sampler=dict(type=DefaultSampler, shuffle=True),
    dataset=dict(type=ClipDataset, dataset="utd_mhad", split="odd-even", subset="train"),
)
test_dataloader = dict(
    batch_size=1,
    num_workers=0,
    sampler=dict(type=DefaultSampler, shuffle=False),
    dataset=dict(type=ClipDataset, dataset="utd_mhad", split="odd-even", subset="test"),
)
val_dataloader = test_dataloader

val_evaluator = dict(type=AccMetric)
test_evaluator = dict(type=AccMetric)

train_cfg = dict(type=EpochBasedTrainLoop, max_epochs=30, val_interval=5)
val_cfg = dict(type=ValLoop)
test_cfg = dict(type=TestLoop)

optim_wrapper = dict(optimizer=dict(type=SGD, lr=0.001, momentum=0.9, weight_decay=5e-4))
param_scheduler = [
    dict(type=CosineAnnealingLR, T_max=30, eta_min=0.0, by_epoch=True, convert_to_iter_based=True)
]
custom_hooks = []

runtime = dict(threads=1, precision="float32")

choices = [
    dict(
        what="one RGB frame, and the flow of three snippets of ten fields that begin ten frames "
        "before it, with it and ten frames after it",
        why="the paper's figure draws three; the distance τ and how many the best network has "
        "are not known",
    ),
    dict(
        what="a signed root of each sketch, of the degree of its number of inputs, and each "
        "sample scaled to a mean square of 1",
        why="products of three maps have cubic scale; whether the paper normalises is not known, "
        "and Gao et al. take the square root of sketches of two and scale them to length 1",
    ),
    dict(
        what="sketches of 1,024, 2,048 and 4,096 numbers, of maps of 2,048 channels",
        why="drawn for BN-Inception, whose maps have 1,024; those for ResNet-50 are not known",
    ),
    dict(
        what="attention by two 1 × 1 convolutions with 64 channels and a ReLU between them, the "
        "second one beginning with zeros",
        why="kernels, width and initial weights are not known; all positions begin alike",
    ),
    dict(
        what="one linear layer as classifier, no dropout, no losses of the streams",
        why="the figure labels fully connected layers; neither their number nor dropout nor "
        "further losses are known",
    ),
    dict(
        what="starts from a frame network and a flow network that were trained alone",
        why="the paper trains everything as a whole; from what it starts is not known",
    ),
    dict(
        what="SGD with momentum 0.9, weight decay 0.0005, and a learning rate falling as a cosine",
        why="nothing of the training is known",
    ),
]
departures = []
