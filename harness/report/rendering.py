"""Templates to text."""

import base64
import hashlib
import re
import unicodedata
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from harness.report.tables import Table, render_markdown
from harness.report.texts import clean_address, escape_markdown, render_link, reveal

_OPTION = re.compile(r"(?<!\S)--[a-z][a-z-]{0,30}(?!\S)")
_TABLE = '{% from "macros.html.j2" import show_table %}{{ show_table(table) }}'
_SCRIPT = files("harness.report").joinpath("templates/page.js").read_text(encoding="utf-8")


def _show(value: object) -> object:
    """What a page shows of a value: text without marks that act unseen."""
    return reveal(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _isolate(text: str) -> Markup:
    """Text in HTML; written from right to left, it leaves the words around it alone."""
    shown = escape(reveal(text))
    if " --" in text:  # an option is not torn from its dashes
        shown = Markup(_OPTION.sub(r'<span class="option">\g<0></span>', str(shown)))
    if not text.isascii() and any(
        unicodedata.bidirectional(letter) in ("R", "AL", "AN") for letter in text
    ):
        return Markup("<bdi>{}</bdi>").format(shown)
    return shown


def _make_environment(*, autoescape: bool) -> Environment:
    return Environment(
        loader=PackageLoader("harness.report"),
        undefined=StrictUndefined,
        autoescape=autoescape,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_show,
    )


_html = _make_environment(autoescape=True)
_html.filters["drawing"] = Markup  # our own SVG, escaped where it was made
_html.filters["address"] = clean_address
_html.filters["isolate"] = _isolate
_html.globals["script"] = Markup(_SCRIPT)
# The one script that a page may run is this one; anything that slips in beside it is dead.
_html.globals["script_digest"] = base64.b64encode(
    hashlib.sha256(_SCRIPT.encode()).digest()
).decode()
_markdown = _make_environment(autoescape=False)
_markdown.filters["md"] = escape_markdown
_markdown.filters["table"] = render_markdown
_markdown.filters["link"] = lambda link: render_link(link.text, link.href)
_markdown.globals["link_to"] = render_link


def render(template: str, /, **context: object) -> str:
    """Fill a template from ``harness/report/templates``.

    A name the template uses and the context lacks is an error, never a blank.
    What is filled into HTML is escaped; Markdown templates say where.
    """
    environment = _html if template.endswith(".html.j2") else _markdown
    return environment.get_template(template).render(context)


def render_html(table: Table) -> str:
    """A table in HTML, with its caption."""
    return str(_html.from_string(_TABLE).render(table=table))
