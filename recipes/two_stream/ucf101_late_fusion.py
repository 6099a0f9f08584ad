"""Both streams on UCF101, 1 : 1."""

protocol = dict(
    dataset="ucf101",
    modality="rgb+flow",
    classes=101,
    level="video",
    clip_len=1,
    num_clips=25,
    num_crops=10,
    crop_size=224,
    pretrain="imagenet",
)
splits = ["1", "2", "3"]

fusion = dict(ucf101_appearance=1.0, ucf101_motion=1.0)
