"""Best and second best of a column: marked only where a test tells them apart."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from harness.compare import (
    FEWEST_SEEDS,
    LEVEL,
    Evidence,
    compare_methods,
    fingerprints_of,
    seed_values,
)
from harness.intervals import Difference, holm
from harness.report.digits import show_difference, show_p, show_splits
from harness.report.inputs import PageInput
from harness.report.measured_cells import HEADLINE
from harness.report.tables import Rank, Row, Table

Methods = dict[int, list[Evidence]]  # runs of whole seeds, by the method's row


def mark_methods(page: PageInput, table: Table) -> Table:
    """The table of a recipe's methods, the best of each data set marked.

    Args:
        page: The recipe.
        table: One row a variant, in the order of the page's.
    """
    if HEADLINE.key not in [column.key for column in table.columns]:
        return table
    groups: dict[tuple[str, tuple[str, ...]], Methods] = defaultdict(dict)
    for row, variant in enumerate(page.variants):
        config = page.configs.get(variant, {})
        splits = tuple(config.get("splits", ()))
        runs = _whole_seeds(page.representative(variant), splits)
        if runs and not any(item.record.is_limited for item in runs):
            groups[config["protocol"]["dataset"], splits][row] = runs
    for (dataset, splits), methods in groups.items():
        where = f"{page.dataset_title(dataset)}, {show_splits(splits)}"
        table = _mark_best(table, methods, splits, where)
    return table


def _whole_seeds(runs: Sequence[Evidence], splits: tuple[str, ...]) -> list[Evidence]:
    """Runs of the seeds that have every split."""
    having = [item for item in runs if HEADLINE.key in item.record.values]
    seeds = seed_values(having, HEADLINE.key, splits) if splits else {}
    return [item for item in having if item.record.plan.seed in seeds]


def _mark_best(table: Table, methods: Methods, splits: tuple[str, ...], where: str) -> Table:
    """The table with the best and second best of some methods marked, or why they are not.

    They are where the best differs from the second by a test that is adjusted by
    Holm over the comparisons of the best with every other row.

    Args:
        table: The table.
        methods: Methods whose numbers were got under equal conditions.
        splits: Splits that their numbers are the mean over.
        where: What they have in common, for the note.
    """
    place = [column.key for column in table.columns].index(HEADLINE.key)
    cells = {row: table.rows[row].cells[place] for row in methods}
    values = {row: cell.value for row, cell in cells.items() if isinstance(cell.value, float)}
    if len(values) < 2:
        return table
    first, second, *others = sorted(values, key=lambda row: -values[row])
    names = [table.rows[row].cells[0].text for row in (first, second)]
    label, unmarked = f"{HEADLINE.label}, {where}", "no best is marked"
    fewest = min(cells[row].n or 1 for row in (first, second))
    if fewest < FEWEST_SEEDS:
        said = f"not tested: n = {fewest}, and {FEWEST_SEEDS} seeds of each are needed"
        return _say(table, f"{label}: {unmarked}. {' and '.join(names)} are {said}.")
    compared = {
        row: _compare(methods[first], methods[row], splits)
        for row in (second, *others)
        if (cells[row].n or 1) > 1
    }
    tested = {row: difference for row, difference in compared.items() if difference is not None}
    if second not in tested:
        said = "not tested: they saw other samples"
        return _say(table, f"{label}: {unmarked}. {' and '.join(names)} are {said}.")
    adjusted = dict(zip(tested, holm([item.p for item in tested.values()]), strict=True))
    said = (
        f"{' − '.join(names)} = {show_difference(tested[second])}, Holm p = "
        f"{show_p(adjusted[second])} over {len(tested)} comparison{'s' if len(tested) > 1 else ''} "
        "with the first, resampling test units and seeds"
    )
    if adjusted[second] > LEVEL or tested[second].low <= 0:
        return _say(table, f"{label}: {unmarked}, the first two are not told apart. {said}.")
    rows = _rank(table.rows, place, {first: "best", second: "second"})
    return _say(table, f"{label}: best {names[0]}, second {names[1]}. {said}.", rows)


def _compare(
    first: list[Evidence], other: list[Evidence], splits: tuple[str, ...]
) -> Difference | None:
    """How far two methods are apart; ``None`` where they saw different data."""
    if len(fingerprints_of([*first, *other])) > 1:
        return None
    return compare_methods(first, other, splits)


def _rank(rows: Sequence[Row], place: int, ranks: dict[int, Rank]) -> tuple[Row, ...]:
    """Rows of which some have a rank in one of their cells."""
    ranked = list(rows)
    for index, rank in ranks.items():
        cells = list(rows[index].cells)
        cells[place] = replace(cells[place], rank=rank)
        ranked[index] = replace(rows[index], cells=tuple(cells))
    return tuple(ranked)


def _say(table: Table, note: str, rows: tuple[Row, ...] | None = None) -> Table:
    """The table with a note on its marks, and with the marked rows where there are some."""
    return replace(table, rows=rows or table.rows, tests=(*table.tests, note))
