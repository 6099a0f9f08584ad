"""Promises of the index and the bibliography."""

import re
from dataclasses import replace

import pytest

from harness.catalog import Campaign, CampaignRuns
from harness.claims import Citation, Claim, Ordering, Paper, Place
from harness.claims import Evidence as Source
from harness.compare import Outcome, judge_all
from harness.report.citation_graph import collect_works
from harness.report.glossary import GLOSSARY, word_link
from harness.report.indexes import outcomes_table
from harness.report.inputs import PageInput
from harness.report.open_claims import find_remedy, open_table
from harness.report.provenance import count_evidence, evidence_table, numbers_of
from harness.report.resource_tables import campaigns_table, datasets_table
from harness.report.site_pages import make_index_pages

CAMPAIGN = Campaign(
    key="walks",
    title="All <walks>",
    question="Does it walk?",
    runs=(CampaignRuns(recipe="walker", variants=("config", "plain"), seeds=(0,)),),
)


def texts(table, key):
    """Texts of a column."""
    index = [column.key for column in table.columns].index(key)
    return [row.cells[index].text for row in table.rows]


def cell(table, row, key):
    """One cell of a table."""
    return table.rows[row].cells[[column.key for column in table.columns].index(key)]


def test_a_number_its_verdict_and_its_command_are_on_the_index(full):
    """Whether a printed number came out, what that means and what made it: in one click."""
    index = full.pages()["index.html"]
    table = outcomes_table([full.page()], "html")

    assert "75.83 ± 1.44 % (n = 3)" in index
    assert set(texts(table, "command")) == {"harness run walker"}
    for row, outcome in enumerate(texts(table, "outcome")):
        verdict = cell(table, row, "outcome")
        assert verdict.href == word_link(outcome)
        assert f'id="{verdict.href[1:]}"' in index
        assert re.fullmatch(r"walker\.html#claim-\w+", cell(table, row, "claim").href)


def test_a_command_is_shown_without_what_no_number_follows_from(full):
    """Where files lay and how many runs went at once is of that machine, and of no interest."""
    page = full.page()
    typed = "harness run walker --results /x/y --seeds 0..2 --jobs 2 --work=/z --stale"
    evidence = tuple(
        replace(item, run=replace(item.run, record=retyped(item.record, typed)))
        for item in page.evidence
    )

    table = outcomes_table([replace(page, evidence=evidence)], "html")

    assert set(texts(table, "command")) == {"harness run walker --seeds 0..2 --stale"}


def retyped(record, command):
    """A record of a run that another command started."""
    return replace(record, environment=replace(record.environment, command=command))


def test_every_word_of_a_verdict_and_of_a_source_is_explained():
    """No outcome and no way of knowing without a meaning, and each meaning has its own anchor."""
    words = [word for chapter in GLOSSARY for word in chapter.words]

    assert {*map(str, Outcome), *map(str, Source)} <= {word.term for word in words}
    assert len({word.anchor for word in words}) == len(words)
    assert word_link("not comparable") == "#word-not-comparable"
    assert all(re.fullmatch(r"word-[a-z-]+", word.anchor) for word in words)


def test_other_peoples_rows_and_waiting_claims_are_no_outcomes(site):
    """The table of outcomes has what was tried of the paper's own, and nothing else."""
    site.add("plain", "fold1", 0, 60.0)
    site.add("plain", "fold2", 0, 60.0)

    table = outcomes_table([site.page()], "html")

    assert [row.cells[0].href for row in table.rows] == ["walker.html#claim-plain"]


def verdict_on(page, key):
    return next(verdict for verdict in page.verdicts if verdict.claim.key == key)


def test_what_waits_for_data_says_which_command_gets_it(site):
    """Data that are read here are prepared, then the recipe is reproduced."""
    remedy = find_remedy(site.page(), verdict_on(site.page(), "walker"))

    assert remedy.command == (
        "harness data prepare steps --source FOLDER_OR_ZIP && harness reproduce walker"
    )
    assert remedy.words == "the data, time to train"


def test_what_waits_for_code_says_which_file(site):
    """A claim without a variant wants a configuration, unread data a reader."""
    page = site.page(datasets={})
    bare = replace(page, recipe=replace(page.recipe, variants=()))

    assert (
        "a configuration in recipes/walker/" in find_remedy(page, verdict_on(page, "later")).words
    )
    assert "harness/datasets/steps.py" in find_remedy(page, verdict_on(page, "walker")).words
    assert "a model and a configuration" in find_remedy(bare, verdict_on(bare, "later")).words


