"""One model of a table, and its renderers to Markdown and CSV.

HTML is laid out by the macro ``table`` of ``templates/macros.html.j2`` from the
same model.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import pandas as pd

ABSENT = "–"
Direction = Literal["", "up", "down"]
Tone = Literal["", "good", "bad", "open", "missing"]
ARROWS: dict[str, str] = {"": "", "up": "↑", "down": "↓"}
_MARKUP = re.compile(r"([\\`*_\[\]|~$])")
_TABLE_MARKS = {"good": "✓ ", "bad": "✗ "}


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """Text that leads somewhere.

    Args:
        text: What it says.
        href: Address, as seen from the page.
    """

    text: str
    href: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """What stands in one place of a table.

    Args:
        text: What it shows.
        value: The bare number or word, for CSV; ``None`` where it is the text.
        n: Number of seeds that the value rests on.
        href: Where the text leads: the record of a number, the source of a
            printed one.
        links: Further addresses, after the text.
        note: Small print: a reason, an evidence.
        marks: Stamps such as ``stale``.
        tone: How an outcome is coloured; never its only sign.
    """

    text: str
    value: float | int | str | None = None
    n: int | None = None
    href: str = ""
    links: tuple[Link, ...] = ()
    note: str = ""
    marks: tuple[str, ...] = ()
    tone: Tone = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A column of a table.

    Args:
        key: Name in CSV.
        label: Heading.
        unit: Unit of its numbers; ``""`` where it has none, or each its own.
        direction: Which way is better.
        is_number: Whether its cells are aligned as numbers.
        shown: Whether pages show it; CSV has them all.
    """

    key: str
    label: str
    unit: str = ""
    direction: Direction = ""
    is_number: bool = False
    shown: bool = True

    @property
    def heading(self) -> str:
        """Label with unit and direction."""
        unit = f" ({self.unit})" if self.unit else ""
        return f"{self.label}{unit} {ARROWS[self.direction]}".rstrip()


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A row of a table: one cell a column.

    Args:
        cells: Its cells.
        anchor: Name that links lead to.
        kind: Class of the row, such as ``quoted``.
    """

    cells: tuple[Cell, ...]
    anchor: str = ""
    kind: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A table.

    Args:
        key: Name that links lead to.
        caption: What it shows.
        columns: Its columns; the first names the row.
        rows: Its rows.
    """

    key: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    def __post_init__(self) -> None:
        if any(len(row.cells) != len(self.columns) for row in self.rows):
            raise ValueError(f"table {self.key}: a row has not one cell a column")

    @property
    def shown(self) -> tuple[Column, ...]:
        """The columns that pages show."""
        return tuple(column for column in self.columns if column.shown)

    def cells(self, row: Row) -> Iterator[tuple[Column, Cell]]:
        """The cells of a row that pages show, each with its column."""
        for column, cell in zip(self.columns, row.cells, strict=True):
            if column.shown:
                yield column, cell


def anchor(*names: str) -> str:
    """Names as one fragment identifier."""
    return "-".join(re.sub(r"[^A-Za-z0-9_.-]+", "-", name) for name in names)


def escape_markdown(text: str) -> str:
    """Text that Markdown shows as it is, also inside a table."""
    text = _MARKUP.sub(r"\\\1", " ".join(text.split()))
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def render_link(text: str, href: str) -> str:
    """Text in Markdown, linked where there is an address."""
    shown = escape_markdown(text)
    target = href.replace(" ", "%20").replace("(", "%28").replace(")", "%29")
    return f"[{shown}]({target})" if href else shown


def render_markdown(table: Table) -> str:
    """A table in Markdown, without its caption."""
    lines = [
        _line(escape_markdown(column.heading) for column in table.shown),
        _line("--:" if column.is_number else ":--" for column in table.shown),
    ]
    for row in table.rows:
        cells = [_markdown_cell(cell) for _, cell in table.cells(row)]
        if row.anchor:
            cells[0] = f'<a id="{row.anchor}"></a>{cells[0]}'
        lines.append(_line(cells))
    return "\n".join(lines) + "\n"


def _line(cells: Iterator[str] | list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _markdown_cell(cell: Cell) -> str:
    parts = [_TABLE_MARKS.get(cell.tone, "") + render_link(cell.text, cell.href)]
    parts += [f"**{escape_markdown(mark)}**" for mark in cell.marks]
    parts += [render_link(link.text, link.href) for link in cell.links]
    text = " ".join(part for part in parts if part)
    return f"{text}<br>{escape_markdown(cell.note)}" if cell.note else text


def render_csv(table: Table) -> str:
    """A table as CSV: bare values, every column, a header of keys."""
    rows = [
        [cell.text if cell.value is None else cell.value for cell in row.cells]
        for row in table.rows
    ]
    frame = pd.DataFrame(rows, columns=[column.key for column in table.columns], dtype=object)
    return str(frame.to_csv(index=False, lineterminator="\n"))
