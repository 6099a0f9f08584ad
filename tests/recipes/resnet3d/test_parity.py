"""The authors' own code, on weights that anyone can generate again: equal scores."""

import numpy as np
import pytest
import torch
from parity import assert_close, draw, read_answers, read_shapes

from harness.run.models import build_model, score

VECTORS = "resnet18_b"

pytestmark = pytest.mark.data


def test_scores_are_those_of_the_authors_code(tmp_path):
    """A file of their weights, read as a user's is: a relative error below 1e-4."""
    shapes, path = read_shapes(VECTORS), tmp_path / "theirs.pth"
    torch.save({"state_dict": {name: draw(name, shape) for name, shape in shapes.items()}}, path)
    x = np.random.default_rng(7).normal(size=(1, 3, 16, 112, 112)).astype(np.float32)

    model = build_model("resnet3d", "resnet18_b", weights=path)
    found = score(model, torch.from_numpy(x)[:, None]).numpy()

    assert_close(found, read_answers(VECTORS)["logits"])
