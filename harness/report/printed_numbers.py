"""Printed numbers of all recipes, and the rows and columns that they stand in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from harness.claims import Claim
from harness.metrics import Metric
from harness.report.dataset_names import name_dataset
from harness.report.digits import show_splits
from harness.report.inputs import PageInput
from harness.report.measured_cells import DIRECTIONS
from harness.report.page_files import claim_address
from harness.report.provenance import numbers_of
from harness.report.tables import Column, Link

Place = TypeVar("Place")  # what a column of a table holds
Number = TypeVar("Number", Claim, "Printed")


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
        return claim_address(self.claim, self.page.file(kind))


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownNumber:
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


def printed_column(metric: Metric, splits: tuple[str, ...], conditions: str) -> Column:
    """The column of a metric on some splits, its numbers as they are printed.

    Args:
        metric: The metric.
        splits: The splits; empty for a cost.
        conditions: What all its numbers hold under, in words.
    """
    return Column(
        key="-".join((metric.key, *splits)),
        label=metric.label,
        unit=metric.unit,
        direction=DIRECTIONS[metric.higher_is_better],
        is_number=True,
        metric=metric.key,
        protocol=conditions,
    )


def put_in_row(rows: list[dict[Place, Number]], place: Place, number: Number) -> None:
    """Put a number into the first row whose place for it is free, or into a new row."""
    free = next((row for row in rows if place not in row), None)
    if free is None:
        rows.append(free := {})
    free[place] = number


def measured_parts(page: PageInput, claim: Claim) -> tuple[str, ...]:
    """What a number counts, and on what, part by part."""
    protocol = claim.protocol
    parts = [claim.quantity.label, page.dataset_title(protocol.dataset)]
    if claim.quantity.is_score:
        parts.append(say_splits(claim.splits))
        parts += ["single clips"] if protocol.level == "clip" else []
    parts += [] if protocol.pretrain == "none" else [f"from {name_dataset(protocol.pretrain)}"]
    return tuple(parts)
