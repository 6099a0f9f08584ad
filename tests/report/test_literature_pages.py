"""Promises of the page of what papers print."""

import re
from dataclasses import replace

import pytest

from harness.claims import (
    Amount,
    Aspect,
    Citation,
    Claim,
    Evidence,
    Paper,
    Place,
    Protocol,
    Reading,
    Row,
    Statement,
    Topic,
)
from harness.compare import judge_all
from harness.report.disagreements import (
    agree,
    disagreeing_papers,
    disagreeing_sources,
    may_be_equal,
    plain_name,
)
from harness.report.literature_tables import tables_by_dataset
from harness.report.site_pages import make_literature_pages
from harness.report.statement_texts import beside, contrast_table, families_without_contrast

STEPS = Protocol(dataset="steps", modality="joint", classes=2, joints=3, persons=1)
PAPERS = {
    key: Citation(key=key, title=key, authors=(key,), venue="V", year=year)
    for key, year in (("walk", 2017), ("run", 2018), ("old", 2001))
}


def reading(printed, evidence=Evidence.SECONDARY):
    return Reading(printed=printed, evidence=evidence, source="a list")


@pytest.fixture
def number():
    """Makes a printed number: by default the recipe's own, on one split of Steps."""

    def make(key, printed, **changes):
        given = dict(
            key=key,
            method="Walker",
            metric="top1_acc",
            readings=(reading(printed),),
            protocol=STEPS,
            splits=("fold1",),
            place=Place(where="Table 1", evidence=Evidence.RECALLED),
        )
        return Claim(**given | changes)

    return make


@pytest.fixture
def recipe(site):
    """Makes the page input of a recipe with some claims and statements and no run."""

    def make(key, *claims, statements=(), topics=("skeletons",)):
        paper = Paper(
            method=key.capitalize(),
            citation=PAPERS[key],
            references=tuple(work for name, work in PAPERS.items() if name != key),
            topics=topics,
        )
        made = replace(
            site.recipe, key=key, paper=paper, claims=claims, statements=statements, variants=()
        )
        return site.page(recipe=made, verdicts=judge_all(claims, ()), evidence=(), configs={})

    return make


def test_it_needs_no_run(full, site):
    """The page is a function of the claims alone."""
    assert make_literature_pages([full.page()]) == make_literature_pages([site.page()])


def shown(table):
    """Method and first number of each row."""
    return [(row.cells[0].text, row.cells[2].text) for row in table.rows]


def test_equal_conditions_share_a_table_sorted_by_value(number, recipe):
    """Own and quoted rows of all papers stand together, the best first, each with its year."""
    walk = recipe("walk", number("own", "70.5"), number("q", "9.5", row=Row.QUOTED, cites="old"))
    run = recipe("run", number("own", "80", method="Runner"))

    (steps,) = tables_by_dataset([walk, run], "html")
    (table,) = steps.tables

    assert shown(table) == [("Runner", "80"), ("Walker", "70.5"), ("Walker", "9.5")]
    assert [row.cells[1].text for row in table.rows] == ["2018", "2017", "2001"]
    assert table.rows[2].cells[0].marks == ("quoted",)
    assert table.rows[0].cells[2].href == "run.html#claim-own"


@pytest.mark.parametrize(
    "change", [{"clip_len": 16}, {"num_clips": 10}, {"pretrain": "x"}, {"level": "clip"}]
)
def test_other_conditions_never_share_a_table(number, recipe, change):
    """A number of ten clips is not set beside one of one clip."""
    protocol = replace(STEPS, **change)
    page = recipe(
        "walk",
        *(number(f"a{i}", str(i)) for i in range(2)),
        *(number(f"b{i}", str(i), protocol=protocol) for i in range(2)),
    )

    (steps,) = tables_by_dataset([page], "html")

    assert len(steps.tables) == 2
    assert len(steps.apart) == 1


def test_a_number_alone_under_its_conditions_is_listed_apart(number, recipe):
    """A table of one row compares nothing."""
    other = replace(STEPS, modality="bone")
    page = recipe("walk", number("a", "1"), number("b", "2"), number("c", "3", protocol=other))

    (steps,) = tables_by_dataset([page], "html")
    (alone,) = steps.alone

    assert len(steps.tables) == 1
    assert alone.conditions == "modality: bone"
    assert [item.number.text for item in alone.numbers] == ["3 %"]


def test_splits_and_metrics_of_a_row_stand_side_by_side(number, recipe):
    """A method's numbers are one row, as papers print them; costs have their own table."""
    page = recipe(
        "walk",
        *(number(f"a{split}", "70", splits=(split,)) for split in ("x", "y")),
        *(number(f"b{split}", "60", splits=(split,), method="B") for split in ("x", "y")),
        number("cost", "3.1", metric="params"),
        number("cost-b", "2.1", metric="params", method="B"),
    )

    (steps,) = tables_by_dataset([page], "html")
    scores, costs = steps.tables

    assert [column.protocol for column in scores.columns[2:4]] == ["split x", "split y"]
    assert len(scores.rows) == 2
    assert shown(costs) == [("B", "2.1"), ("Walker", "3.1")]  # lower is better


