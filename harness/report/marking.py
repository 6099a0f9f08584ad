"""Best and second best of a column: marked only where a test tells them apart."""

from collections import defaultdict
from collections.abc import Callable, Sequence
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
from harness.report.tables import Cell, Rank, Table

Compare = Callable[[int, int], Difference | None]  # of two rows, the first minus the second


def mark_best(
    table: Table, column: str, rows: Sequence[int], compare: Compare, *, where: str = ""
) -> Table:
    """The table with its best and second best of some rows marked, or why they are not.

    They are where the best differs from the second by a test that is adjusted by
    Holm over the comparisons of the best with every other row.

    Args:
        table: The table.
        column: Key of a column in which more is better.
        rows: Places of the rows whose numbers were got under equal conditions.
        compare: Paired difference of two rows; ``None`` where they cannot be compared.
        where: What the rows have in common, for the note.
    """
    place = [found.key for found in table.columns].index(column)
    cells = {row: table.rows[row].cells[place] for row in rows}
    ranked = sorted(
        (row for row, cell in cells.items() if isinstance(cell.value, float)),
        key=lambda row: -_value(cells[row]),
    )
    if len(ranked) < 2:
        return table
    label = f"{table.columns[place].label}{f', {where}' if where else ''}"
    names = [table.rows[row].cells[0].text for row in ranked]
    fewest = min(cells[row].n or 1 for row in ranked[:2])
    if fewest < FEWEST_SEEDS:
        said = f"not tested: n = {fewest}, and {FEWEST_SEEDS} seeds of each are needed"
        return _say(table, f"{label}: no best is marked. {names[0]} and {names[1]} are {said}.")
    found = {row: compare(ranked[0], row) for row in ranked[1:] if (cells[row].n or 1) > 1}
    tested = {row: difference for row, difference in found.items() if difference is not None}
    second = ranked[1]
    if second not in tested:
        said = f"{names[0]} and {names[1]} are not tested: they saw other samples"
        return _say(table, f"{label}: no best is marked. {said}.")
    adjusted = dict(zip(tested, holm([item.p for item in tested.values()]), strict=True))
    said = (
        f"{names[0]} − {names[1]} = {show_difference(tested[second])}, Holm p = "
        f"{show_p(adjusted[second])} over {len(tested)} comparison{'s' if len(tested) > 1 else ''} "
        "with the first, resampling test units and seeds"
    )
    if adjusted[second] > LEVEL or tested[second].low <= 0:
        return _say(table, f"{label}: no best is marked, the first two are not told apart. {said}.")
    ranks: dict[int, Rank] = {ranked[0]: "best", second: "second"}
    marked = tuple(
        replace(
            row,
            cells=tuple(
                replace(cell, rank=ranks[index]) if at == place and index in ranks else cell
                for at, cell in enumerate(row.cells)
            ),
        )
        for index, row in enumerate(table.rows)
    )
    note = f"{label}: best {names[0]}, second {names[1]}. {said}."
    return replace(table, rows=marked, tests=(*table.tests, note))


def _value(cell: Cell) -> float:
    return float(cell.value) if isinstance(cell.value, float) else 0.0


def _say(table: Table, note: str) -> Table:
    return replace(table, tests=(*table.tests, note))


def mark_methods(page: PageInput, table: Table) -> Table:
    """The table of a recipe's methods, the best of each data set marked.

    Args:
        page: The recipe.
        table: One row a variant, in the order of the page's.
    """
    if HEADLINE.key not in [column.key for column in table.columns]:
        return table
    groups: dict[tuple[str, tuple[str, ...]], dict[int, list[Evidence]]] = defaultdict(dict)
    for row, variant in enumerate(page.variants):
        config = page.configs.get(variant, {})
        splits = tuple(config.get("splits", ()))
        runs = _whole_seeds(page.representative(variant), splits)
        if runs and not any(item.record.is_limited for item in runs):
            groups[config["protocol"]["dataset"], splits][row] = runs
    for (dataset, splits), methods in groups.items():
        table = mark_best(
            table,
            HEADLINE.key,
            tuple(methods),
            _comparison(methods, splits),
            where=f"{page.dataset_title(dataset)}, {show_splits(splits)}",
        )
    return table


def _whole_seeds(runs: Sequence[Evidence], splits: tuple[str, ...]) -> list[Evidence]:
    """Runs of the seeds that have every split."""
    having = [item for item in runs if HEADLINE.key in item.record.values]
    seeds = seed_values(having, HEADLINE.key, splits) if splits else {}
    return [item for item in having if item.record.plan.seed in seeds]


def _comparison(methods: dict[int, list[Evidence]], splits: tuple[str, ...]) -> Compare:
    def compare(first: int, second: int) -> Difference | None:
        runs = [*methods[first], *methods[second]]
        if len(fingerprints_of(runs)) > 1:
            return None
        return compare_methods(methods[first], methods[second], splits)

    return compare
