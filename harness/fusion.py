"""Late fusion: scores of several runs → what one record holds.

The class probabilities that each stream gave for a test sample are averaged
with the weights of the fusion. Nothing is trained, and no model is run again.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from harness.errors import RunError
from harness.records import DataFacts, Measurement, RunRecord, digest_of
from harness.scores import Scores

COSTS = ("params", "macs")
AGAIN = "run the streams again with --fresh, on the same prepared data"


@dataclass(frozen=True, kw_only=True, slots=True)
class Stream:
    """A completed run whose scores are fused.

    Args:
        variant: Its variant.
        weight: Its weight, positive; only the ratios of weights matter.
        record: Its record.
        scores: Its stored class probabilities.
    """

    variant: str
    weight: float
    record: RunRecord
    scores: Scores


@dataclass(frozen=True, kw_only=True, slots=True)
class Fused:
    """What comes of a fusion.

    Args:
        scores: Averaged class probabilities, in the first stream's order.
        measurements: Accuracies of these scores; parameters and multiply-adds
            of all streams together, which is what running them costs.
        data: What the streams saw.
    """

    scores: Scores
    measurements: tuple[Measurement, ...]
    data: DataFacts


def fuse(streams: Sequence[Stream]) -> Fused:
    """Average the scores of runs that were tested on the same samples.

    Args:
        streams: Two runs or more.

    Raises:
        RunError: They were not, or one of them has scores that are no numbers.
    """
    first, *others = streams
    for other in others:
        _refuse_unlike(first, other)
    scores = Scores(
        ids=first.scores.ids,
        groups=first.scores.groups,
        labels=first.scores.labels,
        scores=_average(streams),
    )
    return Fused(
        scores=scores,
        measurements=(*measure_accuracies(scores), *_add_costs(streams)),
        data=_join_data([_data_of(stream) for stream in streams]),
    )


def _join_data(seen: Sequence[DataFacts]) -> DataFacts:
    """What all streams saw: one fingerprint of the data of all forms."""
    prints = list(dict.fromkeys(data.fingerprint for data in seen))
    if len(prints) == 1:
        return seen[0]
    known = {data.known for data in seen}
    return replace(
        seen[0],
        fingerprint=digest_of(prints),
        known=False if False in known else None if None in known else True,
        embedded=any(data.embedded for data in seen),
    )


def _data_of(stream: Stream) -> DataFacts:
    """What a stream saw, if it can be fused at all."""
    name, data = f"stream '{stream.variant}'", stream.record.data
    if data is None:
        raise RunError(f"{name} does not say what data it saw", fix=AGAIN)
    if not np.isfinite(stream.scores.scores).all():
        raise RunError(f"{name} has scores that are not finite", fix=AGAIN)
    return data


def _refuse_unlike(first: Stream, other: Stream) -> None:
    """Refuse two streams that did not answer the same questions."""
    ours, theirs = first.scores, other.scores
    a, b = _by_id(ours), _by_id(theirs)
    same = {
        "are of different data sets": first.record.plan.dataset == other.record.plan.dataset,
        "are of different splits": first.record.plan.split == other.record.plan.split,
        "saw different data": _reads_another_form(first, other)
        or _data_of(first).fingerprint == _data_of(other).fingerprint,
        "tell different classes apart": ours.scores.shape[1] == theirs.scores.shape[1],
        "were tested on different samples": np.array_equal(ours.ids[a], theirs.ids[b]),
    }
    for how, holds in same.items():
        if not holds:
            raise _unlike(first, other, how)
    if not np.array_equal(ours.labels[a], theirs.labels[b]):
        raise _unlike(first, other, "were tested with different labels")


def _reads_another_form(first: Stream, other: Stream) -> bool:
    """Whether one reads videos and the other one skeletons."""
    return first.record.plan.protocol.data != other.record.plan.protocol.data


def _unlike(first: Stream, other: Stream, how: str) -> RunError:
    return RunError(f"streams '{first.variant}' and '{other.variant}' {how}", fix=AGAIN)


def _by_id(scores: Scores) -> NDArray[np.intp]:
    """Positions of the samples in the order of their names, ``(N,)``."""
    return np.argsort(scores.ids, kind="stable")


def _average(streams: Sequence[Stream]) -> NDArray[np.float32]:
    """Weighted mean of the streams' probabilities, ``(N, num_classes)``; summed in float64."""
    rank = np.argsort(_by_id(streams[0].scores))  # of the first stream's samples among the names
    total = np.zeros(streams[0].scores.scores.shape)
    for stream in streams:
        by_name = stream.scores.scores[_by_id(stream.scores)].astype(np.float64)
        total += stream.weight * by_name[rank]
    mean: NDArray[np.float32] = (total / sum(s.weight for s in streams)).astype(np.float32)
    return mean


def measure_accuracies(scores: Scores) -> list[Measurement]:
    """Accuracies of scores, in percent, as a run's worker measures them.

    A worker asks MMAction2's ``AccMetric`` and converts in ``run/measure.py``;
    both need torch, which is why the definitions stand here a second time. A
    test holds the two together. Where scores tie, the earlier class wins, as in
    :class:`~harness.scores.Scores` and all that is computed from stored scores;
    MMAction2 leaves ties to the order in which an unstable sort ends, and
    averages of saturated probabilities do tie.
    """
    top1, top5 = scores.accuracy(1), scores.accuracy(5)
    values = {
        "top1_acc": top1,
        "top5_acc": top5,
        "mean_class_acc": _mean_class_accuracy(scores),
        "top1_top5_mean": (top1 + top5) / 2,
    }
    return [
        Measurement(metric=name, value=round(value, 6), samples=len(scores.ids))
        for name, value in values.items()
    ]


def _mean_class_accuracy(scores: Scores) -> float:
    """Unweighted mean of the classes' top-1 accuracies, in percent.

    As in MMAction2 over the classes that occur as a label or as an answer: one
    that is answered and never right for want of samples counts as 0. The two
    differ from the mean over the labels only where a test set lacks a class.
    """
    answers = scores.scores.argmax(axis=1)
    classes = np.union1d(scores.labels, answers)
    right = scores.correct
    hits = [right[scores.labels == label].mean() for label in np.unique(scores.labels)]
    return float(100 * np.sum(hits) / len(classes))


def _add_costs(streams: Sequence[Stream]) -> list[Measurement]:
    """Costs of running every stream; a cost that one of them lacks is left out."""
    found = [stream.record.values for stream in streams]
    return [
        # The digits of whole parameters in M and whole multiply-adds in G.
        Measurement(metric=name, value=round(math.fsum(values[name] for values in found), 9))
        for name in COSTS
        if all(name in values for values in found)
    ]
