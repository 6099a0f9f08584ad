"""``report --latex``: a document from the stored runs, and its PDF where there is a TeX."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from harness.errors import HarnessError
from harness.publication import gather_campaigns, gather_pages
from harness.report import write_document
from harness.store import ResultStore
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


def write_latex(store: ResultStore, folder: Path, topics: Sequence[str], *, pdf: bool) -> None:
    """Write a document, say where it is, and compile it where asked.

    Raises:
        TypesettingError: There is no TeX, or it does not accept the document.
    """
    main = write_document(gather_pages(store), gather_campaigns(), folder, topics)
    out.print(f"document: {main.resolve()}")
    if pdf:
        out.print(f"PDF: {compile_pdf(main).resolve()}")


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
