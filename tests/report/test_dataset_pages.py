"""Promises of the data sets' pages."""

from dataclasses import replace
from html import unescape

import pytest
from reading import rows, section, uneven_tables, words

from harness.catalog import Campaign, CampaignRuns, dataset_keys, load_dataset
from harness.claims import Claim, Place, Protocol, Reading
from harness.claims import Evidence as Source
from harness.compare import judge_all
from harness.report import DatasetFacts, FormFacts, SplitFacts, make_pages
from harness.report.dataset_names import NAMES

SPLITS = (
    SplitFacts(name="fold1", role="reported", train=60, val=0, test=40, note="subjects <1>"),
    SplitFacts(name="fold1-inner2", role="inner", train=40, val=0, test=20),
)
UNUSED = DatasetFacts(
    title="Unused | set",
    citation=None,
    terms="made here",
    obtain="nowhere",
    classes=("sit", "lie"),
    joint_names=(),
    edges=(),
    embedded=True,
    splits=SPLITS,
    class_counts=(70, 30),
    monitored="val",
    forms=(
        FormFacts(
            form="skeletons",
            holds="joint positions",
            layout="takes as text",
            command="harness data prepare unused",
        ),
    ),
)
CAMPAIGN = Campaign(
    key="both",
    title="Both walkers",
    question="Which?",
    runs=(CampaignRuns(recipe="walker", variants=("config", "plain"), seeds=(0, 1, 2)),),
)


def pages_of(site, *, campaigns=(), datasets=None, **changes):
    return make_pages([site.page(**changes)], site.out, site.store.root, campaigns, datasets)


def far(**changes):
    """A claim on data that nothing here reads."""
    given = dict(
        key="far",
        method="Walker",
        metric="top1_acc",
        readings=(Reading(printed="61.5", evidence=Source.PAPER),),
        protocol=Protocol(dataset="faraway", modality="joint", classes=60),
        splits=("xsub",),
        place=Place(where="Table 3", evidence=Source.PAPER),
    )
    return Claim(**given | changes)


def with_claims(site, *claims):
    """The checkout with more claims, judged as the harness does."""
    recipe = replace(site.recipe, claims=(*site.recipe.claims, *claims))
    changed = site._replace(recipe=recipe)
    evidence = changed.page().evidence
    unread = frozenset({"faraway"})
    return changed.page(verdicts=judge_all(recipe.claims, evidence, unread=unread))


def test_each_data_set_has_a_page_that_says_what_it_is(full):
    """Those that a recipe uses and those that none does, with terms and how to get them."""
    pages = pages_of(full, datasets={"unused": UNUSED})

    steps = words(pages["dataset-steps.html"])
    assert "Steps" in steps and "terms research" in steps and "its authors" in steps
    assert "Cy Poe. Other." in steps
    assert "harness data prepare steps --source FOLDER_OR_ZIP" in steps
    unused = words(pages["dataset-unused.html"])
    assert "Nothing was run on it." in unused
    assert "harness data prepare unused" in unused and "--source" not in unused


def test_splits_and_classes_have_their_counts(full):
    """Reported splits apart from those inside the training data; every class with its samples."""
    pages = pages_of(full, datasets={"unused": UNUSED})

    text = section(pages["dataset-unused.md"], "What it is")
    assert ["fold1", "60", "0", "40", "subjects &lt;1&gt;"] in rows(text)
    assert "fold1-inner2" in text and text.index("fold1-inner2") > text.index("settings are chosen")
    assert ["0", "sit", "70"] in rows(text) and ["1", "lie", "30"] in rows(text)
    assert "samples: 100" in text
    assert "subjects &lt;1&gt;" in pages["dataset-unused.html"]


def test_methods_of_all_recipes_are_shown_with_mean_spread_n_and_cost(full):
    """The best first, each number a link to its runs; whose code the network is stands by it."""
    model = {"backbone": {"type": "mmaction.models.backbones.STGCN"}}
    config = full.page().configs["config"] | {"model": model}
    page = full.page(configs={"config": config, "plain": full.page().configs["plain"]})
    text = full.pages(page)["dataset-steps.md"]

    methods = rows(section(text, "Methods"))[2:]
    assert [cells[0].partition("<br>")[0] for cells in methods] == [
        "Walker: config",
        "Walker: plain",
    ]
    assert "network code: MMAction2 (STGCN)" in methods[0][0]
    assert methods[0][2:] == [
        "75.83 ± 1.44 % (n = 3)", "not measured", "0.512 M", "not measured",
        "1 min 0 s (6 runs)<br>a CPU",
    ]  # fmt: skip
    assert "walker.md#runs-config" in text
    assert "(best)" not in text


