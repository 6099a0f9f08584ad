"""Promises of the table model."""

import csv
import io

import pytest

from harness.metrics import METRICS
from harness.report.digits import show_duration, show_gap, show_p
from harness.report.tables import (
    Cell,
    Column,
    Link,
    Row,
    Table,
    escape_markdown,
    render_csv,
    render_markdown,
)

COLUMNS = (
    Column(key="name", label="Name"),
    Column(key="acc", label="Accuracy", unit="%", direction="up", is_number=True),
    Column(key="std", label="s", shown=False),
)


def table(*cells: Cell) -> Table:
    return Table(key="t", caption="T", columns=COLUMNS, rows=(Row(cells=cells, anchor="r"),))


def test_markdown_cells_cannot_break_the_table():
    """Pipes, line ends, markup and HTML in a text stay text, in one line."""
    text = render_markdown(table(Cell(text="a|b\n*c* <i>[d]"), Cell(text="1"), Cell(text="")))

    row = text.splitlines()[2]
    assert row == r'| <a id="r"></a>a\|b \*c\* &lt;i&gt;\[d\] | 1 |'


def test_heading_carries_unit_and_direction():
    """A reader sees what a number is in, and which way is better."""
    assert "Accuracy (%) ↑" in render_markdown(table(Cell(text=""), Cell(text=""), Cell(text="")))


def test_csv_holds_bare_values_of_every_column():
    """CSV has what pages leave out, and numbers without their units."""
    made = table(Cell(text="a,b"), Cell(text="71.0 %", value=71.04), Cell(text="", value=""))

    assert list(csv.reader(io.StringIO(render_csv(made)))) == [
        ["name", "acc", "std"],
        ["a,b", "71.04", ""],
    ]


def test_links_and_notes_follow_the_number():
    """A number is a link, and its small print stands under it."""
    cell = Cell(text="71", href="x y.json", links=(Link(text="log", href="l"),), note="why")

    assert "[71](x%20y.json) [log](l)<br>why" in render_markdown(
        table(Cell(text="a"), cell, Cell(text=""))
    )


def test_a_row_has_a_cell_for_each_column():
    """A builder that forgets a cell fails at once."""
    with pytest.raises(ValueError, match="one cell a column"):
        table(Cell(text="a"))


def test_numbers_are_shown_with_sign_and_unit():
    """A gap between percentages is in points, with a true minus sign."""
    assert show_gap(METRICS["top1_acc"], -1.234) == "−1.23 pp"
    assert (show_p(0.0002), show_p(0.04)) == ("< 0.001", "0.040")
    assert [show_duration(s) for s in (4.25, 75, 3725)] == ["4.2 s", "1 min 15 s", "1 h 2 min"]
    assert escape_markdown("a & b") == "a &amp; b"
