"""A pyramid that starts from two streams that were trained alone."""

import pytest
import torch
from torch import nn

from harness.errors import RunError
from harness.run.models import load_weights
from recipes._shared.streams import StreamResNet
from recipes.st_pyramid.weights import merge_inputs


@pytest.fixture
def states():
    """States of two streams, with classifiers."""
    streams = {
        "appearance": StreamResNet(18, in_channels=3),
        "motion": StreamResNet(18, in_channels=20),
    }
    return {
        f"utd_{name}": {f"backbone.{key}": x for key, x in stream.state_dict().items()}
        | {"cls_head.fc_cls.weight": torch.zeros(5, 512)}
        for name, stream in streams.items()
    }


def test_the_pyramid_has_the_trunks_of_both_streams(make_model, states):
    """Every weight and statistic of them; what fuses them stays as drawn."""
    model = make_model()
    drawn = {name: x.clone() for name, x in model.cls_head.state_dict().items()}

    load_weights(model, merge_inputs(states, model), source="the inputs")

    for name in ("appearance", "motion"):
        for key, x in getattr(model.backbone, name).state_dict().items():
            assert torch.equal(x, states[f"utd_{name}"][f"backbone.{key}"])
    for key, x in model.cls_head.state_dict().items():
        assert torch.equal(x, drawn[key])


def test_nothing_else_may_be_missing(make_model, states):
    """A trunk that lacks a weight is refused, though the head may be new."""
    model = make_model()
    merged = merge_inputs(states, model)
    del merged["backbone.motion.conv1.conv.weight"]

    with pytest.raises(RunError, match=r"backbone\.motion\.conv1\.conv\.weight is missing"):
        load_weights(model, merged, source="the inputs")


@pytest.mark.parametrize("wrong", [("utd_appearance",), ("utd_appearance", "ucf101_appearance")])
def test_it_takes_one_of_each_stream(states, wrong):
    """And says what it was given."""
    given = dict.fromkeys(wrong, states["utd_appearance"])

    with pytest.raises(RunError, match=f"does not start from {', '.join(wrong)}"):
        merge_inputs(given, nn.Identity())