@pytest.mark.parametrize(
    ("outcome", "seeds", "command"),
    [
        (Outcome.INCONCLUSIVE, 3, "harness reproduce walker --seeds 0..9"),
        (Outcome.SINGLE_OUTSIDE, 1, "harness reproduce walker --seeds 0..9"),
        (Outcome.UNDECIDED, 2, "harness reproduce walker --seeds 0..9"),
        (Outcome.INCONCLUSIVE, 8, "harness reproduce walker --seeds 0..15"),
        (Outcome.UNDECIDED, 5, ""),
        (Outcome.FAILED, 0, "harness reproduce walker"),
        (Outcome.NOT_COMPARABLE, 3, ""),
    ],
)
def test_an_open_verdict_says_what_would_settle_it(site, outcome, seeds, command):
    """More seeds where they lack; no command where none would do."""
    page = site.page()
    verdict = replace(verdict_on(page, "walker"), outcome=outcome, seeds=seeds)

    remedy = find_remedy(page, verdict)

    assert remedy.words
    assert remedy.command == command


@pytest.mark.parametrize(
    "outcome", [Outcome.REPRODUCED, Outcome.BELOW, Outcome.ABOVE, Outcome.HOLDS, Outcome.REVERSED]
)
def test_a_final_verdict_is_open_only_while_its_runs_are_stale(site, outcome):
    """A discrepancy is a result; a stale one asks for its runs again."""
    page = site.page()
    verdict = replace(verdict_on(page, "walker"), outcome=outcome)

    assert find_remedy(page, verdict) is None
    assert find_remedy(page, replace(verdict, stale=2)).command.endswith(" --stale")


def test_claims_that_are_open_alike_share_a_row(site):
    """The list of what is missing stays short, and counts the paper's own claims only."""
    table = open_table([site.page()], "html")

    own = sum(verdict.claim.is_own for verdict in site.page().verdicts)
    assert sum(map(int, texts(table, "claims"))) == own == 5
    assert len(table.rows) < own


def test_the_index_links_to_no_page_that_is_not_made(site):
    """Data sets and campaigns have pages, or are named without a link."""
    inputs = [site.page()]
    made = {"dataset-steps.html", "campaign-walks.html", "walker.html"}

    assert cell(datasets_table(inputs, "html", made, {}), 0, "dataset").href in made
    assert cell(datasets_table(inputs, "html", (), {}), 0, "dataset").href == ""
    assert cell(campaigns_table([CAMPAIGN], "html", made), 0, "campaign").href in made
    assert cell(campaigns_table([CAMPAIGN], "html", ()), 0, "campaign").href == ""
    assert cell(campaigns_table([CAMPAIGN], "html", ()), 0, "runs").links[0].href == ""


def test_a_campaign_has_its_command_and_its_question(site):
    """What a campaign runs can be started from the index."""
    pages = make_index_pages([site.page()], [CAMPAIGN], (), {})

    for text in pages.values():
        assert "harness reproduce --campaign walks" in re.sub(r"<[^>]+>", "", text)
        assert "Does it walk?" in text
    assert "All &lt;walks&gt;" in pages["index.html"]


def test_data_sets_say_who_prints_numbers_about_them(full):
    """Read or not, each has its numbers, its runs and where it is got."""
    page = full.page()
    unread = replace(page, datasets={})

    read = datasets_table([page], "html", (), {})
    assert texts(read, "claims") == ["6"]
    assert texts(read, "obtain") == ["its authors"]
    assert texts(read, "command") == ["harness data prepare steps --source FOLDER_OR_ZIP"]
    assert texts(datasets_table([unread], "html", (), {}), "obtain") == ["not read here yet"]
    more = datasets_table([unread], "html", (), {"other": page.datasets["steps"]})
    assert texts(more, "claims") == ["0", "6"]


def test_evidence_is_counted_once_a_number(site):
    """The columns add up to all printed numbers, and of several readings the first counts."""
    table = evidence_table([site.page()], "html")

    counts = [row.cells[-1].value for row in table.rows]
    for row in table.rows:
        assert sum(cell.value for cell in row.cells[1:-1]) == row.cells[-1].value
    assert counts == [6, 6]  # the recipe, and all recipes
    assert count_evidence(numbers_of(site.page())) == {Source.RECALLED: 6}


