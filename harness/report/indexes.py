"""All recipes → the table of the index."""

from collections.abc import Sequence

from harness.report.citations import reference_links
from harness.report.inputs import PageInput
from harness.report.run_tables import tally_of_runs
from harness.report.summaries import tally
from harness.report.tables import Cell, Column, Row, Table, anchor


def index_table(inputs: Sequence[PageInput], kind: str) -> Table:
    """One row a recipe.

    Args:
        inputs: The recipes.
        kind: Which pages to link to: ``html`` or ``md``.
    """
    return Table(
        key="recipes",
        caption="Papers, and what came out of running them again with our own code.",
        columns=(
            Column(key="recipe", label="Recipe"),
            Column(key="paper", label="Paper"),
            Column(key="claims", label="Claims"),
            Column(key="orderings", label="Orderings"),
            Column(key="runs", label="Runs"),
        ),
        rows=tuple(_row(page, f"{page.recipe.key}.{kind}") for page in inputs),
    )


def _row(page: PageInput, href: str) -> Row:
    paper = page.recipe.paper
    limited = sum(item.record.is_limited for item in page.evidence)
    all_limited = bool(limited) and limited == len(page.evidence)
    marks = ("limited or generated data only: speaks for no accuracy claim",)
    return Row(
        cells=(
            Cell(text=paper.method, href=href, note=page.recipe.key),
            Cell(
                text=paper.citation.title,
                links=reference_links(paper.citation),
                note=f"{paper.citation.short}, {paper.citation.venue}",
            ),
            Cell(text=tally(page.verdicts, orderings=False), href=f"{href}#claims"),
            Cell(text=tally(page.verdicts, orderings=True), href=f"{href}#orderings"),
            Cell(
                text=tally_of_runs(page.evidence),
                href=f"{href}#runs",
                marks=marks if all_limited else (),
            ),
        ),
        anchor=anchor("recipe", page.recipe.key),
    )
