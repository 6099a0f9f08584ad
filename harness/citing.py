"""Citations from BibTeX, and BibTeX from arXiv."""

import http.client
import re
import urllib.error
import urllib.request
from pathlib import Path

from pybtex.database import Entry, Person, parse_string
from pybtex.exceptions import PybtexError
from pybtex.richtext import Text

from harness.claims import Citation
from harness.errors import CatalogError

ARXIV = "https://arxiv.org"
MOST_BYTES = 256 * 1024
WAIT_S = 15.0
_IDENTIFIER = re.compile(r"(?:arxiv:)?(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(v\d+)?", re.I)


def read_arxiv_identifier(text: str) -> str:
    """An arXiv identifier without its version, from ``arXiv:2205.09443v1`` or the bare number.

    Raises:
        CatalogError: The text is none.
    """
    if (found := _IDENTIFIER.fullmatch(text.strip())) is None:
        raise CatalogError(
            f"'{text}' is no arXiv identifier", fix="write --paper arXiv:2205.09443, or give --bib"
        )
    return found[1]


def fetch_bibtex(identifier: str, site: str = ARXIV) -> str | None:
    """What arXiv says of a paper, as BibTeX; ``None`` where it cannot be reached.

    Args:
        identifier: arXiv identifier.
        site: Where arXiv is.

    Raises:
        CatalogError: arXiv does not know it.
    """
    try:
        with urllib.request.urlopen(f"{site}/bibtex/{identifier}", timeout=WAIT_S) as answer:
            text: str = answer.read(MOST_BYTES).decode("utf-8", errors="replace")
    except urllib.error.HTTPError as error:
        if error.code not in (400, 404):
            return None
        raise CatalogError(
            f"arXiv does not know {identifier}", fix="check the number, or give --bib FILE"
        ) from error
    except (OSError, http.client.HTTPException):
        return None
    return text


def read_bibtex(text: str, *, source: str) -> Citation:
    """The first entry of a BibTeX file.

    Args:
        text: BibTeX.
        source: Where it is from, for messages.

    Raises:
        CatalogError: It cannot be read, or lacks a title, authors or a year.
    """
    try:
        entries = parse_string(text, "bibtex").entries
        key, entry = next(iter(entries.items()))
        return _make_citation(key, entry)
    except (PybtexError, StopIteration, KeyError, ValueError) as error:
        reason = " ".join(str(error).split()) or "it has no entry"
        raise CatalogError(
            f"{source} is no BibTeX that can be used: {reason}",
            fix="give one entry with title, author and year",
        ) from error


def load_bibtex(path: Path) -> Citation:
    """The first entry of a BibTeX file on disk.

    Raises:
        CatalogError: It is too long, or no BibTeX.
    """
    with path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise CatalogError(f"{path} is too long", fix="give a file with the paper's entry alone")
    return read_bibtex(content.decode("utf-8", errors="replace"), source=str(path))


def _make_citation(key: str, entry: Entry) -> Citation:
    fields = {name.lower(): _plain(value) for name, value in entry.fields.items()}
    authors = tuple(_name(person) for person in entry.persons["author"])
    is_arxiv = "arxiv" in fields.get("archiveprefix", "").lower()
    venue = fields.get("booktitle") or fields.get("journal") or ("arXiv" if is_arxiv else "")
    return Citation(
        key=key,
        title=fields["title"],
        authors=authors,
        venue=venue or fields.get("howpublished", ""),
        year=int(fields["year"]),
        doi=fields.get("doi", ""),
        arxiv=fields.get("eprint", "") if is_arxiv else "",
        url=fields.get("url", ""),
        volume=fields.get("volume", ""),
        pages=fields.get("pages", "").replace("–", "--"),
    )


def _name(person: Person) -> str:
    parts = ("first", "middle", "prelast", "last", "lineage")
    return " ".join(_plain(word) for part in parts for word in person.get_part(part))


def _plain(text: str) -> str:
    return " ".join(str(Text.from_latex(text).render_as("text")).split())
