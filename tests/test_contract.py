"""The contract that every recipe keeps, found by scanning and not by being told."""

import ast
import json

import pytest
import torch
from mmaction.registry import DATASETS, HOOKS, MODELS, TRANSFORMS
from mmengine import registry as mmengine_registry

import mmaction.models  # isort: skip
import mmaction.datasets

from harness.catalog import DEFAULT_VARIANT, campaign_keys, load_campaign, load_dataset
from harness.catalog import load_recipes as load_all
from harness.claims import Claim, Ordering, Protocol
from harness.datasets.prepared import prepare
from harness.datasets.synthetic import DATASET as SYNTHETIC
from harness.metrics import METRICS
from harness.plan import load_config, make_plans
from harness.request import request_campaign
from harness.run import build_model, score
from harness.run.models import enter_scope, read_config

RECIPES = load_all()
VARIANTS = [
    pytest.param(recipe, variant, id=f"{recipe.key}-{variant}")
    for recipe in RECIPES
    for variant in recipe.variants
]
CLAIMS = [
    pytest.param(recipe, claim, id=f"{recipe.key}-{claim.key}")
    for recipe in RECIPES
    for claim in recipe.claims
]
TRIED = [
    pytest.param(recipe, claim, variant, id=f"{recipe.key}-{claim.key}-{variant}")
    for recipe in RECIPES
    for claim in recipe.claims
    for variant in (
        (claim.better, claim.worse) if isinstance(claim, Ordering) else (claim.variant,)
    )
    if variant is not None
]
RESERVED = {"timm", "torchvision", "mmcls", "mmpretrain"}  # scopes that MMAction2 imports by name
STOCK = """
import sys
from mmengine.config import Config
from mmengine.runner import Runner
config = Config.fromfile(sys.argv[1])
config.work_dir = sys.argv[2]
config.train_cfg.max_iters = 2
runner = Runner.from_cfg(config)
runner.train()
print('trained', runner.iter)
print('tested', *sorted(runner.test()))
"""

each_recipe = pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.key)


def test_there_are_recipes():
    """The scan finds something, so that the tests below are not empty."""
    assert RECIPES


@each_recipe
def test_claim_keys_are_unique(recipe):
    """A key names one claim."""
    keys = [claim.key for claim in recipe.claims]

    assert sorted(set(keys)) == sorted(keys)


@each_recipe
def test_it_has_a_citation_and_a_default_variant(recipe):
    """A recipe begins with the paper it is for, and can be run by its name alone."""
    text = ast.get_docstring(ast.parse((recipe.folder / "__init__.py").read_text("utf-8"))) or ""

    assert str(recipe.paper.citation.year) in text
    assert recipe.paper.citation.title.casefold() in " ".join(text.split()).casefold()
    assert recipe.variants[0] == DEFAULT_VARIANT


@each_recipe
def test_its_folder_is_not_called_like_a_package(recipe):
    """MMEngine takes some names for scopes and imports them."""
    assert recipe.key not in RESERVED


@pytest.mark.parametrize(("recipe", "claim"), CLAIMS)
def test_a_claim_cites_what_the_paper_lists(recipe, claim):
    """Where a quoted number is from stands among the references."""
    cites = claim.cites if isinstance(claim, Claim) else ""

    assert cites in {"", *(work.key for work in recipe.paper.references)}


@pytest.mark.parametrize(("recipe", "claim", "variant"), TRIED)
def test_a_claim_and_its_variant_agree(recipe, claim, variant):
    """Its variant exists, is run under the claim's protocol, and its splits are real."""
    assert variant in recipe.variants
    tried = Protocol(**load_config(recipe, variant)["protocol"])
    matters = METRICS[claim.metric].depends_on

    differing = claim.protocol.differences(tried)

    assert [field for field in differing if matters is None or field in matters] == []
    assert set(claim.splits) <= {split.name for split in load_dataset(tried.dataset).splits}


@pytest.mark.parametrize(("recipe", "variant"), VARIANTS)
def test_a_variant_is_plain_data(recipe, variant):
    """It resolves to JSON that is read back unchanged, with a reason for each choice."""
    config = load_config(recipe, variant)

    assert json.loads(json.dumps(config, allow_nan=False)) == config
    for item in (*config["choices"], *config["departures"]):
        assert set(item) == {"what", "why"}
        assert all(item.values())


