"""The authors' own code, on weights that anyone can generate again: equal scores."""

import numpy as np
import pytest
import torch
from parity import assert_close, draw, read_answers, read_shapes
from torch import Tensor

from harness.openmm import repair

repair()

from harness.run.measure import count_parameters  # noqa: E402
from harness.run.models import build_model, score  # noqa: E402

VECTORS = "stgcn_ntu_spatial"

pytestmark = pytest.mark.data


@pytest.fixture(scope="module")
def shapes() -> dict[str, list[int]]:
    """The authors' state dict, name by name."""
    return read_shapes(VECTORS)


@pytest.fixture(scope="module")
def answers(shapes) -> dict[str, np.ndarray]:
    """What their code answered, and the graph that it built."""
    return read_answers(VECTORS)


@pytest.fixture(scope="module")
def state(shapes, answers) -> dict[str, Tensor]:
    """Their state dict, drawn again, with the graph in it."""
    drawn = {name: draw(name, shape) for name, shape in shapes.items() if name != "A"}
    return {"A": torch.from_numpy(answers["A"]), **drawn}


def test_scores_are_those_of_the_authors_code(state, answers, tmp_path):
    """A file of their weights, loaded as a user loads it: a relative error below 1e-4."""
    torch.save(state, tmp_path / "theirs.pt")
    inputs = np.random.default_rng(7).normal(size=(2, 3, 64, 25, 2)).astype(np.float32)
    inputs = torch.from_numpy(inputs).permute(0, 4, 2, 3, 1)[:, None]  # N 1 M T V C

    model = build_model("stgcn", "released_ntu", tmp_path / "theirs.pt")
    found = score(model, inputs).numpy()

    assert_close(found, answers["logits"])


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
