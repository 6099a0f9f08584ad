"""One model of a table, and its renderers to Markdown and CSV.

Nothing in the model belongs to one kind of page: HTML is laid out by the macro
``show_table`` of ``templates/macros.html.j2`` from the same values.
"""

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from string import ascii_lowercase
from typing import Literal

import pandas as pd

from harness.compare import Outcome
from harness.report.texts import escape_markdown, guard_csv, render_link

ABSENT = "–"
LONG = 12  # rows; a page offers to search through more
Direction = Literal["", "up", "down"]
Rank = Literal["", "best", "second"]
Tone = Literal["", "good", "bad", "open", "missing"]
ARROWS: dict[str, str] = {"": "", "up": "↑", "down": "↓"}
BETTER: dict[str, str] = {"": "", "up": "higher is better", "down": "lower is better"}
TONES: dict[Outcome, Tone] = {
    Outcome.REPRODUCED: "good",
    Outcome.HOLDS: "good",
    Outcome.BELOW: "bad",
    Outcome.ABOVE: "bad",
    Outcome.REVERSED: "bad",
    Outcome.FAILED: "bad",
    Outcome.INCONCLUSIVE: "open",
    Outcome.UNDECIDED: "open",
    Outcome.SINGLE_WITHIN: "open",
    Outcome.SINGLE_OUTSIDE: "open",
    Outcome.NOT_COMPARABLE: "open",
    Outcome.NOT_RUN: "missing",
    Outcome.QUOTED: "missing",
    Outcome.THIRD_PARTY: "missing",
}
_TABLE_MARKS = {"good": "✓ ", "bad": "✗ "}

DIGITS = 12  # of a bare number: those of a sum of products end otherwise elsewhere


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """Text that leads somewhere.

    Args:
        text: What it says.
        href: Address, as seen from the page.
        cites: Of a citation, the key of the work.
    """

    text: str
    href: str
    cites: str = ""


def show_bare(value: float | int | str | None) -> float | int | str | None:
    """A bare value without the digits that depend on the processor."""
    return float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """What stands in one place of a table.

    Args:
        text: What it shows; of a missing value, why there is none: not run,
            failed, not comparable, data missing.
        value: The bare number or word, for CSV and for sorting; ``None`` where
            it is the text, ``""`` where there is none.
        n: Number of seeds that the value rests on.
        std: Their standard deviation; ``None`` for one seed.
        verdict: What the runs say of the claim that the cell is about.
        href: Where the text leads: the record of a number, the source of a
            printed one.
        links: Further addresses, after the text; citations among them.
        note: Small print that belongs to this cell alone.
        footnotes: Small print that several cells may share; it stands once, under
            the table.
        marks: Stamps such as ``stale``.
        tone: How it is coloured, where it is not the verdict that says so; never
            the only sign.
        rank: ``best`` or ``second`` of its column; the table says what it rests on.
        anchor: Name that links lead to.
    """

    text: str
    value: float | int | str | None = None
    n: int | None = None
    std: float | None = None
    verdict: Outcome | None = None
    href: str = ""
    links: tuple[Link, ...] = ()
    note: str = ""
    footnotes: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    tone: Tone = ""
    rank: Rank = ""
    anchor: str = ""

    @property
    def shade(self) -> Tone:
        """How it is coloured."""
        return self.tone or (TONES[self.verdict] if self.verdict else "")

    @property
    def missing(self) -> str:
        """Why there is no value; ``""`` where there is one."""
        return self.text if self.tone == "missing" and self.value == "" else ""

    @property
    def cites(self) -> tuple[str, ...]:
        """Keys of the works that it cites."""
        return tuple(link.cites for link in self.links if link.cites)

    @property
    def key(self) -> str:
        """What a number is sorted by, where that is not its text."""
        bare = str(show_bare(self.value))
        return "" if self.value is None or bare == self.text else bare


def missing_cell(why: str, *, note: str = "") -> Cell:
    """A cell without a value, which says why there is none."""
    return Cell(text=why, value="", tone="missing", note=note)


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A column of a table.

    Args:
        key: Name in CSV.
        label: Heading.
        unit: Unit of its numbers; ``""`` where it has none, or each its own.
        direction: Which way is better.
        is_number: Whether its cells are aligned and sorted as numbers.
        shown: Whether pages show it; CSV has them all.
        metric: Key of the metric that all its cells are of; ``""`` for others.
        protocol: Conditions that all its numbers hold under, in words.
        is_measured: Whether its cells are means over seeds: CSV then has s, n and
            why a value is missing beside it.
    """

    key: str
    label: str
    unit: str = ""
    direction: Direction = ""
    is_number: bool = False
    shown: bool = True
    metric: str = ""
    protocol: str = ""
    is_measured: bool = False

    @property
    def heading(self) -> str:
        """Label with unit and direction."""
        return f"{self.title} {ARROWS[self.direction]}".rstrip()

    @property
    def title(self) -> str:
        """Label with unit."""
        return f"{self.label} ({self.unit})" if self.unit else self.label

    @property
    def better(self) -> str:
        """Which way is better, in words."""
        return BETTER[self.direction]


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
        tests: What the marks of best and second best rest on, or why there are none.
    """

    key: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    tests: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if any(len(row.cells) != len(self.columns) for row in self.rows):
            raise ValueError(f"table {self.key}: a row has not one cell a column")
        if not self.tests and any(cell.rank for row in self.rows for cell in row.cells):
            raise ValueError(f"table {self.key}: a best is marked and no test says why")

    @property
    def shown(self) -> tuple[Column, ...]:
        """The columns that pages show."""
        return tuple(column for column in self.columns if column.shown)

    def cells(self, row: Row) -> Iterator[tuple[Column, Cell]]:
        """The cells of a row that pages show, each with its column."""
        for column, cell in zip(self.columns, row.cells, strict=True):
            if column.shown:
                yield column, cell

    @property
    def footnotes(self) -> dict[str, str]:
        """Letter of each footnote of the cells that pages show, in order of first mention."""
        cells = (cell for row in self.rows for _, cell in self.cells(row))
        texts = dict.fromkeys(text for cell in cells for text in cell.footnotes)
        return {text: _letter(place) for place, text in enumerate(texts)}

    @property
    def is_long(self) -> bool:
        """Whether a reader may want to search it."""
        return len(self.rows) > LONG


