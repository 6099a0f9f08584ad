"""What is typed of the paper is consistent with itself."""

import pytest

from harness.catalog import load_recipe
from harness.claims import Claim, Evidence

CLAIMS = {claim.key: claim for claim in load_recipe("resnet3d").claims}
TRIPLES = sorted(
    key.removesuffix("-mean")
    for key in CLAIMS
    if key.endswith("-mean") and f"{key.removesuffix('-mean')}-top1" in CLAIMS
)


@pytest.mark.parametrize("key", TRIPLES)
def test_an_average_is_that_of_its_row(key):
    """Kinetics papers print (top-1 + top-5) / 2 beside the two, all rounded to a decimal."""
    top1, top5, mean = (CLAIMS[f"{key}-{name}"].value for name in ("top1", "top5", "mean"))

    assert (top1 + top5) / 2 == pytest.approx(mean, abs=0.1 + 1e-9)


def test_only_the_abstracts_numbers_are_read_in_the_paper():
    """Nothing else of the text could be opened."""
    read = {
        claim.readings[0].printed
        for claim in CLAIMS.values()
        if isinstance(claim, Claim) and claim.readings[0].evidence is Evidence.PAPER
    }

    assert read == {"78.4", "94.5", "70.2"}
