"""What a run had right, from its scores or from what was kept of them."""

import io

import numpy as np
import pytest

from harness.cache import use_cache
from harness.errors import StoreError
from harness.hits import read_hits
from harness.scores import Scores, pack_scores


def make_scores(seed=0, count=11, names="s"):
    draw = np.random.default_rng(seed)
    return Scores(
        ids=np.array([f"{names}{i:02}" for i in draw.permutation(count)]),
        groups=np.array([f"g{i % 3}" for i in range(count)]),
        labels=draw.integers(4, size=count),
        scores=draw.random((count, 4)).astype(np.float32),
    )


@pytest.fixture
def read(tmp_path):
    """Reads hits in a command of its own, with what the ones before kept."""

    def run(data):
        with use_cache(tmp_path / "kept"):
            return read_hits(data, source="scores.npz")

    return run


def same(hits, other):
    return all(
        np.array_equal(getattr(hits, name), getattr(other, name))
        for name in ("ids", "groups", "correct")
    )


@pytest.mark.parametrize("count", [1, 8, 11])
def test_hits_are_those_of_the_scores(read, count):
    """In the order of the names, whether computed or kept."""
    scores = make_scores(count=count)
    order = np.argsort(scores.ids)
    data = pack_scores(scores)

    for hits in (read_hits(data, source="x"), read(data), read(data)):
        assert np.array_equal(hits.ids, scores.ids[order])
        assert np.array_equal(hits.groups, scores.groups[order])
        assert np.array_equal(hits.correct, scores.correct[order])
        assert hits.correct.dtype == bool


def test_other_scores_are_read_again(read):
    """A file that was replaced, even by one of the same length."""
    first, second = (pack_scores(make_scores(seed)) for seed in (0, 1))
    read(first)

    assert same(read(second), read_hits(second, source="x"))
    assert same(read(first), read_hits(first, source="x"))


def test_runs_on_the_same_samples_share_their_names():
    """Ten thousand runs do not hold them ten thousand times; and nobody writes to them."""
    one, other = make_scores(), make_scores()
    first, second = (
        read_hits(pack_scores(scores), source="x")
        for scores in (
            one,
            Scores(
                **{n: getattr(other, n) for n in ("ids", "groups", "labels")},
                scores=1 - other.scores,
            ),
        )
    )

    assert first.ids is second.ids
    assert first.groups is second.groups
    with pytest.raises(ValueError, match="read-only"):
        first.ids[0] = "x"


def test_names_that_are_no_longer_kept_are_read_again(read, tmp_path):
    """Each value of the cache may go by itself."""
    data = pack_scores(make_scores())
    read(data)
    with use_cache(tmp_path / "kept"):
        from_kept = read_hits(data, source="x")

    assert same(from_kept, read_hits(data, source="x"))


@pytest.mark.parametrize("data", [b"", b"PK", pack_scores(make_scores())[:-30]], ids=len)
def test_damaged_scores_are_named(read, data):
    """With a cache as without one, the first time and the next."""
    for _ in range(2):
        with pytest.raises(StoreError, match=r"scores\.npz cannot be read"):
            read(data)


def test_arrays_of_other_lengths_are_no_scores(read):
    """As for the scores themselves."""
    buffer = io.BytesIO()
    np.savez(
        buffer,
        ids=np.array(["a"]),
        groups=np.array(["g"]),
        labels=np.array([0, 1]),
        scores=np.zeros((1, 2)),
    )

    with pytest.raises(StoreError, match="holds no scores"):
        read(buffer.getvalue())