@pytest.mark.parametrize(("recipe", "variant"), VARIANTS)
def test_a_variant_fits_its_data_set(recipe, variant):
    """Splits, classes, joints and persons are the data set's."""
    config = load_config(recipe, variant)
    protocol, dataset = Protocol(**config["protocol"]), load_dataset(config["protocol"]["dataset"])

    assert set(config["splits"]) <= {split.name for split in dataset.splits}
    assert protocol.classes == len(dataset.classes)
    assert protocol.modality == dataset.modality
    assert (protocol.joints, protocol.persons) == (dataset.joints, dataset.persons)
    for subset in ("train", "val", "test"):
        loaded = config[f"{subset}_dataloader"]["dataset"]
        assert loaded["dataset"] == dataset.key
        assert loaded["split"] in {split.name for split in dataset.splits}
        assert list(find(loaded["pipeline"], "num_person")) in ([], [protocol.persons])
    assert loaded["subset"] == "test"


def find(value, key):
    """Values under a key, at any depth."""
    if isinstance(value, dict):
        if key in value:
            yield value[key]
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from find(item, key)


@pytest.mark.parametrize(("recipe", "variant"), VARIANTS)
def test_a_variant_can_be_planned(recipe, variant):
    """Its inputs exist, and its per-split settings reach values that are there."""
    config = load_config(recipe, variant)

    for split in {*config["splits"], *config["per_split"]}:
        plans = make_plans(recipe, variant, split=split, seed=0)
        assert [plan.variant for plan in plans][-1] == variant


@each_recipe
def test_the_default_model_scores_a_clip(recipe):
    """Its model builds from the config and gives (N, num_classes) finite scores on the CPU."""
    protocol = Protocol(**load_config(recipe, DEFAULT_VARIANT)["protocol"])
    channels = load_dataset(protocol.dataset).coordinates
    torch.manual_seed(0)
    clip = torch.randn(1, 1, protocol.persons, 20, protocol.joints, channels)  # N clips M T V C

    scores = score(build_model(recipe.key), clip)

    assert scores.shape == (1, protocol.classes)
    assert scores.isfinite().all()


@pytest.mark.parametrize(("recipe", "variant"), VARIANTS)
def test_the_model_of_a_variant_builds(recipe, variant):
    """Every variant names a model that can be made, without memory for its weights."""
    config = read_config(recipe.variant_file(variant))
    enter_scope()

    with torch.device("meta"):
        model = MODELS.build(config.model)

    assert {parameter.device.type for parameter in model.parameters()} == {"meta"}


def registered():
    """Recipe and name of each class that a recipe puts into a registry."""
    for recipe in RECIPES:
        for path in sorted(recipe.folder.glob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                words = [ast.unparse(item) for item in getattr(node, "decorator_list", ())]
                if any("register_module" in word for word in words):
                    yield recipe.key, node.name


def test_registered_names_are_unique():
    """Two recipes can be imported into one process."""
    names = [name for _, name in registered()]

    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize(("recipe", "name"), list(registered()))
def test_a_registered_name_shadows_nothing(recipe, name):
    """A config that names MMAction2's class never gets ours instead."""
    build_model(recipe)
    rooms = (MODELS, HOOKS, DATASETS, TRANSFORMS)
    found = [cls for room in rooms if (cls := room.module_dict.get(name)) is not None]
    above = [getattr(mmengine_registry, room).module_dict for room in ("MODELS", "HOOKS", "LOOPS")]

    assert all(cls.__module__.startswith(f"recipes.{recipe}.") for cls in found)
    assert not any(name in room for room in above)
    assert not hasattr(mmaction.models, name)
    assert not hasattr(mmaction.datasets, name)


@pytest.mark.parametrize("key", campaign_keys())
def test_a_campaign_can_be_planned(key):
    """Its variants, splits and overrides exist."""
    campaign = load_campaign(key)

    assert campaign.title
    assert campaign.question
    assert request_campaign(campaign).plans


def test_stock_mmaction2_trains_and_tests_a_variant(python, tmp_path):
    """Runner.from_cfg and MMAction2's registries run our config file without our launcher."""
    prepare(SYNTHETIC, None, tmp_path / "data", lambda _done, _total: None)
    (recipe,) = [recipe for recipe in RECIPES if recipe.key == "sta_lstm"]

    done = python(
        STOCK,
        recipe.variant_file("synthetic"),
        tmp_path / "work",
        HARNESS_DATA=tmp_path / "data",
    )

    assert done.returncode == 0, done.stderr[-2000:]
    lines = done.stdout.splitlines()
    assert "trained 2" in lines
    assert "tested acc/mean1 acc/top1 acc/top5" in lines
