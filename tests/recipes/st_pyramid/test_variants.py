"""That the parts of a variant's file go together, and what is recorded of the paper."""

import pytest

from harness.catalog import load_recipe
from harness.claims import Claim, Evidence, Row
from harness.forms import is_fusion
from harness.plan import load_config

RECIPE = load_recipe("st_pyramid")
CONFIGS = {variant: load_config(RECIPE, variant) for variant in RECIPE.variants}
PYRAMIDS = [name for name, config in CONFIGS.items() if config.get("inputs") and "model" in config]


def step(config, loader, kind):
    """Settings of a transform, by the end of its name."""
    pipeline = config[f"{loader}_dataloader"]["dataset"]["pipeline"]
    return next(item for item in pipeline if item["type"].endswith(f".{kind}"))


@pytest.mark.parametrize("variant", PYRAMIDS)
def test_what_is_read_is_what_the_network_takes(variant):
    """Frame, snippets and their channels are alike in the loaders, the network and its input."""
    config = CONFIGS[variant]
    model = config["model"]
    for loader in ("train", "val", "test"):
        read = step(config, loader, "ReadStacks")
        snippets = len(read["offsets"])
        assert read["rgb"]
        assert read["before"] == 0
        assert model["backbone"]["in_channels"] == 3 + 2 * 10 * snippets
        assert model["backbone"]["snippets"] == model["cls_head"]["snippets"] == snippets
    for name in ("mean", "std"):
        assert len(model["data_preprocessor"][name]) == model["backbone"]["in_channels"]


@pytest.mark.parametrize("variant", PYRAMIDS)
def test_the_protocol_is_what_is_tested(variant):
    """As many clips as it says, of its size, and the same frames in training."""
    config = CONFIGS[variant]
    protocol = config["protocol"]

    assert step(config, "test", "SpreadCentres")["count"] == protocol["num_clips"]
    sizes = {step(config, loader, "ReadStacks")["short_side"] for loader in ("train", "test")}
    assert len(sizes) == 1
    if protocol["crop_size"] not in sizes:  # else frames are seen whole
        assert step(config, "test", "CenterCrop")["crop_size"] == protocol["crop_size"]
        assert step(config, "train", "MultiScaleCrop")["input_size"] == protocol["crop_size"]


@pytest.mark.parametrize("variant", PYRAMIDS)
def test_it_starts_from_streams_like_its_own(variant):
    """Of the same depth, on the same data; on UTD-MHAD with the same strides."""
    config = CONFIGS[variant]
    for name in config["inputs"]:
        stream = CONFIGS[name]
        assert stream["protocol"]["dataset"] == config["protocol"]["dataset"]
        assert stream["model"]["backbone"]["depth"] == config["model"]["backbone"]["depth"]
        if config["protocol"]["dataset"] == "utd_mhad":
            strides = config["model"]["backbone"]["strides"]
            assert stream["model"]["backbone"]["strides"] == strides


def test_variants_of_the_pyramid_differ_in_one_part():
    """On UTD-MHAD each names it in its last choice; the rest is the default variant's."""
    choices = CONFIGS["config"]["choices"]

    for name in PYRAMIDS:
        if name.startswith("utd_"):
            assert CONFIGS[name]["choices"][:-1] == choices
            assert "other than above" in CONFIGS[name]["choices"][-1]["what"]
    assert [name for name in CONFIGS if is_fusion(CONFIGS[name])] == [
        "ucf101_late_fusion",
        "utd_late_fusion",
    ]


def test_no_number_is_said_to_be_read_in_the_paper():
    """Its own are recalled; those of others are from their papers, by way of a second source."""
    claims = [claim for claim in RECIPE.claims if isinstance(claim, Claim)]

    for claim in claims:
        evidence = {reading.evidence for reading in claim.readings}
        own = claim.row is Row.OWN
        assert evidence == {Evidence.RECALLED if own else Evidence.SECONDARY}
        assert claim.note
    assert {claim.row for claim in claims} == {Row.OWN, Row.QUOTED}


def test_every_ordering_is_tried_on_other_data():
    """Each has one exploration on UTD-MHAD, of the default variant against another."""
    printed = {claim.key for claim in RECIPE.claims if claim.kind == "ordering"}
    explored = [claim for claim in RECIPE.claims if claim.kind == "exploration"]

    assert sorted(claim.explores for claim in explored) == sorted(printed)
    assert {claim.better for claim in explored} == {"config"}
