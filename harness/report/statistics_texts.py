"""What the tests can and cannot show with so few seeds, in words and numbers."""

from collections.abc import Sequence
from math import sqrt

from harness.compare import FEWEST_SEEDS, LEVEL
from harness.intervals import RESAMPLES, spread_of
from harness.report.campaign_comparisons import Comparison
from harness.report.digits import show_number
from harness.report.tables import Cell, Column, Row, Table, missing_cell

COUNTS = (1, 2, 3, 5, 10)  # of seeds
FEW_UNITS = 10  # of which a bootstrap is known to give too narrow intervals
CAN = (
    "A paired difference compares two trained methods on the same test units. Its interval draws "
    "units and seeds anew and so speaks of other test samples of the same kind and of other seeds "
    "of the same code; it does not speak of other data sets, other settings or other "
    "implementations.",
    "Undecided is not equal: it says that the data at hand do not tell the two apart. The interval "
    "shows how large a difference would still fit.",
    "Reproduced says that the printed number lies within τ of our mean and that our mean is known "
    "to within τ; below or above claim needs a gap that is larger than both τ and the spread of "
    "one more run. The printed number itself is one run, of which no spread is printed.",
    "Holm's adjustment keeps the chance of any false decision in one table below 5 %; it says "
    "nothing across tables, and what is found by looking at many tables is a question, not an "
    "answer.",
)


def seeds_table() -> Table:
    """One row a number of seeds: how wide the intervals are, in standard deviations s."""
    return Table(
        key="seeds-table",
        caption=(
            "What so few seeds can show. Half-widths of the 95 % intervals by number of seeds, in "
            "units of the standard deviation s between seeds: of the mean, which must be below τ "
            "for reproduced, and for one more run (h), which a gap must exceed for below or above "
            "claim. The last column: by how much the bootstrap takes the spread between seeds for "
            "smaller than it is, because it draws from these seeds alone."
        ),
        columns=(
            Column(key="seeds", label="Seeds", is_number=True),
            Column(key="mean", label="Of the mean (s)", is_number=True),
            Column(key="next", label="One more run (s)", is_number=True),
            Column(key="bootstrap", label="Bootstrap too narrow by (%)", is_number=True),
        ),
        rows=tuple(Row(anchor=f"seeds {count}", cells=_seed_cells(count)) for count in COUNTS),
    )


def _seed_cells(count: int) -> tuple[Cell, ...]:
    if count == 1:
        none = missing_cell("no interval")
        return (Cell(text="1"), none, none, missing_cell("sees none"))
    # Any values whose standard deviation is 1 have the factors for half-widths.
    unit = spread_of([sqrt(count), *[0.0] * (count - 1)])
    short = 100 * (1 - sqrt((count - 1) / count))
    return (
        Cell(text=str(count)),
        Cell(text=show_number(unit.of_mean or 0.0, 2)),
        Cell(text=show_number(unit.next_run or 0.0, 2)),
        Cell(text=show_number(short, 0)),
    )


def say_what_is_shown(comparison: Comparison) -> tuple[str, ...]:
    """What the paired differences of a comparison can and cannot decide."""
    pairs = len(comparison.contrasts)
    if not pairs:
        return ()
    contrasts = comparison.contrasts.values()
    seeds = sorted({contrast.seeds for contrast in contrasts})
    units = min(contrast.difference.units for contrast in contrasts)
    narrow = min(abs(c.difference.high - c.difference.low) / 2 for c in contrasts)
    said = [
        f"{_range(seeds)} seeds of the method that has fewer, {units} units that the bootstrap "
        f"draws, {pairs} pairs: a pair is decided where the smallest of the p-values is at most "
        f"{LEVEL / pairs:.2g}, which is Holm's first step, and each next one what that step "
        f"asks; the smallest that {RESAMPLES:,} resamples can give is "
        f"{2 / (RESAMPLES + 1):.5f}.",
        f"The narrowest interval reaches {show_number(narrow, 1)} points to each side: smaller "
        "differences than about this are not seen here, whether or not they are there.",
    ]
    if units < FEW_UNITS:
        said.append(
            f"{units} test units are few: drawing from them alone takes the spread between people "
            "for smaller than it is, so that intervals are too narrow and p-values too small. What "
            "is told apart here is told apart on these people."
        )
    if seeds[0] < FEWEST_SEEDS:
        said.append(
            f"Pairs with fewer than {FEWEST_SEEDS} seeds of one method stay undecided whatever "
            "their p-value is."
        )
    return tuple(said)


def _range(seeds: Sequence[int]) -> str:
    return str(seeds[0]) if seeds[0] == seeds[-1] else f"{seeds[0]} to {seeds[-1]}"
