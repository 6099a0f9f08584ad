"""The stored runs of a recipe, as the comparison sees them."""

from harness.catalog import Recipe, load_dataset
from harness.compare import Evidence, Verdict, judge_all
from harness.errors import CatalogError
from harness.freshness import stale_because
from harness.store import ResultStore


def gather_evidence(recipe: Recipe, store: ResultStore) -> tuple[Evidence, ...]:
    """All stored runs of a recipe, oldest first, each with its freshness.

    Raises:
        StoreError: A record cannot be read.
    """
    return tuple(
        Evidence(
            run=run,
            stale=stale_because(run.record, recipe),
            unit=resample_unit(run.record.plan.dataset),
        )
        for run in store.runs(recipe.key)
    )


def resample_unit(dataset: str) -> str:
    """What a bootstrap resamples: groups where the splits keep them apart."""
    try:
        return load_dataset(dataset).resample_unit or "sample"
    except CatalogError:
        return "sample"


def judge_recipe(recipe: Recipe, store: ResultStore) -> tuple[Verdict, ...]:
    """What the stored runs say of a recipe's claims."""
    return judge_all(recipe.claims, gather_evidence(recipe, store))
