"""The authors' weights on a recipe's page: a table of their own, and no verdict."""

import re
from dataclasses import replace

from reading import section

from harness.records import AUTHORS, PlanInput

FILE = "0123456789abcdef" * 4
WEIGHTS = {"inputs": (PlanInput(variant=AUTHORS, use="author", digest=FILE),)}


def add(site, accuracy=91.25, split="fold1", **plan):
    """Store a run of the authors' weights."""
    name = f"20270102T030405Z-{split}-{len(site.store.runs())}"
    return site.add("config", split, 0, accuracy, run_id=name, plan=WEIGHTS | plan)


def test_a_page_without_them_has_no_such_table(full):
    """Nor an empty heading or a dead link."""
    pages = full.pages()

    assert all("uthors' weights" not in text for text in pages.values())
    assert "authors-weights" not in pages["walker.html"]


def test_they_stand_apart_from_what_we_trained(full):
    """No verdict, mean, curve or test unit changes; the runs are tallied with their mark."""
    before = full.pages()
    run = add(full)
    after = full.pages()

    table = section(after["walker.md"], "Authors' weights")
    assert run.record.run_id in table
    assert "**weights: author**" in table
    for name in (
        "Claims", "Orderings", "Measured methods", "Test units", "What was tried",
        "Learning curves", "What the paper looks into", "Runs",
    ):  # fmt: skip
        assert section(after["walker.md"], name) == section(before["walker.md"], name)
    assert after["walker-claims.csv"] == before["walker-claims.csv"]
    assert "1 with the authors' weights" in after["walker.md"]
    assert 'href="#authors-weights"' in after["walker.html"]
    assert 'id="authors-weights"' in after["walker.html"]


def test_a_row_has_variant_file_measured_claim_and_gap(full):
    """Where it is of the claim's protocol and splits; each number leads to where it is from."""
    recipe = full.recipe
    claims = tuple(replace(c, splits=("fold1",)) if c.key == "walker" else c for c in recipe.claims)
    run = add(full, 76.25)

    text = full.pages(recipe=replace(recipe, claims=claims))["walker.md"]

    (row,) = [line for line in section(text, "Authors' weights").splitlines() if "0123456" in line]
    cells = [re.sub(r"\[([^]]*)\]\(.*?\)|<.*?>", r"\1", cell).strip() for cell in row.split(" | ")]
    assert cells[0].endswith("config")
    assert cells[1:-1] == [
        "fold1", FILE[:16], "Top-1 accuracy", "76.25 %", "walker", "75.0 %", "+1.25 pp",
    ]  # fmt: skip
    assert cells[-1].startswith(run.record.run_id)
    assert "reproduced" not in row


def test_one_split_of_several_has_no_gap(full):
    """The printed number is a mean that weights of one split cannot give."""
    add(full)

    table = section(full.pages()["walker.md"], "Authors' weights")

    assert "91.25 %" in table
    assert "printed is the mean over 2 splits" in table


def test_a_test_with_other_settings_is_no_trial(full):
    """What was tried is what was trained."""
    before = section(full.pages()["walker.md"], "What was tried")
    add(full, overrides={"model.rate": 0.1})
    after = full.pages()["walker.md"]

    assert section(after, "What was tried") == before
    assert "overridden: model.rate=0.1" in section(after, "Authors' weights")


def test_names_on_the_page_stay_unique(full):
    """A run that stands beside two printed numbers is one name, and two rows."""
    claims = full.recipe.claims
    again = replace(claims[0], key="again")
    run = add(full)

    text = full.pages(recipe=replace(full.recipe, claims=(*claims, again)))["walker.html"]

    assert text.count(f'id="run-{run.record.run_id}"') == 1
    assert text.count(FILE[:16]) == 2
