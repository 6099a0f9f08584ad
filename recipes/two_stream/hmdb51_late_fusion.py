"""Both streams on HMDB51, 1 : 1."""

protocol = dict(
    dataset="hmdb51",
    modality="rgb+flow",
    classes=51,
    level="video",
    clip_len=1,
    num_clips=25,
    num_crops=10,
    crop_size=224,
    pretrain="imagenet",
)
splits = ["1", "2", "3"]

fusion = dict(hmdb51_appearance=1.0, hmdb51_motion=1.0)
