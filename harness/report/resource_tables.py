"""Data sets and campaigns → tables of the index."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from harness.catalog import Campaign
from harness.claims import Claim, Ordering
from harness.compare import Evidence
from harness.report.commands import campaign_command
from harness.report.dataset_names import name_dataset
from harness.report.inputs import DatasetFacts, PageInput
from harness.report.page_files import campaign_file, dataset_file, recipe_file
from harness.report.summaries import tally_of_runs
from harness.report.tables import ABSENT, Cell, Column, Link, Row, Table, anchor, missing_cell

MOST_NAMED = 4  # variants that a row names


def datasets_table(
    inputs: Sequence[PageInput],
    kind: str,
    made: Collection[str],
    datasets: Mapping[str, DatasetFacts],
) -> Table:
    """One row for each data set that a claim or a run is about, or that is read here.

    Args:
        inputs: The recipes.
        kind: Which pages to link to: ``html`` or ``md``.
        made: Names of the pages that there are.
        datasets: Data sets that are read here, beside those that the recipes name.
    """
    facts = {key: fact for page in inputs for key, fact in page.datasets.items()}
    facts |= {key: fact for key, fact in datasets.items() if key not in facts}
    claims: dict[str, list[Claim | Ordering]] = defaultdict(list)
    runs: dict[str, list[Evidence]] = defaultdict(list)
    for page in inputs:
        for claim in page.recipe.claims:
            claims[claim.protocol.dataset].append(claim)
        for item in page.evidence:
            runs[item.record.plan.dataset].append(item)
    keys = sorted({*facts, *claims, *runs}, key=lambda key: (key not in facts, key))
    return Table(
        key="datasets-table",
        caption=(
            "Data sets of the claims and runs. What is not read here yet needs one file under "
            "harness/datasets/ before anything can be run on it."
        ),
        columns=(
            Column(key="dataset", label="Data set"),
            Column(key="claims", label="Printed numbers", is_number=True),
            Column(key="runs", label="Stored runs"),
            Column(key="obtain", label="Where to get it, and terms"),
            Column(key="command", label="Command"),
        ),
        rows=tuple(
            Row(
                cells=_dataset(key, facts.get(key), claims[key], tuple(runs[key]), kind, made),
                anchor=anchor("dataset", key),
            )
            for key in keys
        ),
    )


def _dataset(
    key: str,
    facts: DatasetFacts | None,
    claims: Sequence[Claim | Ordering],
    runs: tuple[Evidence, ...],
    kind: str,
    made: Collection[str],
) -> tuple[Cell, ...]:
    numbers = [claim for claim in claims if isinstance(claim, Claim)]
    own = sum(claim.is_own for claim in numbers)
    page = dataset_file(key, kind)
    literature = f"literature.{kind}#{anchor('on', key)}" if numbers else ""
    counted = (
        Cell(
            text=facts.title if facts else name_dataset(key),
            href=page if page in made else "",
            note=_unless_title(key, facts),
        ),
        Cell(text=str(len(numbers)), value=len(numbers), href=literature, note=f"{own} own"),
        Cell(text=f"{len(runs)}: {tally_of_runs(runs)}" if runs else "none", value=len(runs)),
    )
    if facts is None:
        unread = missing_cell("not read here yet")
        return (*counted, unread, Cell(text=ABSENT))
    return (
        *counted,
        Cell(text=facts.obtain, note=f"terms: {facts.terms}"),
        Cell(text="; ".join(form.command for form in facts.forms)),
    )


def _unless_title(key: str, facts: DatasetFacts | None) -> str:
    return key if facts or name_dataset(key) != key else ""


def campaigns_table(campaigns: Sequence[Campaign], kind: str, made: Collection[str]) -> Table:
    """One row a campaign.

    Args:
        campaigns: The campaigns.
        kind: Which pages to link to: ``html`` or ``md``.
        made: Names of the pages that there are.
    """
    return Table(
        key="campaigns-table",
        caption="Campaigns: named lists of runs that answer one question, each with its command.",
        columns=(
            Column(key="campaign", label="Campaign"),
            Column(key="question", label="Question"),
            Column(key="runs", label="Methods"),
            Column(key="command", label="Command"),
        ),
        rows=tuple(_campaign(campaign, kind, made) for campaign in campaigns),
    )


def _campaign(campaign: Campaign, kind: str, made: Collection[str]) -> Row:
    page = campaign_file(campaign.key, kind)
    recipes = dict.fromkeys(block.recipe for block in campaign.runs)
    variants = dict.fromkeys((b.recipe, v) for b in campaign.runs for v in b.variants)
    names = [variant for _, variant in variants]
    more = len(names) - MOST_NAMED
    shown = ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
    return Row(
        cells=(
            Cell(text=campaign.title, href=page if page in made else "", note=campaign.key),
            Cell(text=campaign.question),
            Cell(
                text="",
                value=shown,
                links=tuple(
                    Link(text=key, href=file if file in made else "")
                    for key in recipes
                    for file in (recipe_file(key, kind),)
                ),
                note=shown,
            ),
            Cell(text=campaign_command(campaign.key)),
        ),
        anchor=anchor("campaign", campaign.key),
    )
