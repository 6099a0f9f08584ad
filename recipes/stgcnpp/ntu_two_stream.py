"""ST-GCN++ on NTU RGB+D across subjects: joints and bones, 1 : 1."""

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

fusion = dict(ntu_joint=1.0, ntu_bone=1.0)
