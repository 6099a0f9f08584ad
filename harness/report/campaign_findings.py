"""What a campaign's runs say of printed orderings, and of what methods are built on → tables."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from harness.claims import Ordering, Protocol
from harness.compare import FEWEST_SEEDS, Verdict
from harness.report.campaign_comparisons import Comparison, Contrast, Pair
from harness.report.campaign_runs import Entrant
from harness.report.claim_tables import measured_cell, verdict_cell
from harness.report.digits import show_difference, show_number, show_p
from harness.report.inputs import PageInput, name_runs
from harness.report.page_files import claim_address
from harness.report.tables import ABSENT, Cell, Column, Row, Table, anchor, missing_cell
from harness.report.verdict_texts import name_claim


def say_findings(comparison: Comparison) -> tuple[str, ...]:
    """What the runs show, in a few sentences; nothing where no two methods can be compared."""
    if not comparison.contrasts:
        return ()
    told = sum(found.outcome != "undecided" for found in comparison.contrasts.values())
    few = sum(found.seeds < FEWEST_SEEDS for found in comparison.contrasts.values())
    lacking = f"; {few} of the others lack seeds" if few else ""
    gained = _count(found.outcome for found in comparison.gains.values() if found)
    tried = [v for _, v in _tried([m.entrant for m in comparison.methods], comparison.dataset)]
    return (
        f"{_say_ranges(comparison)}.",
        f"{told} of {len(comparison.contrasts)} pairs of methods are told apart{lacking}.",
        *([f"Gains over what a method is built on: {gained}."] if gained else []),
        *(
            [f"Printed orderings, tried on these data: {_count(str(v.outcome) for v in tried)}."]
            if tried
            else []
        ),
    )


def _say_ranges(comparison: Comparison) -> str:
    """From which to which mean the methods reach, by what they see, and what chance does."""
    means: dict[str, list[float]] = {}
    classes = set()
    for method in comparison.measured:
        protocol = Protocol(**method.entrant.config["protocol"])
        classes.add(protocol.classes)
        if method.spread:
            means.setdefault(protocol.modality, []).append(method.spread.mean)
    said = [f"{seen} {_say_range(found)}" for seen, found in means.items()]
    said += [
        f"by chance {show_number(100 / count, 1)} % ({count} classes)" for count in sorted(classes)
    ]
    return f"Mean top-1 accuracy: {'; '.join(said)}"


def _say_range(means: Sequence[float]) -> str:
    low, high = show_number(min(means), 1), show_number(max(means), 1)
    return f"{high} %" if len(means) == 1 else f"{low} to {high} % ({len(means)} methods)"


def _count(outcomes: Iterable[str]) -> str:
    counted = Counter(outcomes)
    return ", ".join(f"{number} {outcome}" for outcome, number in sorted(counted.items()))


def gains_table(comparison: Comparison) -> Table:
    """One row for each method and each one that it fuses or starts from."""
    compared = sum(found is not None for found in comparison.gains.values())
    return Table(
        key=comparison.key("gains"),
        caption=(
            "What is gained over what a method is built on: fusions over each of their streams, "
            "networks over those that they start from. Paired differences of top-1 accuracy, 95 % "
            f"intervals over resampled test units and seeds, p by Holm over the {compared} "
            f"compared pairs. Undecided: p above 0.05, or fewer than {FEWEST_SEEDS} seeds of one "
            "of the two."
        ),
        columns=(
            Column(key="method", label="Method"),
            Column(key="over", label="Built on"),
            Column(key="gain", label="Gain [95 % interval]", is_number=True),
            Column(key="p", label="p (Holm)", is_number=True),
            Column(key="outcome", label="Outcome"),
        ),
        rows=tuple(
            Row(
                cells=_gain_cells(pair, found),
                anchor=anchor("gain", *(method.entrant.label for method in pair)),
            )
            for pair, found in comparison.gains.items()
        ),
    )


def _gain_cells(pair: Pair, found: Contrast | None) -> tuple[Cell, ...]:
    names = tuple(Cell(text=method.entrant.label) for method in pair)
    if found is None:
        return (*names, missing_cell("tested on other samples"), *[missing_cell(ABSENT)] * 2)
    href, difference = runs_of(pair), found.difference
    return (
        *names,
        Cell(text=show_difference(difference), value=difference.value, href=href),
        Cell(text=show_p(found.p), value=found.p, href=href),
        Cell(text=found.reason, tone="good" if found.outcome == "ahead" else ""),
    )


def runs_of(pair: Pair) -> str:
    """An address that names the runs of two methods."""
    return name_runs(
        f"{method.entrant.page.recipe.key}/{item.record.run_id}"
        for method in pair
        for item in method.entrant.complete_runs
    )


def tried_table(entrants: Sequence[Entrant], dataset: str, kind: str) -> Table:
    """One row for each printed ordering that the campaign's recipes try on a data set.

    Args:
        entrants: The campaign's methods.
        dataset: Key of the data set.
        kind: Which recipe pages to link to: ``html`` or ``md``.
    """
    return Table(
        key=f"tried-{dataset}",
        caption=(
            "Printed orderings, tried on these data, which are not those of the papers: "
            "explorations that say nothing for or against a paper. Difference of seed-averaged "
            "accuracies; p is adjusted within each paper's explorations."
        ),
        columns=(
            Column(key="method", label="Paper"),
            Column(key="statement", label="Tried here"),
            Column(key="difference", label="Difference [95 % interval]", is_number=True),
            Column(key="outcome", label="On these data"),
        ),
        rows=tuple(
            Row(cells=_tried_cells(page, verdict, kind))
            for page, verdict in _tried(entrants, dataset)
        ),
    )


def _tried(entrants: Sequence[Entrant], dataset: str) -> Iterator[tuple[PageInput, Verdict]]:
    """Explorations of orderings on a data set, of the recipes of some methods."""
    pages = {entrant.page.recipe.key: entrant.page for entrant in entrants}
    for page in pages.values():
        for verdict in page.verdicts:
            claim = verdict.claim
            is_tried = isinstance(claim, Ordering) and not claim.is_own
            if is_tried and claim.protocol.dataset == dataset:
                yield page, verdict


def _tried_cells(page: PageInput, verdict: Verdict, kind: str) -> tuple[Cell, ...]:
    href = claim_address(verdict.claim, page.file(kind))
    return (
        Cell(text=page.recipe.paper.method, href=page.file(kind)),
        Cell(text=name_claim(page, verdict.claim), href=href),
        measured_cell(verdict, href),
        verdict_cell(verdict),
    )
