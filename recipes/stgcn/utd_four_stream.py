"""ST-GCN on UTD-MHAD: joints, bones and their motions, 2 : 2 : 1 : 1."""

protocol = dict(
    dataset="utd_mhad",
    modality="joint+bone+joint-motion+bone-motion",
    classes=27,
    level="video",
    clip_len=32,
    joints=20,
    persons=1,
)
splits = ["odd-even"]

fusion = dict(config=2.0, utd_bone=2.0, utd_joint_motion=1.0, utd_bone_motion=1.0)
