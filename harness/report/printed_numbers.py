"""Printed numbers of all recipes, and the conditions that they hold under, in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

from harness.claims import Claim, Protocol
from harness.report.dataset_names import name_dataset
from harness.report.digits import show_splits
from harness.report.inputs import PageInput
from harness.report.provenance import numbers_of
from harness.report.tables import Link, anchor

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


@dataclass(frozen=True, kw_only=True, slots=True)
class Printed:
    """A printed number, and the recipe that records it."""

    page: PageInput
    claim: Claim

    @property
    def year(self) -> int | None:
        """Year of the work that the number is taken from, if one is named."""
        paper = self.page.recipe.paper
        years = {work.key: work.year for work in paper.references}
        if self.claim.cites:
            return years.get(self.claim.cites)
        return paper.citation.year if self.claim.is_own else None

    def href(self, kind: str) -> str:
        """Its row on the recipe's page."""
        return f"{self.page.recipe.key}.{kind}#{anchor('claim', self.claim.key)}"


@dataclass(frozen=True, kw_only=True, slots=True)
class PrintedNumber:
    """A printed number outside a table.

    Args:
        what: What it counts.
        number: It; leads to its claim.
        marks: Whether it is only recalled.
        also: What other sources print, or what it is set against.
    """

    what: str
    number: Link
    marks: tuple[str, ...] = ()
    also: str = ""


def collect_printed(inputs: Sequence[PageInput]) -> tuple[Printed, ...]:
    """All printed numbers of all recipes."""
    return tuple(Printed(page=page, claim=claim) for page in inputs for claim in numbers_of(page))


def say_splits(splits: tuple[str, ...]) -> str:
    """Which splits a number is of, or the mean over; ``""`` for none."""
    if len(splits) < 2:
        return f"split {splits[0]}" if splits else ""
    return show_splits(splits) if len(splits) > 3 else f"mean of splits {show_splits(splits)}"


def measured_parts(page: PageInput, claim: Claim) -> tuple[str, ...]:
    """What a number counts, and on what, part by part."""
    protocol = claim.protocol
    parts = [claim.quantity.label, page.dataset_title(protocol.dataset)]
    if claim.quantity.is_score:
        parts.append(say_splits(claim.splits))
        parts += ["single clips"] if protocol.level == "clip" else []
    parts += [] if protocol.pretrain == "none" else [f"from {name_dataset(protocol.pretrain)}"]
    return tuple(parts)


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
