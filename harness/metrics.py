"""Quantities: unit, direction, and which protocol fields can change them.

Every accuracy is in percent and every gap between accuracies in points (pp).
Multiply-adds (MACs) are per view, in G; papers that write "FLOPs" nearly always
count these. One MAC is two FLOPs.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Metric:
    """A quantity that a paper prints or a run measures.

    Args:
        key: Name in claims, records and JSON.
        label: Name in tables.
        unit: Unit of a value; ``""`` where it has none.
        gap_unit: Unit of a difference of two values.
        higher_is_better: Direction; ``None`` where neither is better.
        is_score: Whether test samples vote on it (accuracies), so that a run
            on limited or synthetic data cannot speak for a claim about it.
        decimals: Digits after the point in tables.
        depends_on: Fields of :class:`harness.claims.Protocol` that can change
            it; ``None`` for all.
    """

    key: str
    label: str
    unit: str
    gap_unit: str
    higher_is_better: bool | None
    is_score: bool
    decimals: int
    depends_on: frozenset[str] | None


def _accuracy(key: str, label: str) -> Metric:
    return Metric(
        key=key,
        label=label,
        unit="%",
        gap_unit="pp",
        higher_is_better=True,
        is_score=True,
        decimals=2,
        depends_on=None,
    )


_SHAPE = frozenset({"modality", "joints", "persons", "classes"})

_ALL = (
    _accuracy("top1_acc", "Top-1 accuracy"),
    _accuracy("top5_acc", "Top-5 accuracy"),
    _accuracy("mean_class_acc", "Mean class accuracy"),
    _accuracy("top1_top5_mean", "(Top-1 + top-5) / 2"),
    Metric(
        key="macs",
        label="MACs per view",
        unit="G",
        gap_unit="G",
        higher_is_better=False,
        is_score=False,
        decimals=3,
        depends_on=_SHAPE | {"clip_len", "crop_size", "num_clips", "num_crops"},
    ),
    Metric(
        key="params",
        label="Parameters",
        unit="M",
        gap_unit="M",
        higher_is_better=False,
        is_score=False,
        decimals=3,
        depends_on=_SHAPE,
    ),
)

METRICS: dict[str, Metric] = {metric.key: metric for metric in _ALL}
