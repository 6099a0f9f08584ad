"""Whose code a variant's network is: MMAction2's, or written for the recipe."""

from dataclasses import dataclass

from harness.records import Json
from harness.settings import kind_of

OWN = "this recipe"
# By the package that a class lies in; everything else belongs to the recipe.
_PACKAGES = {
    "mmaction": "MMAction2",
    "mmengine": "MMEngine",
    "torch": "PyTorch",
    "torchvision": "torchvision",
    "harness": "the harness",
}
PARTS = {"network": "backbone", "head": "cls_head", "recognizer": ""}


@dataclass(frozen=True, kw_only=True, slots=True)
class NetworkPart:
    """A part of a variant's model.

    Args:
        name: ``network``, ``head`` or ``recognizer``.
        code: Whose code it is.
        kind: Its class.
    """

    name: str
    code: str
    kind: str


def describe_network(config: Json) -> tuple[NetworkPart, ...]:
    """Whose code the parts of a model are; nothing where there is no model."""
    found = []
    for name, key in PARTS.items():
        model = config.get("model", {})
        part = model.get(key) if key else model
        if isinstance(part, dict) and part.get("type"):
            package = str(part["type"]).partition(".")[0]
            code = _PACKAGES.get(package, OWN)
            found.append(NetworkPart(name=name, code=code, kind=kind_of(part)))
    return tuple(found)
