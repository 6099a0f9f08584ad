"""Claims × records → verdicts.

n counts the seeds that have every split; the value of a seed is the unweighted
mean over its splits; s is the sample standard deviation over seeds; τ is the
claim's tolerance, d = |mean − claim| and h the half-width for one more run.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from statistics import mean
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from harness.claims import Claim, Ordering, Protocol, Row
from harness.intervals import Difference, Spread, holm, paired_difference, spread_of
from harness.metrics import METRICS
from harness.records import RunRecord
from harness.store import StoredRun

FEWEST_SEEDS = 3  # that an ordering is judged by
LEVEL = 0.05


class Outcome(StrEnum):
    """What the runs say of a claim."""

    REPRODUCED = "reproduced"
    BELOW = "below claim"
    ABOVE = "above claim"
    INCONCLUSIVE = "inconclusive"
    SINGLE_WITHIN = "single run, within τ"
    SINGLE_OUTSIDE = "single run, outside τ"
    HOLDS = "holds"
    REVERSED = "reversed"
    UNDECIDED = "undecided"
    NOT_COMPARABLE = "not comparable"
    FAILED = "failed"
    NOT_RUN = "not run"
    QUOTED = "quoted"
    THIRD_PARTY = "third-party"


ELSEWHERE = frozenset({Outcome.QUOTED, Outcome.THIRD_PARTY})  # other people's, not ours to run
NOT_THE_PAPERS = "a third party's number, not the paper's"


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What the runs say of one claim.

    Args:
        claim: The claim.
        outcome: What they say.
        reason: Why, where the outcome does not say it all.
        measured: Mean over seeds, in the metric's unit; for an ordering the
            difference of the two means.
        gap: Measured − claimed, in the metric's gap unit.
        spread: Over seeds.
        difference: Of an ordering, with its interval.
        adjusted_p: Of an ordering, by Holm within paper and data set, and
            explorations apart.
        seeds: Seeds that it rests on; of an ordering, of the side with fewer.
        run_ids: Runs that it rests on.
        stale: How many of them are stale.
    """

    claim: Claim | Ordering
    outcome: Outcome
    reason: str = ""
    measured: float | None = None
    gap: float | None = None
    spread: Spread | None = None
    difference: Difference | None = None
    adjusted_p: float | None = None
    seeds: int = 0
    run_ids: tuple[str, ...] = ()
    stale: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """A stored run as the comparison sees it.

    Args:
        run: The run.
        stale: Why it is stale; ``""`` while it is not.
        unit: What a bootstrap resamples: ``group`` or ``sample``.
        departures: What the variant's configuration declares today, beside what
            the record's declares.
        moved: Keys of the claims whose conditions, number or tolerance were
            others before the run.
    """

    run: StoredRun
    stale: str = ""
    unit: str = "sample"
    departures: tuple[str, ...] = ()
    moved: frozenset[str] = frozenset()

    @property
    def record(self) -> RunRecord:
        """The run's record."""
        return self.run.record

    @property
    def is_valid(self) -> bool:
        """Whether it completed and was not found wrong later."""
        return self.record.failure is None and not self.run.invalidated

    @property
    def split_and_seed(self) -> tuple[str, int]:
        """What tells it from the other runs of its variant."""
        return self.record.plan.split, self.record.plan.seed


class Objection(NamedTuple):
    """Why a run does not speak to a claim."""

    outcome: Outcome
    reason: str


def judge_all(
    claims: Iterable[Claim | Ordering],
    evidence: Sequence[Evidence],
    *,
    unread: frozenset[str] = frozenset(),
) -> tuple[Verdict, ...]:
    """Judge a paper's claims by the runs of its recipe.

    Args:
        claims: The paper's claims.
        evidence: Runs of the recipe, oldest first.
        unread: Data sets of the claims that nothing here reads yet.
    """
    of_variant: dict[str | None, list[Evidence]] = defaultdict(list)
    for item in evidence:
        of_variant[item.record.plan.variant].append(item)
    verdicts = []
    for claim in claims:
        if isinstance(claim, Ordering):
            names = dict.fromkeys((claim.better, claim.worse))
            runs = [item for name in names for item in of_variant[name]]
            verdicts.append(_judge_ordering(claim, runs))
        else:
            verdicts.append(judge(claim, of_variant[claim.variant]))
    return _adjust_by_holm([_qualify(verdict, unread) for verdict in verdicts])


