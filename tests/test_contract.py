"""The contract that every recipe keeps, found by scanning and not by being told."""

import ast
import json
from dataclasses import asdict

import pytest
import torch
from mmaction.registry import DATASETS, HOOKS, MODELS, TRANSFORMS
from mmengine import registry as mmengine_registry

import mmaction.models  # isort: skip
import mmaction.datasets

from harness.catalog import (
    DEFAULT_VARIANT,
    campaign_keys,
    dataset_keys,
    load_campaign,
    load_dataset,
    load_recipe,
)
from harness.catalog import load_recipes as load_all
from harness.claims import Claim, Ordering, Protocol
from harness.datasets.prepared import prepare
from harness.datasets.synthetic import DATASET as SYNTHETIC
from harness.forms import is_fusion
from harness.metrics import METRICS
from harness.plan import load_config, make_plans
from harness.request import request_campaign
from harness.run import build_model, score
from harness.run.models import enter_scope, find_translator, read_config

RECIPES = load_all()
RUNNABLE = [recipe for recipe in RECIPES if recipe.variants]  # the others have claims only
STREAMS = {"joint", "bone", "joint-motion", "bone-motion"}  # joints, and what is made of them
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
    pytest.param(recipe, claim, variant, protocol, id=f"{recipe.key}-{claim.key}-{variant}")
    for recipe in RECIPES
    for claim in recipe.claims
    for variant, protocol in (
        claim.sides if isinstance(claim, Ordering) else ((claim.variant, claim.protocol),)
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
def test_it_has_a_citation(recipe):
    """A recipe begins with the paper it is for."""
    text = ast.get_docstring(ast.parse((recipe.folder / "__init__.py").read_text("utf-8"))) or ""

    assert str(recipe.paper.citation.year) in text
    assert recipe.paper.citation.title.casefold() in " ".join(text.split()).casefold()


@each_recipe
def test_it_has_a_default_variant_or_claims_only(recipe):
    """It can be run by its name alone; or its folder holds what the paper says and no more."""
    if recipe.variants:
        assert recipe.variants[0] == DEFAULT_VARIANT
        return
    assert {path.name for path in recipe.folder.glob("*.py")} == {"__init__.py", "paper.py"}
    assert recipe.claims


@each_recipe
def test_statements_speak_of_claims_that_there_are(recipe):
    """Keys are unique; the claims that they name, and the works that they cite, are recorded."""
    keys = [statement.key for statement in recipe.statements]
    claims = {claim.key: claim for claim in recipe.claims}
    works = {"", *(work.key for work in recipe.paper.references)}

    assert sorted(set(keys)) == sorted(keys)
    for statement in recipe.statements:
        assert statement.cites in works
        assert set(statement.claims) <= set(claims)
        for amount in statement.amounts:
            if amount.against:
                assert claims[amount.against].quantity.unit == amount.unit


@each_recipe
def test_its_folder_is_not_called_like_a_package(recipe):
    """MMEngine takes some names for scopes and imports them."""
    assert recipe.key not in RESERVED


@pytest.mark.parametrize(("recipe", "claim"), CLAIMS)
def test_a_claim_cites_what_the_paper_lists(recipe, claim):
    """Where a quoted number is from stands among the references."""
    cites = claim.cites if isinstance(claim, Claim) else ""

    assert cites in {"", *(work.key for work in recipe.paper.references)}


def test_a_work_is_cited_alike_by_all_recipes():
    """One key names one work with the same words everywhere, and one work has one key."""
    by_key, by_title = {}, {}
    for recipe in RECIPES:
        for work in (recipe.paper.citation, *recipe.paper.references):
            assert by_key.setdefault(work.key, work) == work
            assert by_title.setdefault(work.title.casefold(), work.key) == work.key


@pytest.mark.parametrize(("recipe", "claim"), CLAIMS)
def test_an_exploration_tries_a_printed_ordering_on_other_data(recipe, claim):
    """What it explores is printed, by the same metric, and for none of its own data."""
    if claim.kind != "exploration":
        return
    printed = recipe.claim(claim.explores)

    assert printed.kind == "ordering"
    assert printed.metric == claim.metric
    assert claim.protocol.dataset not in {c.protocol.dataset for c in recipe.claims if c.is_own}


@pytest.mark.parametrize(("recipe", "claim", "variant", "protocol"), TRIED)
def test_a_claim_and_its_variant_agree(recipe, claim, variant, protocol):
    """Its variant exists, is run under the claim's protocol, and its splits are real."""
    assert variant in recipe.variants
    config = load_config(recipe, variant)
    tried = Protocol(**config["protocol"])
    matters = METRICS[claim.metric].depends_on

    differing = protocol.differences(tried)

    assert [field for field in differing if matters is None or field in matters] == []
    assert set(claim.splits) <= known_splits(config)


def known_splits(config):
    """Splits of a variant's data set; its own while nothing reads the data set."""
    key = config["protocol"]["dataset"]
    if key not in dataset_keys():
        return set(config["splits"])
    return {split.name for split in load_dataset(key).splits}


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
    """Splits, classes, joints and persons are the data set's, where it is read already.

    Of a crowd the recipe says how many it looks at, where its paper says so.
    """
    config = load_config(recipe, variant)
    if config["protocol"]["dataset"] not in dataset_keys():
        return
    protocol, dataset = Protocol(**config["protocol"]), load_dataset(config["protocol"]["dataset"])

    assert set(config["splits"]) <= {split.name for split in dataset.splits}
    if dataset.classes:  # else they are its owner's
        assert protocol.classes == len(dataset.classes)
    if protocol.data.form == "videos":
        assert set(protocol.modality.split("+")) <= {dataset.need_videos().modality, "flow"}
        assert (protocol.joints, protocol.persons) == (None, None)
    else:
        skeletons = dataset.need_skeletons()
        assert protocol.joints == skeletons.joints
        if skeletons.crowded:
            assert protocol.persons is None or protocol.persons <= skeletons.persons
        else:
            assert protocol.persons == skeletons.persons
        assert set(protocol.modality.split("+")) <= STREAMS
    if is_fusion(config):
        return  # it loads no data; its streams do
    for subset in ("train", "val", "test"):
        loaded = config[f"{subset}_dataloader"]["dataset"]
        assert loaded["dataset"] == dataset.key
        assert loaded["split"] in {split.name for split in dataset.splits}
        persons = list(find(loaded["pipeline"], "num_person"))
        assert persons in ([], [protocol.persons]) or protocol.persons is None
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


@pytest.mark.parametrize(("recipe", "variant"), VARIANTS)
def test_what_is_tested_is_what_the_protocol_says(recipe, variant):
    """Clips of its length and interval, and crops of its size; a config's parts are copies."""
    config = load_config(recipe, variant)
    if is_fusion(config):
        return
    protocol = asdict(Protocol(**config["protocol"]))
    sizes = {"clip_len": "clip_len", "frame_interval": "frame_interval"}
    sizes |= {"size": "crop_size", "crop_size": "crop_size"}

    for part in config["test_dataloader"]["dataset"]["pipeline"]:
        for name, condition in sizes.items():
            if name in part and protocol[condition] is not None:
                assert part[name] == protocol[condition], f"{part['type']}.{name}"


@pytest.mark.parametrize(("recipe", "variant"), VARIANTS)
def test_a_variant_says_how_to_start_from_other_peoples_weights(recipe, variant):
    """Where it starts from a file, the recipe makes the file's weights its own."""
    if "pretrained" in load_config(recipe, variant):
        assert find_translator(recipe, "from_pretrained") is not None


@pytest.mark.parametrize(("recipe", "variant"), VARIANTS)
def test_a_fusion_is_made_of_variants(recipe, variant):
    """Its streams are run before it, on every split that it names, and train a model each."""
    config = load_config(recipe, variant)
    if not is_fusion(config):
        return

    plans = make_plans(recipe, variant, split=config["splits"][0], seed=0)
    streams = {plan.variant: plan.config for plan in plans[:-1]}

    assert set(config["fusion"]) <= set(streams)
    for name in config["fusion"]:
        assert streams[name]["model"]
        assert set(config["splits"]) <= set(streams[name]["splits"])


def first_model(recipe):
    """The first variant that has a model; fusions have none."""
    return next(v for v in recipe.variants if not is_fusion(load_config(recipe, v)))


@pytest.mark.parametrize("recipe", RUNNABLE, ids=lambda recipe: recipe.key)
def test_the_default_model_scores_a_clip(recipe):
    """Its model builds from the config and gives (N, num_classes) finite scores on the CPU."""
    variant = first_model(recipe)
    protocol = Protocol(**load_config(recipe, variant)["protocol"])
    torch.manual_seed(0)
    if protocol.data.form == "videos":
        size, model = protocol.crop_size, load_config(recipe, variant)["model"]
        channels = model["backbone"].get("in_channels", 3)
        clip = torch.randn(1, 1, channels, protocol.clip_len, size, size)  # N clips C T H W
    else:
        channels = load_dataset(protocol.dataset).need_skeletons().coordinates
        clip = torch.randn(1, 1, protocol.persons, 20, protocol.joints, channels)  # N clips M T V C

    scores = score(build_model(recipe.key, variant), clip)

    assert scores.shape == (1, protocol.classes)
    assert scores.isfinite().all()


@pytest.mark.parametrize(("recipe", "variant"), VARIANTS)
def test_the_model_of_a_variant_builds(recipe, variant):
    """Every variant but a fusion names a model that can be made, without memory for weights."""
    if is_fusion(load_config(recipe, variant)):
        return
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
    build_model(recipe, first_model(load_recipe(recipe)))
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
