"""The stored runs of a recipe, as the comparison sees them."""

from collections.abc import Sequence

from harness.catalog import Recipe, dataset_keys, load_dataset
from harness.compare import Evidence, Verdict, judge_all
from harness.errors import CatalogError, HarnessError
from harness.freshness import Freshness, claim_digest
from harness.plan import Configs
from harness.store import ResultStore


def gather_evidence(recipe: Recipe, store: ResultStore) -> tuple[Evidence, ...]:
    """All stored runs of a recipe, oldest first, each with its freshness.

    Raises:
        StoreError: A record cannot be read.
    """
    digests = {claim.key: claim_digest(claim) for claim in recipe.claims}
    runs = store.runs(recipe.key)
    freshness = Freshness(recipe, runs, store)
    units = {key: _resample_unit(key) for key in {run.record.plan.dataset for run in runs}}
    variants = {run.record.plan.variant for run in runs}
    departures = {variant: _departures(freshness.configs, variant) for variant in variants}
    return tuple(
        Evidence(
            run=run,
            stale=freshness.stale_because(run.record),
            unit=units[run.record.plan.dataset],
            departures=departures[run.record.plan.variant],
            moved=frozenset(
                key
                for key, digest in run.record.claim_digests.items()
                if digests.get(key, digest) != digest
            ),
        )
        for run in runs
    )


def _departures(configs: Configs, variant: str) -> tuple[str, ...]:
    """What a variant's configuration declares today."""
    try:
        return tuple(item["what"] for item in configs.view(variant)["departures"])
    except HarnessError:
        return ()  # the variant is gone: its runs are stale


def _resample_unit(dataset: str) -> str:
    """What a bootstrap resamples: groups where the splits keep them apart."""
    try:
        return load_dataset(dataset).resample_unit or "sample"
    except CatalogError:
        return "sample"


def judge_recipe(recipe: Recipe, store: ResultStore) -> tuple[Verdict, ...]:
    """What the stored runs say of a recipe's claims."""
    return judge_evidence(recipe, gather_evidence(recipe, store))


def judge_evidence(recipe: Recipe, evidence: Sequence[Evidence]) -> tuple[Verdict, ...]:
    """What some of a recipe's runs, oldest first, say of its claims."""
    unread = {claim.protocol.dataset for claim in recipe.claims}.difference(dataset_keys())
    return judge_all(recipe.claims, evidence, unread=frozenset(unread))
