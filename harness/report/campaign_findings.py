"""What a campaign's runs say of printed orderings, and of what methods are built on → tables."""

from collections.abc import Iterator, Sequence

from harness.claims import Ordering
from harness.compare import Verdict
from harness.report.campaign_comparisons import Comparison, Contrast, Method, Pair
from harness.report.campaign_runs import Entrant
from harness.report.claim_tables import measured_cell, verdict_cell
from harness.report.digits import show_p, show_signed
from harness.report.inputs import PageInput, name_runs
from harness.report.page_files import claim_address
from harness.report.tables import Cell, Column, Row, Table, missing_cell
from harness.report.verdict_texts import name_claim


def gains_table(comparison: Comparison) -> Table:
    """One row for each method and each one that it fuses or starts from."""
    pairs = list(_find_built(comparison))
    return Table(
        key=comparison.key("gains"),
        caption=(
            "What is gained over what a method is built on: fusions over each of their streams, "
            "networks over those that they start from. Differences of top-1 accuracy as in the "
            f"table above, p by Holm over its {len(comparison.contrasts)} pairs."
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
                cells=_gain_cells(comparison, *pair),
                anchor=f"gain {' '.join(method.entrant.label for method in pair)}",
            )
            for pair in pairs
        ),
    )


def _find_built(comparison: Comparison) -> Iterator[tuple[Method, Method]]:
    """Methods that have a mean, each with those of them that it is built on."""
    methods = {
        f"{method.entrant.page.recipe.key}/{method.entrant.variant}": method
        for method in comparison.measured
        if not method.entrant.settings
    }
    for name, method in methods.items():
        for given in method.entrant.config.get("inputs", ()):
            whose = given if "/" in given else f"{name.partition('/')[0]}/{given}"
            if whose in methods:
                yield method, methods[whose]


def _gain_cells(comparison: Comparison, method: Method, other: Method) -> tuple[Cell, ...]:
    names = tuple(Cell(text=one.entrant.label) for one in (method, other))
    found, sign = comparison.contrasts.get((method, other)), 1
    if found is None:
        found, sign = comparison.contrasts.get((other, method)), -1
    if found is None:
        return (*names, missing_cell("not compared"), missing_cell("–"), missing_cell("–"))
    return (*names, *_difference_cells(found, sign, runs_of((method, other))))


def runs_of(pair: Pair) -> str:
    """An address that names the runs of two methods."""
    return name_runs(
        f"{method.entrant.page.recipe.key}/{item.record.run_id}"
        for method in pair
        for item in method.entrant.complete_runs
    )


def _difference_cells(found: Contrast, sign: int, href: str) -> tuple[Cell, Cell, Cell]:
    """A contrast as a gain, whichever of the two is ahead."""
    low, high = sorted((sign * found.difference.low, sign * found.difference.high))
    gain = sign * found.difference.value
    interval = f"[{show_signed(low, 2)}, {show_signed(high, 2)}]"
    turned = {"ahead": "behind", "behind": "ahead"} if sign < 0 else {}
    outcome = turned.get(found.outcome, found.outcome)
    return (
        Cell(text=f"{show_signed(gain, 2)} pp {interval}", value=gain, href=href),
        Cell(text=show_p(found.p), value=found.p, href=href),
        Cell(
            text=found.reason.replace(found.outcome, outcome, 1),
            tone="good" if outcome == "ahead" else "",
        ),
    )


def tried_table(entrants: Sequence[Entrant], dataset: str, kind: str) -> Table:
    """One row for each printed ordering that the campaign's recipes try on a data set.

    Args:
        entrants: The campaign's methods.
        dataset: Key of the data set.
        kind: Which recipe pages to link to: ``html`` or ``md``.
    """
    pages = {entrant.page.recipe.key: entrant.page for entrant in entrants}
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
            for page in pages.values()
            for verdict in page.verdicts
            if isinstance(verdict.claim, Ordering)
            and not verdict.claim.is_own
            and verdict.claim.protocol.dataset == dataset
        ),
    )


def _tried_cells(page: PageInput, verdict: Verdict, kind: str) -> tuple[Cell, ...]:
    href = claim_address(verdict.claim, page.file(kind))
    return (
        Cell(text=page.recipe.paper.method, href=page.file(kind)),
        Cell(text=name_claim(page, verdict.claim), href=href),
        measured_cell(verdict, href),
        verdict_cell(verdict),
    )
