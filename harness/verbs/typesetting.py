"""``report --latex`` and ``--pdf``: documents from the stored runs, and their PDFs by a TeX."""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from harness.catalog import Campaign
from harness.errors import CatalogError, HarnessError
from harness.publication import gather_campaigns, gather_pages
from harness.report import PageInput, make_campaign_document, make_document, write_files
from harness.report.page_files import campaign_file
from harness.store import ResultStore, write_replacing
from harness.verbs.console import out

COMPILER = "latexmk"
HOW = (
    "install a TeX with latexmk (Debian: apt-get install latexmk lmodern "
    "texlive-latex-recommended) or compile main.tex elsewhere"
)
LONGEST = 300  # seconds that a compilation may take
LAST = 12  # lines of its log that say what went wrong


class TypesettingError(HarnessError):
    """A document that cannot be compiled, or is not asked for."""


def write_latex(
    store: ResultStore, folder: Path, topics: Sequence[str], campaign: str | None, *, pdf: bool
) -> None:
    """Write a document, say where it is, and compile it where asked.

    Args:
        store: The stored runs.
        folder: Where to write.
        topics: Only the recipes that carry all of these; all recipes for none.
        campaign: Of this campaign alone.
        pdf: Whether to compile it.

    Raises:
        TypesettingError: There is no TeX, or it does not accept the document.
        CatalogError: No recipe carries the topics, or nothing of the campaign was run.
    """
    inputs, campaigns = gather_pages(store), gather_campaigns()
    if campaign:
        main = write_files(make_campaign_document(inputs, campaigns, campaign), folder)
    else:
        main = write_files(make_document(inputs, campaigns, topics), folder)
    out.print(f"document: {main.resolve()}")
    if pdf:
        out.print(f"PDF: {compile_pdf(main).resolve()}")


def publish_pdfs(inputs: Sequence[PageInput], campaigns: Sequence[Campaign], reports: Path) -> None:
    """Compile the documents of campaigns that are to stand beside the pages, where they are stale.

    Raises:
        TypesettingError: There is no TeX, or it does not accept a document.
    """
    for path, files in _published(inputs, campaigns, reports):
        seal = _seal(files)
        if not _has_seal(path, seal):
            with TemporaryDirectory() as folder:
                made = compile_pdf(write_files(files, Path(folder)))
                write_replacing(path, made.read_bytes() + seal)
            out.print(f"PDF: {path.resolve()}")


def find_stale_pdfs(
    inputs: Sequence[PageInput], campaigns: Sequence[Campaign], reports: Path
) -> tuple[Path, ...]:
    """PDFs beside the pages that are missing, or of other records or code than today's."""
    found = _published(inputs, campaigns, reports)
    return tuple(path for path, files in found if not _has_seal(path, _seal(files)))


def _published(
    inputs: Sequence[PageInput], campaigns: Sequence[Campaign], reports: Path
) -> Iterator[tuple[Path, dict[str, bytes]]]:
    """PDFs that are to stand beside the pages, with the files that each is made of."""
    for campaign in campaigns:
        if not campaign.pdf:
            continue
        try:
            files = make_campaign_document(inputs, campaigns, campaign.key)
        except CatalogError:  # it has no accuracy yet
            continue
        yield reports / campaign_file(campaign.key, "pdf"), files


def _seal(files: Mapping[str, bytes]) -> bytes:
    """A comment for a PDF's end that tells its sources: its own bytes differ by version of TeX."""
    digest = hashlib.sha256()
    for name, data in sorted(files.items()):
        digest.update(f"{name} {len(data)}\n".encode() + data)
    return f"% sources, SHA-256: {digest.hexdigest()}\n".encode()


def _has_seal(path: Path, seal: bytes) -> bool:
    return path.exists() and path.read_bytes().endswith(seal)


def compile_pdf(main: Path) -> Path:
    """Compile a document with latexmk, citations and all.

    Raises:
        TypesettingError: There is no TeX, or it does not accept the document.
    """
    program = shutil.which(COMPILER)
    if program is None:
        raise TypesettingError(f"there is no {COMPILER}: the PDF cannot be made", fix=HOW)
    command = (program, "-pdf", "-interaction=nonstopmode", "-halt-on-error", "-norc")
    try:
        done = subprocess.run(
            [*command, main.name],
            cwd=main.parent,
            env={**os.environ, "SOURCE_DATE_EPOCH": "0", "FORCE_SOURCE_DATE": "1"},
            check=False,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=LONGEST,
        )
    except subprocess.TimeoutExpired as error:
        problem = f"{COMPILER} did not end within {LONGEST} s"
        raise TypesettingError(problem, fix=f"run it by hand in {main.parent}") from error
    if done.returncode:
        said = " ".join(done.stdout.splitlines()[-LAST:])
        raise TypesettingError(
            f"{COMPILER} failed on {main}: {said}", fix=f"read {main.with_suffix('.log')}"
        )
    return main.with_suffix(".pdf")
