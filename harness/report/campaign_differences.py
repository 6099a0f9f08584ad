"""How far each two methods of a campaign are apart → a matrix."""

from collections.abc import Sequence

from harness.intervals import RESAMPLES
from harness.report.campaign_comparisons import Comparison, Contrast, Method
from harness.report.digits import show_signed
from harness.report.tables import Cell, Column, Row, Table, missing_cell

MOST_SHOWN = 20  # methods; a matrix of more cannot be read


def differences_table(comparison: Comparison) -> Table:
    """One row and one column a method: row − column, above the diagonal alone."""
    methods = comparison.measured[:MOST_SHOWN]
    left_out = len(comparison.measured) - len(methods)
    few = f" The {left_out} methods with the lowest means are not shown." if left_out else ""
    return Table(
        key=comparison.key("differences"),
        caption=(
            "Paired differences of top-1 accuracy: row − column in points, the 95 % interval, and "
            f"p by Holm over all {len(comparison.contrasts)} pairs of methods. {RESAMPLES:,} "
            f"resamples of {_say_units(methods)} and of seeds. Undecided: p above 0.05, or fewer "
            f"than 3 seeds of one of the two. Each pair stands once.{few}"
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
