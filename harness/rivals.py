"""Other people's code that trains a recipe's network: what its ``rival.py`` declares.

A recipe may have a ``rival.py`` with a mapping ``RIVALS``. It imports no torch, so
that a mistyped name is refused at once.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from harness.catalog import Recipe
from harness.errors import CatalogError, RunError, suggest
from harness.records import Json

Setting = Literal["same precision", "defaults"]
"""``same precision``: the identical network in float32 on both sides; ``defaults``:
what each side's user gets who changes nothing that he need not change."""
SETTINGS: tuple[Setting, ...] = ("same precision", "defaults")
VIDEO_LIST_DELIMITER = "\t"


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """What a rival is to train.

    Args:
        config: Configuration of our variant, as plain JSON.
        split: Split of its data set.
        folder: Where the rival's files are.
        setting: How it is to train.
    """

    config: Json
    split: str
    folder: Path
    setting: Setting


@dataclass(frozen=True, kw_only=True, slots=True)
class Rival:
    """How a user of other people's code would train the same on the same data.

    Args:
        title: Name in text.
        write_data: Writes a prepared data set, ``Prepared`` or ``PreparedVideos``, into
            the task's folder in the form that the other code reads.
        configure: Gives a configuration for MMEngine's ``Runner.from_cfg``, whose
            ``custom_imports`` are followed; raises :class:`harness.errors.PlanError`
            where the other code has no such network.
        translate: Renames weights of our model to those of the other one.
    """

    title: str
    write_data: Callable[[Any, Task], None]
    configure: Callable[[Task], Json]
    translate: Callable[[Mapping[str, Any]], dict[str, Any]]


def load_rivals(recipe: Recipe) -> Mapping[str, Rival]:
    """The rivals of a recipe by name; empty where it declares none."""
    if not (recipe.folder / "rival.py").exists():
        return {}
    rivals: Mapping[str, Rival] = import_module(f"recipes.{recipe.key}.rival").RIVALS
    return rivals


def load_rival(recipe: Recipe, name: str) -> Rival:
    """One of a recipe's rivals.

    Raises:
        CatalogError: The recipe declares no such rival, or none at all.
    """
    rivals = load_rivals(recipe)
    if not rivals:
        raise CatalogError(
            f"recipe '{recipe.key}' declares no rival to be compared with",
            fix=f"say in {recipe.folder / 'rival.py'} how others train it, as recipes/stgcn does",
        )
    if name not in rivals:
        raise CatalogError(
            f"recipe '{recipe.key}' has no rival '{name}'", fix=suggest(name, rivals)
        )
    return rivals[name]


def find_stock(name: str) -> Path:
    """A configuration that MMAction2 itself ships.

    Args:
        name: Its path below ``configs``.

    Raises:
        RunError: The installed MMAction2 comes without it.
    """
    package = find_spec("mmaction")
    for root in (package.submodule_search_locations or ()) if package else ():
        path = Path(root) / ".mim" / "configs" / name
        if path.is_file():
            return path
    raise RunError(
        f"the installed mmaction2 comes without configs/{name}",
        fix="install its wheel: pip install mmaction2==1.2.0",
    )


def video_steps() -> tuple[str, str]:
    """MMAction2's transforms that open a video file and decode its frames.

    Those of its configurations where the unmaintained decord is installed, else the
    fastest of the others.
    """
    decoder = "Decord" if find_spec("decord") else "OpenCV"
    return f"{decoder}Init", f"{decoder}Decode"


def write_video_list(path: Path, videos: Iterable[tuple[Path, int]]) -> None:
    """Write a list for MMAction2's ``VideoDataset``; paths may have spaces.

    Args:
        path: The list.
        videos: Each file and its label.
    """
    lines = (f"{file}{VIDEO_LIST_DELIMITER}{label}\n" for file, label in videos)
    path.write_text("".join(lines), encoding="utf-8")
