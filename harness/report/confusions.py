"""Per-sample scores of one run → what it mixed up: a matrix, each class, the most wrong."""

from collections.abc import Iterator, Sequence
from html import escape

import numpy as np
from numpy.typing import NDArray

from harness.report.charts import GRID, INK, LETTER, PLAIN, frame
from harness.report.digits import show_number
from harness.report.svg import Picture
from harness.report.tables import ABSENT, Cell, Column, Row, Table
from harness.scores import Scores

MOST_CLASSES = 120  # that can be told apart in a drawing
MOST_WRONG = 20  # samples
NAMED = 5  # confusions that the text alternative names
DARK = 0.85  # share from which white letters are read more easily than those of the page
Counts = NDArray[np.int64]

CLASS_COLUMNS = (
    Column(key="class", label="Class"),
    Column(key="samples", label="Test samples", is_number=True),
    Column(key="right", label="Right", is_number=True),
    Column(key="accuracy", label="Accuracy", unit="%", direction="up", is_number=True),
    Column(key="taken_for", label="Most often taken for"),
)
WRONG_COLUMNS = (
    Column(key="sample", label="Test sample"),
    Column(key="group", label="Subject or pair"),
    Column(key="class", label="Is"),
    Column(key="taken_for", label="Taken for"),
    Column(key="wrong", label="With probability", is_number=True),
    Column(key="true", label="Probability of the true class", is_number=True),
)


def count_confusions(scores: Scores) -> Counts:
    """How often each class was taken for each, ``(classes, classes)``, rows the true ones."""
    size = scores.scores.shape[1]
    counts = np.zeros((size, size), dtype=np.int64)
    np.add.at(counts, (scores.labels, scores.scores.argmax(axis=1)), 1)
    return counts


def name_classes(names: Sequence[str], count: int) -> tuple[str, ...]:
    """Class names, and numbers where nothing knows their names."""
    if len(names) == count:
        return tuple(names)
    return tuple(f"class {index}" for index in range(count))


def draw_confusions(counts: Counts, names: Sequence[str]) -> Picture | None:
    """The matrix of confusions; ``None`` where it has too many classes to be read."""
    size = len(counts)
    if size > MOST_CLASSES:
        return None
    step = 24 if size <= 30 else 15 if size <= 60 else 11  # pixels a class
    font = min(12, step - 2)
    left = 12 + LETTER * font / 12 * max(map(len, names))
    extent = left + step * size
    body = f'<g font-size="{font}">{_draw_names(names, left, step)}'
    body += f'<path d="{_grid(left, step, size)}" stroke="{GRID}" fill="none"/>'
    body += f"{''.join(_draw_cells(counts, names, left, step))}</g>"
    width = extent + 8
    svg = frame(
        body,
        name="confusions",
        title="Confusion matrix",
        alt=_say_confusions(counts, names),
        width=width,
        height=width,
    )
    svg = svg.replace('px" viewBox', f'px; --least:{width:g}px" viewBox', 1)
    return Picture(
        name="confusions-figure",
        caption=(
            "Rows are the true classes, columns what they were taken for; the shade is the share "
            "of the row, blue where it is right."
        ),
        svg=svg,
    )


def _draw_names(names: Sequence[str], left: float, step: int) -> str:
    parts = []
    for index, name in enumerate(names):
        middle = left + step * (index + 0.5)
        text = escape(name)
        parts.append(
            f'<text x="{left - 5:.1f}" y="{middle:.1f}" dy=".35em" text-anchor="end">{text}</text>'
            f'<text transform="translate({middle:.1f} {left - 5:.1f}) rotate(-90)" '
            f'dy=".35em">{text}</text>'
        )
    return "".join(parts)


def _grid(left: float, step: int, size: int) -> str:
    end = left + step * size
    places = [left + step * index for index in range(size + 1)]
    return "".join(f"M{left:.1f} {at:.1f}H{end:.1f}M{at:.1f} {left:.1f}V{end:.1f}" for at in places)


