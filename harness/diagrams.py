"""Boxes and arrows of networks as they were built and as data went through them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from harness.errors import CatalogError

FILE = "networks.json"  # of a recipe's folder: what its page and the documents draw
MOST_BYTES = 2**20


@dataclass(frozen=True, kw_only=True, slots=True)
class Box:
    """A part of a network, or an operation between parts.

    Args:
        name: Its name in the network, such as ``backbone.units.3``; of an operation, that
            of the part that does it. The ends of a row of parts that are alike.
        kind: Its class, or the operation.
        layers: Its convolutions, recurrences and products, as built.
        shape: Of what it gives, batch first.
        params: Number of its parameters; of each, where several parts are alike.
        inputs: Places of the boxes whose output it takes; empty for the input.
        times: How many parts alike follow one another here.
        is_operation: Whether it is an operation between parts and no part.
    """

    name: str
    kind: str
    layers: tuple[str, ...]
    shape: tuple[int, ...]
    params: int
    inputs: tuple[int, ...]
    times: int = 1
    is_operation: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Network:
    """A network of a variant.

    Args:
        boxes: Its parts, each after those whose output it takes.
        words: Kinds that are the recipe's own, each with what its class says of itself.
        besides: Parts with parameters that no box has, and how many.
    """

    boxes: tuple[Box, ...]
    words: tuple[tuple[str, str], ...] = ()
    besides: tuple[tuple[str, int], ...] = ()

    @property
    def params(self) -> int:
        """Number of all parameters."""
        return sum(box.times * box.params for box in self.boxes) + sum(n for _, n in self.besides)


def fold_rows(boxes: Sequence[Box]) -> tuple[Box, ...]:
    """Boxes in which parts alike that follow one another are one."""
    takers = [sum(place in box.inputs for box in boxes) for place in range(len(boxes))]
    kept: list[Box] = []
    now: list[int] = []  # old place → new place
    last: dict[int, str] = {}  # new place → name of the row's first part
    for box in boxes:
        before = box.inputs[0] if len(box.inputs) == 1 else None
        if before is not None and takers[before] == 1 and _are_alike(boxes[before], box):
            row = now[before]
            first = last.setdefault(row, boxes[before].name)
            name = f"{first} … {box.name.rpartition('.')[2]}"
            kept[row] = replace(kept[row], name=name, times=kept[row].times + 1)
            now.append(row)
            continue
        now.append(len(kept))
        kept.append(replace(box, inputs=tuple(sorted({now[i] for i in box.inputs}))))
    return tuple(kept)


def _are_alike(a: Box, b: Box) -> bool:
    if a.is_operation or a.name.rpartition(".")[0] != b.name.rpartition(".")[0]:
        return False
    return (a.kind, a.layers, a.shape, a.params) == (b.kind, b.layers, b.shape, b.params)


def load_networks(folder: Path) -> dict[str, Network]:
    """Networks that are stored beside a recipe, by variant; none where there is no file.

    Raises:
        CatalogError: The file is none of ours.
    """
    path = folder / FILE
    if not path.exists():
        return {}
    try:
        if path.stat().st_size > MOST_BYTES:
            raise msgspec.ValidationError(f"more than {MOST_BYTES} bytes")
        found = msgspec.json.decode(path.read_bytes(), type=dict[str, Network])
        for network in found.values():
            _check(network)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise CatalogError(
            f"{path} holds no networks: {error}",
            fix="delete it, and draw them anew: harness diagram RECIPE --variant V --store",
        ) from error
    return found


def _check(network: Network) -> None:
    """What a drawing relies on: arrows lead from earlier boxes to later ones."""
    for place, box in enumerate(network.boxes):
        if any(not 0 <= start < place for start in box.inputs):
            raise msgspec.ValidationError(f"box {place} takes what comes after it")
    if not network.boxes:
        raise msgspec.ValidationError("a network without boxes")


def dump_networks(networks: Mapping[str, Network]) -> bytes:
    """Networks as the file of a recipe, a line a variant."""
    lines = [
        msgspec.json.encode(name) + b": " + msgspec.json.encode(networks[name])
        for name in sorted(networks)
    ]
    return b"{\n" + b",\n".join(lines) + b"\n}\n"
