"""Scores of several runs, averaged: what is fused, how it is measured, and what is refused."""

import math
from dataclasses import replace

import numpy as np
import pytest
from mmaction.evaluation import AccMetric

from harness.errors import RunError
from harness.fusion import Stream, fuse, measure_accuracies
from harness.records import Measurement
from harness.run.measure import measure_scores
from harness.scores import Scores


def make_scores(probabilities, labels=None, ids=None):
    """Scores of samples a, b, c, …, class 0 being right unless told."""
    probabilities = np.asarray(probabilities, dtype=np.float32)
    ids = list("abcdefghijklmnopqrstuvwxyz"[: len(probabilities)]) if ids is None else ids
    return Scores(
        ids=np.array(ids),
        groups=np.array([f"subject {name}" for name in ids]),
        labels=np.zeros(len(ids), dtype=np.int64) if labels is None else np.asarray(labels),
        scores=probabilities,
    )


def draw_scores(draw, samples, classes):
    """Class probabilities as a softmax gives them, with random labels."""
    raw = np.exp(3 * draw.standard_normal((samples, classes)))
    ids = [f"s{index:04}" for index in range(samples)]
    labels = draw.integers(0, classes, samples)
    return make_scores(raw / raw.sum(axis=1, keepdims=True), labels, ids)


@pytest.fixture
def stream(record):
    """Makes a stream of three samples of two classes; words go to its record."""

    def make(variant, weight=1.0, scores=None, **changes):
        if scores is None:
            scores = make_scores([[0.9, 0.1], [0.4, 0.6], [0.2, 0.8]])
        return Stream(variant=variant, weight=weight, record=record(**changes), scores=scores)

    return make


def test_probabilities_are_averaged_with_the_weights(stream):
    """Three to one: (3 · 0.9 + 0.1) / 4 and (3 · 0.4 + 0.6) / 4, by hand."""
    one = stream("joint", 3.0, make_scores([[0.9, 0.1], [0.4, 0.6]]))
    other = stream("bone", 1.0, make_scores([[0.1, 0.9], [0.6, 0.4]]))

    fused = fuse([one, other]).scores

    assert fused.scores == pytest.approx(np.array([[0.7, 0.3], [0.45, 0.55]]), abs=1e-7)
    assert fused.scores.dtype == np.float32
    assert fused.ids.tolist() == ["a", "b"]
    assert fused.groups.tolist() == ["subject a", "subject b"]


def test_only_the_ratio_of_the_weights_matters(stream):
    """1 : 2 is 10 : 20, so that the answers stay probabilities."""
    scores = [draw_scores(np.random.default_rng(seed), 50, 6) for seed in (0, 1)]
    scores[1] = replace(scores[1], labels=scores[0].labels)

    def fused(*weights):
        pairs = zip("ab", weights, scores, strict=True)
        return fuse([stream(name, weight, given) for name, weight, given in pairs]).scores.scores

    assert fused(1, 2) == pytest.approx(fused(10.0, 20.0), abs=1e-7)
    assert fused(1, 2).sum(axis=1) == pytest.approx(np.ones(50), abs=1e-6)
    assert not np.array_equal(fused(1, 2), fused(2, 1))


def test_samples_are_matched_by_name(stream):
    """Streams may have been tested in another order; the first one's is kept."""
    one = stream("joint", 1.0, make_scores([[1, 0], [0.5, 0.5], [0, 1]], [0, 1, 1], list("cab")))
    other = stream("bone", 1.0, make_scores([[0.5, 0.5], [0, 1], [1, 0]], [1, 1, 0], list("abc")))

    fused = fuse([one, other])

    assert fused.scores.ids.tolist() == list("cab")
    assert fused.scores.labels.tolist() == [0, 1, 1]
    assert fused.scores.scores.tolist() == [[1, 0], [0.5, 0.5], [0, 1]]


def test_three_streams_can_be_fused(stream):
    """As many as are named."""
    rows = ([[0.9, 0.1]], [[0.6, 0.4]], [[0.3, 0.7]])
    streams = [stream(name, 1.0, make_scores(row)) for name, row in zip("abc", rows, strict=True)]

    assert fuse(streams).scores.scores == pytest.approx(np.array([[0.6, 0.4]]), abs=1e-7)


@pytest.mark.parametrize("samples", [3, 40, 400])
@pytest.mark.parametrize("classes", [2, 5, 27, 60])
def test_accuracies_are_those_of_mmaction2(samples, classes):
    """The same numbers as a worker's, also where the test set lacks classes."""
    for seed in range(20):
        scores = draw_scores(np.random.default_rng(seed), samples, classes)
        metric = AccMetric()
        metric.results = [
            dict(pred=row, label=int(label))
            for row, label in zip(scores.scores, scores.labels, strict=True)
        ]

        theirs = measure_scores(metric.evaluate(samples), samples)

        assert measure_accuracies(scores) == theirs


