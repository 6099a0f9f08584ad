"""Claims, plans and records refuse what contradicts itself."""

from dataclasses import FrozenInstanceError, replace

import pytest

from harness.claims import Citation, Claim, Evidence, Paper, Place, Reading, Row
from harness.metrics import METRICS
from harness.records import Failure, digest_of

FAILURE = Failure(kind="crash", message="it died", fix="see the log")


def test_a_record_is_completed_or_says_why_not(record):
    """No measurements beside a failure, no failure beside a completion."""
    with pytest.raises(ValueError, match="is completed but failure="):
        record(failure=FAILURE)
    with pytest.raises(ValueError, match="is failed but failure=None"):
        record(status="failed")
    with pytest.raises(ValueError, match="has measurements"):
        record(status="failed", failure=FAILURE)


def test_values_do_not_change(record):
    """A record is made once and passed on whole."""
    with pytest.raises(FrozenInstanceError, match="status"):
        record().status = "failed"


def test_limited_incomplete_and_generated_runs_are_known_as_such(record, plan):
    """Any of the three keeps a run from speaking; unknown completeness does not."""
    whole = record()

    assert not whole.is_limited
    assert not replace(whole, data=replace(whole.data, known=None)).is_limited
    assert replace(whole, data=replace(whole.data, known=False)).is_limited
    assert replace(whole, data=replace(whole.data, embedded=True)).is_limited
    assert record(plan=plan(limit=5)).is_limited


def test_a_digest_does_not_depend_on_the_order_of_keys():
    """Equal mappings have equal digests; one is different from 1.5."""
    assert digest_of({"a": 1, "b": [2]}) == digest_of({"b": [2], "a": 1})
    assert digest_of({"a": 1}) != digest_of({"a": 1.5})


def test_a_digest_of_what_is_no_number_is_refused():
    """NaN is not equal to itself and names nothing."""
    with pytest.raises(ValueError, match="JSON compliant"):
        digest_of({"a": float("nan")})


def test_the_printed_digits_are_kept():
    """62.0 stays 62.0, and is the number 62."""
    reading = Reading(printed="62.0", evidence=Evidence.PAPER)

    assert (reading.printed, reading.value) == ("62.0", 62.0)


def test_a_reading_is_a_number_with_a_source():
    """No text for a number, and no secondary source without its name."""
    with pytest.raises(ValueError, match="could not convert"):
        Reading(printed="about 90", evidence=Evidence.PAPER)
    with pytest.raises(ValueError, match="names no secondary source"):
        Reading(printed="90", evidence=Evidence.SECONDARY)


@pytest.mark.parametrize("given", [dict(where="Table 1"), dict(evidence=Evidence.PAPER)])
def test_a_place_is_known_or_unknown(given):
    """A place is said with how we know it, or neither is."""
    with pytest.raises(ValueError, match="a place is unknown or it is said"):
        Place(**given)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        (dict(metric="accuracy"), "there is no metric 'accuracy'"),
        (dict(readings=()), "has no reading"),
        (dict(row=Row.QUOTED, cites="doe2020"), "needs no variant"),
        (dict(row=Row.THIRD_PARTY, tolerance=None), "needs a tolerance and its reason"),
        (dict(row=Row.QUOTED, variant=None), "does not say from whom"),
        (dict(tolerance=None), "needs a tolerance and its reason"),
        (dict(tolerance_reason=""), "needs a tolerance and its reason"),
        (dict(metric="params", derived="1.2"), "and a note says why"),
        (dict(derived="1.2", note="why"), "what is derived is a cost"),
    ],
    ids=str,
)
def test_a_claim_that_cannot_be_judged_is_refused(claim, changes, problem):
    """A mistake in a paper's file is found when it is loaded."""
    with pytest.raises(ValueError, match=problem):
        claim(**changes)


def test_the_first_reading_is_judged(claim):
    """Two printed values are both kept; runs are compared with the first."""
    two = tuple(Reading(printed=text, evidence=Evidence.PAPER) for text in ("91.51", "91.5"))

    found: Claim = claim(readings=two)

    assert (found.value, len(found.readings)) == (91.51, 2)


def test_an_ordering_is_about_scores(ordering):
    """Fewer parameters are no better method."""
    with pytest.raises(ValueError, match="'params' is no score"):
        ordering(metric="params")


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        (dict(better=None), "lacks one of its two variants"),
        (dict(worse=None), "lacks one of its two variants"),
        (dict(place=Place(where="Table 1", evidence=Evidence.PAPER)), "no paper prints it"),
    ],
    ids=str,
)
def test_an_exploration_is_ours_to_run_and_nobodys_print(ordering, changes, problem):
    """It has both variants from the start, and no place in any paper."""
    assert ordering(explores="printed").kind == "exploration"
    with pytest.raises(ValueError, match=problem):
        ordering(explores="printed", **changes)


def test_whose_claims_count_as_the_papers(claim, ordering):
    """Its own numbers and orderings; no others' rows, tried or not, and no explorations."""
    assert claim().is_own and ordering().is_own
    assert not claim(row=Row.THIRD_PARTY).is_own
    assert not claim(row=Row.QUOTED, cites="doe2020", variant=None).is_own
    assert not ordering(explores="printed").is_own


def test_a_cited_key_has_its_reference():
    """A paper's citations stand in its list of references."""
    work = Citation(key="a", title="A", authors=("Ann Doe",), venue="CVPR", year=2020)

    with pytest.raises(ValueError, match="no reference for the cited keys b"):
        Paper(method="A", citation=work, cites=("b",))


def test_protocols_name_the_fields_in_which_they_differ(protocol):
    """Equal ones differ in nothing."""
    assert protocol().differences(protocol()) == ()
    assert protocol().differences(protocol(num_clips=10, clip_len=32)) == ("clip_len", "num_clips")


def test_accuracies_depend_on_everything_and_costs_on_the_shape():
    """A metric knows which conditions can change it."""
    assert METRICS["top1_acc"].depends_on is None
    assert METRICS["params"].depends_on < METRICS["macs"].depends_on
    assert "dataset" not in METRICS["macs"].depends_on
