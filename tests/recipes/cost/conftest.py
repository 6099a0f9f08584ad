"""Networks of the recipe by what distinguishes them."""

from collections.abc import Callable
from typing import Any

import pytest

from harness.openmm import repair

repair()

from mmaction.registry import MODELS  # noqa: E402
from torch import nn  # noqa: E402

from harness.catalog import load_recipe  # noqa: E402
from harness.run.models import enter_scope, read_config  # noqa: E402

BASE = load_recipe("cost").folder / "_base.py"


def make_model(classes: int = 400, **backbone: Any) -> nn.Module:
    """A recognizer, CoST(a) of ResNet-50 unless said otherwise."""
    model = read_config(BASE).model
    model.backbone.update(backbone)
    model.cls_head.update(num_classes=classes, in_channels=32 * backbone.get("base_channels", 64))
    enter_scope()
    return MODELS.build(model).eval()


@pytest.fixture(scope="session")
def make() -> Callable[..., nn.Module]:
    """Builds a network."""
    return make_model
