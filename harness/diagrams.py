"""Boxes and arrows of a network as it was built and as data went through it."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Box:
    """A part of a network.

    Args:
        name: Its name in the network, such as ``backbone.units.3``.
        kind: Its class.
        layers: Its convolutions, recurrences and products, as built.
        shape: Of what it gives, batch first.
        params: Number of its parameters.
        inputs: Places of the boxes whose output it takes; empty for the first.
    """

    name: str
    kind: str
    layers: tuple[str, ...]
    shape: tuple[int, ...]
    params: int
    inputs: tuple[int, ...]