def test_only_equal_protocols_stand_together(full):
    """Each of the conditions has a name that methods and claims lead to."""
    other = full.page().configs["plain"] | {
        "protocol": full.page().configs["plain"]["protocol"] | {"joints": 2}
    }
    page = full.page(configs={"config": full.page().configs["config"], "plain": other})
    text = full.pages(page)["dataset-steps.md"]

    found = rows(section(text, "Protocols"))[2:]
    assert [cells[:2] for cells in found] == [["P1", "3"], ["P2", "2"]]
    assert "classes 2" in section(text, "Protocols")
    assert [cells[1][:2] for cells in rows(section(text, "Methods"))[2:]] == ["P1", "P2"]


def test_claims_lead_to_their_recipes_page(full):
    """Printed number, what was measured and the verdict, as on that page; no other's is judged."""
    text = pages_of(full)["dataset-steps.md"]

    claims = section(text, "Claims")
    assert "walker.md#claim-walker" in claims
    (own,) = [cells for cells in rows(claims) if cells[1].endswith("<br>walker")]
    assert own[3:5] == ["75.0 %", "75.83 ± 1.44 % (n = 3)"]
    assert own[5].startswith("inconclusive")
    assert "quoted row" in claims and "not ours to run" in claims
    assert "Walker beats the plain network" in claims and "A > B" in unescape(claims)


def test_a_data_set_that_nothing_reads_says_what_waits_for_it(full):
    """Its page has the printed numbers, and why nothing was measured."""
    page = with_claims(full, far(), far(key="far-too", variant="config", tolerance=1.0,
                                        tolerance_reason="x"))  # fmt: skip
    pages = full.pages(page)

    for kind in ("html", "md"):
        text = words(pages[f"dataset-faraway.{kind}"])
        assert "does not read this data set yet" in text
        assert "61.5 %" in text
        assert (
            "2 claims not run: no variant yet (1); data set 'faraway' is not read yet (1)" in text
        )
    assert "harness data prepare" not in pages["dataset-faraway.html"]


def test_variants_without_a_run_are_named(site):
    """What could be run on it and was not."""
    site.add("config", "fold1", 0, 70.0)
    text = pages_of(site)["dataset-steps.md"]

    assert "Not run yet: [Walker: plain](walker.md#variant-plain)." in text
    assert "no seed has all 2 splits (1 so far)" in section(text, "Methods")


def test_doubtful_runs_are_marked(site, generated):
    """Stale numbers and numbers of generated data say so where they stand."""
    site.add("config", "fold1", 0, 100.0, data=generated)
    text = pages_of(site, stale="the code has changed")["dataset-steps.md"]

    assert "**limited or generated data** **stale**" in section(text, "Methods")


def test_campaigns_on_it_are_linked_once_they_ran(full, tmp_path):
    """Differences are tested there; a campaign without runs has no page to link to."""
    idle = replace(CAMPAIGN, key="idle", runs=(replace(CAMPAIGN.runs[0], seeds=(9,)),))
    pages = pages_of(full, campaigns=(CAMPAIGN, idle))

    assert "[Both walkers](campaign-both.md)" in pages["dataset-steps.md"]
    assert "campaign-idle" not in pages["dataset-steps.md"]


@pytest.mark.parametrize("kind", ["html", "md"])
def test_pages_are_a_pure_function(full, kind):
    """The same records give the same bytes."""
    name = f"dataset-steps.{kind}"

    assert pages_of(full)[name] == pages_of(full)[name]


def test_markdown_rows_have_one_cell_a_column(full):
    """A pipe in a title or a note never adds a column."""
    pages = pages_of(full, datasets={"unused": UNUSED})

    for name, text in pages.items():
        if name.startswith("dataset-") and name.endswith(".md"):
            assert uneven_tables(text) == []


def test_what_only_the_owner_knows_is_not_a_number(site):
    """Sizes of splits and classes that are not known are called so, never 0 or None."""
    own = replace(
        UNUSED,
        splits=(SplitFacts(name="own", role="reported", train=None, val=0, test=None),),
        class_counts=(),
    )

    text = words(pages_of(site, datasets={"own": own})["dataset-own.md"])

    assert "own | not known | 0 | not known" in text
    assert "sit | not known" in text
    assert "None" not in text


def test_a_data_set_has_one_name():
    """Pages that know no more of it call it as its own page does."""
    read = NAMES.keys() & set(dataset_keys())

    assert {key: NAMES[key] for key in read} == {key: load_dataset(key).title for key in read}
