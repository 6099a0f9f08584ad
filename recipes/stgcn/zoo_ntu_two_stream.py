"""MMAction2's recipe on NTU RGB+D: joints and bones, 1 : 1."""

protocol = dict(
    dataset="ntu60",
    modality="joint+bone",
    classes=60,
    level="video",
    clip_len=100,
    num_clips=10,
    joints=25,
    persons=2,
)
splits = ["xsub"]

fusion = dict(zoo_ntu_joint=1.0, zoo_ntu_bone=1.0)
