"""Repairs to OpenMMLab packages, each with its upstream issue.

A repair looks whether its defect is there and drops itself when upstream has
fixed it. Nothing here imports the packages that it repairs. ``import harness``
applies them; after ``pip install .`` Python does so when it starts (see
``setup.py``), so that a plain ``import mmaction.models`` works too.
"""

import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType


@dataclass(frozen=True, kw_only=True, slots=True)
class Repair:
    """A defect of a released package, and what we do about it.

    Args:
        key: Short name.
        issue: Upstream issue.
        defect: What is wrong.
        is_needed: Looks whether the defect is in the installed package.
        apply: Repairs it in this process.
    """

    key: str
    issue: str
    defect: str
    is_needed: Callable[[], bool]
    apply: Callable[[], None]


_DRN = "mmaction.models.localizers.drn"


class _StandIn(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the module that the wheel lacks, with a class that says so."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Answer for the missing package and its one module."""
        if name in (_DRN, f"{_DRN}.drn"):
            return importlib.machinery.ModuleSpec(name, self, is_package=name == _DRN)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        """Leave the making of the module to Python."""
        return None

    def exec_module(self, module: ModuleType) -> None:
        """Define the name that ``mmaction.models.localizers`` imports."""
        module.__dict__["DRN"] = type("DRN", (), {"__doc__": "Not in the mmaction2 1.2.0 wheel."})


def _lacks_drn() -> bool:
    found = importlib.util.find_spec("mmaction")
    if found is None or not found.submodule_search_locations:
        return False
    root = Path(found.submodule_search_locations[0])
    return not (root / "models" / "localizers" / "drn").exists()


def _stand_in_for_drn() -> None:
    if not any(isinstance(finder, _StandIn) for finder in sys.meta_path):
        sys.meta_path.append(_StandIn())


REPAIRS = (
    Repair(
        key="mmaction2-drn",
        issue="https://github.com/open-mmlab/mmaction2/issues/2714",
        defect="the wheel lacks mmaction.models.localizers.drn: import mmaction.models fails",
        is_needed=_lacks_drn,
        apply=_stand_in_for_drn,
    ),
)


def repair() -> tuple[Repair, ...]:
    """Apply what the installed packages need; call before importing mmaction.

    Returns:
        The repairs that were needed.
    """
    needed = tuple(item for item in REPAIRS if item.is_needed())
    for item in needed:
        item.apply()
    return needed
