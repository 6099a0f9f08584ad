"""Answers of the authors' own code, on weights that anyone can generate again."""

import json
import os
import zlib
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("HARNESS_TEST_DATA", ROOT.parent / "shared" / "data"))
VECTORS = DATA.parent / "parity"


def read_shapes(name: str) -> dict[str, list[int]]:
    """Shapes of the authors' state dict, by name; skips where the vectors are not here."""
    path = VECTORS / f"{name}.json"
    if not path.is_file():
        pytest.skip(f"there are no vectors in {path}")
    return json.loads(path.read_text(encoding="utf-8"))


def read_answers(name: str) -> dict[str, np.ndarray]:
    """What their code answered, and what else was written down."""
    with np.load(VECTORS / f"{name}.npz", allow_pickle=False) as file:
        return dict(file)


def draw(name: str, shape: list[int]) -> Tensor:
    """The values of one tensor, by the rule of the vectors: its name is its seed."""
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    if name.endswith("num_batches_tracked"):
        return torch.zeros(shape, dtype=torch.int64)
    if name.endswith("running_var"):
        values = rng.uniform(0.5, 1.5, shape)
    elif name.endswith("running_mean"):
        values = 0.1 * rng.normal(size=shape)
    elif name.startswith("edge_importance."):  # of ST-GCN
        values = 1 + 0.2 * rng.normal(size=shape)
    elif name.endswith("alpha"):  # of CoST
        values = 0.7 * rng.normal(size=shape)
    elif len(shape) >= 2:
        values = rng.normal(size=shape) * np.sqrt(1.5 / np.prod(shape[1:]))
    elif name.endswith("weight"):
        values = 1 + 0.1 * rng.normal(size=shape)
    else:
        values = 0.1 * rng.normal(size=shape)
    return torch.from_numpy(values.astype(np.float32))


def assert_close(found: np.ndarray, expected: np.ndarray) -> None:
    """A relative error below 1e-4."""
    assert np.linalg.norm(found - expected) < 1e-4 * np.linalg.norm(expected)
