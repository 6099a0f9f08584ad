"""Folders that a command works in."""

import os
from pathlib import Path

DATA_VARIABLE = "HARNESS_DATA"


def data_root(given: Path | None = None) -> Path:
    """Folder of the prepared data: as given, else ``$HARNESS_DATA``, else ``data``."""
    return given or Path(os.environ.get(DATA_VARIABLE, "data"))
