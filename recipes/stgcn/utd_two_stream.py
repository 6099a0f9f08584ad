"""ST-GCN on UTD-MHAD: joints and bones, 1 : 1."""

protocol = dict(
    dataset="utd_mhad",
    modality="joint+bone",
    classes=27,
    level="video",
    clip_len=32,
    joints=20,
    persons=1,
)
splits = ["odd-even"]

fusion = dict(config=1.0, utd_bone=1.0)