def test_several_states_of_a_number_are_rows_of_their_own(number, recipe):
    """The paper's number and the README's do not mix, split by split."""
    later = Place(where="README", evidence=Evidence.REPOSITORY)
    page = recipe(
        "walk",
        number("a-x", "1", splits=("x",)),
        number("a-y", "2", splits=("y",)),
        number("b-y", "4", splits=("y",), place=later),
    )

    (steps,) = tables_by_dataset([page], "html")

    rows = [[cell.text for cell in row.cells[2:4]] for row in steps.tables[0].rows]
    assert rows == [["1", "2"], ["–", "4"]]


def test_recalled_numbers_are_marked_and_counted(number, recipe):
    """Nothing that nobody read again looks like what was read."""
    recalled = (Reading(printed="50", evidence=Evidence.RECALLED),)
    page = recipe("walk", number("a", "60"), number("b", "50", readings=recalled))
    pages = make_literature_pages([page])

    (steps,) = tables_by_dataset([page], "html")
    assert [row.cells[2].marks for row in steps.tables[0].rows] == [(), ("recalled",)]
    assert steps.known == "2 numbers: 1 from a secondary source, 1 recalled only."
    assert '<span class="mark">recalled</span>' in pages["literature.html"]
    assert "**recalled**" in pages["literature.md"]


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("91.51", "91.5", True),
        ("80.35", "80.4", True),
        ("84.4", "84", True),
        ("87.7", "87", False),
        ("71.7", "77.1", False),
        ("73.60", "73.6", True),
        ("30.7", "30.8", False),
    ],
)
def test_roundings_of_one_number_agree(a, b, expected):
    """The coarser of two printed numbers decides, to half of its last digit."""
    assert agree(reading(a), reading(b)) is expected
    assert agree(reading(b), reading(a)) is expected


def test_sources_that_print_other_digits_are_listed(number, recipe):
    """A slip in a copy stands beside the number; a rounded copy does not."""
    slip = number("slip", "71.7", readings=(reading("71.7"), reading("77.1")))
    rounded = number("rounded", "91.51", readings=(reading("91.51"), reading("91.5")))

    (found,) = disagreeing_sources([recipe("walk", slip, rounded)], "html")

    assert [voice.number.text for voice in found.voices] == ["77.1 %", "71.7 %"]
    assert found.apart == "5.40 pp"


def test_a_second_source_of_the_same_digits_is_a_source_and_no_other_number(number, recipe):
    """It stands in the small print; other digits stand beside the number."""
    twice = number("a", "94.2", readings=(reading("94.2"), reading("94.2"), reading("94")))

    (steps,) = tables_by_dataset([recipe("walk", twice, number("b", "9"))], "html")
    cell = steps.tables[0].rows[0].cells[2]

    assert cell.note == "also 94"
    assert [note.partition(":")[0] for note in cell.footnotes[1:]] == ["the same", "also 94"]


def test_a_quotation_that_differs_from_the_paper_is_listed(number, recipe):
    """Quoted in one paper against printed in its own, where only open fields differ."""
    walk = recipe("walk", number("own", "81.5", protocol=replace(STEPS, clip_len=300)))
    run = recipe("run", number("quoted", "80.0", row=Row.QUOTED, cites="walk"))
    right = recipe("run", number("quoted", "81.5", row=Row.QUOTED, cites="walk"))

    (found,) = disagreeing_papers([walk, run], "html")

    assert [voice.number.href for voice in found.voices] == [
        "walk.html#claim-own",
        "run.html#claim-quoted",
    ]
    assert disagreeing_papers([walk, right], "html") == ()


def test_other_conditions_do_not_disagree(number, recipe):
    """A number of 100 frames says nothing against one of 300."""
    page = recipe(
        "walk",
        number("a", "81.5", protocol=replace(STEPS, clip_len=300)),
        number("b", "88.1", protocol=replace(STEPS, clip_len=100)),
        number("c", "70.0", splits=("fold2",)),
        number("d", "60.0", method="Walker, without legs"),
    )

    assert disagreeing_papers([page], "html") == ()


def test_two_names_of_one_quoted_method_are_found(number, recipe):
    """What each of two papers calls differently is compared where nothing else is left."""
    quoted = dict(row=Row.QUOTED, cites="old")
    walk = recipe(
        "walk",
        number("a", "62.9", method="PA-LSTM", **quoted),
        number("b", "60.7", method="Deep LSTM", **quoted),
    )
    run = recipe(
        "run",
        number("a", "63.9", method="Part-aware LSTM", **quoted),
        number("b", "60.7", method="Deep LSTM", **quoted),
    )

    (found,) = disagreeing_papers([walk, run], "html")

    assert found.what.startswith("Part-aware LSTM / PA-LSTM: ")


