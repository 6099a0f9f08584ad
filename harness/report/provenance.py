"""How the printed numbers are known, in words and counted."""

from collections import Counter
from collections.abc import Iterable, Sequence

from harness.claims import Claim, Evidence, Reading, Row
from harness.report import tables
from harness.report.inputs import PageInput
from harness.report.tables import Cell, Column, Table

DOUBTFUL = (Evidence.RECALLED, Evidence.UNKNOWN)  # marked wherever they stand


def show_source(evidence: Evidence, source: str) -> str:
    """How something is known, and from where."""
    return f"{evidence}: {source}" if source else str(evidence)


def doubts(reading: Reading) -> tuple[str, ...]:
    """The mark of a number that was read nowhere."""
    return (str(reading.evidence),) if reading.evidence in DOUBTFUL else ()


def numbers_of(page: PageInput) -> tuple[Claim, ...]:
    """The printed numbers of a recipe, other people's too."""
    return tuple(claim for claim in page.recipe.claims if isinstance(claim, Claim))


def count_evidence(claims: Iterable[Claim]) -> Counter[Evidence]:
    """How many numbers are known how; of several readings the first counts."""
    return Counter(claim.readings[0].evidence for claim in claims)


def say_evidence(claims: Iterable[Claim]) -> str:
    """How many numbers are known how, in words."""
    counted = count_evidence(claims)
    parts = [f"{counted[kind]} {_KNOWN[kind]}" for kind in Evidence if counted[kind]]
    return ", ".join(parts) or "none"


_KNOWN = {
    Evidence.PAPER: "read in the paper",
    Evidence.REPOSITORY: "read in the authors' repository",
    Evidence.SECONDARY: "from a secondary source",
    Evidence.RECALLED: "recalled only",
    Evidence.UNKNOWN: "unknown",
}


def evidence_table(inputs: Sequence[PageInput], kind: str) -> Table:
    """One row a recipe, one column a way of knowing.

    Args:
        inputs: The recipes.
        kind: Which pages to link to: ``html`` or ``md``.
    """
    total = [claim for page in inputs for claim in numbers_of(page)]
    rows = [
        _row(
            page.recipe.paper.method,
            numbers_of(page),
            f"{page.file(kind)}#claims",
        )
        for page in inputs
    ]
    return Table(
        key="evidence-table",
        caption=(
            "Printed numbers by how we know them, the first reading where there are several. A "
            "number keeps the weakest word that is true of it: recalled means that nobody read "
            "it again."
        ),
        columns=(
            Column(key="recipe", label="Recipe"),
            *(Column(key=name.name.lower(), label=str(name), is_number=True) for name in Evidence),
            Column(key="all", label="All", is_number=True),
        ),
        rows=(*rows, _row("All recipes", total, "")),
    )


def _row(name: str, claims: Sequence[Claim], href: str) -> tables.Row:
    counts = (_count_cell([c for c in claims if c.readings[0].evidence is e]) for e in Evidence)
    return tables.Row(cells=(Cell(text=name, href=href), *counts, _count_cell(claims)))


def _count_cell(claims: Sequence[Claim]) -> Cell:
    rows = Counter(claim.row for claim in claims)
    parts = [f"{rows[row]} {row}" for row in Row if rows[row]]
    return Cell(text=str(len(claims)), value=len(claims), note=", ".join(parts))