def judge(claim: Claim, evidence: Sequence[Evidence]) -> Verdict:
    """Judge a score or a cost by the runs of its variant, oldest first.

    Runs that measured something else are set aside; only if none is left does
    the newest of them give the reason.
    """
    if claim.row is Row.QUOTED:
        return Verdict(claim=claim, outcome=Outcome.QUOTED, reason="another paper's method")
    if claim.row is Row.THIRD_PARTY and claim.variant is None:
        return Verdict(claim=claim, outcome=Outcome.THIRD_PARTY, reason="somebody else's run")
    if claim.variant is None:
        return Verdict(claim=claim, outcome=Outcome.NOT_RUN, reason="no variant yet")
    hearing = _hear(evidence, claim.variant, claim, claim.protocol)
    if not hearing.found:
        return Verdict(claim=claim, outcome=Outcome.NOT_RUN, reason=_unheard(evidence, claim))
    if not hearing.speaking and hearing.objection is not None:
        shown = [item for item in hearing.found if claim.metric in item.record.values]
        outcome, reason = hearing.objection
        return replace(_measured(claim, shown), outcome=outcome, reason=reason)
    return _decide(claim, hearing)


def _qualify(verdict: Verdict, unread: frozenset[str]) -> Verdict:
    """Add what the runs do not say: whose number it is, and which data are not read."""
    claim, dataset = verdict.claim, verdict.claim.protocol.dataset
    variants = (claim.better, claim.worse) if isinstance(claim, Ordering) else (claim.variant,)
    if None in variants:
        return verdict
    parts = [verdict.reason]
    if verdict.outcome is Outcome.NOT_RUN and not verdict.run_ids and dataset in unread:
        parts = [f"data set '{dataset}' is not read yet"]
    if isinstance(claim, Claim) and claim.row is Row.THIRD_PARTY:
        parts.insert(0, NOT_THE_PAPERS)
    return replace(verdict, reason="; ".join(part for part in parts if part))


class Hearing(NamedTuple):
    """The runs of a variant before a claim: at most one of each split and seed.

    ``found`` are all that there are, ``speaking`` those that measured what the
    claim says, and ``objection`` is what is said of the newest other one.
    """

    found: list[Evidence]
    speaking: list[Evidence]
    objection: Objection | None


def _hear(
    evidence: Sequence[Evidence], variant: str, claim: Claim | Ordering, protocol: Protocol
) -> Hearing:
    """Hear a variant's valid runs; overridden and limited ones are other experiments.

    So are tests of the authors' weights. A cost needs no split, and no data.
    """
    is_score = METRICS[claim.metric].is_score
    candidates = [
        item
        for item in evidence
        if item.record.plan.variant == variant
        and not item.record.plan.overrides
        and not item.record.has_authors_weights
        and not item.run.invalidated
        and (not is_score or item.record.plan.split in claim.splits)
        and (not is_score or not item.record.is_limited)
    ]
    objections = [
        object_to(item.record, protocol, claim.metric) or _departs(item, is_score)
        for item in candidates
    ]
    speaking = [item for item, no in zip(candidates, objections, strict=True) if no is None]
    last = next((no for no in reversed(objections) if no is not None), None)
    return Hearing(newest_runs(candidates), newest_runs(speaking), last)


def _unheard(evidence: Sequence[Evidence], claim: Claim) -> str:
    """Why there is no run though there may be one, which is another experiment."""
    records = [item.record for item in evidence if not item.run.invalidated]
    ran = (r for r in records if r.plan.variant == claim.variant and not r.is_count)
    if any(record.is_limited and record.values for record in ran):
        return "limited, incomplete or generated data speak for no score"
    return ""


def _departs(item: Evidence, is_score: bool) -> Objection | None:
    """Object to a departure that was declared after the run."""
    return _object_to_departures(item.departures) if is_score else None


def _object_to_departures(departures: Sequence[str]) -> Objection | None:
    if not departures:
        return None
    what = "; ".join(departures)
    return Objection(Outcome.NOT_COMPARABLE, f"departs from the paper: {what}")


