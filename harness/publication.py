"""Recipes and their runs → what the pages are made from."""

from collections.abc import Iterator, Mapping
from importlib import import_module

from harness.benches import load_benches
from harness.catalog import (
    Campaign,
    Recipe,
    campaign_keys,
    dataset_keys,
    load_campaign,
    load_dataset,
    load_recipes,
)
from harness.data_benches import DataBench, load_data_benches
from harness.datasets.definition import Dataset
from harness.datasets.stored import prepare_command
from harness.datasets.videos import prepare_videos_command
from harness.diagrams import load_networks
from harness.errors import CatalogError
from harness.evidence import gather_evidence, judge_evidence
from harness.plan import Configs
from harness.report import DatasetFacts, Draw, FormFacts, PageInput, SplitFacts
from harness.store import ResultStore
from harness.stresses import load_stresses
from harness.throughputs import load_cost_benches


def gather_pages(store: ResultStore) -> tuple[PageInput, ...]:
    """Inputs of every recipe's page: a function of the recipes and records alone."""
    return tuple(gather_page(recipe, store) for recipe in load_recipes())


def gather_page(recipe: Recipe, store: ResultStore) -> PageInput:
    """Input of one recipe's page."""
    evidence = gather_evidence(recipe, store)
    configs = Configs(recipe)
    datasets = {claim.protocol.dataset for claim in recipe.claims}
    datasets |= {item.record.plan.dataset for item in evidence}
    races = load_data_benches(store.root)
    facts = {key: _describe(key, races) for key in sorted(datasets)}
    return PageInput(
        recipe=recipe,
        verdicts=judge_evidence(recipe, evidence),
        evidence=evidence,
        configs={variant: configs.load(variant) for variant in recipe.variants},
        datasets={key: fact for key, fact in facts.items() if fact is not None},
        draw=_drawing(recipe),
        benches=load_benches(store.root, recipe.key),
        costs=load_cost_benches(store.root, recipe.key),
        stresses=load_stresses(store.root, [item.record for item in evidence]),
        networks=load_networks(recipe.folder),
    )


def gather_campaigns() -> tuple[Campaign, ...]:
    """All campaigns."""
    return tuple(map(load_campaign, campaign_keys()))


def gather_datasets(store: ResultStore) -> dict[str, DatasetFacts]:
    """What pages say of the data sets that are read here, whether or not a recipe names them."""
    races = load_data_benches(store.root)
    found = {key: _describe(key, races) for key in dataset_keys()}
    return {key: facts for key, facts in found.items() if facts is not None}


def _describe(key: str, races: Mapping[str, DataBench]) -> DatasetFacts | None:
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
        joint_names=dataset.skeletons.joint_names if dataset.skeletons else (),
        edges=dataset.skeletons.edges if dataset.skeletons else (),
        embedded=dataset.embedded,
        forms=tuple(_describe_forms(dataset)),
        class_counts=dataset.class_counts,
        splits=tuple(
            SplitFacts(
                name=split.name,
                role=split.role,
                train=split.train,
                val=split.val,
                test=split.test,
                note=split.note,
            )
            for split in dataset.splits
        ),
        monitored=dataset.monitored,
        resampled=dataset.resample_unit or "sample",
        benches=races,
    )


def _describe_forms(dataset: Dataset) -> Iterator[FormFacts]:
    if (found := dataset.skeletons) is not None:
        yield FormFacts(
            form="skeletons",
            holds=(
                f"joint positions: {found.joints} joints × {found.coordinates} "
                f"coordinates ({found.unit}) of {_count(found.persons, 'person')} a frame, "
                f"{found.fps:g} frames a second"
            ),
            layout=found.layout,
            command=prepare_command(dataset),
            fingerprint=found.known_fingerprint or "",
        )
    if dataset.videos is not None:
        yield FormFacts(
            form="videos",
            holds=f"{dataset.videos.modality} videos",
            layout=dataset.videos.layout,
            command=prepare_videos_command(dataset),
            fingerprint=dataset.videos.known_fingerprint or "",
        )


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _drawing(recipe: Recipe) -> Draw | None:
    if not (recipe.folder / "figures.py").exists():
        return None
    draw: Draw = import_module(f"recipes.{recipe.key}.figures").draw
    return draw
