"""Recipes, data sets and campaigns outside the repository.

A folder of them is laid out like ``recipes/``: a folder for each recipe, ``_datasets/``
with one file for each data set, ``_campaigns/``. It joins the package ``recipes``, so
that all processes of a run import from it in the same way. It is named by ``--recipes``,
by ``$HARNESS_RECIPES``, or by an entry point of an installed package::

    [project.entry-points."harness.recipes"]
    mine = "my_package.recipes"
"""

import os
from collections.abc import Iterable
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path

from harness.errors import CatalogError

VARIABLE = "HARNESS_RECIPES"
GROUP = "harness.recipes"


def find_folders() -> tuple[str, ...]:
    """Folders named by ``$HARNESS_RECIPES`` and by installed packages, each once.

    Raises:
        CatalogError: One of them is no folder of recipes.
    """
    named = [text for text in os.environ.get(VARIABLE, "").split(os.pathsep) if text]
    folders = [check_folder(Path(text), f"${VARIABLE}") for text in named]
    for point in entry_points(group=GROUP):
        spec = find_spec(point.value)
        for place in (spec.submodule_search_locations if spec else None) or ():
            folders.append(check_folder(Path(place), f"entry point {point.name}"))
    return tuple(dict.fromkeys(folders))


def join_folders(path: list[str], folders: Iterable[Path]) -> None:
    """Let folders join a package's path, here and in the processes that are started.

    Args:
        path: Where the package ``recipes`` is looked for.
        folders: Folders as ``--recipes`` names them.

    Raises:
        CatalogError: One of them is no folder of recipes.
    """
    new = [check_folder(folder, "--recipes") for folder in folders]
    path += [folder for folder in dict.fromkeys(new) if folder not in path]
    before = os.environ.get(VARIABLE, "").split(os.pathsep)
    os.environ[VARIABLE] = os.pathsep.join(filter(None, dict.fromkeys([*before, *new])))


def check_folder(folder: Path, source: str) -> str:
    """A folder's whole name, if recipes can be in it.

    Raises:
        CatalogError: It is not there, or is a recipe itself.
    """
    if not folder.is_dir():
        raise CatalogError(
            f"{source}: there is no folder {folder}", fix="name a folder with a folder per recipe"
        )
    if (folder / "paper.py").is_file():
        raise CatalogError(
            f"{source}: {folder} is a recipe", fix=f"name the folder that it is in: {folder.parent}"
        )
    return str(folder.resolve())