def test_a_recipe_with_claims_only_says_so(site):
    """It is listed with the others, its numbers counted and its verdicts given."""
    recipe = replace(
        site.recipe,
        variants=(),
        claims=tuple(
            replace(c, variant=None, tolerance=None, tolerance_reason="")
            if isinstance(c, Claim)
            else replace(c, better=None, worse=None)
            for c in site.recipe.claims
        ),
    )
    page = site.page(recipe=recipe, verdicts=judge_all(recipe.claims, ()), configs={})

    pages = site.pages(page)

    assert "claims only" in pages["index.html"]
    assert "claims only" in pages["index.md"]
    assert "There is no variant yet" in pages["walker.html"]
    assert "a model and a configuration in recipes/walker/" in pages["index.html"]


def second_recipe(site):
    """Another recipe, which cites the first one's paper and shares a reference with it."""
    paper = Paper(
        method="Runner",
        citation=Citation(
            key="roe2021run", title="Run!", authors=("Bo Roe",), venue="ICCV", year=2021, url="u:r"
        ),
        references=(site.recipe.paper.citation, *site.recipe.paper.references),
        cites=(site.recipe.paper.citation.key,),
        compares_with=("poe2019",),
    )
    claim = Claim(
        key="quoted",
        method="Poe's",
        metric="top1_acc",
        readings=site.recipe.claims[0].readings,
        protocol=site.recipe.claims[0].protocol,
        splits=("fold1",),
        place=Place(),
        row="quoted",
        cites="poe2019",
    )
    recipe = replace(site.recipe, key="runner", paper=paper, claims=(claim,), variants=())
    return PageInput(
        recipe=recipe,
        verdicts=judge_all(recipe.claims, ()),
        evidence=(),
        configs={},
        datasets=site.page().datasets,
    )


def test_a_work_is_listed_once_with_all_who_cite_it(site):
    """Two recipes and a data set under another key name one work: one entry, all roles."""
    works = {work.key: work for work in collect_works([site.page(), second_recipe(site)])}

    assert set(works) == {"doe2020walk", "poe2019", "roe2021run"}
    poe = works["poe2019"]
    assert (poe.cited_by, poe.compared_by) == (["walker"], ["walker", "runner"])
    assert poe.introduces == ["Steps"]
    assert poe.quoted == 2
    assert works["doe2020walk"].papers == ["walker"]
    assert works["doe2020walk"].cited_by == ["runner"]


def test_a_recipe_may_give_a_known_work_another_key(site):
    """It is the same work, and what the recipe says of it counts under the first key."""
    page = second_recipe(site)
    paper = page.recipe.paper
    renamed = tuple(replace(work, key=f"my{work.key}") for work in paper.references)
    paper = replace(
        paper, references=renamed, cites=(renamed[0].key,), compares_with=("mypoe2019",)
    )
    claims = tuple(replace(claim, cites="mypoe2019") for claim in page.recipe.claims)
    page = replace(page, recipe=replace(page.recipe, paper=paper, claims=claims))

    works = {work.key: work for work in collect_works([site.page(), page])}

    assert set(works) == {"doe2020walk", "poe2019", "roe2021run"}
    assert works["doe2020walk"].cited_by == ["runner"]
    assert (works["poe2019"].compared_by, works["poe2019"].quoted) == (["walker", "runner"], 2)


def test_the_bibliography_has_links_and_anchors(site):
    """Each work leads to its DOI and arXiv entry, and can be led to."""
    pages = site.pages(site.page(), second_recipe(site))

    html = pages["bibliography.html"]
    assert 'id="ref-doe2020walk"' in html
    assert 'href="https://doi.org/10.1000/xyz"' in html
    assert 'href="https://arxiv.org/abs/2001.00001"' in html
    assert '<a id="ref-doe2020walk"></a>' in pages["bibliography.md"]
    assert "Run! ICCV" in html  # no full stop after a title that ends a sentence itself
    assert html.count("Cy Poe. Other.") == 1


def test_works_are_in_the_order_of_their_authors(site):
    """First author, then year."""
    names = [work.citation.short for work in collect_works([second_recipe(site), site.page()])]

    assert names == sorted(names, key=lambda name: name.split()[0])


def test_an_ordering_is_an_outcome_too(full):
    """Its statement, its difference with the interval, and its verdict."""
    ordering = next(v for v in full.page().verdicts if isinstance(v.claim, Ordering))

    row = next(
        row
        for row in outcomes_table([full.page()], "md").rows
        if row.cells[0].text == ordering.claim.statement
    )

    assert row.cells[0].href == "walker.md#claim-order"
    assert row.cells[1].text == "holds"
    assert re.search(r"pp \[.+\]", row.cells[3].text)
