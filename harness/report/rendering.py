"""Templates to text."""

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from harness.report.tables import escape_markdown, render_link, render_markdown


def _make_environment(*, autoescape: bool) -> Environment:
    return Environment(
        loader=PackageLoader("harness.report"),
        undefined=StrictUndefined,
        autoescape=autoescape,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


_html = _make_environment(autoescape=True)
_html.filters["drawing"] = Markup  # our own SVG, escaped where it was made
_markdown = _make_environment(autoescape=False)
_markdown.filters["md"] = escape_markdown
_markdown.filters["table"] = render_markdown
_markdown.filters["link"] = lambda link: render_link(link.text, link.href)


def render(template: str, /, **context: object) -> str:
    """Fill a template from ``harness/report/templates``.

    A name the template uses and the context lacks is an error, never a blank.
    What is filled into HTML is escaped; Markdown templates say where.
    """
    environment = _html if template.endswith(".html.j2") else _markdown
    return environment.get_template(template).render(context)
