"""What a user asks for → plans."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from harness.catalog import Campaign, Recipe, dataset_keys, load_dataset, load_recipe
from harness.claims import DataKey, Ordering
from harness.errors import PlanError, suggest
from harness.forms import is_fusion, trains
from harness.plan import load_config, make_plans
from harness.records import NO_SAMPLES, Json, Plan

MOST_SEEDS = 1000
LARGEST_SEED = 2**31
DEFAULT_SEEDS = (0, 1, 2, 3, 4)


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """Plans, and which of them were asked for.

    Args:
        plans: Plans, each after its inputs, none twice.
        wanted: Digests of those asked for; the others are inputs of these.
    """

    plans: tuple[Plan, ...] = ()
    wanted: frozenset[str] = field(default_factory=frozenset)

    def __add__(self, other: "Request") -> "Request":
        known = {plan.digest for plan in self.plans}
        new = tuple(plan for plan in other.plans if plan.digest not in known)
        return Request(plans=self.plans + new, wanted=self.wanted | other.wanted)

    @property
    def data(self) -> tuple[DataKey, ...]:
        """What the plans read."""
        return tuple(sorted({plan.protocol.data for plan in self.plans}))


def request_runs(
    recipe: Recipe,
    variant: str,
    *,
    splits: Sequence[str] = (),
    seeds: Iterable[int] = (0,),
    overrides: Json | None = None,
    limit: int | None = None,
    dataset: str | None = None,
) -> Request:
    """Plans for some splits and seeds of a variant.

    Args:
        recipe: The recipe.
        variant: Its variant.
        splits: Splits; empty or ``all`` for those that the variant names.
        seeds: Seeds.
        overrides: Changes to the configuration.
        limit: Most samples taken from each subset.
        dataset: Data set that the variant must be for; ``None`` for any.

    Raises:
        PlanError: A split is none of the data set's, or the data set is another
            or not read yet.
    """
    if limit is not None and limit < 1:
        raise PlanError(f"a limit of {limit} samples leaves none", fix="give --limit 1 or more")
    config = load_config(recipe, variant)
    key = config["protocol"]["dataset"]
    if dataset not in (None, key):
        raise PlanError(
            f"variant '{variant}' of '{recipe.key}' is for data set '{key}', not '{dataset}'",
            fix=f"choose another --variant: {', '.join(recipe.variants)}",
        )
    read = dataset_keys()
    if key not in read:
        raise PlanError(
            f"variant '{variant}' of '{recipe.key}' is for data set '{key}', which the harness "
            "does not read yet",
            fix=f"choose a --variant for one of these data sets: {', '.join(read)}",
        )
    if not splits or "all" in splits:
        splits = config["splits"]
    known = [split.name for split in load_dataset(key).splits]
    request = Request()
    for split in splits:
        if split not in known:
            raise PlanError(f"data set '{key}' has no split '{split}'", fix=suggest(split, known))
        for seed in seeds:
            plans = make_plans(
                recipe, variant, split=split, seed=seed, overrides=overrides, limit=limit
            )
            request += Request(plans=plans, wanted=frozenset({plans[-1].digest}))
    return request


def refuse_small_limit(plan: Plan) -> None:
    """Refuse a plan whose limit leaves no batch to train on.

    Raises:
        PlanError: Batches are larger, and those that are not whole are dropped.
    """
    if plan.limit is None or not trains(plan.config):
        return
    loader = plan.config["train_dataloader"]
    # Where clips are samples a limit counts videos, which have many.
    counts_videos = loader["dataset"].get("level") == "clip"
    if counts_videos or not loader.get("drop_last"):
        return
    if plan.limit < (size := loader["batch_size"]):
        raise PlanError(
            f"a limit of {plan.limit} samples leaves no batch to train {plan.label} on: "
            f"batches are of {size}, and smaller ones are dropped",
            fix=f"give --limit {size} or more",
        )


def request_claims(recipe: Recipe, *, seeds: Iterable[int] = DEFAULT_SEEDS) -> Request:
    """Plans for everything that a recipe's claims need, on the data sets that are read."""
    needs: dict[str, tuple[str, ...]] = {}
    read = dataset_keys()
    for claim in recipe.claims:
        if claim.protocol.dataset not in read:
            continue
        if isinstance(claim, Ordering):
            variants = [name for name in (claim.better, claim.worse) if name]
        else:
            variants = [claim.variant] if claim.variant else []
        for variant in variants:
            needs[variant] = tuple(dict.fromkeys((*needs.get(variant, ()), *claim.splits)))
    request = Request()
    for variant, splits in needs.items():
        request += request_runs(recipe, variant, splits=splits, seeds=tuple(seeds))
    return request


def plan_costs(recipe: Recipe, variant: str) -> Plan:
    """The plan of counting what a variant costs: it is built, and sees no sample.

    Raises:
        PlanError: The variant has no model, or its clips no fixed length.
    """
    config = load_config(recipe, variant)
    if is_fusion(config):
        raise PlanError(
            f"variant '{variant}' of '{recipe.key}' is a fusion: it costs what its streams cost",
            fix=f"count those: {', '.join(config['fusion'])}",
        )
    if config["protocol"].get("clip_len") is None:
        raise PlanError(
            f"the clips of variant '{variant}' of '{recipe.key}' have no fixed length",
            fix="run it: a run counts its longest test sample",
        )
    return make_plans(recipe, variant, split=config["splits"][0], seed=0, limit=NO_SAMPLES)[-1]


def request_campaign(campaign: Campaign) -> Request:
    """Plans for a campaign."""
    request = Request()
    for runs in campaign.runs:
        recipe = load_recipe(runs.recipe)
        for variant in runs.variants:
            request += request_runs(
                recipe, variant, splits=runs.splits, seeds=runs.seeds, overrides=runs.set
            )
    return request


def parse_seeds(text: str) -> tuple[int, ...]:
    """Seeds from ``3``, ``0,2,5`` or ``0..4``.

    Raises:
        PlanError: The text is none of these.
    """
    seeds: list[int] = []
    try:
        for part in text.split(","):
            first, dots, last = part.partition("..")
            start, end = int(first), int(last) if dots else int(first)
            if not 0 <= start <= end < LARGEST_SEED or end - start >= MOST_SEEDS:
                raise ValueError("out of bounds")
            seeds.extend(range(start, end + 1))
    except ValueError as error:
        raise PlanError(f"'{text}' names no seeds", fix="write 3, 0,2,5 or 0..4") from error
    return tuple(dict.fromkeys(seeds))
