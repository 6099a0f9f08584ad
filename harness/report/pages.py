"""Recipes' pages and their index: written in one step each, or checked."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from harness.catalog import Campaign
from harness.report.author_tables import authors_weights_table
from harness.report.campaign_pages import make_campaign_pages
from harness.report.campaign_runs import campaigns_with_runs
from harness.report.citations import (
    Bibliography,
    join_names,
    make_bibliography,
    reference_links,
)
from harness.report.claim_tables import claims_table, own_claims_table
from harness.report.dataset_pages import make_dataset_pages
from harness.report.figures import draw_claims, draw_curves, draw_observations
from harness.report.inputs import Addresses, DatasetFacts, PageInput
from harness.report.literature_pages import make_literature_pages
from harness.report.marking import mark_methods
from harness.report.ordering_tables import explorations_table, orderings_table
from harness.report.other_claims import other_claims, waiting_claims
from harness.report.page_files import way_between
from harness.report.rendering import render
from harness.report.run_tables import methods_table, run_tables
from harness.report.search_tables import search_table, units_table
from harness.report.settings_tables import fusions_table, settings_matrices
from harness.report.site_pages import make_bibliography_pages, make_index_pages
from harness.report.speed_tables import speed_table
from harness.report.summaries import EXPLORATION, findings, notices, overview, say_whose_code
from harness.report.tables import render_csv
from harness.report.variants import describe_variants
from harness.store import write_replacing

KINDS = frozenset({".html", ".md", ".csv"})


def write_reports(
    inputs: Sequence[PageInput],
    out: Path,
    results: Path,
    campaigns: Sequence[Campaign] = (),
    datasets: Mapping[str, DatasetFacts] | None = None,
) -> tuple[Path, ...]:
    """Write every page; a reader sees an old page or a new one, never half of one.

    Args:
        inputs: All recipes, in the order of the index.
        out: Folder of the pages; made where it is missing.
        results: Folder of the records, which pages link to.
        campaigns: All campaigns; those with runs have pages.
        datasets: Data sets that are read here, beside those that the recipes name.

    Returns:
        The pages.
    """
    pages = make_pages(inputs, out, results, campaigns, datasets)
    out.mkdir(parents=True, exist_ok=True)
    for name, text in pages.items():
        write_replacing(out / name, text.encode())
    return tuple(out / name for name in pages)


def check_reports(
    inputs: Sequence[PageInput],
    out: Path,
    results: Path,
    campaigns: Sequence[Campaign] = (),
    datasets: Mapping[str, DatasetFacts] | None = None,
) -> tuple[Path, ...]:
    """Pages that are stale, missing or surplus; nothing is written.

    Args:
        inputs: All recipes, in the order of the index.
        out: Folder of the pages.
        results: Folder of the records.
        campaigns: All campaigns; those with runs have pages.
        datasets: Data sets that are read here, beside those that the recipes name.
    """
    pages = make_pages(inputs, out, results, campaigns, datasets)
    found = {path.name for path in out.glob("*") if path.suffix in KINDS}
    stale = {
        name for name in found & set(pages) if (out / name).read_bytes() != pages[name].encode()
    }
    return tuple(out / name for name in sorted(stale | (found ^ set(pages))))


def make_pages(
    inputs: Sequence[PageInput],
    out: Path,
    results: Path,
    campaigns: Sequence[Campaign] = (),
    datasets: Mapping[str, DatasetFacts] | None = None,
) -> dict[str, str]:
    """Text of every page by file name.

    Args:
        inputs: All recipes, in the order of the index.
        out: Folder that links start from.
        results: Folder of the records.
        campaigns: All campaigns; those with runs have pages.
        datasets: Data sets that are read here, beside those that the recipes name.
    """
    base = way_between(out, results)
    pages: dict[str, str] = {}
    for page in inputs:
        addresses = Addresses(recipe=page.recipe.key, results=base)
        context = _context(page, addresses)
        pages[f"{page.recipe.key}.html"] = render("recipe.html.j2", **context)
        pages[f"{page.recipe.key}.md"] = render("recipe.md.j2", **context)
        claims = claims_table(page, addresses, make_bibliography(page))
        pages[f"{page.recipe.key}-claims.csv"] = render_csv(claims)
    ran = campaigns_with_runs(campaigns, inputs)
    pages |= make_dataset_pages(inputs, datasets or {}, ran, base)
    pages |= make_campaign_pages(ran, base)
    pages |= make_literature_pages(inputs)
    pages |= make_bibliography_pages(inputs)
    return make_index_pages(inputs, campaigns, pages, datasets or {}) | pages


def _context(page: PageInput, addresses: Addresses) -> dict[str, object]:
    works = make_bibliography(page)
    paper = page.recipe.paper
    return {
        "key": page.recipe.key,
        "paper": paper,
        "authors": join_names(paper.citation.authors),
        "citation_links": reference_links(paper.citation),
        "own_citation": works.cite(paper.citation.key),
        "replication": say_whose_code(page),
        "notices": notices(page),
        "overview": overview(page),
        "findings": findings(page, addresses),
        "claims": own_claims_table(page, addresses, works),
        "waiting": waiting_claims(page, works),
        "others": other_claims(page, addresses, works),
        "orderings": orderings_table(page, addresses),
        "explorations": explorations_table(page, addresses),
        "exploration": EXPLORATION,
        "methods": mark_methods(page, methods_table(page, addresses)),
        "authors_weights": authors_weights_table(page, addresses),
        "speed": speed_table(page, addresses),
        "units": units_table(page),
        "search": search_table(page, addresses),
        "claim_pictures": draw_claims(page),
        "curves": draw_curves(page, addresses),
        "observed": draw_observations(page, addresses),
        "matrices": settings_matrices(page),
        "fusions": fusions_table(page),
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
