"""What a paper says besides its tables, as data."""

import pytest

from harness.claims import Amount, Aspect, Evidence, Place, Reading, Statement, Topic


@pytest.fixture
def statement():
    """Makes a statement on over-fitting."""

    def make(**changes):
        given = dict(
            key="small",
            topic=Topic.OVER_FITTING,
            aspect=Aspect.DATA,
            text="The set is small.",
            evidence=Evidence.PAPER,
        )
        return Statement(**given | changes)

    return make


def test_a_statement_says_something(statement):
    """An empty one is a mistake."""
    with pytest.raises(ValueError, match="says nothing"):
        statement(text="")


def test_a_secondary_source_is_named(statement):
    """Who copied it is part of how we know it."""
    with pytest.raises(ValueError, match="names no secondary source"):
        statement(evidence=Evidence.SECONDARY)
    assert statement(evidence=Evidence.SECONDARY, source="a survey").source == "a survey"


def test_a_place_is_never_guessed(statement):
    """Where it stands is unknown until it is said, with how we know it."""
    assert statement().place == Place()
    assert statement().place.evidence is Evidence.UNKNOWN


def test_an_amount_has_a_number():
    """Digits as printed, with how we know them."""
    with pytest.raises(ValueError, match="no reading"):
        Amount(what="videos", readings=())
    with pytest.raises(ValueError, match="could not convert"):
        Amount(what="videos", readings=(Reading(printed="many", evidence=Evidence.PAPER),))
