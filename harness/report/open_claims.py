"""Claims without a final verdict → what would give them one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.claims import Claim
from harness.compare import FEWEST_SEEDS, Outcome, Verdict
from harness.report.commands import prepare_command, reproduce_command
from harness.report.glossary import word_link
from harness.report.inputs import PageInput
from harness.report.page_files import claim_address
from harness.report.tables import ABSENT, Cell, Column, Row, Table, anchor

MORE_SEEDS = 10  # that a verdict which lacks seeds asks for, at least


@dataclass(frozen=True, kw_only=True, slots=True)
class Remedy:
    """What would settle an open claim.

    Args:
        words: What is needed.
        command: What to type when that is there; ``""`` where no command does it.
    """

    words: str
    command: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Open:
    """What claims that are open alike have in common."""

    dataset: str
    outcome: Outcome
    reason: str
    remedy: Remedy


def open_table(inputs: Sequence[PageInput], kind: str) -> Table:
    """One row for the claims of a paper that are open for the same reason.

    Args:
        inputs: The recipes.
        kind: Which pages to link to: ``html`` or ``md``.
    """
    return Table(
        key="open-table",
        caption="Claims of the papers' own without a final verdict, and what would give one.",
        columns=(
            Column(key="recipe", label="Recipe"),
            Column(key="claims", label="Claims", is_number=True),
            Column(key="dataset", label="Data set"),
            Column(key="reason", label="Verdict so far"),
            Column(key="remedy", label="What would settle it"),
            Column(key="command", label="Command"),
        ),
        rows=tuple(row for page in inputs for row in _open_rows(page, kind)),
    )


def _open_rows(page: PageInput, kind: str) -> Iterator[Row]:
    file = page.file(kind)
    groups: dict[_Open, list[Verdict]] = {}
    for verdict in page.verdicts:
        remedy = find_remedy(page, verdict)
        if verdict.claim.is_own and remedy is not None:
            dataset = verdict.claim.protocol.dataset
            key = _Open(
                dataset=dataset, outcome=verdict.outcome, reason=verdict.reason, remedy=remedy
            )
            groups.setdefault(key, []).append(verdict)
    for key, verdicts in groups.items():
        yield Row(
            cells=(
                Cell(text=page.recipe.paper.method, href=file),
                Cell(
                    text=str(len(verdicts)),
                    value=len(verdicts),
                    href=claim_address(verdicts[0].claim, file),
                ),
                Cell(
                    text=page.dataset_title(key.dataset), href=f"#{anchor('dataset', key.dataset)}"
                ),
                Cell(
                    text=str(key.outcome),
                    href=word_link(str(key.outcome)),
                    verdict=key.outcome,
                    note=key.reason,
                ),
                Cell(text=key.remedy.words),
                Cell(text=key.remedy.command or ABSENT),
            )
        )


def find_remedy(page: PageInput, verdict: Verdict) -> Remedy | None:
    """What would settle a claim; ``None`` where it is settled, or not ours to settle."""
    outcome, again = verdict.outcome, reproduce_command(page.recipe.key)
    if outcome is Outcome.NOT_RUN:
        return _to_run(page, verdict, again)
    if outcome is Outcome.FAILED:
        return Remedy(words="mend what the record of the failed run says", command=again)
    if outcome is Outcome.NOT_COMPARABLE:
        return Remedy(words="a variant that runs under the printed conditions")
    if outcome is Outcome.UNDECIDED and verdict.seeds >= FEWEST_SEEDS:
        return Remedy(words="more seeds narrow it a little, more test data narrow it more")
    lacks_seeds = (
        Outcome.INCONCLUSIVE,
        Outcome.SINGLE_WITHIN,
        Outcome.SINGLE_OUTSIDE,
        Outcome.UNDECIDED,
    )
    if outcome in lacks_seeds:
        seeds = max(2 * verdict.seeds, MORE_SEEDS)
        return Remedy(words="more seeds", command=f"{again} --seeds 0..{seeds - 1}")
    if verdict.stale:
        return Remedy(words="its runs are stale: repeat them", command=f"{again} --stale")
    return None


def _to_run(page: PageInput, verdict: Verdict, again: str) -> Remedy:
    claim, needs = verdict.claim, []
    variants = (claim.variant,) if isinstance(claim, Claim) else (claim.better, claim.worse)
    if not page.recipe.variants:
        needs.append(f"a model and a configuration in recipes/{page.recipe.key}/")
    elif None in variants:
        needs.append(f"a configuration in recipes/{page.recipe.key}/ that tries it")
    dataset = claim.protocol.dataset
    facts = page.datasets.get(dataset)
    if facts is None:
        needs.append(f"a reader of the data set, harness/datasets/{dataset}.py")
    if facts is None or not facts.embedded:
        needs.append("the data")
        prepare = facts.commands({claim.protocol.data.form}) if facts else ()
        again = " && ".join((*(prepare or (prepare_command(dataset),)), again))
    return Remedy(words=", ".join((*needs, "time to train")), command=again)
