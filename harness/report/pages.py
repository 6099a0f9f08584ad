"""Recipes' pages and their index: written in one step each, or checked."""

import os
from collections.abc import Sequence
from pathlib import Path

from harness.report.citations import (
    Bibliography,
    join_names,
    make_bibliography,
    reference_links,
)
from harness.report.claim_tables import claims_table
from harness.report.figures import draw_claims, draw_curves, draw_observations
from harness.report.indexes import index_table
from harness.report.inputs import Addresses, PageInput
from harness.report.ordering_tables import orderings_table
from harness.report.rendering import render
from harness.report.run_tables import methods_table, run_tables
from harness.report.search_tables import search_table, units_table
from harness.report.summaries import REPLICATION, findings, notices, overview
from harness.report.tables import render_csv
from harness.report.variants import describe_variants
from harness.store import write_replacing

KINDS = frozenset({".html", ".md", ".csv"})


def write_reports(inputs: Sequence[PageInput], out: Path, results: Path) -> tuple[Path, ...]:
    """Write every page; a reader sees an old page or a new one, never half of one.

    Args:
        inputs: All recipes, in the order of the index.
        out: Folder of the pages; made where it is missing.
        results: Folder of the records, which pages link to.

    Returns:
        The pages.
    """
    pages = make_pages(inputs, out, results)
    out.mkdir(parents=True, exist_ok=True)
    for name, text in pages.items():
        write_replacing(out / name, text.encode())
    return tuple(out / name for name in pages)


def check_reports(inputs: Sequence[PageInput], out: Path, results: Path) -> tuple[Path, ...]:
    """Pages that are stale, missing or surplus; nothing is written.

    Args:
        inputs: All recipes, in the order of the index.
        out: Folder of the pages.
        results: Folder of the records.
    """
    pages = make_pages(inputs, out, results)
    found = {path.name for path in out.glob("*") if path.suffix in KINDS}
    stale = {
        name for name in found & set(pages) if (out / name).read_bytes() != pages[name].encode()
    }
    return tuple(out / name for name in sorted(stale | (found ^ set(pages))))


def make_pages(inputs: Sequence[PageInput], out: Path, results: Path) -> dict[str, str]:
    """Text of every page by file name.

    Args:
        inputs: All recipes, in the order of the index.
        out: Folder that links start from.
        results: Folder of the records.
    """
    base = Path(os.path.relpath(results.resolve(), out.resolve())).as_posix()
    pages = {
        "index.html": render("index.html.j2", table=index_table(inputs, "html")),
        "index.md": render("index.md.j2", table=index_table(inputs, "md")),
    }
    for page in inputs:
        addresses = Addresses(recipe=page.recipe.key, results=base)
        context = _context(page, addresses)
        pages[f"{page.recipe.key}.html"] = render("recipe.html.j2", **context)
        pages[f"{page.recipe.key}.md"] = render("recipe.md.j2", **context)
        claims = claims_table(page, addresses, make_bibliography(page))
        pages[f"{page.recipe.key}-claims.csv"] = render_csv(claims)
    return pages


def _context(page: PageInput, addresses: Addresses) -> dict[str, object]:
    works = make_bibliography(page)
    paper = page.recipe.paper
    return {
        "key": page.recipe.key,
        "paper": paper,
        "authors": join_names(paper.citation.authors),
        "citation_links": reference_links(paper.citation),
        "own_citation": works.cite(paper.citation.key),
        "replication": REPLICATION,
        "notices": notices(page),
        "overview": overview(page),
        "findings": findings(page, addresses),
        "claims": claims_table(page, addresses, works),
        "orderings": orderings_table(page, addresses),
        "methods": methods_table(page, addresses),
        "units": units_table(page),
        "search": search_table(page, addresses),
        "claim_pictures": draw_claims(page),
        "curves": draw_curves(page, addresses),
        "observed": draw_observations(page, addresses),
        "variants": describe_variants(page),
        "runs": run_tables(page, addresses),
        "datasets": _datasets(page, works),
        "commands": _commands(page),
        "bibliography": tuple(works.references.values()),
    }


def _datasets(page: PageInput, works: Bibliography) -> list[dict[str, object]]:
    return [
        {
            "title": facts.title,
            "terms": facts.terms,
            "obtain": facts.obtain,
            "classes": len(facts.classes),
            "cited": (works.find(facts.citation),) if facts.citation else (),
        }
        for _, facts in sorted(page.datasets.items())
    ]


def _commands(page: PageInput) -> tuple[str, ...]:
    prepare = [
        f"harness data prepare {key}" + ("" if facts.embedded else " --source FOLDER_OR_ZIP")
        for key, facts in sorted(page.datasets.items())
    ]
    key = page.recipe.key
    return (*prepare, f"harness reproduce {key}", "harness report")
