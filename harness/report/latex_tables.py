"""Tables as pages show them → booktabs tables, whose numbers are macros."""

import re
from collections.abc import Sequence
from dataclasses import replace
from math import ceil, sqrt

from harness.report.inputs import runs_of_address
from harness.report.latex_texts import MOST_UNBROKEN, escape_latex, link_latex
from harness.report.manuscript import Manuscript, Source, source_of
from harness.report.tables import ARROWS, Cell, Column, Row, Table, anchor

LETTERS = 98  # of a line of a page, in the size of the tables
BETWEEN = 3  # letters that two columns are apart, and what wide letters take more
# How a table begins that goes over pages: with room for its caption and a few rows.
LONG = r"\needroom{0.15\textheight}{\footnotesize"
MOST_LINES = 42  # of a table that floats; a higher one goes over several pages


def of_recipe(recipe: str, table: Table) -> Table:
    """A table whose rows are told apart from those of other recipes."""
    rows = tuple(replace(row, anchor=f"{recipe} {row.anchor}") for row in table.rows)
    return replace(table, rows=rows)


def render_latex(table: Table, manuscript: Manuscript, *, floats: bool = True) -> str:
    """A table with its caption, tests and footnotes; ``""`` for one without rows.

    Its columns are shares of the line: it fits wherever it is put.

    Args:
        table: The table.
        manuscript: The document.
        floats: Whether it may stand elsewhere, and else right here, over several pages.
    """
    if not table.rows:
        return ""
    body = [
        " & ".join(_cell(cell, column, row, table, manuscript) for column, cell in table.cells(row))
        + r" \\[2pt]"
        for row in table.rows
    ]
    heading = " & ".join(map(_heading, table.shown)) + r" \\"
    shares = _shares(table)
    columns = "".join(map(_column, table.shown, shares))
    said = manuscript.counts(table.caption, (table.key, "caption"), f"said of table {table.key}")
    caption = rf"\caption{{{said}}}\label{{{_label(table)}}}"
    small = _small_print(table, manuscript)
    if not floats or _lines(table, shares) > MOST_LINES:
        return _long(columns, caption, heading, body, small)
    parts = [r"\begin{table}[htbp]", r"\centering\footnotesize", caption]
    parts += (rf"\begin{{tabular}}{{{columns}}}", r"\toprule", heading, r"\midrule", *body)
    return "\n".join((*parts, r"\bottomrule", r"\end{tabular}", *small, r"\end{table}"))


def _long(
    columns: str, caption: str, heading: str, body: Sequence[str], small: Sequence[str]
) -> str:
    parts = [LONG, rf"\begin{{longtable}}{{{columns}}}", caption + r" \\", r"\toprule"]
    parts += (heading, r"\midrule", r"\endfirsthead", r"\toprule", heading, r"\midrule")
    parts += (r"\endhead", r"\bottomrule", r"\endfoot", *body, r"\end{longtable}", *small, "}")
    return "\n".join(parts)


def _label(table: Table) -> str:
    return f"tab:{''.join(letter for letter in anchor(table.key) if letter not in '_#%~')}"


def _column(column: Column, share: float) -> str:
    side = r"\raggedleft" if column.is_number else r"\raggedright"
    width = rf"\dimexpr{share:.4f}\linewidth-2\tabcolsep\relax"
    return rf">{{{side}\arraybackslash}}p{{{width}}}"


def _heading(column: Column) -> str:
    text = escape_latex(_title(column))
    return rf"{text}\newline {escape_latex(column.protocol)}" if column.protocol else text


