"""What the paper says, as far as it could be known.

The abstract and pictures of its algorithm and of two figures could be read, and notes
of readers; no table. All accuracies of its own are recalled, and each number says so.
"""

from harness.claims import (
    Aspect,
    Citation,
    Claim,
    Evidence,
    Implementation,
    Ordering,
    Paper,
    Place,
    Protocol,
    Reading,
    Row,
    Statement,
    Topic,
)
from recipes._shared.works import (
    FEICHTENHOFER2016CONVOLUTIONAL,
    FEICHTENHOFER2016SPATIOTEMPORAL,
    SIMONYAN2014TWO,
    WANG2015ACTION,
    WANG2016TEMPORAL,
)

PAPER = Paper(
    method="STPN",
    citation=Citation(
        key="wang2017spatiotemporalpyramid",
        title="Spatiotemporal Pyramid Network for Video Action Recognition",
        authors=("Yunbo Wang", "Mingsheng Long", "Jianmin Wang", "Philip S. Yu"),
        venue="CVPR",
        year=2017,
        arxiv="1903.01038",
        pages="1529--1538",
    ),
    references=(
        SIMONYAN2014TWO,
        WANG2015ACTION,
        FEICHTENHOFER2016CONVOLUTIONAL,
        WANG2016TEMPORAL,
        FEICHTENHOFER2016SPATIOTEMPORAL,
        Citation(
            key="gao2016compact",
            title="Compact Bilinear Pooling",
            authors=("Yang Gao", "Oscar Beijbom", "Ning Zhang", "Trevor Darrell"),
            venue="CVPR",
            year=2016,
            arxiv="1511.06062",
            pages="317--326",
        ),
        Citation(
            key="pham2013fast",
            title="Fast and Scalable Polynomial Kernels via Explicit Feature Maps",
            authors=("Ninh Pham", "Rasmus Pagh"),
            venue="KDD",
            year=2013,
            pages="239--247",
        ),
    ),
    implementations=(
        Implementation(
            by="yhiccd/Local-aware-ST-Attention-Network-with-Multi-stage-Feature-Fusion-for-Human-"
            "Action-Recog",
            url="https://github.com/yhiccd/Local-aware-ST-Attention-Network-with-Multi-stage-"
            "Feature-Fusion-for-Human-Action-Recog",
            differs="a toy of two classes: arrows of sparse flow drawn on frames, four trunks "
            "instead of a shared one for flow, Adam at 0.01; its fusions take another layout than "
            "its network gives, and its softmax over a single channel makes attention of all ones",
        ),
    ),
    topics=("two-stream networks", "optical flow", "attention", "compact bilinear pooling"),
)

_SPLITS = ("1", "2", "3")
_CLASSES = {"ucf101": 101, "hmdb51": 51}
_TABLE = Place(where="Table of the state of the art", evidence=Evidence.RECALLED)
_ABSTRACT = Place(where="Abstract", evidence=Evidence.PAPER)
_NOTES = "reader's notes, github.com/xiadingZ/Paper_reading"


def _fused(dataset: str) -> Protocol:
    """One frame at t and the flow around it; clips and pre-training are our choice."""
    return Protocol(
        dataset=dataset,
        modality="rgb+flow",
        classes=_CLASSES[dataset],
        clip_len=1,
        num_clips=25,
        num_crops=2,
        crop_size=256,
        pretrain="imagenet",
    )


def _own(base: str, dataset: str, printed: str, *, variant: str | None = None) -> Claim:
    """A row of the paper."""
    sure = "fairly confident, often quoted" if base == "BN-Inception" else "uncertain"
    tried = {} if variant is None else {"variant": variant, **_TOLERANCE[dataset]}
    return Claim(
        key=f"{base}-{dataset}".lower(),
        method=f"STPN, {base}",
        metric="top1_acc",
        readings=(Reading(printed=printed, evidence=Evidence.RECALLED),),
        protocol=_fused(dataset),
        splits=_SPLITS,
        place=_TABLE,
        note=f"Recalled ({sure}). How many clips and crops the test has, and on what the base "
        "networks are pre-trained, is not known: the conditions are those of our variant.",
        **tried,
    )


_TOLERANCE = {
    "ucf101": {
        "tolerance": 0.5,
        "tolerance_reason": "the standard error of 3,738 test clips a split, over three splits, "
        "is 0.23 pp; twice that",
    },
    "hmdb51": {
        "tolerance": 1.4,
        "tolerance_reason": "the standard error of 1,530 test clips a split, over three splits, "
        "is 0.70 pp; twice that",
    },
}

_ST_RESNET_4 = "ST-ResNet paper, Table 4"
_TDD_3 = "TDD paper, Table 3"


def _quoted(
    key: str,
    method: str,
    cites: str,
    dataset: str,
    printed: str,
    source: str,
    modality: str = "rgb+flow",
) -> Claim:
    """A row of others, of which nothing else is known."""
    return Claim(
        key=f"{key}-{dataset}",
        method=method,
        metric="top1_acc",
        readings=(Reading(printed=printed, evidence=Evidence.SECONDARY, source=source),),
        protocol=Protocol(dataset=dataset, modality=modality, classes=_CLASSES[dataset]),
        splits=_SPLITS,
        place=Place(),
        row=Row.QUOTED,
        cites=cites,
        note="Whether the paper's own table lists it, and with this number, is not known.",
    )


