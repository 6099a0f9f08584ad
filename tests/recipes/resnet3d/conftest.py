"""Networks of the paper by their names."""

from collections.abc import Callable
from typing import Any

import pytest

from harness.openmm import repair

repair()

from mmaction.registry import MODELS  # noqa: E402
from torch import nn  # noqa: E402

from harness.catalog import load_recipe  # noqa: E402
from harness.run.models import enter_scope, read_config  # noqa: E402
from recipes.resnet3d.model import HaraWideResNet3d  # noqa: E402

BASE = load_recipe("resnet3d").folder / "_base.py"


def make_model(network: str, shortcut: str = "B", classes: int = 400, **backbone: Any) -> nn.Module:
    """A recognizer: ``ResNet-18`` and so on, ``Wide ResNet-50``, ``ResNeXt-101``."""
    model = read_config(BASE).model
    kind, depth = network.rsplit("-", 1)
    model.backbone.update(depth=int(depth), shortcut=shortcut, **backbone)
    if kind != "ResNet":
        model.backbone.type = HaraWideResNet3d
    if kind == "ResNeXt":
        model.backbone.groups = 32
    width = 512 if int(depth) < 50 else 2048
    model.cls_head.update(num_classes=classes, in_channels=width)
    enter_scope()
    return MODELS.build(model).eval()


@pytest.fixture(scope="session")
def make() -> Callable[..., nn.Module]:
    """Builds a network."""
    return make_model