def newest_runs(runs: Iterable[Evidence]) -> list[Evidence]:
    """The newest run of each split and seed, a fresh one before a stale one."""
    chosen: dict[tuple[str, int], Evidence] = {}
    for item in runs:
        key = item.split_and_seed
        if key not in chosen or not item.stale or chosen[key].stale:
            chosen[key] = item
    return list(chosen.values())


def object_to(record: RunRecord, protocol: Protocol, metric: str) -> Objection | None:
    """Say why a run does not speak to a claim, or ``None`` if it does."""
    if record.failure is not None:
        return Objection(Outcome.FAILED, record.failure.message)
    matters = METRICS[metric].depends_on
    differing = [
        field
        for field in protocol.differences(record.plan.protocol)
        if matters is None or field in matters
    ]
    if differing:
        return Objection(Outcome.NOT_COMPARABLE, f"protocol differs in {', '.join(differing)}")
    if METRICS[metric].is_score:
        declared = record.plan.config.get("departures", ())
        if objection := _object_to_departures([departure["what"] for departure in declared]):
            return objection
        if record.data is None or record.data.test.scored != record.data.test.expected:
            return Objection(Outcome.NOT_COMPARABLE, "not every test sample was scored")
    if metric not in record.values:
        return Objection(Outcome.NOT_COMPARABLE, f"the run did not measure {metric}")
    return None


def _measured(claim: Claim, runs: Sequence[Evidence]) -> Verdict:
    """A verdict with the numbers that the runs give, the outcome still open."""
    values = seed_values(runs, claim.metric, claim.splits if claim.kind == "score" else ())
    if values:  # runs of seeds that lack a split are not in the mean
        runs = [item for item in runs if item.record.plan.seed in values]
    verdict = Verdict(
        claim=claim,
        outcome=Outcome.INCONCLUSIVE,
        run_ids=tuple(item.record.run_id for item in runs),
        stale=sum(bool(item.stale) for item in runs),
    )
    if not values:
        return verdict
    spread = spread_of(list(values.values()))
    gap = round(spread.mean - claim.value, 9)  # 33.35 − 33.3 is not quite 0.05
    return replace(verdict, measured=spread.mean, gap=gap, spread=spread, seeds=spread.n)


def seed_values(runs: Iterable[Evidence], metric: str, splits: tuple[str, ...]) -> dict[int, float]:
    """Unweighted mean over splits by seed, for the seeds that have them all.

    Args:
        runs: Runs that measured the metric, at most one a split and seed.
        metric: Key of the metric.
        splits: Splits that a seed must have; empty where the split is no matter.
    """
    by_seed: dict[int, dict[str, float]] = defaultdict(dict)
    for item in runs:
        plan = item.record.plan
        by_seed[plan.seed][plan.split] = item.record.values[metric]
    return {
        seed: mean(values.values()) if len(values) > 1 else next(iter(values.values()))
        for seed, values in sorted(by_seed.items())
        if not splits or set(values) == set(splits)
    }


def _decide(claim: Claim, hearing: Hearing) -> Verdict:
    speaking = hearing.speaking
    verdict = _measured(claim, speaking)
    if claim.kind == "score" and len(fingerprints_of(speaking)) > 1:
        return replace(
            verdict, outcome=Outcome.NOT_COMPARABLE, reason="the runs saw different data"
        )
    if verdict.spread is None or verdict.gap is None or claim.tolerance is None:
        if hearing.objection is not None:
            return replace(
                verdict, outcome=hearing.objection.outcome, reason=hearing.objection.reason
            )
        missing = _missing_splits(speaking, claim.splits)
        return replace(verdict, outcome=Outcome.NOT_RUN, reason=f"no seed has {missing} too")
    outcome, reason = _outcome(abs(verdict.gap), verdict.gap, claim, verdict.spread)
    if moved := sum(claim.key in item.moved for item in speaking):
        note = f"conditions or tolerance changed after {moved} of these runs"
        reason = f"{reason}; {note}" if reason else note
    return replace(verdict, outcome=outcome, reason=reason)


def fingerprints_of(runs: Iterable[Evidence]) -> frozenset[str]:
    """Fingerprints of the data that some runs saw; more than one cannot be averaged."""
    return frozenset(item.record.data.fingerprint for item in runs if item.record.data)


