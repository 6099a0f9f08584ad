"""``new``: the folder of a new recipe."""

import argparse
from pathlib import Path

from harness.catalog import load_recipe, roots
from harness.citing import fetch_bibtex, load_bibtex, read_arxiv_identifier, read_bibtex
from harness.claims import Citation
from harness.drafting import Draft, write_draft
from harness.outside import check_folder
from harness.verbs.console import out


def new(args: argparse.Namespace) -> None:
    """Write the folder, and say what to do next.

    Raises:
        CatalogError: The name is taken, or the paper cannot be read.
    """
    arxiv = read_arxiv_identifier(args.paper) if args.paper else ""
    citation = _cite(args.bib, arxiv)
    draft = Draft(
        method=args.method,
        citation=citation,
        arxiv=arxiv,
        kind=args.kind or "skeleton",
        like=load_recipe(args.like) if args.like else None,
    )
    home = args.dir or roots()[0]
    folder = write_draft(draft, home)
    is_outside = str(home.resolve()) not in {str(root.resolve()) for root in roots()}
    also = f" --recipes {check_folder(home, '--dir')}" if is_outside else ""
    out.print(f"{draft.key}: {folder}")
    if arxiv and citation is None:
        out.print("arXiv cannot be reached: fill in the citation that is marked in paper.py")
    out.print(f"what is left to do: harness check {draft.key}{also}")


def _cite(bib: Path | None, arxiv: str) -> Citation | None:
    if bib is not None:
        return load_bibtex(bib)
    text = fetch_bibtex(arxiv) if arxiv else None
    return read_bibtex(text, source=f"what arXiv says of {arxiv}") if text else None
