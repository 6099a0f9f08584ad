"""Matplotlib figures as SVG text that goes into a page: same input, same bytes."""

import html
import io
import re
import warnings
from dataclasses import dataclass
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from harness.report.tables import Link
from harness.report.texts import reveal

STYLE: dict[Any, Any] = {
    "svg.hashsalt": "harness report",
    "svg.fonttype": "none",
    "font.family": ["sans-serif"],
    "font.size": 10,
}
# What Matplotlib writes, and what follows the theme of the page instead. The neutral lines of
# grids and bones are seen on either; the colours of a scale say something, and stay.
THEME = {
    "#000000": "currentColor",
    "#0072b2": "var(--line-1, #0072b2)",
    "#d55e00": "var(--line-2, #d55e00)",
    "#1f77b4": "var(--line-1, #1f77b4)",
}
NO_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}
LONGEST = 60  # letters of a name in a figure; its row in a table has them all


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """A figure of a page.

    Args:
        name: Name, unique on the page.
        caption: What it shows.
        svg: The drawing, with its text alternative.
        links: What it rests on.
        marks: Stamps such as ``generated data``.
    """

    name: str
    caption: str
    svg: str
    links: tuple[Link, ...] = ()
    marks: tuple[str, ...] = ()


def shorten_name(name: str) -> str:
    """Somebody's name for something as a figure writes it: shortened, and no formula."""
    text = " ".join(reveal(name).split())
    if len(text) > LONGEST:
        text = f"{text[: LONGEST * 2 // 3]}…{text[-(LONGEST // 3 - 1) :]}"
    return text.replace("$", r"\$")


def say_engine() -> str:
    """What the bytes of a drawing follow from besides what is drawn."""
    settings = sorted((key, repr(value)) for key, value in matplotlib.rcParams.items())
    return repr((matplotlib.__version__, np.__version__, pd.__version__, settings))


def render_svg(figure: Figure, *, name: str, title: str, alt: str) -> str:
    """A figure as an ``<svg>`` element with a title and a description.

    Args:
        figure: The figure.
        name: Put before every identifier in it, so that figures share a page.
        title: Short name for assistive software.
        alt: What a reader who cannot see it should know.
    """
    buffer = io.StringIO()
    with matplotlib.rc_context(STYLE), warnings.catch_warnings():
        # Letters that Matplotlib's font lacks are drawn with the reader's.
        warnings.filterwarnings("ignore", r"Glyph \d+ .* missing from", UserWarning)
        warnings.filterwarnings("ignore", r"Matplotlib currently does not support", UserWarning)
        figure.savefig(buffer, format="svg", transparent=True, metadata=NO_METADATA)
    text = reveal(buffer.getvalue())
    text = text[text.index("<svg") :]
    text = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', text)
    text = re.sub(r'(href="|url\()#', rf"\1#{name}-", text)
    text = re.sub(r'(<svg[^>]*?) width="([^"]*)"', r'\1 style="--natural:\2"', text, count=1)
    text = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", text, count=1)
    text = re.sub(r'(?<=style=")[^"]*', _follow_theme, text)
    labels = f'role="img" fill="currentColor" aria-labelledby="{name}-title {name}-desc"'
    heading = (
        f'<title id="{name}-title">{html.escape(reveal(title))}</title>'
        f'<desc id="{name}-desc">{html.escape(reveal(alt))}</desc>'
    )
    return re.sub(r"<svg([^>]*)>", lambda m: f"<svg {labels}{m[1]}>{heading}", text, count=1)


def stand_alone(svg: str) -> str:
    """A drawing as a file of its own: at its natural size, on paper whatever the reader's theme."""
    paper = r'style="background:#fff;color:#000" width="\1"'
    return re.sub(r'style="--natural:([\d.]+)px"', paper, svg, count=1) + "\n"


def _follow_theme(style: re.Match[str]) -> str:
    """A style attribute with the page's colours for letters, axes and curves."""
    return re.sub("|".join(THEME), lambda found: THEME[found[0]], style[0])
