"""The synthetic data set: the same everywhere, and about the order of frames."""

import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from sbu_sources import ignore_progress

from harness.datasets.prepared import Prepared, load_prepared, prepare
from harness.datasets.synthetic import DATASET, MAX_FRAMES, MIN_FRAMES

Features = Callable[[NDArray[np.float64]], NDArray[np.float64]]


@pytest.fixture
def prepared(synthetic_root: Path) -> Prepared:
    """The synthetic data set."""
    return load_prepared(DATASET, synthetic_root)


def _order_free(clip: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean, deviation, minimum and maximum of every coordinate over time."""
    clip = clip - clip.mean(axis=(0, 1))
    return np.concatenate([f(clip, axis=0).ravel() for f in (np.mean, np.std, np.min, np.max)])


def _ordered(clip: NDArray[np.float64]) -> NDArray[np.float64]:
    """Eight frames, evenly spread, relative to the first one's base of the spine."""
    at = np.linspace(0, len(clip) - 1, 8).round().astype(int)
    return (clip - clip[0, 0])[at].ravel()


def _linear_accuracy(prepared: Prepared, features: Features, ridge: float) -> float:
    """Test accuracy in percent of ridge regression to the class indicators."""
    tables = []
    for subset in ("train", "test"):
        samples = prepared.subset("fixed", subset)
        rows = [features(np.asarray(prepared.frames_of(s)[:, 0], np.float64)) for s in samples]
        tables.append((np.array(rows), np.array([s.label for s in samples])))
    (train, labels), (test, wanted) = tables
    mean, deviation = train.mean(axis=0), train.std(axis=0) + 1e-9
    train = np.c_[(train - mean) / deviation, np.ones(len(train))]
    test = np.c_[(test - mean) / deviation, np.ones(len(test))]
    gram = train.T @ train + ridge * np.eye(train.shape[1])
    weights = np.linalg.solve(gram, train.T @ np.eye(10)[labels])
    return float(100 * ((test @ weights).argmax(axis=1) == wanted).mean())


def test_made_in_seconds_with_the_known_bytes(tmp_path: Path) -> None:
    """The same seed gives the same bytes, in less than ten seconds."""
    started = time.monotonic()
    summary = prepare(DATASET, None, tmp_path, ignore_progress)
    assert time.monotonic() - started < 10
    assert summary.known


def test_counts_are_as_declared(prepared: Prepared) -> None:
    """480, 120 and 240 samples by subject, every class alike, of 20 to 60 frames."""
    split = DATASET.split("fixed")
    subjects: list[str] = []
    for subset, count in split.counts.items():
        samples = prepared.subset("fixed", subset)
        assert len(samples) == count
        assert set(Counter(s.label for s in samples).values()) == {count // 10}
        subjects += {s.group for s in samples}
    assert len(subjects) == len(set(subjects)) == 20
    assert all(MIN_FRAMES <= s.frames <= MAX_FRAMES for s in prepared.samples)
    assert len({s.frames for s in prepared.samples}) > 30


def test_progress_counts_to_the_end(tmp_path: Path) -> None:
    """Progress is told sample by sample and ends at the whole."""
    told: list[tuple[int, int]] = []
    prepare(DATASET, None, tmp_path, lambda done, total: told.append((done, total)))
    assert told == [(done, 840) for done in range(1, 841)]


def test_values_are_a_person_in_metres(prepared: Prepared) -> None:
    """Heads are above feet by a person's height, before a camera some metres away."""
    first = prepared.keypoints[[s.start for s in prepared.samples if s.label in (2, 3, 4)], 0]
    height = first[:, 3, 1] - first[:, [14, 18], 1].mean(axis=1)
    assert height.min() > 1.2 and height.max() < 2.0
    assert prepared.keypoints[..., 2].min() > 1.5 and prepared.keypoints[..., 2].max() < 5.5
    rounded = np.round(prepared.keypoints.astype(np.float64), 4).astype(np.float32)
    assert np.array_equal(prepared.keypoints, rounded)


@pytest.mark.parametrize("ridge", [1.0, 100.0])
def test_order_of_frames_matters(prepared: Prepared, ridge: float) -> None:
    """A linear model that ignores the order stays below 65 %; one that sees it does not."""
    assert 40 < _linear_accuracy(prepared, _order_free, ridge) < 65
    if ridge == 100.0:
        assert _linear_accuracy(prepared, _ordered, ridge) > 78
