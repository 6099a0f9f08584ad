"""Pipelines of every recipe, on what the data sets really hold."""

import json

import pytest
from mmengine.dataset import Compose

from harness.catalog import load_dataset, load_recipes
from harness.claims import Protocol
from harness.datasets.imitation import imitate_sample
from harness.forms import is_fusion
from harness.plan import Configs
from harness.run.models import enter_scope, read_config

CROWDED = 3  # a seed whose sequence has more bodies than a network takes


def crowded_variants():
    """Variants on skeletons of NTU RGB+D, one for each three pipelines."""
    seen = {}
    for recipe in load_recipes():
        configs = Configs(recipe)
        for variant in recipe.variants:
            config = configs.load(variant)
            protocol = Protocol(**config["protocol"])
            if protocol.dataset.startswith("ntu") and not is_fusion(config):
                pipelines = json.dumps(
                    [config[f"{s}_dataloader"]["dataset"]["pipeline"] for s in ("train", "test")]
                )
                seen.setdefault((recipe.key, protocol.dataset, pipelines), (recipe, variant))
    return [
        pytest.param(recipe, variant, id=f"{recipe.key}-{variant}")
        for recipe, variant in seen.values()
    ]


@pytest.mark.parametrize(("recipe", "variant"), crowded_variants())
def test_a_crowded_sequence_goes_through(recipe, variant):
    """Every subset's pipeline gives what the network takes, whoever walks by."""
    enter_scope()
    config = read_config(recipe.variant_file(variant))
    protocol = Protocol(**config.protocol)
    skeletons = load_dataset(protocol.dataset).need_skeletons()
    for subset in ("train", "val", "test"):
        pipeline = Compose(config[f"{subset}_dataloader"].dataset.pipeline)

        inputs = pipeline(imitate_sample(skeletons, CROWDED))["inputs"]

        clips, persons, frames, joints, values = inputs.shape
        assert (persons, joints) == (protocol.persons or 2, protocol.joints)
        assert min(clips, frames, values) > 0
