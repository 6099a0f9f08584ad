"""The conditions of measurement in words: as headings, one by one, and in a phrase."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields

from harness.claims import Protocol
from harness.report.dataset_names import name_dataset

# On pages of what was run.
_HEADINGS = {
    "clip_len": "Frames a clip",
    "frame_interval": "Frame interval",
    "num_clips": "Clips",
    "num_crops": "Crops",
    "crop_size": "Crop size",
    "pretrain": "Pre-training",
}
_LEFT_OPEN = {"clip_len": "all", "num_clips": "as many as fit"}
# On the page of what papers print.
_LABELS = {
    "clip_len": "frames in a clip",
    "frame_interval": "frame interval",
    "num_clips": "clips averaged",
    "num_crops": "crops averaged",
    "crop_size": "crop, pixels",
    "pretrain": "initial weights from",
    "level": "counted by",
}
_OPEN = {"num_clips": "all of the sample"}  # what None means, where it is not that it is unsaid
NOT_SAID = "not said"


def name_condition(name: str) -> str:
    """A field of a protocol, as a heading."""
    return _HEADINGS.get(name, name.capitalize())


def say_condition(name: str, value: object) -> str:
    """A value of a field of a protocol."""
    return str(value) if value is not None else _LEFT_OPEN.get(name, "left open")


def is_unsaid(name: str, value: object) -> bool:
    """Whether a field says nothing: it does not apply, or is left open."""
    return value is None and name not in _LEFT_OPEN


def list_conditions(protocol: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    """Name and value of each field of a protocol that is not left open."""
    return tuple(
        (name.replace("_", " "), str(value))
        for name, value in protocol.items()
        if value is not None
    )


def sum_up_conditions(protocol: Protocol) -> str:
    """What a number was got with: modality, pre-training, frames and views."""
    views = (protocol.num_clips or 1, protocol.num_crops)
    parts = (
        protocol.modality,
        "" if protocol.pretrain == "none" else f"pre-trained on {name_dataset(protocol.pretrain)}",
        f"{protocol.clip_len} frames" if protocol.clip_len else "",
        f"{views[0]} × {views[1]} views" if views != (1, 1) else "",
    )
    return ", ".join(part for part in parts if part)


def occurring(protocols: Sequence[Protocol]) -> dict[str, list[str]]:
    """What occurs in each field of some protocols on one data set, in words."""
    names = [item.name for item in fields(Protocol) if item.name != "dataset"]
    return {
        name: list(dict.fromkeys(_value(name, getattr(protocol, name)) for protocol in protocols))
        for name in names
    }


def label_field(name: str) -> str:
    """A field of a protocol in words."""
    return _LABELS.get(name, name.replace("_", " "))


def _value(name: str, value: object) -> str:
    if value is None:
        return _OPEN.get(name, NOT_SAID)
    return name_dataset(str(value)) if name == "pretrain" else str(value)


def describe_conditions(protocol: Protocol, names: Iterable[str]) -> str:
    """Some fields of a protocol in words."""
    parts = (f"{label_field(name)}: {_value(name, getattr(protocol, name))}" for name in names)
    return "; ".join(parts)
