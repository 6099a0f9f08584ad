"""The authors' own code, on weights that anyone can generate again: equal scores."""

import json
import os
import zlib
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from harness.openmm import repair

repair()

from harness.run.measure import count_parameters  # noqa: E402
from harness.run.models import build_model, score  # noqa: E402

ROOT = Path(__file__).parents[3]
DATA = Path(os.environ.get("HARNESS_TEST_DATA", ROOT.parent / "shared" / "data"))
VECTORS = DATA.parent / "parity" / "stgcn_ntu_spatial"

pytestmark = pytest.mark.data


@pytest.fixture(scope="module")
def shapes() -> dict[str, list[int]]:
    """The authors' state dict, name by name."""
    path = VECTORS.with_suffix(".json")
    if not path.is_file():
        pytest.skip(f"there are no vectors in {path}")
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def answers(shapes) -> dict[str, np.ndarray]:
    """What their code answered, and the graph that it built."""
    with np.load(VECTORS.with_suffix(".npz"), allow_pickle=False) as file:
        return dict(file)


@pytest.fixture(scope="module")
def state(shapes, answers) -> dict[str, Tensor]:
    """Their state dict, drawn again by the rule of the vectors."""
    return {name: draw(name, shape, answers) for name, shape in shapes.items()}


def draw(name: str, shape: list[int], answers: dict[str, np.ndarray]) -> Tensor:
    """The values of one tensor: its name is its seed."""
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    if name == "A":
        return torch.from_numpy(answers["A"])
    if name.endswith("num_batches_tracked"):
        return torch.zeros(shape, dtype=torch.int64)
    if name.endswith("running_var"):
        values = rng.uniform(0.5, 1.5, shape)
    elif name.endswith("running_mean"):
        values = 0.1 * rng.normal(size=shape)
    elif name.startswith("edge_importance."):
        values = 1 + 0.2 * rng.normal(size=shape)
    elif len(shape) >= 2:
        values = rng.normal(size=shape) * np.sqrt(1.5 / np.prod(shape[1:]))
    elif name.endswith("weight"):
        values = 1 + 0.1 * rng.normal(size=shape)
    else:
        values = 0.1 * rng.normal(size=shape)
    return torch.from_numpy(values.astype(np.float32))


def test_scores_are_those_of_the_authors_code(state, answers, tmp_path):
    """A file of their weights, loaded as a user loads it: a relative error below 1e-4."""
    torch.save(state, tmp_path / "theirs.pt")
    inputs = np.random.default_rng(7).normal(size=(2, 3, 64, 25, 2)).astype(np.float32)
    inputs = torch.from_numpy(inputs).permute(0, 4, 2, 3, 1)[:, None]  # N 1 M T V C

    model = build_model("stgcn", "released_ntu", tmp_path / "theirs.pt")
    found = score(model, inputs).numpy()

    expected = answers["logits"]
    assert np.linalg.norm(found - expected) < 1e-4 * np.linalg.norm(expected)


def test_the_graph_is_that_of_the_authors_code(answers):
    """Entry by entry, ties included."""
    model = build_model("stgcn", "released_ntu")

    np.testing.assert_allclose(model.backbone.adjacency, answers["A"], atol=1e-7)
    assert [int(np.count_nonzero(subset)) for subset in answers["A"]] == [25, 40, 8]


def test_parameters_are_as_many_as_in_the_authors_code(shapes):
    """What they learn: all but the graph and the statistics."""
    learned = [
        int(np.prod(shape))
        for name, shape in shapes.items()
        if name != "A" and not name.endswith(("running_mean", "running_var", "tracked"))
    ]

    assert sum(learned) == count_parameters(build_model("stgcn", "released_ntu")) == 3_098_832