def _missing_splits(runs: Sequence[Evidence], splits: tuple[str, ...]) -> str:
    have = {item.record.plan.split for item in runs}
    return ", ".join(split for split in splits if split not in have) or "all the splits"


def _outcome(d: float, gap: float, claim: Claim, spread: Spread) -> tuple[Outcome, str]:
    tau = claim.tolerance or 0.0
    side = Outcome.BELOW if gap < 0 else Outcome.ABOVE
    if claim.kind == "cost":  # a count has no spread
        return (Outcome.REPRODUCED if d <= tau else side), ""
    if spread.next_run is None or spread.of_mean is None:
        return (Outcome.SINGLE_WITHIN if d <= tau else Outcome.SINGLE_OUTSIDE), ""
    if d <= tau and spread.of_mean <= tau:
        return Outcome.REPRODUCED, ""
    if d > tau and d > spread.next_run:
        return side, "in our implementation"
    if d <= tau:
        return (
            Outcome.INCONCLUSIVE,
            f"the mean is known to ± {spread.of_mean:.2f} only, and τ is {tau:g}: "
            "more seeds would tell",
        )
    return (
        Outcome.INCONCLUSIVE,
        f"the gap is within the spread of one more run (h = {spread.next_run:.2f}): "
        "more seeds would tell",
    )


def _judge_ordering(claim: Ordering, evidence: Sequence[Evidence]) -> Verdict:
    sides: list[list[Evidence]] = []
    for variant, protocol in claim.sides:
        if variant is None:
            return Verdict(claim=claim, outcome=Outcome.NOT_RUN, reason="no variant yet")
        hearing = _hear(evidence, variant, claim, protocol)
        if not hearing.found:
            return Verdict(claim=claim, outcome=Outcome.NOT_RUN, reason=f"no run of {variant}")
        if not hearing.speaking and hearing.objection is not None:
            outcome, reason = hearing.objection
            return Verdict(claim=claim, outcome=outcome, reason=f"{variant}: {reason}")
        speaking = hearing.speaking
        seeds = seed_values(speaking, claim.metric, claim.splits)
        sides.append([item for item in speaking if item.record.plan.seed in seeds])
    if len(fingerprints_of(item for side in sides for item in side)) > 1:
        reason = "the runs saw different data"
        return Verdict(claim=claim, outcome=Outcome.NOT_COMPARABLE, reason=reason)
    return _weigh(claim, sides[0], sides[1])


def _weigh(claim: Ordering, better: list[Evidence], worse: list[Evidence]) -> Verdict:
    verdict = Verdict(
        claim=claim,
        outcome=Outcome.UNDECIDED,
        run_ids=tuple(item.record.run_id for item in (*better, *worse)),
        stale=sum(bool(item.stale) for item in (*better, *worse)),
    )
    fewest = min(len({item.record.plan.seed for item in side}) for side in (better, worse))
    if fewest == 0:
        return replace(verdict, reason="no seed has every split")
    difference = compare_methods(better, worse, claim.splits)
    if difference is None:
        return replace(verdict, reason="they were tested on different samples")
    verdict = replace(verdict, measured=difference.value, difference=difference, seeds=fewest)
    if fewest < FEWEST_SEEDS:
        have = f"{fewest} seed{'' if fewest == 1 else 's'}"
        return replace(verdict, reason=f"{have}; {FEWEST_SEEDS} of each are needed")
    return verdict


def compare_methods(
    a: Sequence[Evidence], b: Sequence[Evidence], splits: tuple[str, ...]
) -> Difference | None:
    """Paired difference of two methods over the test samples of some splits.

    Args:
        a: Runs of A: the same splits for each of its seeds.
        b: Runs of B, likewise.
        splits: The splits.

    Returns:
        The difference; ``None`` where they were tested on different samples, as videos
        and clips of them are.
    """
    votes_a, votes_b = collect_votes(a, splits), collect_votes(b, splits)
    if not votes_a.is_of_the_samples_of(votes_b):
        return None
    return paired_difference(
        votes_a.correct, votes_b.correct, weights=votes_a.weights, units=votes_a.units
    )


