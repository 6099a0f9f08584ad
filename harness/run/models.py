"""Recognizers of a recipe for people's own code."""

from pathlib import Path
from typing import Any

import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.logging import MMLogger
from mmengine.registry import DefaultScope, init_default_scope
from torch import Tensor, nn

import mmaction.models  # noqa: F401  isort: skip  (fills the registries)

from harness.catalog import load_recipe
from harness.errors import RunError
from harness.run.checkpoints import Weights, read_weights


def read_config(path: Path) -> Config:
    """A variant's configuration with its classes."""
    return Config.fromfile(str(path), lazy_import=True)


def enter_scope() -> None:
    """Make MMAction2's registries the ones that names are looked up in."""
    current = DefaultScope.get_current_instance()
    if current is None or current.scope_name != "mmaction":
        init_default_scope("mmaction")


def build_model(recipe: str, variant: str = "config", weights: str | Path | None = None) -> Any:
    """The recognizer of a recipe's variant, in ``eval()``.

    Args:
        recipe: Key of the recipe.
        variant: Its variant.
        weights: File with a state dict; ``None`` for freshly drawn weights.

    Returns:
        MMAction2's recognizer, with its parts under MMAction2's names
        (``backbone``, ``cls_head``).

    Raises:
        CatalogError: There is no such recipe or variant.
        RunError: The weights cannot be read or do not fit.
    """
    config = read_config(load_recipe(recipe).variant_file(variant))
    enter_scope()
    if not MMLogger.check_instance_created("harness"):
        MMLogger.get_instance("harness", log_level="WARNING")  # or each weight is a line
    model = MODELS.build(config.model)
    if weights is None:
        model.init_weights()
    else:
        load_weights(model, read_weights(Path(weights)), source=str(weights))
    return model.eval()


def load_weights(model: nn.Module, weights: Weights, *, source: str) -> None:
    """Put weights into a model; every name and shape must fit.

    Raises:
        RunError: They do not.
    """
    try:
        model.load_state_dict(weights, strict=True)
    except RuntimeError as error:
        reason = " ".join(str(error).split())[:300]
        raise RunError(
            f"the weights of {source} do not fit: {reason}",
            fix="give weights of the same recipe and variant",
        ) from error


@torch.no_grad()
def score(model: Any, inputs: Tensor) -> Tensor:
    """Raw class scores of a batch.

    Args:
        model: A recognizer.
        inputs: Batch in MMAction2's tensor layout; for skeletons
            ``(N, clips, M, T, V, C)``, for video ``(N, clips, C, T, H, W)``.

    Returns:
        Scores before softmax, ``(N, num_classes)``, averaged over the clips.
    """
    scores: Tensor = model(inputs, None, mode="tensor", stage="head")
    if isinstance(scores, tuple):
        scores = scores[0]
    return scores.reshape(len(inputs), -1, scores.shape[-1]).mean(dim=1)
