"""What a record keeps of the gates, and the figures made of it."""

import numpy as np
import pytest
import torch

from harness.openmm import repair

repair()

from recipes.sta_lstm.figures import draw  # noqa: E402
from recipes.sta_lstm.model import STALSTM, AttentionRecognizer, STALSTMHead  # noqa: E402
from recipes.sta_lstm.observe import BUDGET, observe  # noqa: E402

EDGES = ((0, 1), (1, 2))


def make_model(**backbone) -> AttentionRecognizer:
    torch.manual_seed(0)
    return AttentionRecognizer(
        backbone=dict(type=STALSTM, joints=3, persons=2, hidden=4, width=3, **backbone),
        cls_head=dict(type=STALSTMHead, num_classes=5, in_channels=4),
    )


def make_tests(lengths: tuple[int, ...]):
    return [
        (f"sample-{index}", index % 3, torch.randn(1, 1, 2, length, 3, 3))
        for index, length in enumerate(lengths)
    ]


def test_first_sequence_of_each_class_is_kept():
    """The choice follows from the order of the test split."""
    kept = observe(make_model(), make_tests((7, 8, 9, 10)))

    assert kept["ids"].tolist() == ["sample-0", "sample-1", "sample-2"]
    assert kept["labels"].tolist() == [0, 1, 2]
    assert [kept[f"alpha_{s}"].shape for s in range(3)] == [(7, 2, 3), (8, 2, 3), (9, 2, 3)]
    assert kept["beta_1"].shape == (8,)
    assert kept["keypoints_2"].dtype == np.float16


def test_arrays_stay_in_the_budget():
    """Long sequences make it fewer, never larger."""
    kept = observe(make_model(), make_tests((2400, 2400, 2400)))

    assert len(kept["ids"]) == 2
    assert sum(array.nbytes for array in kept.values()) <= BUDGET


@pytest.mark.parametrize(
    ("gates", "names"),
    [
        (dict(), ["spatial-attention", "temporal-attention"]),
        (dict(spatial=False), ["temporal-attention"]),
        (dict(temporal=False), ["spatial-attention"]),
        (dict(spatial=False, temporal=False), []),
    ],
)
def test_a_figure_for_each_gate_that_is_there(gates, names):
    """Each figure has a caption and words for readers who cannot see it."""
    kept = observe(make_model(**gates), make_tests((7, 8, 9)))

    drawings = draw(kept, EDGES, ["wave", "nod", "bow", "run", "sit"], ["head", "hip", "foot"])

    assert [drawing.name for drawing in drawings] == names
    assert all(drawing.caption and drawing.alt for drawing in drawings)
    for drawing in drawings:
        drawing.figure.draw_without_rendering()