class Votes(NamedTuple):
    """What a method had right of the test samples of some splits, ordered by their ids.

    Args:
        seeds: Seeds, in the order of the rows.
        correct: Right (1) or wrong (0), ``(seeds, N)``.
        weights: Weight of a sample in the accuracy, ``(N,)``.
        units: What a bootstrap resamples, ``(N,)``: groups, or samples.
        ids: Names of the samples, ``(N,)``.
    """

    seeds: tuple[int, ...]
    correct: NDArray[np.float64]
    weights: NDArray[np.float64]
    units: NDArray[np.str_]
    ids: NDArray[np.str_]

    def is_of_the_samples_of(self, other: "Votes") -> bool:
        """Whether the two can be compared sample by sample."""
        return (
            np.array_equal(self.weights, other.weights)
            and np.array_equal(self.units, other.units)
            and np.array_equal(self.ids, other.ids)
        )


def collect_votes(runs: Sequence[Evidence], splits: tuple[str, ...]) -> Votes:
    """Votes of a method's runs, each of whose scores is read once.

    Args:
        runs: The same splits for each of its seeds, at least one.
        splits: The splits.

    Raises:
        StoreError: The scores of a run are missing or corrupt.
    """
    rows: dict[int, dict[str, NDArray[np.float64]]] = defaultdict(dict)
    units: dict[str, NDArray[np.str_]] = {}
    ids: dict[str, NDArray[np.str_]] = {}
    for item in runs:
        plan, hits = item.record.plan, item.run.hits
        rows[plan.seed][plan.split] = hits.correct.astype(float)
        units[plan.split] = hits.groups if item.unit == "group" else hits.ids
        ids[plan.split] = hits.ids
    correct = np.stack(
        [np.concatenate([row[split] for split in splits]) for _, row in sorted(rows.items())]
    )
    weights = np.concatenate(
        [np.full(len(units[split]), 1 / (len(splits) * len(units[split]))) for split in splits]
    )
    return Votes(
        seeds=tuple(sorted(rows)),
        correct=correct,
        weights=weights,
        units=np.concatenate([units[split] for split in splits]),
        ids=np.concatenate([ids[split] for split in splits]),
    )


def _adjust_by_holm(verdicts: list[Verdict]) -> tuple[Verdict, ...]:
    """Decide the orderings of one paper, data set by data set.

    Explorations are families of their own: what we try on other data changes
    nothing of what is said of the paper.
    """
    families: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index, verdict in enumerate(verdicts):
        if verdict.difference is not None:
            families[verdict.claim.kind, verdict.claim.protocol.dataset].append(index)
    for family in families.values():
        p_values = [d.p for i in family if (d := verdicts[i].difference) is not None]
        for index, p in zip(family, holm(p_values), strict=True):
            verdicts[index] = _decide_ordering(verdicts[index], p)
    return tuple(verdicts)


def _decide_ordering(verdict: Verdict, p: float) -> Verdict:
    verdict = replace(verdict, adjusted_p=p)
    difference = verdict.difference
    if difference is None or verdict.reason:
        return verdict
    if p <= LEVEL and difference.low > 0:
        return replace(verdict, outcome=Outcome.HOLDS)
    if p <= LEVEL and difference.high < 0:
        return replace(verdict, outcome=Outcome.REVERSED)
    return replace(verdict, reason="the difference is within its uncertainty")


def verdict_json(verdict: Verdict, recipe: str) -> dict[str, object]:
    """One flat object a claim, for ``harness compare --json``."""
    claim = verdict.claim
    spread, difference = verdict.spread, verdict.difference
    halfwidth = spread.next_run if spread else None
    if difference is not None:
        halfwidth = (difference.high - difference.low) / 2
    return {
        "recipe": recipe,
        "variant": claim.better if isinstance(claim, Ordering) else claim.variant,
        "claim": claim.key,
        "kind": claim.kind,
        "metric": claim.metric,
        "claimed": None if isinstance(claim, Ordering) else claim.value,
        "measured": verdict.measured,
        "gap": verdict.gap,
        "tolerance": None if isinstance(claim, Ordering) else claim.tolerance,
        "n": verdict.seeds,
        "std": spread.std if spread else None,
        "halfwidth": halfwidth,
        "outcome": str(verdict.outcome),
        "reason": verdict.reason,
        "evidence": str(
            claim.evidence if isinstance(claim, Ordering) else claim.readings[0].evidence
        ),
        "run_ids": list(verdict.run_ids),
    }
