"""One page a recipe: its claims, its runs, and what they say."""

from collections.abc import Sequence

from harness.report.author_tables import authors_weights_table
from harness.report.citations import (
    Bibliography,
    join_names,
    make_bibliography,
    reference_links,
)
from harness.report.claim_tables import claims_table, own_claims_table
from harness.report.commands import reproduce_command
from harness.report.diagrams import draw_networks
from harness.report.figures import draw_claims, draw_curves, draw_observations
from harness.report.inputs import Addresses, PageInput
from harness.report.marking import mark_methods
from harness.report.ordering_tables import explorations_table, orderings_table
from harness.report.other_claims import other_claims, waiting_claims
from harness.report.page_files import PAGE_KINDS
from harness.report.rendering import render
from harness.report.run_tables import methods_table, run_tables
from harness.report.settings_tables import fusions_table, settings_matrices
from harness.report.speed_tables import costs_table, forms_table, speed_table
from harness.report.summaries import EXPLORATION, findings, notices, overview, say_whose_code
from harness.report.tables import render_csv
from harness.report.trial_tables import search_table
from harness.report.unit_tables import units_table
from harness.report.variants import describe_variants


def make_recipe_pages(inputs: Sequence[PageInput], results: str) -> dict[str, str]:
    """Text of the recipes' pages, and of their claims as CSV, by file name.

    Args:
        inputs: All recipes.
        results: ``results/`` as seen from the folder of the pages.
    """
    pages = {}
    for page in inputs:
        addresses = Addresses(recipe=page.recipe.key, results=results)
        works = make_bibliography(page)
        context = _context(page, addresses, works)
        for kind in PAGE_KINDS:
            pages[page.file(kind)] = render(f"recipe.{kind}.j2", **context)
        pages[f"{page.recipe.key}-claims.csv"] = render_csv(claims_table(page, addresses, works))
    return pages


def _context(page: PageInput, addresses: Addresses, works: Bibliography) -> dict[str, object]:
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
        "costs": costs_table(page, addresses),
        "forms": forms_table(page, addresses),
        "units": units_table(page),
        "search": search_table(page, addresses),
        "claim_pictures": draw_claims(page),
        "networks": draw_networks(page.networks, paper.method),
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
    prepare: list[str] = []
    for key, facts in sorted(page.datasets.items()):
        protocols = [claim.protocol for claim in page.recipe.claims]
        protocols += [item.record.plan.protocol for item in page.evidence]
        forms = {p.data.form for p in protocols if p.dataset == key}
        prepare += facts.commands(forms)
    return (*prepare, reproduce_command(page.recipe.key), "harness report")
