"""Finding recipes, data sets and campaigns by scanning folders."""

import pytest

import recipes
from harness.catalog import (
    campaign_keys,
    dataset_keys,
    find_variants,
    load_campaign,
    load_dataset,
    load_recipe,
    load_recipes,
    recipe_keys,
)
from harness.errors import CatalogError, suggest


@pytest.fixture
def outside(tmp_path, monkeypatch):
    """A folder of recipes outside the repository, searched as well."""
    monkeypatch.setattr(recipes, "__path__", [*recipes.__path__, str(tmp_path)])
    return tmp_path


def test_what_there_is_is_found():
    """Folders with a paper, files with a data set, campaign files: no list is kept by hand."""
    assert "sta_lstm" in recipe_keys()
    assert {"sbu", "synthetic"} <= set(dataset_keys())
    assert "demo" in campaign_keys()
    assert [recipe.key for recipe in load_recipes()] == list(recipe_keys())
    assert [load_dataset(key).key for key in dataset_keys()] == list(dataset_keys())


def test_variants_are_the_other_files_with_the_default_first():
    """Parts of a recipe and files that begin with an underscore are no variants."""
    variants = load_recipe("sta_lstm").variants

    assert variants[0] == "config"
    assert list(variants[1:]) == sorted(variants[1:])
    assert {"model", "paper", "training", "weights", "_base", "__init__"}.isdisjoint(variants)


def test_code_of_any_name_is_no_variant(tmp_path):
    """A recipe brings its own losses without a word to the harness."""
    (tmp_path / "losses.py").write_text("class Loss:\n    pass\n")
    (tmp_path / "config.py").write_text("model = dict()\n")
    (tmp_path / "wide.py").write_text("with read_base():\n    from .config import *\n")

    assert find_variants(tmp_path) == ("config", "wide")


@pytest.mark.parametrize("load", [load_recipe, load_dataset, load_campaign])
@pytest.mark.parametrize("name", ["nope", "", "..", "../harness", "os"])
def test_an_unknown_name_is_refused(load, name):
    """A name is looked up among what there is, never imported or opened."""
    with pytest.raises(CatalogError, match="there is no"):
        load(name)


def test_an_unknown_part_of_a_recipe_suggests_the_nearest():
    """A mistyped variant or claim is answered with what it may have meant."""
    recipe = load_recipe("sta_lstm")

    with pytest.raises(CatalogError, match="has no variant") as variant:
        recipe.variant_file("end_to_ned")
    with pytest.raises(CatalogError, match="has no claim") as claim:
        recipe.claim("sta-lstm-sub")

    assert variant.value.fix == "did you mean 'end_to_end'?"
    assert claim.value.fix == "did you mean 'sta-lstm-sbu'?"


@pytest.mark.parametrize("text", ["", "PAPER = 1", "1 +", "import nowhere", "raise SystemError"])
def test_a_broken_paper_is_named(outside, text):
    """A recipe that cannot be loaded says which file, not where it crashed."""
    name = f"broken_{abs(hash(text))}"
    (outside / name).mkdir()
    (outside / name / "paper.py").write_text(text)

    with pytest.raises(CatalogError, match=rf"{name}/paper\.py cannot be loaded"):
        load_recipe(name)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "title = ",
        'title = "a"\nquestion = "b"\nruns = [1]',
        "[[runs]]\nrecipe = 1",
        'title = "a"\nquestion = "b"\nruns = []\nsearches = ["nowhere"]',
    ],
)
def test_a_broken_campaign_is_named(outside, text):
    """A file that is no campaign says what one looks like."""
    (outside / "_campaigns").mkdir()
    (outside / "_campaigns" / "broken.toml").write_text(text)

    with pytest.raises(CatalogError, match=r"broken\.toml is not a campaign") as caught:
        load_campaign("broken")

    assert "[[runs]]" in caught.value.fix


CLAIMS_ONLY = """
from recipes.sta_lstm.paper import PAPER, STATEMENTS
CLAIMS = []
"""


def test_a_recipe_without_a_configuration_has_claims_only(outside):
    """It is loaded like any other, and to run it is refused with what can be done instead."""
    (outside / "talk_only").mkdir()
    (outside / "talk_only" / "paper.py").write_text(CLAIMS_ONLY)

    recipe = load_recipe("talk_only")

    assert recipe.variants == ()
    with pytest.raises(CatalogError, match="claims only") as caught:
        recipe.variant_file("config")
    assert caught.value.fix.endswith("harness show talk_only")


def test_statements_are_loaded_where_there_are_some(outside):
    """A paper file may have statements, and needs none."""
    for name, lines in (("talks", CLAIMS_ONLY), ("silent", f"{CLAIMS_ONLY}del STATEMENTS\n")):
        (outside / name).mkdir()
        (outside / name / "paper.py").write_text(lines)

    assert load_recipe("talks").statements == load_recipe("sta_lstm").statements
    assert load_recipe("silent").statements == ()


def test_suggestions_come_in_three_kinds():
    """A near name, else all names, else that there are none."""
    assert suggest("confg", ["config", "plain"]) == "did you mean 'config'?"
    assert suggest("zzz", ["b", "a"]) == "choose one of: a, b"
    assert suggest("zzz", []) == "there is none yet"
