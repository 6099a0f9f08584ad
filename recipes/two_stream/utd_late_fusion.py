"""Both streams on UTD-MHAD, 1 : 1."""

protocol = dict(
    dataset="utd_mhad",
    modality="depth+flow",
    classes=27,
    level="video",
    clip_len=1,
    num_clips=25,
    crop_size=64,
)
splits = ["odd-even"]

fusion = dict(config=1.0, utd_motion=1.0)
