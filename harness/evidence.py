"""The stored runs of a recipe, as the comparison sees them."""

from harness.catalog import Recipe, load_dataset
from harness.compare import Evidence, Verdict, judge_all
from harness.errors import CatalogError, HarnessError
from harness.freshness import claim_digest, stale_because
from harness.plan import load_config
from harness.store import ResultStore


def gather_evidence(recipe: Recipe, store: ResultStore) -> tuple[Evidence, ...]:
    """All stored runs of a recipe, oldest first, each with its freshness.

    Raises:
        StoreError: A record cannot be read.
    """
    digests = {claim.key: claim_digest(claim) for claim in recipe.claims}
    return tuple(
        Evidence(
            run=run,
            stale=stale_because(run.record, recipe),
            unit=resample_unit(run.record.plan.dataset),
            departures=_departures(recipe, run.record.plan.variant),
            moved=frozenset(
                key
                for key, digest in run.record.claim_digests.items()
                if digests.get(key, digest) != digest
            ),
        )
        for run in store.runs(recipe.key)
    )


def _departures(recipe: Recipe, variant: str) -> tuple[str, ...]:
    """What a variant's configuration declares today."""
    try:
        return tuple(item["what"] for item in load_config(recipe, variant)["departures"])
    except HarnessError:
        return ()  # the variant is gone: its runs are stale


def resample_unit(dataset: str) -> str:
    """What a bootstrap resamples: groups where the splits keep them apart."""
    try:
        return load_dataset(dataset).resample_unit or "sample"
    except CatalogError:
        return "sample"


def judge_recipe(recipe: Recipe, store: ResultStore) -> tuple[Verdict, ...]:
    """What the stored runs say of a recipe's claims."""
    return judge_all(recipe.claims, gather_evidence(recipe, store))
