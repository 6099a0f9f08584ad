"""Recognizers of a recipe for people's own code."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.logging import MMLogger
from mmengine.registry import DefaultScope, init_default_scope
from torch import Tensor, nn

import mmaction.models  # noqa: F401  isort: skip  (fills the registries)

from harness.catalog import Recipe, load_recipe
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
    found = load_recipe(recipe)
    config = read_config(found.variant_file(variant))
    if "model" not in config:
        raise RunError(
            f"variant '{variant}' of '{recipe}' fuses scores and has no model",
            fix="build the models of its streams",
        )
    enter_scope()
    if not MMLogger.check_instance_created("harness"):
        MMLogger.get_instance("harness", log_level="WARNING")  # or each weight is a line
    model = MODELS.build(config.model)
    if weights is None:
        model.init_weights()
    else:
        load_weights(model, read_fitting_weights(found, model, Path(weights)), source=str(weights))
    return model.eval()


def read_fitting_weights(recipe: Recipe, model: nn.Module, path: Path) -> Weights:
    """A model's weights from a file, ours or of the paper's authors.

    Names of the authors' code are turned into ours by ``from_authors(state, model)``
    of the recipe's ``weights.py``, where there is one.

    Args:
        recipe: The recipe.
        model: What they are for.
        path: The file.

    Raises:
        RunError: The file cannot be read, or is for another model.
    """
    state = read_weights(path)
    translate = find_translator(recipe, "from_authors")
    if translate is None or set(state) & set(model.state_dict()):
        return state
    try:
        translated: Weights = translate(state, model)
    except RunError as error:
        raise RunError(f"{path}: {error.problem}", fix=error.fix) from error
    return translated


def find_translator(recipe: Recipe, name: str) -> Callable[..., Weights] | None:
    """A function of a recipe's ``weights.py``, or ``None``.

    Args:
        recipe: The recipe.
        name: ``from_authors(state, model)`` renames the weights of the authors' code,
            ``from_pretrained(state, model)`` makes of weights that were trained on other
            data those that the model starts from, and ``merge_inputs(states,
            model)`` those of one or several other runs.
    """
    if not (recipe.folder / "weights.py").exists():
        return None
    module = import_module(f"recipes.{recipe.key}.weights")
    found: Callable[..., Weights] | None = getattr(module, name, None)
    return found


def load_weights(model: nn.Module, weights: Weights, *, source: str) -> None:
    """Put weights into a model; every name and shape must fit.

    Raises:
        RunError: They do not.
    """
    if misfit := find_misfit(model, weights):
        raise RunError(
            f"the weights of {source} do not fit: {misfit}",
            fix="give weights of the same recipe and variant",
        )
    model.load_state_dict(weights, strict=True)


def find_misfit(model: nn.Module, weights: Weights) -> str:
    """In which tensors weights differ from what a model has, or ``""``."""
    wanted = model.state_dict()
    problems = [f"{name} is missing" for name in wanted if name not in weights]
    problems += [f"{name} is not of this model" for name in weights if name not in wanted]
    problems += [
        f"{name} is {tuple(weights[name].shape)} instead of {tuple(tensor.shape)}"
        for name, tensor in wanted.items()
        if name in weights and weights[name].shape != tensor.shape
    ]
    more = f" and {len(problems) - 3} more" if len(problems) > 3 else ""
    return ", ".join(problems[:3]) + more


@torch.no_grad()
def score(model: Any, inputs: Tensor) -> Tensor:
    """Raw class scores of a batch.

    Args:
        model: A recognizer.
        inputs: Batch in MMAction2's tensor layout; for skeletons
            ``(N, clips, M, T, V, C)``, for video ``(N, clips, C, T, H, W)``.

    Returns:
        Scores before softmax, ``(N, num_classes)``, averaged over the clips.

    Raises:
        RunError: An input is NaN or infinite, which would spoil every score of its sample.
    """
    if not (finite := torch.isfinite(inputs).flatten(1).all(1)).all():
        first = int((~finite).nonzero()[0])
        raise RunError(
            f"sample {first} of the batch has values that are not finite",
            fix="repair it, or set joints that were not tracked to zero",
        )
    scores: Tensor = model(inputs, None, mode="tensor", stage="head")
    if isinstance(scores, tuple):
        scores = scores[0]
    return scores.reshape(len(inputs), -1, scores.shape[-1]).mean(dim=1)
