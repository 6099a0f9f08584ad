"""How far each two methods of a campaign are apart → a matrix; trials of settings → a table."""

from collections.abc import Sequence
from statistics import mean

from harness.report.campaign_comparisons import MOST_COMPARED, Comparison, Contrast, Method
from harness.report.campaign_runs import Entrant, resolve
from harness.report.campaign_tables import addresses_of
from harness.report.digits import show_number, show_signed
from harness.report.measured_cells import HEADLINE
from harness.report.search_tables import show_settings
from harness.report.tables import Cell, Column, Row, Table, missing_cell

TRIED = {"html": "search", "md": "what-was-tried"}  # on a recipe's page


def differences_table(comparison: Comparison) -> Table:
    """One row and one column a method: row − column, above the diagonal alone."""
    methods = comparison.measured[:MOST_COMPARED]
    left_out = len(comparison.measured) - len(methods)
    few = f" The {left_out} methods with the lowest means are left out." if left_out else ""
    return Table(
        key=comparison.key("differences"),
        caption=(
            "Paired differences of top-1 accuracy: row − column in points, the 95 % interval, and "
            f"p by Holm over the {len(comparison.contrasts)} pairs of this table. 10,000 resamples "
            f"of {_say_units(methods)} and of seeds. Undecided: p above 0.05, or fewer than 3 "
            f"seeds of one of the two. Each pair stands once.{few}"
        ),
        columns=(
            Column(key="method", label="Method"),
            *(
                Column(key=m.entrant.label, label=f"−\u00a0{comparison.short(m)}", is_number=True)
                for m in methods[1:]
            ),
        ),
        rows=tuple(
            Row(
                cells=(
                    Cell(
                        text=method.entrant.label,
                        href=f"#{comparison.key('method', method.entrant.label)}",
                    ),
                    *(
                        _contrast_cell(comparison, method, other, above=place <= index)
                        for index, other in enumerate(methods[1:])
                    ),
                )
            )
            for place, method in enumerate(methods[:-1])
        ),
    )


def _say_units(methods: Sequence[Method]) -> str:
    """What the bootstrap draws, and how many of them there are."""
    votes = next((method.votes for method in methods if method.votes), None)
    if votes is None:
        return "test samples"
    what = "test subjects or pairs" if methods[0].has_groups else "test samples"
    return f"the {len(set(votes.units.tolist()))} {what}"


def _contrast_cell(comparison: Comparison, row: Method, column: Method, *, above: bool) -> Cell:
    if not above:
        return Cell(text="", value="")
    found = comparison.contrasts.get((row, column))
    if found is None:
        return missing_cell("tested on other samples")
    return Cell(
        text=f"{show_signed(found.difference.value, 2)} pp",
        value=found.difference.value,
        note=_say_contrast(found),
        tone="good" if found.outcome == "ahead" else "",
    )


def _say_contrast(found: Contrast) -> str:
    low, high = (show_signed(end, 2) for end in (found.difference.low, found.difference.high))
    return f"[{low}, {high}], {found.said_p}: {found.reason}"


def trials_table(entrants: Sequence[Entrant], results: str, kind: str) -> Table:
    """One row a setting that was tried, one column a method: mean over splits and seeds."""
    trials = [entrant for entrant in entrants if entrant.is_trial]
    labels = tuple(dict.fromkeys(entrant.label for entrant in trials))
    groups: dict[tuple[str, tuple[str, ...]], dict[str, Entrant]] = {}
    for entrant in trials:
        groups.setdefault((_say_trial(entrant), entrant.splits), {})[entrant.label] = entrant
    return Table(
        key="trials-table",
        caption=(
            "Settings that were tried inside the training data: mean top-1 accuracy over the "
            "splits (number of runs). They choose settings; no verdict rests on them, and none is "
            "marked as best, because nothing was tested."
        ),
        columns=(
            Column(key="settings", label="Settings"),
            Column(key="splits", label="Splits and seeds"),
            *(
                Column(key=label, label=label, unit="%", direction="up", is_number=True)
                for label in labels
            ),
        ),
        rows=tuple(
            Row(
                cells=(
                    Cell(text=settings),
                    Cell(text=", ".join(splits), note=_say_seeds(tuple(found.values()))),
                    *(_trial_cell(found.get(label), results, kind) for label in labels),
                )
            )
            for (settings, splits), found in groups.items()
        ),
    )


def _say_trial(entrant: Entrant) -> str:
    """In what a trial differs from the variant of today."""
    return show_settings(resolve(entrant, entrant.splits[0]), entrant.config)


def _say_seeds(entrants: Sequence[Entrant]) -> str:
    seeds = sorted({seed for entrant in entrants for _, seed in entrant.wanted})
    return f"seed{'s' if len(seeds) > 1 else ''} {', '.join(map(str, seeds))}"


def _trial_cell(entrant: Entrant | None, results: str, kind: str) -> Cell:
    if entrant is None:
        return missing_cell("not asked for")
    found = {
        item.record.plan.split: item.record.values[HEADLINE.key]
        for item in entrant.runs
        if HEADLINE.key in item.record.values
    }
    if not found:
        return missing_cell("not run")
    average, lacking = mean(found.values()), f" of {len(entrant.wanted)}" if entrant.missing else ""
    return Cell(
        text=f"{show_number(average, HEADLINE.decimals)} ({len(entrant.runs)}{lacking})",
        value=average,
        n=len(entrant.runs),
        note=", ".join(f"{split} {show_number(value, 1)}" for split, value in found.items()),
        href=addresses_of(entrant, results, kind).on_page(TRIED[kind]),
        marks=("stale",) if any(item.stale for item in entrant.runs) else (),
    )
