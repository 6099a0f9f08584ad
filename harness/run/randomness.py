"""Random draws as functions of (seed, epoch, sample) and (seed, iteration).

Nothing is drawn from a state that a killed process takes with it, so a run
that is continued ends with the same bits as one that was never interrupted,
also with worker processes.
"""

import hashlib
import random
from collections.abc import Iterator, Sized
from typing import Any

import numpy as np
import torch
from mmengine.hooks import Hook
from mmengine.registry import DATA_SAMPLERS, HOOKS
from torch.utils.data import Sampler


def derive_seed(*key: object) -> int:
    """A 63-bit seed for a key; the same in every process and on every machine."""
    digest = hashlib.blake2b(repr(key).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little") >> 1


def seed_everything(*key: object) -> None:
    """Seed Python, NumPy and torch by a key; about 16 µs on a CPU."""
    seed = derive_seed(*key)
    random.seed(seed)
    np.random.seed(seed & 0xFFFFFFFF)
    torch.default_generator.manual_seed(seed)
    if torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
        torch.cuda.manual_seed_all(seed)


@DATA_SAMPLERS.register_module()
class EpochSampler(Sampler[tuple[int, int]]):
    """Yields pairs (epoch, index) in an order drawn from (seed, epoch).

    The pair travels through the index queue into any worker process, which an
    attribute of the data set would not.

    Args:
        dataset: What is sampled from.
        seed: Seed of the run.
        shuffle: Whether the order is drawn; else it is the data set's.
    """

    def __init__(self, dataset: Sized, seed: int, shuffle: bool = True) -> None:
        self.dataset = dataset
        self.seed = seed
        self.shuffle = shuffle
        self.epoch = 0

    def set_epoch(self, epoch: int) -> None:
        """Say which epoch comes next; MMEngine's DistSamplerSeedHook does."""
        self.epoch = epoch

    def __iter__(self) -> Iterator[tuple[int, int]]:
        order: Any = range(len(self.dataset))
        if self.shuffle:
            draw = torch.Generator().manual_seed(derive_seed(self.seed, "order", self.epoch))
            order = torch.randperm(len(self.dataset), generator=draw).tolist()
        return iter([(self.epoch, index) for index in order])

    def __len__(self) -> int:
        return len(self.dataset)


@HOOKS.register_module()
class SeedIterations(Hook):
    """Makes dropout and other draws in the model a function of (seed, iteration).

    Not of the epoch: the loader's iterator draws from torch's generator after
    ``before_train_epoch``.

    Args:
        seed: Seed of the run.
    """

    priority = "VERY_HIGH"

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def before_train_iter(self, runner: Any, batch_idx: int, data_batch: Any = None) -> None:
        """Seed by the iteration."""
        seed_everything(self.seed, "iteration", runner.iter)
