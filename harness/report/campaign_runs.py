"""Campaigns × stored runs → what each method of a campaign has, and what it lacks."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from harness.catalog import Campaign, CampaignRuns
from harness.compare import Evidence, newest_runs
from harness.errors import PlanError
from harness.plan import changes, override
from harness.records import WORDING, Json, digest_of
from harness.report.inputs import PageInput

Place = tuple[str, int]  # split and seed


@dataclass(frozen=True, kw_only=True, slots=True)
class Entrant:
    """A method in a campaign: a variant, perhaps with other settings.

    Args:
        page: Its recipe.
        variant: The variant.
        label: How the campaign's pages call it.
        config: The variant's configuration, or that of its newest run where the
            variant is gone; empty where nothing is known of it.
        settings: What the campaign sets, by key; empty for the variant itself.
        splits: Splits that it is to be run on.
        wanted: Splits and seeds that it is to be run with.
        runs: Completed runs that count, at most one of each of these.
        others: Runs of these that failed, were interrupted or no longer count.
        counts: What its network costs, where that was counted without a run.
    """

    page: PageInput
    variant: str
    label: str
    config: Json
    settings: Json
    splits: tuple[str, ...]
    wanted: tuple[Place, ...]
    runs: tuple[Evidence, ...] = ()
    others: tuple[Evidence, ...] = ()
    counts: tuple[Evidence, ...] = ()

    @property
    def dataset(self) -> str:
        """Key of its data set; ``""`` where nothing is known of the variant."""
        return str(self.config.get("protocol", {}).get("dataset", ""))

    @property
    def is_trial(self) -> bool:
        """Whether it chooses settings and is no result: other settings, or inner splits."""
        return bool(self.settings) or not set(self.splits) <= set(self.config.get("splits", ()))

    @property
    def complete_runs(self) -> tuple[Evidence, ...]:
        """Runs of the seeds that have every split."""
        by_seed: dict[int, set[str]] = defaultdict(set)
        for item in self.runs:
            by_seed[item.record.plan.seed].add(item.record.plan.split)
        whole = {seed for seed, splits in by_seed.items() if splits >= set(self.splits)}
        return tuple(item for item in self.runs if item.record.plan.seed in whole)

    @property
    def missing(self) -> tuple[Place, ...]:
        """What is wanted and has no completed run."""
        have = {item.split_and_seed for item in self.runs}
        return tuple(place for place in self.wanted if place not in have)


def _find_entrants(campaign: Campaign, pages: Mapping[str, PageInput]) -> tuple[Entrant, ...]:
    """The methods of a campaign, each with its runs, in the order of its file.

    Blocks that add seeds to a method are one method. A recipe that is not among
    the pages has none.

    Args:
        campaign: The campaign.
        pages: Recipes by key.
    """
    several = len({block.recipe for block in campaign.runs}) > 1
    found: dict[tuple[str, str, tuple[str, ...], str], Entrant] = {}
    for block in campaign.runs:
        page = pages.get(block.recipe)
        for variant in block.variants if page else ():
            entrant = _enter(pages[block.recipe], block, variant, several=several)
            key = (block.recipe, variant, entrant.splits, digest_of(block.set))
            if key in found:
                wanted = tuple(dict.fromkeys((*found[key].wanted, *entrant.wanted)))
                entrant = replace(entrant, wanted=wanted)
            found[key] = entrant
    return tuple(map(_with_runs, found.values()))


def _enter(page: PageInput, block: CampaignRuns, variant: str, *, several: bool) -> Entrant:
    config = page.config_of(variant)
    splits = block.splits or tuple(config.get("splits", ()))
    return Entrant(
        page=page,
        variant=variant,
        label=f"{block.recipe}/{variant}" if several else variant,
        config=config,
        settings=block.set,
        splits=splits,
        wanted=tuple((split, seed) for split in splits for seed in block.seeds),
    )


def _with_runs(entrant: Entrant) -> Entrant:
    """An entrant with its runs; limited or generated data count only where there are no others."""
    wanted, stored = set(entrant.wanted), entrant.page.of_variant(entrant.variant)
    mine = [item for item in stored if item.split_and_seed in wanted and _is_of(entrant, item)]
    its = [item for item in mine if not item.record.is_count]
    counts = newest_runs(item for item in mine if item.record.is_count and item.is_valid)
    good = [item for item in its if item.is_valid]
    good = [item for item in good if not item.record.is_limited] or good
    runs = sorted(newest_runs(good), key=lambda item: item.split_and_seed)
    have = {item.split_and_seed for item in runs}
    others = (item for item in its if not item.is_valid and item.split_and_seed not in have)
    return replace(entrant, runs=tuple(runs), others=tuple(others), counts=tuple(counts))


def _is_of(entrant: Entrant, item: Evidence) -> bool:
    """Whether a run has an entrant's settings.

    Where the campaign sets none the variant's name says so, and a run of older
    settings is stale. A trial may have got its settings by other words, and the
    resolved configurations are compared.
    """
    plan = item.record.plan
    if not entrant.settings:
        return not plan.overrides
    if plan.overrides == entrant.settings:
        return True
    return _decides(plan.config) == _decides(resolve(entrant, plan.split))


def _decides(config: Json) -> Json:
    return {key: value for key, value in config.items() if key not in WORDING}


def resolve(entrant: Entrant, split: str) -> Json:
    """The configuration that an entrant is run with; empty where it can no longer be."""
    try:
        return override(entrant.config, changes(entrant.config, split, entrant.settings))
    except (PlanError, KeyError):
        return {}


CampaignWithRuns = tuple[Campaign, tuple[Entrant, ...]]


def campaigns_with_runs(
    campaigns: Iterable[Campaign], pages: Sequence[PageInput]
) -> tuple[CampaignWithRuns, ...]:
    """The campaigns of which something was run, each with its methods.

    Args:
        campaigns: Campaigns, in the order wanted.
        pages: All recipes.
    """
    by_key = {page.recipe.key: page for page in pages}
    found = ((campaign, _find_entrants(campaign, by_key)) for campaign in campaigns)
    return tuple(
        (campaign, entrants)
        for campaign, entrants in found
        if any(entrant.runs or entrant.others for entrant in entrants)
    )
