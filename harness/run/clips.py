"""Random clips as a variant's network takes them."""

from typing import Any

import torch
from torch import Tensor

from harness.catalog import dataset_keys, load_dataset
from harness.claims import Protocol
from harness.records import Json

FRAMES = 20  # of a clip, where any length will do


def make_clips(config: Json, number: int, *, device: str = "cpu") -> Tensor:
    """Random clips for a variant, in MMAction2's tensor layout, one view each."""
    protocol = Protocol(**config["protocol"])
    if protocol.data.form == "videos":
        frames, size = protocol.clip_len or FRAMES, protocol.crop_size
        channels = config["model"]["backbone"].get("in_channels", 3)
        shape: tuple[Any, ...] = (number, 1, channels, frames, size, size)  # N clips C T H W
    else:
        channels = 3
        if protocol.dataset in dataset_keys():
            channels = load_dataset(protocol.dataset).need_skeletons().coordinates
        frames = protocol.clip_len or FRAMES
        shape = (number, 1, protocol.persons, frames, protocol.joints, channels)  # N clips M T V C
    generator = torch.Generator().manual_seed(0)
    return torch.randn(shape, generator=generator).to(device)
