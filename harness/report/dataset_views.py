"""Recipes → what is known of each data set: its variants, and the claims about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from harness.claims import Protocol
from harness.compare import Evidence, Verdict
from harness.records import Json
from harness.report.dataset_names import name_dataset
from harness.report.inputs import DatasetFacts, PageInput


@dataclass(frozen=True, kw_only=True, slots=True)
class OnDataset:
    """A variant of a recipe that is for a data set.

    Args:
        page: The recipe.
        variant: The variant.
        config: Its configuration, or that of its newest run where it is gone.
        stored: Its stored runs of every kind.
    """

    page: PageInput
    variant: str
    config: Json
    stored: tuple[Evidence, ...]

    @property
    def protocol(self) -> Protocol:
        """The conditions that it measures under."""
        return Protocol(**self.config["protocol"])

    @property
    def splits(self) -> tuple[str, ...]:
        """The splits that its score is the mean over."""
        return tuple(self.config.get("splits", ()))


@dataclass(frozen=True, kw_only=True, slots=True)
class DatasetView:
    """All that is known here of a data set.

    Args:
        key: Its key.
        facts: What it is; ``None`` where nothing here reads it.
        variants: Variants for it, recipe by recipe.
        verdicts: What the runs say of claims about it, each with its recipe.
    """

    key: str
    facts: DatasetFacts | None
    variants: list[OnDataset] = field(default_factory=list)
    verdicts: list[tuple[PageInput, Verdict]] = field(default_factory=list)

    @property
    def title(self) -> str:
        """Its name, or its key where nothing is known of it."""
        return self.facts.title if self.facts else name_dataset(self.key)

    @property
    def protocols(self) -> dict[Protocol, str]:
        """The protocols on it, each with its name on the page, in order of first mention."""
        found = [item.protocol for item in self.variants]
        found += [verdict.claim.protocol for _, verdict in self.verdicts]
        return {protocol: f"P{n}" for n, protocol in enumerate(dict.fromkeys(found), start=1)}


def gather_views(
    pages: Sequence[PageInput], datasets: Mapping[str, DatasetFacts]
) -> tuple[DatasetView, ...]:
    """Each data set that is read here or that a claim is about, in alphabetical order.

    Args:
        pages: All recipes.
        datasets: Data sets that are read here, beside those that the recipes name.
    """
    facts = dict(datasets)
    for page in pages:
        facts |= page.datasets
    views = {key: DatasetView(key=key, facts=found) for key, found in facts.items()}
    for page in pages:
        for verdict in page.verdicts:
            key = verdict.claim.protocol.dataset
            views.setdefault(key, DatasetView(key=key, facts=None)).verdicts.append((page, verdict))
        for item in _variants(page):
            key = item.config["protocol"]["dataset"]
            views.setdefault(key, DatasetView(key=key, facts=None)).variants.append(item)
    return tuple(view for _, view in sorted(views.items()))


def _variants(page: PageInput) -> list[OnDataset]:
    found = []
    for variant in page.variants:
        stored = page.of_variant(variant)
        config = page.config_of(variant)
        if config.get("protocol"):
            found.append(OnDataset(page=page, variant=variant, config=config, stored=stored))
    return found