def test_names_are_compared_without_brackets_and_case(number):
    """A name with a remark in brackets is the same; a star is another method."""
    names = {
        plain_name(number("a", "1", method=method))
        for method in ("ST-GCN", "st-gcn (with all its parts)", "ST GCN")
    }

    assert names == {"st gcn"}
    assert plain_name(number("a", "1", method="ST-GCN*")) not in names


def test_only_open_fields_may_differ():
    """What one paper does not say may be the other's; what both say must be equal."""
    open_, said = replace(STEPS, persons=None), replace(STEPS, clip_len=16)

    assert may_be_equal(open_, said) and may_be_equal(said, open_)
    assert not may_be_equal(replace(STEPS, clip_len=32), said)


def said(key, aspect=Aspect.HELD_OUT, **changes):
    given = dict(
        key=key,
        topic=Topic.OVER_FITTING,
        aspect=aspect,
        text=f"It says {key}.",
        evidence=Evidence.REPOSITORY,
    )
    return Statement(**given | changes)


@pytest.fixture
def sides(number, recipe):
    """A 3D CNN with a training and a held-out accuracy, and a skeleton model with dropout."""
    training = Amount(
        what="training clips", readings=(reading("80"),), unit="%", about=True, against="held-out"
    )
    cnn = recipe(
        "run",
        number("held-out", "40.1"),
        number("other", "16.2", splits=("fold2",)),
        statements=(said("over", amounts=(training,), claims=("held-out", "other")),),
        topics=("3D convolution",),
    )
    skeleton = recipe(
        "walk",
        number("own", "70"),
        statements=(said("drop", aspect=Aspect.REGULARISATION, evidence=Evidence.RECALLED),),
    )
    return [skeleton, cnn]


def test_statements_stand_side_by_side_by_aspect(sides):
    """3D CNNs on the left, skeleton models on the right, also where one of them says nothing."""
    held_out, regularisation = beside(sides, Topic.OVER_FITTING, "html")

    assert [side.family for side in held_out.sides] == ["3D CNNs", "Skeleton models"]
    assert [len(side.said) for side in held_out.sides] == [1, 0]
    assert [len(side.said) for side in regularisation.sides] == [0, 1]
    (drop,) = regularisation.sides[1].said
    assert (drop.text, drop.marks) == ("It says drop.", ("recalled",))


def test_a_statements_claims_are_linked_and_not_repeated(sides):
    """Numbers of the tables are shown from their claims; what all share is said once."""
    held_out, _ = beside(sides, Topic.OVER_FITTING, "html")
    amount, first, second = held_out.sides[0].said[0].numbers

    assert amount.number.text == "about 80 %"
    assert amount.also == "+39.9 pp to 40.1"
    assert first.number.href == "run.html#claim-held-out"
    assert first.what == "Walker, Top-1 accuracy, Steps, split fold1"
    assert second.what == "split fold2"


def test_numbers_that_only_their_place_tells_apart_are_named_by_it(number, recipe):
    """Two states of one number under one statement are no two lines without a name."""
    states = [
        number(key, printed, place=Place(where=where, evidence=Evidence.REPOSITORY))
        for key, printed, where in (("old", "80", "README of May"), ("new", "81", "README of June"))
    ]
    page = recipe("walk", *states, statements=(said("again", claims=("old", "new")),))
    (held_out,) = beside([page], Topic.OVER_FITTING, "html")
    numbers = [shown for side in held_out.sides for one in side.said for shown in one.numbers]

    assert numbers[0].what.endswith("split fold1, README of May")
    assert numbers[1].what == "README of June"


def test_training_is_set_against_held_out_data(sides):
    """The difference is computed from the two printed numbers, and its absence is said."""
    (row,) = contrast_table(sides, Topic.OVER_FITTING, "html").rows

    assert [cell.text for cell in row.cells[2:5]] == ["about 80 %", "40.1 %", "+39.9 pp"]
    assert row.cells[4].value == pytest.approx(39.9)
    assert families_without_contrast(sides, Topic.OVER_FITTING) == ("Skeleton models",)
    assert "Skeleton models" in make_literature_pages(sides)["literature.md"]


def test_every_anchor_that_is_linked_is_there(sides):
    """Statements, tables and data sets can be led to."""
    for text in make_literature_pages(sides).values():
        ids = set(re.findall(r'id="([^"]+)"', text))
        assert {"over-fitting", "on-steps", "said-run-over"} <= ids
        inside = re.findall(r'href="#([^"]+)"|\]\(#([^)]+)\)', text)
        assert {a or b for a, b in inside} <= ids | {"content"}
