"""Matplotlib figures as SVG text that goes into a page: same input, same bytes."""

import html
import io
import re
from dataclasses import dataclass
from typing import Any

import matplotlib
from matplotlib.figure import Figure

from harness.report.tables import Link

STYLE: dict[Any, Any] = {
    "svg.hashsalt": "harness report",
    "svg.fonttype": "none",
    "font.family": ["sans-serif"],
    "font.size": 10,
}
NO_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}


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


def render_svg(figure: Figure, *, name: str, title: str, alt: str) -> str:
    """A figure as an ``<svg>`` element with a title and a description.

    Args:
        figure: The figure.
        name: Put before every identifier in it, so that figures share a page.
        title: Short name for assistive software.
        alt: What a reader who cannot see it should know.
    """
    buffer = io.StringIO()
    with matplotlib.rc_context(STYLE):
        figure.savefig(buffer, format="svg", transparent=True, metadata=NO_METADATA)
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', text)
    text = re.sub(r'(href="|url\()#', rf"\1#{name}-", text)
    text = re.sub(r'(<svg[^>]*?) width="([^"]*)"', r'\1 style="--natural:\2"', text, count=1)
    text = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", text, count=1)
    labels = f'role="img" aria-labelledby="{name}-title {name}-desc"'
    heading = (
        f'<title id="{name}-title">{html.escape(title)}</title>'
        f'<desc id="{name}-desc">{html.escape(alt)}</desc>'
    )
    return re.sub(r"<svg([^>]*)>", lambda m: f"<svg {labels}{m[1]}>{heading}", text, count=1)
