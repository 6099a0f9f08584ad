"""What the authors' weights gave here, beside what is printed: gaps, and no verdicts.

Such a run tests network, data and protocol as we have them, and nothing of the
training; it has no seeds, so nothing is said of its spread.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from harness.claims import Claim, Ordering
from harness.compare import Evidence, object_to
from harness.records import AUTHORS, RunRecord

HEADLINE = "top1_acc"


@dataclass(frozen=True, kw_only=True, slots=True)
class Tested:
    """One value that a file of weights gave.

    Args:
        item: The run.
        metric: Key of the metric.
        measured: The value, in its metric's unit; ``None`` where the run has none.
        claim: The printed number that it would speak to; ``None`` where there is none.
        gap: Measured − claimed, in the metric's gap unit; ``None`` where they are
            not comparable.
        reason: Why they are not.
    """

    item: Evidence
    metric: str
    measured: float | None
    claim: Claim | None = None
    gap: float | None = None
    reason: str = ""


def find_tested(
    claims: Iterable[Claim | Ordering], evidence: Iterable[Evidence]
) -> tuple[Tested, ...]:
    """Set the runs that tested weights beside the scores that are printed.

    Args:
        claims: The paper's claims.
        evidence: Runs of its recipe, oldest first; others than such are passed over.

    Returns:
        One value for each score that is claimed of the run's variant and split;
        where there is none, the top-1 accuracy alone.
    """
    scores = [claim for claim in claims if isinstance(claim, Claim) and claim.kind == "score"]
    return tuple(
        tested
        for item in evidence
        if item.record.has_authors_weights
        for tested in _set_beside(item, scores)
    )


def digest_of_file(record: RunRecord) -> str:
    """SHA-256 of the file of weights that a run tested, in hex; ``""`` where it trained."""
    inputs = record.plan.inputs
    return next((item.digest for item in inputs if item.variant == AUTHORS), "")


def _set_beside(item: Evidence, claims: Iterable[Claim]) -> Iterator[Tested]:
    plan, values = item.record.plan, item.record.values
    spoken = [c for c in claims if c.variant == plan.variant and plan.split in c.splits]
    for claim in spoken:
        measured, reason = values.get(claim.metric), _object(item, claim)
        gap = None
        if measured is not None and not reason:
            gap = round(measured - claim.value, 9)  # 30.75 − 30.7 is not quite 0.05
        yield Tested(
            item=item,
            metric=claim.metric,
            measured=measured,
            claim=claim,
            gap=gap,
            reason=reason,
        )
    if not spoken:
        yield Tested(item=item, metric=HEADLINE, measured=values.get(HEADLINE))


def _object(item: Evidence, claim: Claim) -> str:
    """Why a run's value is not that of a claim, or ``""``."""
    record = item.record
    if item.run.invalidated:
        return "invalidated"
    if objection := object_to(record, claim.protocol, claim.metric):
        return objection.reason
    if item.departures:
        return f"departs from the paper: {'; '.join(item.departures)}"
    if record.plan.overrides:
        return "settings were overridden"
    if record.is_limited:
        return "limited, incomplete or generated data"
    if len(claim.splits) > 1:
        return f"printed is the mean over {len(claim.splits)} splits"
    return ""