def _cell(cell: Cell, column: Column, row: Row, table: Table, manuscript: Manuscript) -> str:
    name = (row.anchor or f"{table.key} {row.cells[0].text}", column.key)
    source = source_of(cell.href, f"{name[0]}: {column.label}")
    if column.is_number:
        shown = manuscript.numbers(_glue(cell.text), name, source)
    else:
        shown = link_latex(cell.text, cell.href)
    if cell.rank == "best":
        shown = rf"\textbf{{{shown}}}"
    elif cell.rank == "second":
        shown = rf"\underline{{{shown}}}"
    letters = ", ".join(table.footnotes[text] for text in cell.footnotes)
    parts = [shown + (rf"\textsuperscript{{{letters}}}" if letters else "")]
    parts += [rf"\emph{{{escape_latex(mark)}}}" for mark in cell.marks]
    parts += [manuscript.cite(key) for key in cell.cites]
    parts += [escape_latex(link.text) for link in cell.links if not link.cites]
    text = " ".join(part for part in parts if part)
    if not cell.note:
        return text
    note = escape_latex(cell.note)
    if column.is_number:
        note = manuscript.numbers(cell.note, name, source)
    return rf"{text}\newline {{\scriptsize {note}}}"


def _small_print(table: Table, manuscript: Manuscript) -> tuple[str, ...]:
    """What stands under a table: tests, which rest on all of its runs, and footnotes."""
    runs = {run for row in table.rows for cell in row.cells for run in runs_of_address(cell.href)}
    source = Source(runs=tuple(sorted(runs)), what=f"tested between rows of table {table.key}")
    tests = [manuscript.numbers(text, (table.key, "tests"), source) for text in table.tests]
    notes = [
        rf"\textsuperscript{{{letter}}}\,{escape_latex(text)}"
        for text, letter in table.footnotes.items()
    ]
    said = [*tests, *notes]
    if not said:
        return ()
    return (r"\par\smallskip\raggedright\scriptsize", r"\quad ".join(said), r"\par")


def _shares(table: Table) -> list[float]:
    """Share of the line of each column: what it needs, or a fair part of what there is."""
    columns = list(zip(*(_texts(table)), strict=True))
    needs = [max(map(len, column)) + BETWEEN for column in columns]
    least = [min(max(map(_longest_word, column)), MOST_UNBROKEN) + BETWEEN for column in columns]
    if sum(needs) <= LETTERS:
        return [need / LETTERS for need in needs]
    spare = LETTERS - sum(least)
    if spare <= 0:
        return [width / sum(least) for width in least]
    # Long texts get more, but not in proportion: a paragraph may be high.
    wishes = [
        sqrt(sum(map(len, column)) / len(column)) * (need > width)
        for column, need, width in zip(columns, needs, least, strict=True)
    ]
    total = sum(wishes)
    widths = zip(least, wishes, strict=True)
    return [(width + spare * wish / total) / LETTERS for width, wish in widths]


def _lines(table: Table, shares: Sequence[float]) -> int:
    """About how many lines the table and its small print take."""
    high = sum(
        max(
            ceil((len(cell.text) + sum(map(len, cell.marks)) + 1) / (share * LETTERS - BETWEEN))
            + ceil(len(cell.note) / (share * LETTERS))
            for (_, cell), share in zip(table.cells(row), shares, strict=True)
        )
        for row in table.rows
    )
    small = sum(map(len, (*table.footnotes, *table.tests, table.caption)))
    return high + ceil(small / LETTERS)


def _texts(table: Table) -> list[list[str]]:
    """What each cell shows, headings included, as far as it takes room."""
    rows = [[_title(column) for column in table.shown]]
    for row in table.rows:
        rows.append([_widest(cell, column) for column, cell in table.cells(row)])
    return rows


def _widest(cell: Cell, column: Column) -> str:
    links = " ".join("[00]" if link.cites else link.text for link in cell.links)
    text = _glue(cell.text) if column.is_number else cell.text
    whole = " ".join((text, "aa" * bool(cell.footnotes), *cell.marks, links)).strip()
    return max(whole, cell.note, key=len)


def _longest_word(text: str) -> int:
    return max(map(len, re.split("[ _/-]", text)))


def _title(column: Column) -> str:
    arrow = ARROWS[column.direction]
    return f"{column.title}\u00a0{arrow}" if arrow else column.title


def _glue(text: str) -> str:
    """A number that is not torn from its unit; a new line begins with a bracket alone."""
    if not any(letter.isdigit() for letter in text):
        return text
    return re.sub(r" (?![(\[])", "\u00a0", text)
