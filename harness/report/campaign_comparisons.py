"""Methods of a campaign on the same data and splits, and how far each two are apart."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from itertools import combinations

import numpy as np

from harness.claims import Protocol
from harness.compare import FEWEST_SEEDS, LEVEL, Evidence, Votes, collect_votes, seed_values
from harness.intervals import (
    Difference,
    Spread,
    holm,
    paired_difference,
    paired_differences,
    spread_of,
)
from harness.report.campaign_runs import Entrant
from harness.report.digits import show_difference, show_p
from harness.report.measured_cells import HEADLINE
from harness.report.tables import Rank, anchor

MOST_COMPARED = 60  # methods, with 1,770 pairs


@dataclass(frozen=True, kw_only=True, eq=False)
class Method:
    """An entrant with its numbers.

    Args:
        entrant: The entrant.
        seeds: Its accuracy with each seed that has every split.
        spread: Over these; ``None`` where there is none.
        votes: What it had right; ``None`` without a spread, where its runs saw
            different data, and for those behind the best :data:`MOST_COMPARED`.
    """

    entrant: Entrant
    seeds: tuple[float, ...]
    spread: Spread | None
    votes: Votes | None = None

    @property
    def has_groups(self) -> bool:
        """Whether its splits keep subjects or pairs apart."""
        return self.votes is not None and self.entrant.runs[0].unit == "group"

    def by_unit(self) -> dict[str, tuple[float, int]]:
        """Accuracy in percent, as mean over seeds, and number of samples, by test unit."""
        if self.votes is None:
            return {}
        units, place = np.unique(self.votes.units, return_inverse=True)
        sizes = np.bincount(place, minlength=len(units))
        right = np.bincount(place, self.votes.correct.mean(axis=0), len(units))
        shares = (100 * right / sizes).tolist()
        return {str(u): (s, int(n)) for u, s, n in zip(units, shares, sizes, strict=True)}


@dataclass(frozen=True, kw_only=True, slots=True)
class Contrast:
    """How far two methods are apart.

    Args:
        difference: The first minus the second.
        p: Its p-value, adjusted by Holm over the pairs of the comparison.
        seeds: Of the one that has fewer.
    """

    difference: Difference
    p: float
    seeds: int

    @property
    def outcome(self) -> str:
        """``ahead``, ``behind`` or ``undecided``, of the first; with few seeds always the last."""
        if self.seeds < FEWEST_SEEDS or self.p > LEVEL:
            return "undecided"
        if self.difference.low > 0:
            return "ahead"
        return "behind" if self.difference.high < 0 else "undecided"

    @property
    def said_p(self) -> str:
        """Its p-value, in words that stay in one line."""
        text = show_p(self.p)
        said = f"p {text}" if text.startswith("<") else f"p = {text}"
        return said.replace(" ", "\u00a0")

    @property
    def reason(self) -> str:
        """The outcome with its reason, where it is undecided for want of seeds."""
        few = f": {self.seeds} of {FEWEST_SEEDS} seeds" if self.seeds < FEWEST_SEEDS else ""
        return f"{self.outcome}{few}"


Pair = tuple[Method, Method]


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Methods that were tested on the same data and splits.

    Args:
        dataset: Key of the data set.
        title: Its name.
        splits: The splits.
        methods: The methods, the best first, those without a mean last.
        contrasts: How far two of them are apart, the better one first.
        gains: How far methods are from those that they fuse or start from; ``None`` for
            those that were tested on other samples.
    """

    dataset: str
    title: str
    splits: tuple[str, ...]
    methods: tuple[Method, ...]
    contrasts: dict[Pair, Contrast] = field(default_factory=dict)
    gains: dict[Pair, Contrast | None] = field(default_factory=dict)

    def key(self, *names: str) -> str:
        """A name on the page that no other comparison has."""
        return anchor(*names, self.dataset, *self.splits[:1])

    @property
    def span(self) -> str:
        """Its splits, the ends of a long list."""
        return (
            " … ".join((self.splits[0], self.splits[-1]))
            if len(self.splits) > 3
            else ", ".join(self.splits)
        )

    @property
    def differing(self) -> tuple[str, ...]:
        """Fields in which the protocols of the methods differ: they share the samples alone."""
        first, *others = [Protocol(**m.entrant.config["protocol"]) for m in self.methods]
        found = {name for other in others for name in first.differences(other)}
        return tuple(field.name for field in fields(Protocol) if field.name in found)

    def short(self, method: Method) -> str:
        """A method's name at the head of a column: its variant, where no other has that name."""
        variants = [other.entrant.variant for other in self.methods]
        variant = method.entrant.variant
        return variant if variants.count(variant) == 1 else method.entrant.label

    @property
    def measured(self) -> tuple[Method, ...]:
        """The methods that have a mean."""
        return tuple(method for method in self.methods if method.spread)

    def rank(self, method: Method) -> Rank:
        """Whether it is the best or the second: marked only where a test tells the two apart."""
        leaders = self.leaders
        if leaders is None or leaders not in self.contrasts:
            return ""
        if self.contrasts[leaders].outcome != "ahead" or method not in leaders:
            return ""
        return "best" if method is leaders[0] else "second"

    @property
    def leaders(self) -> Pair | None:
        """The two best; ``None`` where fewer have a mean."""
        measured = self.measured
        return (measured[0], measured[1]) if len(measured) > 1 else None

    @property
    def tests(self) -> tuple[str, ...]:
        """What the marks of best and second best rest on, or why there are none."""
        leaders = self.leaders
        if leaders is None:
            return ()
        names = [method.entrant.label for method in leaders]
        if leaders not in self.contrasts:
            return (f"No best is marked: {names[0]} and {names[1]} were tested on other samples.",)
        found = self.contrasts[leaders]
        is_told = found.outcome == "ahead"
        return (
            f"{'Best and second best' if is_told else 'No best is marked'}: "
            f"{names[0]} − {names[1]} is {show_difference(found.difference)}, "
            f"{found.said_p} (paired bootstrap, Holm over {len(self.contrasts)} pairs): "
            f"{found.reason}.",
        )


