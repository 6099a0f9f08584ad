"""Folders that a command works in."""

import os
from pathlib import Path

DATA_VARIABLE = "HARNESS_DATA"
CACHE_VARIABLE = "HARNESS_CACHE"
PRETRAINED_VARIABLE = "HARNESS_PRETRAINED"


def data_root(given: Path | None = None) -> Path:
    """Folder of the prepared data: as given, else ``$HARNESS_DATA``, else ``data``."""
    return given or Path(os.environ.get(DATA_VARIABLE, "data"))


def pretrained_root(given: Path | None = None) -> Path:
    """Folder of other people's weights: as given, ``$HARNESS_PRETRAINED``, or ``pretrained``."""
    return given or Path(os.environ.get(PRETRAINED_VARIABLE, "pretrained"))


def cache_file() -> Path | None:
    """File of what is slow to compute again; ``None`` where ``$HARNESS_CACHE`` is empty.

    It lies in the folder ``$HARNESS_CACHE``, else in ``.cache``, and can be deleted.
    """
    folder = os.environ.get(CACHE_VARIABLE, ".cache")
    return Path(folder) / "harness" if folder else None
