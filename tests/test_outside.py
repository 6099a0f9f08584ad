"""Recipes, data sets and campaigns that live outside the repository."""

import os
import sys
from pathlib import Path

import pytest

import recipes
from harness.catalog import (
    campaign_keys,
    dataset_file,
    dataset_keys,
    load_campaign,
    load_dataset,
    load_recipe,
    recipe_keys,
)
from harness.cli import main
from harness.errors import CatalogError
from harness.freshness import code_digest
from harness.outside import VARIABLE, find_folders, join_folders

PAPER = "from recipes.sta_lstm.paper import PAPER\nCLAIMS = ()\n"
DATASET = """
from dataclasses import replace
from harness.datasets.synthetic import DATASET as SYNTHETIC
from recipes._datasets.parts_of_mine import TITLE
DATASET = replace(SYNTHETIC, key="mine", title=TITLE)
"""
CAMPAIGN = """
title = "Mine"
question = "Does it run?"
[[runs]]
recipe = "far_away"
variants = ["config"]
seeds = [0]
"""


@pytest.fixture
def folder(tmp_path):
    """A folder with a recipe, a data set and a campaign."""
    home = tmp_path / "theirs"
    for name in ("far_away", "_datasets", "_campaigns"):
        (home / name).mkdir(parents=True)
    (home / "far_away" / "paper.py").write_text(PAPER)
    (home / "_datasets" / "mine.py").write_text(DATASET)
    (home / "_datasets" / "parts_of_mine.py").write_text('TITLE = "My actions"\n')
    (home / "_campaigns" / "theirs.toml").write_text(CAMPAIGN)
    yield home
    for name in [name for name in sys.modules if name.startswith("recipes._datasets")]:
        del sys.modules[name]
    sys.modules.pop("recipes.far_away.paper", None)
    sys.modules.pop("recipes.far_away", None)


@pytest.fixture(autouse=True)
def _same_places(monkeypatch):
    """Leaves the package's path and the environment as they were."""
    monkeypatch.setattr(recipes, "__path__", list(recipes.__path__))
    monkeypatch.setenv(VARIABLE, "")


def test_a_folder_joins_for_a_command_and_the_processes_it_starts(folder, capsys):
    """--recipes finds recipe, data set and campaign, and tells the workers of them."""
    assert main(["list", "recipes", "--json", "--recipes", str(folder)]) == 0

    assert "far_away" in capsys.readouterr().out
    assert "far_away" in recipe_keys()
    assert load_recipe("far_away").folder == folder / "far_away"
    assert "mine" in dataset_keys()
    assert load_dataset("mine").title == "My actions"
    assert "theirs" in campaign_keys()
    assert load_campaign("theirs").title == "Mine"
    assert os.environ[VARIABLE] == str(folder)


def test_the_environment_and_packages_name_folders(folder, tmp_path, monkeypatch):
    """Several folders in $HARNESS_RECIPES, and the entry point of an installed package."""
    site, other = tmp_path / "site", tmp_path / "other"
    other.mkdir()
    (site / "their_package" / "recipes").mkdir(parents=True)
    (site / "their_package" / "__init__.py").write_text("")
    (site / "theirs-1.0.dist-info").mkdir()
    (site / "theirs-1.0.dist-info" / "METADATA").write_text("Name: theirs\nVersion: 1.0\n")
    (site / "theirs-1.0.dist-info" / "entry_points.txt").write_text(
        "[harness.recipes]\ntheirs = their_package.recipes\n"
    )
    monkeypatch.syspath_prepend(str(site))
    monkeypatch.setenv(VARIABLE, os.pathsep.join(map(str, (folder, other, folder))))

    assert find_folders() == (str(folder), str(other), str(site / "their_package" / "recipes"))


@pytest.mark.parametrize(
    ("name", "find"),
    [
        ("sta_lstm/paper.py", recipe_keys),
        ("_datasets/synthetic.py", dataset_keys),
        ("_campaigns/demo.toml", campaign_keys),
    ],
)
def test_a_name_clash_names_both(folder, name, find):
    """Neither hides the other: what is called alike is an error with both places."""
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("DATASET = 1\n")
    join_folders(recipes.__path__, [folder])

    with pytest.raises(CatalogError, match="are called") as caught:
        find()

    place = path.parent if path.name == "paper.py" else path
    assert str(place) in caught.value.problem
    assert caught.value.problem.count("/recipes/") + caught.value.problem.count("/datasets/") == 1


def test_a_folder_is_looked_at_before_it_joins(folder, capsys):
    """One that is not there, and a recipe instead of its folder, are two lines each."""
    assert main(["list", "--recipes", "nowhere"]) == 2
    assert "there is no folder nowhere" in capsys.readouterr().err
    assert main(["list", "--recipes", str(folder / "far_away")]) == 2
    assert f"fix: name the folder that it is in: {folder}" in capsys.readouterr().err


def test_a_broken_data_set_is_named(folder):
    """A data set that cannot be loaded says which file."""
    (folder / "_datasets" / "mine.py").write_text("DATASET = nowhere\n")
    join_folders(recipes.__path__, [folder])

    with pytest.raises(CatalogError, match=r"_datasets/mine\.py cannot be loaded"):
        load_dataset("mine")


def test_code_outside_makes_records_stale_too(folder):
    """The digest of a run follows a data set's file and what that imports."""
    join_folders(recipes.__path__, [folder])
    (folder / "far_away" / "config.py").write_text("")
    recipe = load_recipe("far_away")
    before = code_digest(recipe, "mine")

    (folder / "_datasets" / "parts_of_mine.py").write_text('TITLE = "Other actions"\n')
    between = code_digest(recipe, "mine")
    dataset_file("mine").write_text(DATASET + "LATER = 1\n")

    assert len({before, between, code_digest(recipe, "mine")}) == 3


def test_the_folder_is_told_by_its_whole_name(folder, monkeypatch):
    """A process that works elsewhere finds what was named by a relative path."""
    monkeypatch.chdir(folder.parent)
    path = []

    join_folders(path, [Path("theirs"), Path("theirs")])

    assert path == [str(folder)]
