"""Pages from what an earlier command kept are the same pages."""

from dataclasses import replace

import numpy as np
import pytest

from harness.cache import use_cache
from harness.errors import StoreError
from harness.scores import Scores, pack_scores
from harness.store import HISTORY, OBSERVATIONS, RECORD, SCORES


@pytest.fixture
def make(full, tmp_path):
    """Makes the pages of the full site in a command of its own, with a cache or without."""

    def run(*, cache=True, **changes):
        with use_cache(tmp_path / "kept" if cache else None):
            return full.pages(**changes)

    return run


def test_kept_pages_are_the_same(make, tmp_path):
    """Byte for byte, the first time and the next; and the next one computes nothing again."""
    expected = make(cache=False)

    assert make() == expected
    before = (tmp_path / "kept").stat().st_ino
    assert make() == expected
    assert (tmp_path / "kept").stat().st_ino == before


def _replace(name, change):
    def edit(folder):
        path = folder / name
        path.write_bytes(change(path.read_bytes()))

    return edit


def _other_scores(_):
    labels = np.arange(40) % 2
    return pack_scores(
        Scores(
            ids=np.array([f"s{i:02d}" for i in range(40)]),
            groups=np.array([f"g{i % 10}" for i in range(40)]),
            labels=labels,
            scores=np.stack([labels, 1 - labels], axis=1).astype(np.float32),
        )
    )


@pytest.mark.parametrize(
    "edit",
    [
        _replace(HISTORY, lambda data: data + b"4,40,0.01,0.3,90.0,0.5,80.0,1.5\n"),
        _replace(HISTORY, lambda data: data.replace(b"55.0", b"54.0")),
        _replace(SCORES, _other_scores),
        _replace(RECORD, lambda data: data.replace(b"75.0", b"65.0")),
        lambda folder: (folder / HISTORY).unlink(),
        lambda folder: (folder / OBSERVATIONS).unlink(),
        lambda folder: (folder / "invalidated.json").write_text('{"reason": "wrong"}'),
    ],
    ids=["epoch", "value", "scores", "number", "curve", "seen", "invalidated"],
)
def test_a_file_that_changed_is_read_again(make, full, edit):
    """Also where its length and its date stay the same: contents are compared."""
    before = make()
    for variant in ("config", "plain"):
        edit(full.store.root / "walker" / f"20260102T030400Z-{variant}-fold1")

    expected = make(cache=False)
    assert make() == expected != before


@pytest.mark.parametrize(
    ("name", "damaged"),
    [(HISTORY, b"epoch,lr\n1,fast\n"), (HISTORY, b"\xff\n\xff\n"), (SCORES, b"PK")],
)
def test_damage_is_named_as_without_a_cache(make, full, name, damaged):
    """What was kept of the good file does not hide it."""
    make()
    (full.store.root / "walker" / "20260102T030400Z-config-fold1" / name).write_bytes(damaged)

    problems = []
    for cache in (False, True, True):
        with pytest.raises(StoreError) as caught:
            make(cache=cache)
        problems.append(caught.value.problem)

    assert len(set(problems)) == 1


def test_other_names_of_classes_are_drawn_again(make, full):
    """A figure follows from the data set's facts, too."""
    make()
    facts = full.page().datasets["steps"]
    datasets = {"steps": replace(facts, classes=("stroll", "run"))}

    assert make(datasets=datasets) == make(cache=False, datasets=datasets)
