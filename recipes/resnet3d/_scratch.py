"""What the variants on UCF101 and HMDB51 share: all layers trained from scratch.

The file of a data set says its classes and splits.
"""

from mmengine.config import read_base

with read_base():
    from ._kinetics import *

choices = [
    dict(
        what="batches of 128 as four of 32",
        why="one GPU; BatchNorm's statistics are of 32 clips, where the authors' are of as many "
        "as each of their devices has",
    ),
    dict(
        what="200 epochs, the rate falling where the monitored loss has not for ten",
        why="the released code's default; the epochs from scratch are not said",
    ),
    dict(
        what="the monitored loss is of three clips' mean probabilities",
        why="the authors' is the mean of the clips' losses",
    ),
    dict(
        what="frames scaled to a short side of 240 pixels",
        why="the authors store them 240 pixels high; the same for landscape videos",
    ),
    dict(
        what="the last possible place of a training clip is drawn, too",
        why="the authors' code never draws it, by an off-by-one",
    ),
    dict(
        what="the learning rate follows the loss of the videos that are tested",
        why="as in the authors' code: the data set has no third part",
    ),
]
