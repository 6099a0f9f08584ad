"""Both streams on the embedded actions, 1 : 1."""

protocol = dict(
    dataset="synthetic",
    modality="depth+flow",
    classes=10,
    level="video",
    clip_len=1,
    num_clips=25,
    crop_size=32,
)
splits = ["fixed"]

fusion = dict(synthetic=1.0, synthetic_motion=1.0)
