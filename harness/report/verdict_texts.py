"""A claim and what the runs say of it → short texts, the same wherever they stand."""

from harness.claims import Claim, Ordering
from harness.compare import ELSEWHERE, Verdict
from harness.report.digits import show_difference, show_spread
from harness.report.inputs import PageInput


def name_claim(page: PageInput, claim: Claim | Ordering) -> str:
    """What is claimed: a statement, or whose number of what on which data."""
    if isinstance(claim, Ordering):
        return claim.statement
    where = page.dataset_title(claim.protocol.dataset)
    return f"{claim.method}, {claim.quantity.label}, {where}"


def show_printed(claim: Claim | Ordering) -> str:
    """What is printed: a number with its unit, of several readings the first."""
    if isinstance(claim, Ordering):
        return "A > B"
    return f"{claim.readings[0].printed} {claim.quantity.unit}".rstrip()


def show_measured(verdict: Verdict) -> str:
    """What was measured: mean ± s (n), or a difference; ``""`` where nothing was."""
    if isinstance(verdict.claim, Ordering):
        return show_difference(verdict.difference) if verdict.difference else ""
    return show_spread(verdict.claim.quantity, verdict.spread) if verdict.spread else ""


def why_missing(verdict: Verdict) -> str:
    """Why there is no measured number."""
    if verdict.outcome in ELSEWHERE:
        return "not ours to run"
    return f"{verdict.outcome}: {verdict.reason}" if verdict.reason else str(verdict.outcome)
