"""Names of the pages' files, and of places in them."""

import os
from pathlib import Path

from harness.claims import Claim, Ordering
from harness.report.tables import anchor

PAGE_KINDS = ("html", "md")


def recipe_file(recipe: str, kind: str) -> str:
    """Name of a recipe's page."""
    return f"{recipe}.{kind}"


def dataset_file(dataset: str, kind: str) -> str:
    """Name of a data set's page."""
    return f"dataset-{dataset}.{kind}"


def campaign_file(campaign: str, kind: str) -> str:
    """Name of a campaign's page."""
    return f"campaign-{campaign}.{kind}"


def claim_address(claim: Claim | Ordering, file: str = "") -> str:
    """Address of a claim's row on its recipe's page.

    Args:
        claim: The claim.
        file: The page as seen from the one that links; ``""`` on the page itself.
    """
    return f"{file}#{anchor('claim', claim.key)}"


def way_between(start: Path, end: Path) -> str:
    """A folder as seen from another one, as links write it."""
    return Path(os.path.relpath(end.resolve(), start.resolve())).as_posix()
