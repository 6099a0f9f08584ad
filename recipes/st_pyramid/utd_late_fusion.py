"""Late fusion of the pyramid's two streams on UTD-MHAD, 1 : 1."""

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

fusion = dict(utd_appearance=1.0, utd_motion=1.0)
