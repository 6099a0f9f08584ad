"""The only room that knows torch, MMEngine's runner and MMAction2.

``build_model`` and ``score`` are loaded when they are asked for, so that
starting runs from here does not import torch.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from harness.run.models import build_model, score

__all__ = ["build_model", "score"]


def __getattr__(name: str) -> Any:
    """The two functions that people call from their own code."""
    if name in __all__:
        return getattr(import_module("harness.run.models"), name)
    raise AttributeError(f"module 'harness.run' has no attribute '{name}'")