def _draw_cells(counts: Counts, names: Sequence[str], left: float, step: int) -> Iterator[str]:
    totals = counts.sum(axis=1)
    for row, column in np.argwhere(counts).tolist():
        count, total = int(counts[row, column]), int(totals[row])
        share = count / total
        x, y = left + step * column, left + step * row
        colour = PLAIN[row != column]
        said = "right" if row == column else f"taken for {escape(names[column])}"
        yield (
            f'<g><rect x="{x:.1f}" y="{y:.1f}" width="{step}" height="{step}" fill="{colour}" '
            f'fill-opacity="{0.15 + 0.85 * share:.2f}"/>'
            f"<title>{escape(names[row])}, {said}: {count} of {total}</title>"
        )
        if step >= 20:
            ink = "#fff" if share > DARK else INK
            yield (
                f'<text x="{x + step / 2:.1f}" y="{y + step / 2:.1f}" dy=".35em" '
                f'text-anchor="middle" font-size="{11 if count < 100 else 9}" '
                f'fill="{ink}">{count}</text>'
            )
        yield "</g>"


def _worst(counts: Counts) -> list[tuple[int, int]]:
    """Confused pairs of classes, the most frequent first, ties in the order of the classes."""
    wrong = counts - np.diag(np.diag(counts))
    order = np.argsort(-wrong, axis=None, kind="stable")[:NAMED]
    pairs = [divmod(int(place), len(counts)) for place in order]
    return [(row, column) for row, column in pairs if wrong[row, column]]


def _say_confusions(counts: Counts, names: Sequence[str]) -> str:
    text = f"Of {counts.sum()} test samples {np.trace(counts)} are right."
    pairs = [f"{names[r]} for {names[c]} ({counts[r, c]})" for r, c in _worst(counts)]
    return f"{text} Most often taken: {'; '.join(pairs)}." if pairs else text


def classes_table(counts: Counts, names: Sequence[str]) -> Table:
    """One row a class: how many of its test samples are right, and what the others became."""
    rows = []
    totals, right = counts.sum(axis=1).tolist(), np.diag(counts).tolist()
    wrong = counts - np.diag(np.diag(counts))
    taken = wrong.argmax(axis=1).tolist()
    for index, name in enumerate(names):
        total, other = totals[index], taken[index]
        often = int(wrong[index, other])
        accuracy = 100 * right[index] / total if total else None
        rows.append(
            Row(
                cells=(
                    Cell(text=name),
                    Cell(text=str(total), value=total),
                    Cell(text=str(right[index]), value=right[index]),
                    Cell(text="not tested", value="", tone="missing")
                    if accuracy is None
                    else Cell(text=show_number(accuracy, 1), value=accuracy),
                    Cell(text=f"{names[other]} ({often})" if often else ABSENT),
                )
            )
        )
    return Table(
        key="classes-table",
        caption="Accuracy of each class, in the order of the labels.",
        columns=CLASS_COLUMNS,
        rows=tuple(rows),
    )


def wrong_table(scores: Scores, names: Sequence[str]) -> Table:
    """The test samples that a wrong class got the largest probabilities for."""
    taken = scores.scores.argmax(axis=1)
    at = np.arange(len(taken))
    chosen, true = scores.scores[at, taken], scores.scores[at, scores.labels]
    wrong = np.flatnonzero(taken != scores.labels)
    order = wrong[np.lexsort((scores.ids[wrong], -chosen[wrong]))][:MOST_WRONG]
    return Table(
        key="wrong-table",
        caption=(
            f"The most wrong of the {len(wrong)} wrong test samples: the largest probabilities "
            "that a wrong class got."
        ),
        columns=WRONG_COLUMNS,
        rows=tuple(
            Row(
                cells=(
                    Cell(text=str(scores.ids[index])),
                    Cell(text=str(scores.groups[index])),
                    Cell(text=names[int(scores.labels[index])]),
                    Cell(text=names[int(taken[index])]),
                    Cell(text=show_number(float(chosen[index]), 3), value=float(chosen[index])),
                    Cell(text=show_number(float(true[index]), 3), value=float(true[index])),
                )
            )
            for index in order
        ),
    )
