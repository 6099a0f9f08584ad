"""All recipes → the index: what came out, and the papers."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from harness.claims import Claim
from harness.compare import Outcome, Verdict
from harness.report.citations import reference_links
from harness.report.digits import show_gap
from harness.report.glossary import word_link
from harness.report.inputs import PageInput
from harness.report.page_files import claim_address
from harness.report.summaries import tally, tally_of_runs
from harness.report.tables import ABSENT, Cell, Column, Row, Table, anchor
from harness.report.verdict_texts import name_claim, show_measured, show_printed

_ELSEWHERE = re.compile(r" --(?:results|work|data|jobs)[ =]\S+")


def outcomes_table(inputs: Sequence[PageInput], kind: str) -> Table:
    """One row for each of the papers' own claims that was tried, with the command that did it.

    Args:
        inputs: The recipes.
        kind: Which pages to link to: ``html`` or ``md``.
    """
    return Table(
        key="outcomes-table",
        caption=(
            "The papers' own claims that were tried. n counts seeds. A verdict leads to what it "
            "means, a number to its claim and from there to its runs; the command is the one "
            "that the runs were started with, but for where files lay and how many ran at once."
        ),
        columns=(
            Column(key="claim", label="Claim"),
            Column(key="outcome", label="Verdict"),
            Column(key="printed", label="Printed", is_number=True),
            Column(key="measured", label="Measured mean ± s (n)", is_number=True),
            Column(key="command", label="Command"),
        ),
        rows=tuple(
            Row(cells=_outcome_cells(page, verdict, kind, commands))
            for page in inputs
            for commands in (_commands(page),)
            for verdict in page.verdicts
            if verdict.claim.is_own and verdict.outcome is not Outcome.NOT_RUN
        ),
    )


def _outcome_cells(
    page: PageInput, verdict: Verdict, kind: str, commands: Mapping[str, str]
) -> tuple[Cell, ...]:
    claim, measured = verdict.claim, show_measured(verdict)
    href = claim_address(claim, page.file(kind))
    gap = ""
    if isinstance(claim, Claim) and verdict.gap is not None:
        gap = f"gap {show_gap(claim.quantity, verdict.gap)}"
    used = Counter(commands[run_id] for run_id in verdict.run_ids if commands.get(run_id))
    return (
        Cell(text=name_claim(page, claim), href=href, note=page.recipe.paper.method),
        Cell(
            text=str(verdict.outcome),
            href=word_link(str(verdict.outcome)),
            verdict=verdict.outcome,
            note=verdict.reason,
            marks=("stale",) if verdict.stale else (),
        ),
        Cell(text=show_printed(claim)),
        Cell(text=measured or ABSENT, href=href if measured else "", note=gap),
        Cell(text="; ".join(used) or "not recorded", tone="" if used else "missing"),
    )


def _commands(page: PageInput) -> dict[str, str]:
    """Command that each run was started with, without what no number follows from."""
    records = [item.record for item in page.evidence]
    return {
        r.run_id: _ELSEWHERE.sub("", r.environment.command)
        for r in records
        if r.environment is not None
    }


def papers_table(inputs: Sequence[PageInput], kind: str) -> Table:
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
            Column(key="claims", label="Claims of its own"),
            Column(key="orderings", label="Orderings"),
            Column(key="runs", label="Runs"),
        ),
        rows=tuple(_paper(page, page.file(kind)) for page in inputs),
    )


def _paper(page: PageInput, href: str) -> Row:
    paper = page.recipe.paper
    runs = [item for item in page.evidence if not item.record.is_count]
    all_limited = bool(runs) and all(item.record.is_limited for item in runs)
    marks = ("limited or generated data only: speaks for no accuracy claim",)
    orderings = tally(page.verdicts, orderings=True)
    return Row(
        cells=(
            Cell(
                text=paper.method,
                href=href,
                note=page.recipe.key,
                marks=() if page.recipe.variants else ("claims only",),
            ),
            Cell(
                text=paper.citation.title,
                links=reference_links(paper.citation),
                note=f"{paper.citation.short}, {paper.citation.venue}",
            ),
            Cell(text=tally(page.verdicts, orderings=False), href=f"{href}#claims"),
            Cell(text=orderings, href=f"{href}#orderings" if orderings != "none" else ""),
            Cell(
                text=tally_of_runs(page.evidence),
                href=f"{href}#runs",
                marks=marks if all_limited else (),
            ),
        ),
        anchor=anchor("recipe", page.recipe.key),
    )


def summarise(inputs: Sequence[PageInput]) -> tuple[str, ...]:
    """The whole collection in a few lines."""
    claims = [c for page in inputs for c in page.recipe.claims if isinstance(c, Claim)]
    own = sum(claim.is_own for claim in claims)
    verdicts = tuple(verdict for page in inputs for verdict in page.verdicts)
    runs = tuple(item for page in inputs for item in page.evidence)
    return (
        f"{len(inputs)} papers with {len(claims)} printed numbers, {own} of them their own.",
        f"Their own numbers: {tally(verdicts, orderings=False)}.",
        f"Their orderings: {tally(verdicts, orderings=True)}.",
        f"{len(runs)} stored runs: {tally_of_runs(runs)}.",
    )
