"""The typed numbers against MMAction2's own file, and against the list of what is printed."""

from collections import Counter
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml

from harness.claims import Claim, Evidence, Ordering, Row
from recipes.stgcn.paper import CLAIMS

NUMBERS = {claim.key: claim for claim in CLAIMS if isinstance(claim, Claim)}
ORDERINGS = [claim for claim in CLAIMS if isinstance(claim, Ordering)]

# How often each number stands in a table, row by row; a row that stands in two tables is one claim.
TABLES = {
    "Table 1": "20.3 40.0 22.0 43.2 19.3 37.4 23.9 44.9 29.1 51.3 29.9 52.2 30.7 52.8",
    "Table 2": "57.0 77.3 49.5 71.9 14.9 25.8 16.4 35.3 20.3 40.0 30.7 52.8",
    "Table 3": "50.1 52.8 59.1 64.0 60.7 67.3 62.9 70.3 69.2 77.7 74.3 83.1 79.6 84.8 81.5 88.3",
    "Table 4": "70.4 72.8 72.4",
    "Table 5": "70.3 51.0 30.7 71.1 71.2 71.7",
}
REPOSITORIES = {
    "README to mid-2018": "30.6",
    "README to February 2019": "80.7 88.9",
    "README from June 2018 to February 2019": "30.8",
    "README of 21 February 2019": "81.2",
    "mmskeleton": "31.60 53.68 88.76 98.83 81.57 96.85",
}
THIRD_PARTIES = {
    "zoo-ntu60-3d-": "88.11 88.76 86.06 85.49 90.14 90.39 5.7 3.1",
    "zoo-ntu60-2d-": "88.95 91.69 86.90 87.86 92.12 92.34 3.8 3.1",
    "zoo-ntu120-3d-": "82.15 84.28 78.93 80.02 85.68 86.19",
    "zoo-ntu120-2d-": "83.19 83.36 78.87 79.55 84.84 85.23",
    "mmaction0-": "84.61 86.91 85.68 85.66 86.06",
    "pyskl-vanilla-ntu60-3d-xsub-": "81.5 81.0 79.9 81.2 84.3 86.6",
    "pyskl-vanilla-ntu60-3d-xview-": "90.1 87.7 88.8 88.3 91.4 93.2",
    "pyskl-vanilla-ntu60-2d-": "85.7 92.4",
    "pyskl-practice-ntu60-3d-xsub-": "87.8 88.6 85.8 86.2 90.0 90.7",
    "pyskl-practice-ntu60-3d-xview-": "95.5 95.0 93.7 92.8 96.2 96.5",
    "pyskl-practice-ntu60-2d-": "89.0 98.0",
    "pyskl-practice-ntu120-3d-": "82.1 84.5",
    "coursework-": "73.60",
    "rerun-": "25.16 47.02",
    "shift-gcn-": "16.2",
}


@pytest.fixture(scope="module")
def metafile():
    """Models of MMAction2's ST-GCN by name, as its wheel describes them."""
    place = Path(find_spec("mmaction").origin).parent / ".mim/configs/skeleton/stgcn/metafile.yml"
    text = yaml.safe_load(place.read_text(encoding="utf-8"))
    return {model["Name"]: model for model in text["Models"]}


def printed(claims):
    return Counter(claim.readings[0].printed for claim in claims)


@pytest.mark.parametrize("table", TABLES)
def test_every_row_of_a_table_is_claimed(table):
    """No number of the paper's tables is missing, and none is typed twice.

    Table 5 prints ST-GCN's top-1 accuracy only.
    """
    found = printed(
        claim
        for claim in NUMBERS.values()
        if table in claim.place.where and not (table == "Table 5" and "top5" in claim.metric)
    )

    assert found == Counter(TABLES[table].split())


@pytest.mark.parametrize("where", REPOSITORIES)
def test_every_state_of_the_repositories_is_claimed(where):
    """The authors' later numbers are claims of their own, known from their repositories."""
    found = [
        claim
        for claim in NUMBERS.values()
        if claim.place.where.startswith(where) and claim.place.where[len(where) :][:1] in ("", ",")
    ]

    assert printed(found) == Counter(REPOSITORIES[where].split())
    assert {claim.readings[0].evidence for claim in found} == {Evidence.REPOSITORY}
    assert all(claim.row is Row.OWN and claim.variant for claim in found)


@pytest.mark.parametrize("prefix", THIRD_PARTIES)
def test_every_third_party_row_is_claimed(prefix):
    """Other people's runs of ST-GCN stand beside the paper's, as theirs."""
    found = [claim for key, claim in NUMBERS.items() if key.startswith(prefix)]

    assert printed(found) == Counter(THIRD_PARTIES[prefix].split())
    assert {claim.row for claim in found} == {Row.THIRD_PARTY}