def _others(key: str, method: str, cites: str, ucf: str, hmdb: str, source: str, *modality: str):
    return (
        _quoted(key, method, cites, "ucf101", ucf, source, *modality),
        _quoted(key, method, cites, "hmdb51", hmdb, source, *modality),
    )


_QUOTED = (
    *_others("spatial", "Spatial stream", "simonyan2014two", "73.0", "40.5", _TDD_3, "rgb"),
    *_others("temporal", "Temporal stream", "simonyan2014two", "83.7", "54.6", _TDD_3, "flow"),
    *_others("two-stream", "Two-Stream", "simonyan2014two", "88.0", "59.4", _ST_RESNET_4),
    *_others("tdd", "TDD", "wang2015action", "90.3", "63.2", "TDD paper, Tables 3 and 4"),
    *_others(
        "two-stream-fusion",
        "Two-Stream Fusion, VGG-16",
        "feichtenhofer2016convolutional",
        "92.5",
        "65.4",
        "Two-Stream Fusion paper, Table 5",
    ),
    *_others("tsn", "TSN, 2 modalities", "wang2016temporal", "94.0", "68.5", "TSN paper, Table 6"),
    *_others(
        "st-resnet",
        "ST-ResNet*",
        "feichtenhofer2016spatiotemporal",
        "93.4",
        "66.4",
        "ST-ResNet paper, Table 4",
    ),
)

_UTD = Protocol(
    dataset="utd_mhad",
    modality="depth+flow",
    classes=27,
    clip_len=1,
    num_clips=25,
    crop_size=64,
)


def _ordering(
    part: str, without: str, worse: str | None, worse_there: str, statement: str
) -> tuple[Ordering, Ordering]:
    """That a fusion matters, as the abstract has it, and the same on UTD-MHAD."""
    printed = Ordering(
        key=f"{part}-matters",
        better="ucf101" if worse else None,
        worse=worse,
        metric="top1_acc",
        protocol=_fused("ucf101"),
        splits=("1",),
        place=_ABSTRACT,
        evidence=Evidence.PAPER,
        statement=f"{statement} on UCF101.",
        note="The abstract says that ablations support the importance of each fusion; it names "
        "neither data set nor number. UCF101's first split is recalled, with low confidence.",
    )
    return printed, Ordering(
        key=f"pyramid-against-{without}-on-utd-mhad",
        better="config",
        worse=worse_there,
        metric="top1_acc",
        protocol=_UTD,
        splits=("odd-even",),
        place=Place(),
        evidence=Evidence.PAPER,
        statement=f"{statement} on UTD-MHAD.",
        explores=printed.key,
    )


_ORDERINGS = (
    *_ordering(
        "temporal-fusion",
        "without-temporal-fusion",
        "ucf101_without_temporal_fusion",
        "utd_without_temporal_fusion",
        "The pyramid is more accurate than with one snippet of flow",
    ),
    *_ordering(
        "attention",
        "without-attention",
        "ucf101_without_attention",
        "utd_without_attention",
        "The pyramid is more accurate than without attention",
    ),
    *_ordering(
        "joint-fusion",
        "late-fusion",
        "ucf101_late_fusion",
        "utd_late_fusion",
        "The pyramid is more accurate than late fusion of its streams",
    ),
)


def _operator(key: str, worse: str, name: str) -> tuple[Ordering, Ordering]:
    """That the sketch is the best way to fuse, and the same on UTD-MHAD."""
    printed = Ordering(
        key=f"sketch-beats-{key}",
        better=None,
        worse=None,
        metric="top1_acc",
        protocol=_fused("ucf101"),
        splits=("1",),
        place=Place(where="Ablation of the fusions", evidence=Evidence.RECALLED),
        evidence=Evidence.SECONDARY,
        statement=f"The pyramid is more accurate with compact bilinear fusions than with {name}.",
        note=f"That {name} captures less of how the inputs go together is from {_NOTES}.",
    )
    return printed, Ordering(
        key=f"sketch-against-{key}-on-utd-mhad",
        better="config",
        worse=worse,
        metric="top1_acc",
        protocol=_UTD,
        splits=("odd-even",),
        place=Place(),
        evidence=Evidence.SECONDARY,
        statement=f"Compact bilinear fusions against {name}, on UTD-MHAD.",
        explores=printed.key,
    )


CLAIMS: tuple[Claim | Ordering, ...] = (
    _own("BN-Inception", "ucf101", "94.6"),
    _own("BN-Inception", "hmdb51", "68.9"),
    _own("ResNet-50", "ucf101", "93.8", variant="ucf101"),
    _own("ResNet-50", "hmdb51", "66.5", variant="hmdb51"),
    _own("VGG-16", "ucf101", "93.2"),
    _own("VGG-16", "hmdb51", "66.1"),
    *_QUOTED,
    *_ORDERINGS,
    *_operator("concatenation", "utd_concatenation", "concatenation"),
    *_operator("sum", "utd_sum", "a sum"),
)

STATEMENTS: tuple[Statement, ...] = (
    Statement(
        key="one-frame",
        topic=Topic.OVER_FITTING,
        aspect=Aspect.REGULARISATION,
        text="Snippets of flow from a longer part of the video are fused, and RGB frames are not: "
        "features of several frames may over-fit.",
        evidence=Evidence.SECONDARY,
        source=_NOTES,
    ),
)
