"""Recipes and their runs → what the pages are made from."""

from importlib import import_module

from harness.catalog import Recipe, load_dataset, load_recipes
from harness.compare import judge_all
from harness.errors import CatalogError
from harness.evidence import gather_evidence
from harness.plan import load_config
from harness.report import DatasetFacts, Draw, PageInput
from harness.store import ResultStore


def gather_pages(store: ResultStore) -> tuple[PageInput, ...]:
    """Inputs of every recipe's page: a function of the recipes and records alone."""
    return tuple(gather_page(recipe, store) for recipe in load_recipes())


def gather_page(recipe: Recipe, store: ResultStore) -> PageInput:
    """Input of one recipe's page."""
    evidence = gather_evidence(recipe, store)
    datasets = {claim.protocol.dataset for claim in recipe.claims}
    datasets |= {item.record.plan.dataset for item in evidence}
    facts = {key: _describe(key) for key in sorted(datasets)}
    return PageInput(
        recipe=recipe,
        verdicts=judge_all(recipe.claims, evidence),
        evidence=evidence,
        configs={variant: load_config(recipe, variant) for variant in recipe.variants},
        datasets={key: fact for key, fact in facts.items() if fact is not None},
        draw=_drawing(recipe),
    )


def _describe(key: str) -> DatasetFacts | None:
    try:
        dataset = load_dataset(key)
    except CatalogError:
        return None  # a claim on data that nothing here reads yet
    return DatasetFacts(
        title=dataset.title,
        citation=dataset.citation,
        terms=dataset.terms,
        obtain=dataset.obtain,
        classes=dataset.classes,
        edges=dataset.edges,
        embedded=dataset.embedded,
    )


def _drawing(recipe: Recipe) -> Draw | None:
    if not (recipe.folder / "figures.py").exists():
        return None
    draw: Draw = import_module(f"recipes.{recipe.key}.figures").draw
    return draw