def test_the_earlier_class_wins_a_tie():
    """Two saturated streams that disagree: the record says what its scores say, everywhere."""
    scores = make_scores([[0.5, 0.5, 0.0], [0.5, 0.5, 0.0]], labels=[0, 1])

    top1 = next(item for item in measure_accuracies(scores) if item.metric == "top1_acc")

    assert top1 == Measurement(metric="top1_acc", value=50.0, samples=2)
    assert top1.value == scores.accuracy() == 100 * scores.correct.mean()


def test_measurements_are_of_the_fused_scores(stream):
    """Each stream has two of three right, and together they have all."""
    one = stream("joint", 1.0, make_scores([[0.9, 0.1], [0.9, 0.1], [0.4, 0.6]]))
    other = stream("bone", 1.0, make_scores([[0.4, 0.6], [0.9, 0.1], [0.9, 0.1]]))

    values = {item.metric: item for item in fuse([one, other]).measurements}

    assert one.scores.accuracy() == other.scores.accuracy() == pytest.approx(200 / 3)
    assert values["top1_acc"] == Measurement(metric="top1_acc", value=100.0, samples=3)
    assert values["top5_acc"].value == values["mean_class_acc"].value == 100.0


def test_costs_are_those_of_running_every_stream(stream):
    """Parameters and multiply-adds add up; a cost that a stream lacks is not made up."""
    costs = (Measurement(metric="params", value=0.1), Measurement(metric="macs", value=0.2))
    one, other = stream("joint", measurements=costs), stream("bone", measurements=costs[:1])

    both = {item.metric: item.value for item in fuse([one, one, one]).measurements}
    lacking = {item.metric: item.value for item in fuse([one, other]).measurements}

    assert (both["params"], both["macs"]) == (0.3, 0.6)
    assert lacking["params"] == 0.2
    assert "macs" not in lacking


def test_what_the_streams_saw_is_what_the_fusion_saw(stream, record):
    """Fingerprint and counts are the streams', so that a limited run stays stamped."""
    seen = replace(record().data, embedded=True)

    fused = fuse([stream("joint", data=seen), stream("bone", data=seen)])

    assert fused.data == seen


def test_a_fusion_of_video_and_skeleton_saw_both(stream, record, plan):
    """Equal samples of different data: one fingerprint of both, known where both are."""
    seen = replace(record().data, known=True)
    depth = plan(config={"protocol": dict(dataset="steps", modality="depth", classes=2)})

    def fused(known, fingerprint="1" * 64):
        video = replace(seen, known=known, fingerprint=fingerprint)
        return fuse([stream("joint", data=seen), stream("video", plan=depth, data=video)]).data

    assert fused(known=True).known is True
    assert fused(known=None).known is None
    assert fused(known=False).known is False
    prints = {seen.fingerprint, fused(True).fingerprint, fused(True, "2" * 64).fingerprint}
    assert len(prints) == 3
    assert fused(True).test == seen.test


def unlike(record, plan):
    """What a second stream may have that the first has not, and what is then said."""
    seen = record().data
    other = make_scores([[0.9, 0.1], [0.4, 0.6], [0.2, 0.8]])
    return {
        "of different data sets": dict(plan=plan(dataset="steps2")),
        "of different splits": dict(plan=plan(split="fold2")),
        "saw different data": dict(data=replace(seen, fingerprint="0" * 64)),
        "different samples": dict(scores=replace(other, ids=np.array(list("abd")))),
        "different labels": dict(scores=replace(other, labels=np.array([0, 0, 1]))),
        "different classes": dict(scores=make_scores(np.full((3, 3), 1 / 3))),
    }


@pytest.mark.parametrize(
    "how",
    [
        "of different data sets",
        "of different splits",
        "saw different data",
        "different samples",
        "different labels",
        "different classes",
    ],
)
def test_streams_of_other_questions_are_refused_by_name(stream, record, plan, how):
    """Averaging answers to different questions gives a number that means nothing."""
    other = unlike(record, plan)[how]

    with pytest.raises(RunError, match=how) as caught:
        fuse([stream("joint"), stream("bone", **other)])

    assert "'joint' and 'bone'" in caught.value.problem


def test_fewer_samples_are_other_samples(stream):
    """A stream that was tested on a part of the others' samples."""
    with pytest.raises(RunError, match="different samples"):
        fuse([stream("joint"), stream("bone", scores=make_scores([[0.9, 0.1]]))])


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_scores_that_are_no_numbers_are_refused(stream, bad):
    """A damaged file does not become an accuracy."""
    broken = make_scores([[0.9, 0.1], [bad, 0.6], [0.2, 0.8]])

    for streams in (
        [stream("joint"), stream("bone", scores=broken)],
        [stream("bone", scores=broken), stream("joint")],
    ):
        with pytest.raises(RunError, match="stream 'bone' has scores that are not finite"):
            fuse(streams)


def test_a_stream_says_what_it_saw(stream):
    """Without data facts nobody knows whether two streams saw the same."""
    with pytest.raises(RunError, match="stream 'bone' does not say"):
        fuse([stream("joint"), stream("bone", data=None)])