def test_the_lists_above_are_all():
    """A number that stands in no list here was typed by mistake."""
    listed = sum(len(text.split()) for text in (REPOSITORIES | THIRD_PARTIES).values())
    in_tables = {
        claim.key
        for claim in NUMBERS.values()
        if any(table in claim.place.where for table in TABLES)
    }

    assert len(NUMBERS) == listed + len(in_tables)


def test_the_zoos_accuracies_are_those_of_its_metafile(metafile):
    """Each of its sixteen models has the accuracy that MMAction2's own file gives."""
    typed = {
        claim.place.where: claim.value
        for claim in NUMBERS.values()
        if claim.place.where in metafile and claim.metric == "top1_acc"
    }

    assert typed == {
        name: model["Results"]["Metrics"]["Top 1 Accuracy"] for name, model in metafile.items()
    }


@pytest.mark.parametrize(
    ("metric", "field"), [("macs", "FLOPs"), ("params", "Parameters")], ids=str
)
@pytest.mark.parametrize("dimensions", ["3d", "2d"])
def test_the_zoos_costs_are_those_of_its_metafile(metafile, dimensions, metric, field):
    """Multiply-adds of one view and parameters, the same for all its models of such joints."""
    claim = NUMBERS[f"zoo-ntu60-{dimensions}-{metric}"]
    given = {m["Metadata"][field] for name, m in metafile.items() if name.endswith(dimensions)}

    assert given == {f"{claim.readings[0].printed}{claim.quantity.unit}"}


def test_nothing_is_said_to_be_read_in_the_paper():
    """Its full text was not read, so no number or place is known from it."""
    known = {claim.place.evidence for claim in CLAIMS}
    known |= {reading.evidence for claim in NUMBERS.values() for reading in claim.readings}
    known |= {claim.evidence for claim in ORDERINGS}

    assert Evidence.PAPER not in known


def test_what_is_recalled_only_says_so():
    """Distance partitioning* and the RGB row of Table 4 have no other source."""
    recalled = {
        key
        for key, claim in NUMBERS.items()
        if {reading.evidence for reading in claim.readings} == {Evidence.RECALLED}
    }

    assert recalled == {
        "distance-tied-kinetics-top1",
        "distance-tied-kinetics-top5",
        "rgb-kinetics-motion",
    }


def test_both_prints_of_the_ensemble_are_kept():
    """The digests disagree on it; the likelier number is judged by."""
    claim = NUMBERS["ensemble-rgb-flow-st-gcn-kinetics-top1"]

    assert [reading.printed for reading in claim.readings] == ["71.7", "77.1"]
    assert "slip" in claim.note


@pytest.mark.parametrize("key", ["kinetics", "ntu-xsub", "ntu-xview"])
def test_the_last_readme_rounds_what_mmskeleton_prints(key):
    """Both are the released weights' accuracy, so one claim has both readings."""
    finer, coarser = NUMBERS[f"released-{key}-top1"].readings

    assert f"{finer.value:.1f}" == coarser.printed


def test_only_the_papers_numbers_are_its_own():
    """Third parties' numbers may be tried, and never count as the paper's."""
    tried = [claim for claim in NUMBERS.values() if claim.variant and not claim.is_own]

    assert {claim.row for claim in tried} == {Row.THIRD_PARTY}
    assert {claim.variant for claim in tried} == {
        "released_ntu", "pyskl_ntu", "zoo_ntu_joint", "zoo_ntu_bone", "zoo_ntu_joint_motion",
        "zoo_ntu_bone_motion", "zoo_ntu_two_stream", "zoo_ntu_four_stream",
    }  # fmt: skip


def test_each_ordering_of_table_1_is_explored_once():
    """The five orderings are tried on UTD-MHAD, with the variants of the same rows."""
    rows = {
        "early_kinetics": "config",
        "early_kinetics_spatial": "utd_spatial",
        "early_kinetics_distance": "utd_distance",
        "early_kinetics_distance_tied": "utd_distance_tied",
        "early_kinetics_uniform": "utd_uniform",
    }
    printed_here = {item.key: item for item in ORDERINGS if item.is_own and item.better}
    explored = {item.explores: item for item in ORDERINGS if not item.is_own}

    assert explored.keys() == printed_here.keys()
    assert len(explored) == 5
    for key, item in explored.items():
        sides = (printed_here[key].better, printed_here[key].worse)
        assert (item.better, item.worse) == tuple(rows[side] for side in sides)
        assert (item.protocol.dataset, item.splits) == ("utd_mhad", ("odd-even",))


def test_the_orderings_are_those_of_the_printed_numbers():
    """What is said to be better has the larger number on Kinetics."""
    by_variant = {
        claim.variant: claim.value
        for claim in NUMBERS.values()
        if "Table 1" in claim.place.where and claim.metric == "top1_acc" and claim.variant
    }
    for item in ORDERINGS:
        if item.is_own and item.better:
            assert by_variant[item.better] > by_variant[item.worse], item.key
