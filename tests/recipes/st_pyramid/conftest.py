"""Small pyramids."""

import pytest
import torch
from mmaction.models.data_preprocessors import ActionDataPreprocessor
from mmaction.models.recognizers import Recognizer3D

from harness.openmm import repair

repair()

from recipes.st_pyramid.model import (  # noqa: E402
    Maps,
    PyramidHead,
    PyramidStreams,
)

CHANNELS = 3 + 3 * 20  # a frame and three snippets of ten fields


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(0)


@pytest.fixture
def make_maps():
    """Maps of the streams as a function of samples and snippets; none is negative."""

    def make(samples=2, snippets=3, channels=32, side=4):
        return Maps(
            torch.randn(samples, channels, side, side).relu(),
            torch.randn(samples, snippets, channels, side, side).relu(),
        )

    return make


@pytest.fixture
def make_head():
    """A small head as a function of its settings."""

    def make(**settings):
        defaults = dict(num_classes=5, in_channels=32, sizes=(32, 64, 128), topk=(1,))
        return PyramidHead(**(defaults | settings))

    return make


@pytest.fixture
def make_model():
    """A recognizer on ResNet-18 as a function of its head's settings."""

    def make(**head):
        return Recognizer3D(
            data_preprocessor=dict(type=ActionDataPreprocessor, format_shape="NCTHW"),
            backbone=dict(type=PyramidStreams, depth=18, in_channels=CHANNELS),
            cls_head=dict(
                type=PyramidHead,
                num_classes=5,
                in_channels=512,
                sizes=(32, 64, 128),
                average_clips="prob",
                **head,
            ),
        )

    return make
