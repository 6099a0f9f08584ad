"""Late fusion of the pyramid's two streams on UCF101, 1 : 1."""

protocol = dict(
    dataset="ucf101",
    modality="rgb+flow",
    classes=101,
    level="video",
    clip_len=1,
    num_clips=25,
    num_crops=2,
    crop_size=256,
    pretrain="imagenet",
)
splits = ["1", "2", "3"]

fusion = dict(ucf101_appearance=1.0, ucf101_motion=1.0)
