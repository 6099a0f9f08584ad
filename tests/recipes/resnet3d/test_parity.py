"""The authors' own code, on weights that anyone can generate again: equal scores."""

import json
import os
import zlib
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from harness.run.models import build_model, score

ROOT = Path(__file__).parents[3]
DATA = Path(os.environ.get("HARNESS_TEST_DATA", ROOT.parent / "shared" / "data"))
VECTORS = DATA.parent / "parity" / "resnet18_b"

pytestmark = pytest.mark.data


@pytest.fixture(scope="module")
def shapes() -> dict[str, list[int]]:
    """The authors' state dict, name by name."""
    path = VECTORS.with_suffix(".json")
    if not path.is_file():
        pytest.skip(f"there are no vectors in {path}")
    return json.loads(path.read_text(encoding="utf-8"))


def draw(name: str, shape: list[int]) -> Tensor:
    """The values of one tensor: its name is its seed."""
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    if name.endswith("num_batches_tracked"):
        return torch.zeros(shape, dtype=torch.int64)
    if name.endswith("running_var"):
        values = rng.uniform(0.5, 1.5, shape)
    elif name.endswith("running_mean"):
        values = 0.1 * rng.normal(size=shape)
    elif len(shape) >= 2:
        values = rng.normal(size=shape) * np.sqrt(1.5 / np.prod(shape[1:]))
    elif name.endswith("weight"):
        values = 1 + 0.1 * rng.normal(size=shape)
    else:
        values = 0.1 * rng.normal(size=shape)
    return torch.from_numpy(values.astype(np.float32))


def test_scores_are_those_of_the_authors_code(shapes, tmp_path):
    """A file of their weights, read as a user's is: a relative error below 1e-4."""
    path = tmp_path / "theirs.pth"
    torch.save({"state_dict": {name: draw(name, shape) for name, shape in shapes.items()}}, path)
    x = np.random.default_rng(7).normal(size=(1, 3, 16, 112, 112)).astype(np.float32)

    model = build_model("resnet3d", "resnet18_b", weights=path)
    found = score(model, torch.from_numpy(x)[:, None]).numpy()

    with np.load(VECTORS.with_suffix(".npz"), allow_pickle=False) as answers:
        expected = answers["logits"]
    assert np.linalg.norm(found - expected) < 1e-4 * np.linalg.norm(expected)
