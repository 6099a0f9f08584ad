"""Tensors in what modules are given and answer."""

from collections.abc import Iterator
from typing import Any

from torch import Tensor


def list_tensors(value: Any) -> Iterator[Tensor]:
    """The tensors in a value: itself, or in dicts, lists and tuples however deep."""
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from list_tensors(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from list_tensors(item)