def _letter(place: int) -> str:
    """From a to z, then aa, ab and so on."""
    before, last = divmod(place, len(ascii_lowercase))
    return (_letter(before - 1) if before else "") + ascii_lowercase[last]


def anchor(*names: str) -> str:
    """Names as one fragment identifier; other names give another one."""
    return "-".join(map(_fragment, names))


def _fragment(name: str) -> str:
    """A name as it is, or what is left of it and a digest of the whole."""
    plain = re.sub(r"[^A-Za-z0-9_.-]+", "-", name)
    if plain == name and len(name) <= 120:
        return name
    return f"{plain[:60]}-{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()[:6]}"


def choose(table: Table, columns: Collection[str], rows: Sequence[Row] | None = None) -> Table:
    """A table with some of its columns and, where given, rows."""
    places = [place for place, column in enumerate(table.columns) if column.key in columns]
    return replace(
        table,
        columns=tuple(table.columns[place] for place in places),
        rows=tuple(
            replace(row, cells=tuple(row.cells[place] for place in places))
            for row in (table.rows if rows is None else rows)
        ),
    )


def render_markdown(table: Table) -> str:
    """A table in Markdown, without its caption."""
    footnotes = table.footnotes
    lines = [
        _line(_markdown_heading(column) for column in table.shown),
        _line("--:" if column.is_number else ":--" for column in table.shown),
    ]
    for row in table.rows:
        cells = [_markdown_cell(cell, footnotes) for _, cell in table.cells(row)]
        if row.anchor:
            cells[0] = f'<a id="{row.anchor}"></a>{cells[0]}'
        lines.append(_line(cells))
    notes = [f"<sup>{letter}</sup> {escape_markdown(text)}" for text, letter in footnotes.items()]
    small = "  \n".join([*map(escape_markdown, table.tests), *notes])
    return "\n".join([*lines, *(["", small] if small else [])]) + "\n"


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _markdown_heading(column: Column) -> str:
    conditions = f"<br>{escape_markdown(column.protocol)}" if column.protocol else ""
    return escape_markdown(column.heading) + conditions


def _markdown_cell(cell: Cell, footnotes: dict[str, str]) -> str:
    shown = render_link(cell.text, cell.href)
    if cell.rank:
        shown = f"**{shown}** ({cell.rank})"
    if letters := ", ".join(footnotes[text] for text in cell.footnotes):
        shown += f" <sup>{letters}</sup>"
    parts = [_TABLE_MARKS.get(cell.shade, "") + shown]
    parts += [f"**{escape_markdown(mark)}**" for mark in cell.marks]
    parts += [render_link(link.text, link.href) for link in cell.links]
    text = " ".join(part for part in parts if part)
    if cell.anchor:
        text = f'<a id="{cell.anchor}"></a>{text}'
    return f"{text}<br>{escape_markdown(cell.note)}" if cell.note else text


def render_csv(table: Table) -> str:
    """A table as CSV: bare values, every column, a header of keys.

    A measured column is followed by its s, its n and why a value is missing.
    """
    keys = [key for column in table.columns for key in _csv_keys(column)]
    rows = [
        [
            item
            for column, cell in zip(table.columns, row.cells, strict=True)
            for item in _csv_items(column, cell)
        ]
        for row in table.rows
    ]
    frame = pd.DataFrame(rows, columns=keys, dtype=object)
    return str(frame.to_csv(index=False, lineterminator="\n"))


def _csv_keys(column: Column) -> list[str]:
    more = ("std", "n", "missing") if column.is_measured else ()
    return [column.key, *(f"{column.key}_{name}" for name in more)]


def _csv_items(column: Column, cell: Cell) -> list[object]:
    bare = cell.text if cell.value is None else show_bare(cell.value)
    more: list[object] = [
        "" if cell.std is None else show_bare(cell.std),
        "" if cell.n is None else cell.n,
        guard_csv(cell.missing),
    ]
    shown: object = guard_csv(bare) if isinstance(bare, str) else bare
    return [shown, *(more if column.is_measured else [])]
