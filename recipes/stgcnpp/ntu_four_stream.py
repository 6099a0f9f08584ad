"""ST-GCN++ on NTU RGB+D across subjects: joints, bones and their motions, 2 : 2 : 1 : 1."""

protocol = dict(
    dataset="ntu60",
    modality="joint+bone+joint-motion+bone-motion",
    classes=60,
    level="video",
    clip_len=100,
    num_clips=10,
    joints=25,
    persons=2,
)
splits = ["xsub"]

fusion = dict(ntu_joint=2.0, ntu_bone=2.0, ntu_joint_motion=1.0, ntu_bone_motion=1.0)
