"""Depth video and skeleton of the same takes of UTD-MHAD, 1 : 1: a fusion across modalities."""

protocol = dict(
    dataset="utd_mhad",
    modality="depth+joint",
    classes=27,
    level="video",
)
splits = ["odd-even"]

fusion = {"resnet3d/config": 1.0, "stgcn/config": 1.0}

choices = [
    dict(
        what="3D ResNet-18 and ST-GCN on joints, and no other pair",
        why="the default variant of either line's first recipe, with three seeds each: named "
        "before any fusion of a video and a skeleton was computed, so that none is picked by its "
        "test",
    ),
    dict(what="equal weights", why="the paper's average of both streams' scores"),
]
departures = [
    dict(
        what="skeletons instead of optical flow as the second stream",
        why="a question of ours to data that have both; no claim of the paper is judged by it",
    )
]
