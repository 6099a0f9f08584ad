"""Names of data sets that papers train on or print numbers on, and that nothing here reads."""

NAMES = {
    "activitynet": "ActivityNet",
    "hmdb51": "HMDB-51",
    "imagenet": "ImageNet",
    "kinetics400": "Kinetics-400",
    "kinetics_motion": "Kinetics-Motion",
    "kinetics_skeleton": "Kinetics-Skeleton",
    "minikinetics200": "Mini-Kinetics-200",
    "ntu120": "NTU RGB+D 120",
    "ntu60": "NTU RGB+D 60",
    "sports1m": "Sports-1M",
    "ucf101": "UCF-101",
}


def name_dataset(key: str) -> str:
    """Name of a data set that is not read here, or of several joined by ``+``; else the key."""
    return " + ".join(NAMES.get(part, part) for part in key.split("+"))
