"""Works → entries of a BibTeX file, in ASCII, so that every BibTeX reads and sorts them."""

import re
from collections.abc import Iterable

from harness.claims import Citation
from harness.report.latex_texts import escape_latex

JOURNALS = frozenset({"IEEE TIP", "IJCV", "TPAMI", "IEEE TPAMI", "PR"})
UNPUBLISHED = frozenset({"arXiv", "software"})


def render_bibtex(works: Iterable[Citation], keys: dict[str, str]) -> str:
    """A ``.bib`` file.

    Args:
        works: The works.
        keys: What their keys are called in the document.
    """
    return "\n".join(_entry(work, keys[work.key]) for work in works)


def _entry(work: Citation, key: str) -> str:
    fields = {
        "author": " and ".join(map(_name, work.authors)),
        "title": f"{{{escape_latex(work.title)}}}",
        **_venue(work),
        "volume": escape_latex(work.volume),
        "pages": escape_latex(work.pages.replace("--", "–")),
        "year": str(work.year),
        "doi": work.doi.translate(_PLAIN) if work.doi else "",
        "eprint": work.arxiv.translate(_PLAIN),
        "archiveprefix": "arXiv" if work.arxiv else "",
        "url": work.link.translate(_PLAIN) if not work.doi and not work.arxiv else "",
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join((f"@{_kind(work)}{{{key},", *lines, "}", ""))


_PLAIN = {ord(letter): None for letter in '{}\\"\n\r'}  # fields that are addresses, not text


def _kind(work: Citation) -> str:
    if work.venue in UNPUBLISHED:
        return "misc"
    return "article" if work.venue in JOURNALS else "inproceedings"


def _venue(work: Citation) -> dict[str, str]:
    if work.venue == "arXiv" and work.arxiv:
        return {"howpublished": f"arXiv:{escape_latex(work.arxiv)}"}
    name = {"misc": "howpublished", "article": "journal"}.get(_kind(work), "booktitle")
    return {name: escape_latex(work.venue)}


def _name(author: str) -> str:
    """A name; one that has BibTeX's own word in it is kept whole."""
    text = escape_latex(author)
    return f"{{{text}}}" if re.search(r"\band\b|,", author) else text
