"""What came out, in a few generated sentences."""

from collections import Counter
from dataclasses import dataclass

from harness.claims import Claim, Ordering
from harness.compare import ELSEWHERE, Evidence, Outcome, Verdict
from harness.metrics import METRICS
from harness.report.digits import show_gap
from harness.report.inputs import Addresses, PageInput
from harness.report.networks import OWN, describe_network
from harness.report.tables import Link, anchor
from harness.report.verdict_texts import name_claim, show_measured, show_printed

REPLICATION = (
    "Replication: the authors' code did not run. Every measured number here comes from an "
    "implementation written here from what is known of the paper (ACM v1.1 calls this replication; "
    "reproduction is with the authors' own artefacts){others}. The verdict “reproduced” says only "
    "that the printed number came out again."
)
OTHERS = ", or from {whose}'s where the settings by variant say so"
EXPLORATION = (
    "The paper did not use these data and says nothing of them. What comes out here is our own "
    "question, not a claim of the paper: it is counted in no verdict, and neither supports nor "
    "contradicts what the paper prints."
)
LIMITED = (
    "saw limited, incomplete or generated data. Such runs show that the code works; "
    "they never speak for an accuracy claim."
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sentence:
    """A finding: a number that leads to its record, and words around it.

    Args:
        before: Words before the number.
        number: The number.
        after: Words after it.
        about: Name of the row of the claim that it is about.
    """

    before: str
    number: Link
    after: str
    about: str


def tally(verdicts: tuple[Verdict, ...], *, orderings: bool) -> str:
    """How many of the paper's own claims came out how."""
    counted = Counter(
        str(verdict.outcome)
        for verdict in verdicts
        if isinstance(verdict.claim, Ordering) is orderings and verdict.claim.is_own
    )
    order = [str(outcome) for outcome in Outcome]
    parts = [f"{counted[word]} {word}" for word in order if word in counted]
    return ", ".join(parts) or "none"


def tally_of_runs(runs: tuple[Evidence, ...]) -> str:
    """How many runs there are and how they ended."""
    counts = sum(item.record.is_count for item in runs)
    runs = tuple(item for item in runs if not item.record.is_count)
    statuses = Counter(sorted(item.record.status for item in runs))
    parts = [f"{count} {status}" for status, count in statuses.items()]
    doubts = []
    stale = sum(bool(item.stale) for item in runs)
    invalid = sum(bool(item.run.invalidated) for item in runs)
    limited = sum(item.record.is_limited for item in runs)
    given = sum(item.record.has_authors_weights for item in runs)
    doubts += [f"{stale} stale"] if stale else []
    doubts += [f"{invalid} invalidated"] if invalid else []
    doubts += [f"{given} with the authors' weights"] if given else []
    doubts += [f"{limited} on limited or generated data"] if limited else []
    parts = [", ".join(parts) + (f" (of these {', '.join(doubts)})" if doubts else "")]
    parts += [f"{counts} without data, which counted costs"] if counts else []
    return ", ".join(filter(None, parts)) or "none"


def say_whose_code(*pages: PageInput) -> str:
    """Whose code gave the numbers of some recipes, for the head of what shows them."""
    whose = {
        part.code
        for page in pages
        for config in page.configs.values()
        for part in describe_network(config)
        if part.name == "network" and part.code != OWN
    }
    others = OTHERS.format(whose=" or ".join(sorted(whose))) if whose else ""
    return REPLICATION.format(others=others)


def findings(page: PageInput, addresses: Addresses) -> tuple[Sentence, ...]:
    """One sentence for each claim that something was measured for; none for explorations."""
    return tuple(
        _finding(page, verdict, addresses)
        for verdict in page.verdicts
        if (verdict.spread is not None or verdict.difference is not None)
        and verdict.claim.kind != "exploration"
    )


def _finding(page: PageInput, verdict: Verdict, addresses: Addresses) -> Sentence:
    claim = verdict.claim
    reason = f" ({verdict.reason})" if verdict.reason else ""
    about = anchor("claim", claim.key)
    if isinstance(claim, Ordering):
        where = page.dataset_title(claim.protocol.dataset)
        return Sentence(
            before=f"{claim.statement} ({METRICS[claim.metric].label}, {where}): difference",
            number=Link(
                text=show_measured(verdict),
                href=addresses.runs(verdict.run_ids, claim.better or ""),
            ),
            after=f": {verdict.outcome}{reason}.",
            about=about,
        )
    gap = f", gap {show_gap(claim.quantity, verdict.gap)}" if verdict.gap is not None else ""
    return Sentence(
        before=f"{name_claim(page, claim)}: printed {show_printed(claim)}, measured",
        number=Link(
            text=show_measured(verdict),
            href=addresses.runs(verdict.run_ids, claim.variant or ""),
        ),
        after=f"{gap}: {verdict.outcome}{reason}.",
        about=about,
    )


def notices(page: PageInput) -> tuple[str, ...]:
    """What a reader must know before the numbers: absent data, limited and doubtful runs."""
    found = list(page.absent)
    runs = [item for item in page.evidence if not item.record.is_count]
    limited = sum(item.record.is_limited for item in runs)
    own = [item for item in runs if not item.record.plan.overrides]
    stale = sum(bool(item.stale) for item in own)
    invalid = sum(bool(item.run.invalidated) for item in runs)
    total = len(runs)
    if not total:
        found.append("Nothing has been run yet: every measured place says so.")
    if limited:
        found.append(f"{limited} of {total} runs {LIMITED}")
    if stale:
        found.append(say_stale(stale, len(own), "runs with a variant's own settings"))
    if invalid:
        found.append(f"{invalid} of {total} runs are invalidated and no verdict rests on them.")
    return tuple(found)


def say_stale(stale: int, total: int, runs: str = "runs") -> str:
    """How many runs are stale, and what becomes of their numbers."""
    return (
        f"{stale} of {total} {runs} are stale: the code, the configuration or the data have "
        "changed since. Their numbers are shown and flagged."
    )


def overview(page: PageInput) -> tuple[str, ...]:
    """How many claims, orderings and runs there are, and how they came out."""
    claims = [v for v in page.verdicts if isinstance(v.claim, Claim)]
    own = sum(verdict.claim.is_own for verdict in claims)
    quoted = sum(verdict.outcome in ELSEWHERE for verdict in claims)
    tried = len(claims) - own - quoted
    others = f"; {quoted} more are other people's rows, shown and not judged" if quoted else ""
    others += f"; {tried} more are third parties' numbers, judged and not counted" if tried else ""
    orderings = [v for v in page.verdicts if not isinstance(v.claim, Claim)]
    printed = sum(verdict.claim.is_own for verdict in orderings)
    explored = len(orderings) - printed
    apart = f"; {explored} more are tried on other data, shown apart" if explored else ""
    return (
        f"Claims of its own ({own}): {tally(page.verdicts, orderings=False)}{others}.",
        f"Orderings ({printed}): {tally(page.verdicts, orderings=True)}{apart}.",
        f"Runs ({len(page.evidence)}): {tally_of_runs(page.evidence)}.",
    )
