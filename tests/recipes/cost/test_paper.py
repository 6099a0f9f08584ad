"""What is typed of the paper is consistent with itself and with its sources."""

from collections import Counter

import pytest

from harness.catalog import load_recipe
from harness.claims import Claim, Evidence, Row
from harness.plan import load_config

RECIPE = load_recipe("cost")
NUMBERS = {claim.key: claim for claim in RECIPE.claims if isinstance(claim, Claim)}
ORDERINGS = [claim for claim in RECIPE.claims if not isinstance(claim, Claim)]


def value(key: str) -> float:
    return NUMBERS[key].value


@pytest.mark.parametrize(
    ("better", "worse", "gains"),
    [
        ("costb", "c2d", (2.6, 1.4, 2.2, 2.6)),
        ("costb", "c3d", (0.8, 0.8, 1.1, 1.9)),
        ("costb", "costa", (0.5, 0.4, 0.8, 1.4)),
    ],
)
def test_gains_are_those_of_the_rows(better, worse, gains):
    """On Kinetics and Moments, top-1 and top-5."""
    rows = [f"{d}-{m}" for d in ("kinetics", "moments") for m in ("top1", "top5")]

    found = [value(f"{better}-{row}") - value(f"{worse}-{row}") for row in rows]

    assert found == pytest.approx(gains)


@pytest.mark.parametrize("ordering", ORDERINGS, ids=lambda claim: claim.key)
def test_an_ordering_is_that_of_the_printed_numbers(ordering):
    """The better method has the larger number."""
    if ordering.explores:
        return
    better, rest = ordering.key.split("-beats-")
    worse, dataset = rest.split("-")

    assert value(f"{better}-{dataset}-top1") > value(f"{worse}-{dataset}-top1")


def test_the_release_has_one_ordering_the_other_way_round():
    """C3D beats CoST(a) there on both data sets, and the paper's ordering says so."""
    for dataset in ("kinetics", "moments"):
        gap = value(f"release-costa-{dataset}-10clips-top1")
        assert gap < value(f"release-c3d-{dataset}-10clips-top1")
    notes = [claim.note for claim in ORDERINGS if claim.key.startswith("costa-beats-c3d")]
    assert all("72.89 against 73.40" in note for note in notes)


def test_nothing_is_said_to_be_read_in_the_paper():
    """Its tables were not read: numbers are known from the release, second hand, or recalled."""
    known = Counter(claim.readings[0].evidence for claim in NUMBERS.values())

    assert Evidence.PAPER not in known
    assert known[Evidence.REPOSITORY] == 16 + 32
    assert {claim.place.evidence for claim in ORDERINGS} == {Evidence.UNKNOWN}


def test_what_waits_for_data_has_no_variant():
    """Moments in Time is not read here; on Kinetics each of the authors' rows is tried."""
    for claim in NUMBERS.values():
        is_tried = claim.row is Row.OWN and claim.protocol.dataset == "kinetics400"
        assert (claim.variant is not None) == is_tried, claim.key


def test_tolerances_cover_what_the_authors_reruns_differ_by():
    """Their own later numbers of ten clips lie within it of the paper's."""
    for key in ("c2d", "c3d", "costa", "costb"):
        for metric in ("top1", "top5"):
            claim = NUMBERS[f"{key}-kinetics-{metric}"]
            rerun = value(f"release-{key}-kinetics-10clips-{metric}")
            assert abs(rerun - claim.value) <= claim.tolerance


@pytest.mark.parametrize("variant", RECIPE.variants)
def test_a_variant_tests_what_its_protocol_says(variant):
    """Length, distance and number of clips, size of the window; training clips are alike."""
    config = load_config(RECIPE, variant)
    protocol = config["protocol"]
    for subset in ("train", "val", "test"):
        sample, *rest = config[f"{subset}_dataloader"]["dataset"]["pipeline"]
        assert (sample["clip_len"], sample["frame_interval"]) == (
            protocol["clip_len"],
            protocol["frame_interval"],
        )
    crop = [part["crop_size"] for part in rest if "crop_size" in part]
    assert sample["num_clips"] == protocol["num_clips"]
    assert crop == [protocol["crop_size"]]
    assert config["model"]["backbone"]["frames"] == protocol["clip_len"]
    begins = "pretrained" in config or ("inputs" in config and bool(config["inputs"]))
    assert (protocol.get("pretrain") == "imagenet") == begins