def compare_entrants(entrants: Sequence[Entrant]) -> tuple[Comparison, ...]:
    """The entrants that are no trials, by data set and splits, with all their differences.

    Scores of a run are read once, and the test units of a comparison drawn once.

    Raises:
        StoreError: The scores of a run are missing or corrupt.
    """
    groups: dict[tuple[str, tuple[str, ...]], list[Entrant]] = {}
    for entrant in entrants:
        if entrant.dataset and not entrant.is_trial:
            groups.setdefault((entrant.dataset, entrant.splits), []).append(entrant)
    return tuple(_compare(*group, found) for group, found in groups.items())


def _compare(dataset: str, splits: tuple[str, ...], entrants: Sequence[Entrant]) -> Comparison:
    measured = sorted(map(_measure, entrants), key=_by_accuracy)
    methods = [*map(_with_votes, measured[:MOST_COMPARED]), *measured[MOST_COMPARED:]]
    return Comparison(
        dataset=dataset,
        title=entrants[0].page.dataset_title(dataset),
        splits=splits,
        methods=tuple(methods),
        contrasts=_contrast(methods),
        gains=_contrast_gains(methods),
    )


def _measure(entrant: Entrant) -> Method:
    having = [item for item in entrant.runs if HEADLINE.key in item.record.values]
    seeds = tuple(seed_values(having, HEADLINE.key, entrant.splits).values())
    return Method(entrant=entrant, seeds=seeds, spread=spread_of(list(seeds)) if seeds else None)


def _with_votes(method: Method) -> Method:
    """A method with what it had right, where its runs say that of the same data."""
    runs = [i for i in method.entrant.complete_runs if HEADLINE.key in i.record.values]
    if method.spread is None or len({_fingerprint(item) for item in runs}) != 1:
        return method
    return replace(method, votes=collect_votes(runs, method.entrant.splits))


def _fingerprint(item: Evidence) -> str:
    return item.record.data.fingerprint if item.record.data else ""


def _by_accuracy(method: Method) -> float:
    return -method.spread.mean if method.spread else 1.0


def _contrast(methods: Sequence[Method]) -> dict[Pair, Contrast]:
    """Differences of the best methods, as far as they were tested on the same samples."""
    groups: list[list[tuple[Method, Votes]]] = []
    for method in methods:
        votes = method.votes
        if votes is None:
            continue
        for group in groups:
            if _saw_the_same(group[0], (method, votes)):
                group.append((method, votes))
                break
        else:
            groups.append([(method, votes)])
    found: dict[Pair, Difference] = {}
    for group in groups:
        first = group[0][1]
        differences = paired_differences(
            [votes.correct for _, votes in group], weights=first.weights, units=first.units
        )
        pairs = combinations([method for method, _ in group], 2)
        found |= dict(zip(pairs, differences.values(), strict=True))
    return _adjust(found)


def _adjust(found: Mapping[Pair, Difference]) -> dict[Pair, Contrast]:
    """Differences with p by Holm over all of them."""
    adjusted = holm([difference.p for difference in found.values()])
    return {
        pair: Contrast(difference=difference, p=p, seeds=min(len(m.seeds) for m in pair))
        for (pair, difference), p in zip(found.items(), adjusted, strict=True)
    }


def _contrast_gains(methods: Sequence[Method]) -> dict[Pair, Contrast | None]:
    """Differences of methods and those that they are built on; p by Holm over these."""
    measured = [method for method in methods if method.spread]
    pairs = list(_find_built(measured))
    votes = {method: _with_votes(method).votes for pair in pairs for method in pair}
    found: dict[Pair, Difference] = {}
    for one, other in pairs:
        a, b = votes[one], votes[other]
        if a is not None and b is not None and _saw_the_same((one, a), (other, b)):
            found[one, other] = paired_difference(
                a.correct, b.correct, weights=a.weights, units=a.units
            )
    adjusted = _adjust(found)
    return {pair: adjusted.get(pair) for pair in pairs}


def _find_built(measured: Sequence[Method]) -> Iterator[Pair]:
    """Methods that have a mean, each with those of them that it is built on."""
    methods = {
        f"{method.entrant.page.recipe.key}/{method.entrant.variant}": method
        for method in measured
        if not method.entrant.settings
    }
    for name, method in methods.items():
        for given in method.entrant.config.get("inputs", ()):
            whose = given if "/" in given else f"{name.partition('/')[0]}/{given}"
            if whose in methods:
                yield method, methods[whose]


def _saw_the_same(a: tuple[Method, Votes], b: tuple[Method, Votes]) -> bool:
    """Whether two methods were tested on the same samples, of the same data where both read it."""
    runs = [method.entrant.complete_runs[0] for method, _ in (a, b)]
    modalities = {run.record.plan.protocol.modality for run in runs}
    prints = {_fingerprint(run) for run in runs}
    is_alike = len(prints) == 1 or len(modalities) == 2
    return is_alike and a[1].is_of_the_samples_of(b[1])
