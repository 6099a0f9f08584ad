"""Recipes with a fusion: STA-LSTM's folder, copied, and three variants more; and one beside it."""

import shutil
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROTOCOL = """
protocol = dict(
    dataset="synthetic", modality="joint", classes=10, level="video", joints=25, persons=1
)
splits = ["fixed"]
"""
BOTH = f"{PROTOCOL}\nfusion = dict(short=1.0, short_lstm=2.0)\n"
ELSEWHERE = 'fusion = {"sta_lstm/short": 1.0, "sta_lstm/short_lstm": 2.0}'
SHORT = """
from mmengine.config import read_base

with read_base():
    from .{base} import *

train_cfg["max_iters"] = 6
"""


def copy_recipe(folder: Path) -> Path:
    """Make a folder of recipes that holds it.

    Args:
        folder: Where; for a process of its own it is an entry of ``PYTHONPATH``.
    """
    home = folder / "recipes"
    for name in ("__init__.py", "_campaigns", "_shared", "sta_lstm"):
        path = ROOT / "recipes" / name
        if path.is_dir():
            shutil.copytree(path, home / name, ignore=shutil.ignore_patterns("__pycache__"))
        elif path.exists():
            home.mkdir(exist_ok=True)
            shutil.copy(path, home)
    recipe = home / "sta_lstm"
    (recipe / "short.py").write_text(SHORT.format(base="synthetic"))
    (recipe / "short_lstm.py").write_text(SHORT.format(base="lstm_synthetic"))
    (recipe / "both.py").write_text(BOTH)
    pairs = home / "pairs"
    pairs.mkdir()
    for name in ("__init__.py", "paper.py"):
        shutil.copy(recipe / name, pairs)
    (pairs / "config.py").write_text(f"{PROTOCOL}\n{ELSEWHERE}\n")
    return home
