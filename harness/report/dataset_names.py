"""Names of data sets that papers print numbers on, for pages that know no more of them."""

NAMES = {
    "activitynet": "ActivityNet",
    "hmdb51": "HMDB51",
    "imagenet": "ImageNet",
    "kinetics400": "Kinetics-400",
    "kinetics_motion": "Kinetics-Motion",
    "kinetics_skeleton": "Kinetics-skeleton",
    "minikinetics200": "Mini-Kinetics-200",
    "ntu120": "NTU RGB+D 120",
    "ntu60": "NTU RGB+D",
    "sports1m": "Sports-1M",
    "ucf101": "UCF101",
}


def name_dataset(key: str) -> str:
    """Name of a data set, or of several joined by ``+``; the key where none is known."""
    return " + ".join(NAMES.get(part, part) for part in key.split("+"))
