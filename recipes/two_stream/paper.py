"""What others print of this paper's results; the paper itself could not be read.

Its headline is quoted alike in four later papers; the streams alone stand in one of
them. The average of both streams' scores, and where each number stands in the paper,
are recalled. Rows of third parties are the same method on deeper networks.
"""

from harness.claims import (
    Claim,
    Evidence,
    Ordering,
    Paper,
    Place,
    Protocol,
    Reading,
    Row,
)
from recipes._shared.works import (
    FEICHTENHOFER2016CONVOLUTIONAL,
    FEICHTENHOFER2016SPATIOTEMPORAL,
    SIMONYAN2014TWO,
    WANG2015ACTION,
    WANG2016TEMPORAL,
)

PAPER = Paper(
    method="Two-stream network",
    citation=SIMONYAN2014TWO,
    references=(
        WANG2015ACTION,
        FEICHTENHOFER2016CONVOLUTIONAL,
        FEICHTENHOFER2016SPATIOTEMPORAL,
        WANG2016TEMPORAL,
    ),
    topics=("two-stream networks", "optical flow"),
)

_THREE = ("1", "2", "3")
_CLASSES = {"ucf101": 101, "hmdb51": 51}
_NAMES = {"ucf101": "UCF101", "hmdb51": "HMDB51"}
_TDD = "Table 3 of the TDD paper"
_FOUR = (
    "tables of the ST-ResNet (4), Two-Stream Fusion (5), TSN (6) and TDD (3, 4) papers, which agree"
)


def _protocol(dataset: str, modality: str) -> Protocol:
    """Ten crops of 25 frames, as later papers describe the test; the crop is recalled."""
    return Protocol(
        dataset=dataset,
        modality=modality,
        classes=_CLASSES[dataset],
        clip_len=1,
        num_clips=25,
        num_crops=10,
        crop_size=224,
        pretrain="imagenet",
    )


def _claims(
    key: str,
    method: str,
    modality: str,
    variant: str | None,
    source: str,
    printed: tuple[str, str],
    note: str = "",
) -> tuple[Claim, ...]:
    """The paper's number on UCF101 and HMDB51, by a source; recalled where there is none."""
    evidence = Evidence.SECONDARY if source else Evidence.RECALLED
    tried = dict(
        tolerance=1.0,
        tolerance_reason="no spread is known; flow that is extracted anew changes results by up "
        "to two points",
    )
    return tuple(
        Claim(
            key=f"{key}-{dataset}",
            method=method,
            metric="top1_acc",
            readings=(Reading(printed=digits, evidence=evidence, source=source),),
            protocol=_protocol(dataset, modality),
            splits=_THREE,
            place=Place(),
            variant=f"{dataset}{variant}" if variant else None,
            note=note,
            **(tried if variant else {}),
        )
        for dataset, digits in zip(("ucf101", "hmdb51"), printed, strict=True)
    )


_OWN = (
    *_claims("spatial", "Spatial stream", "rgb", "_appearance", _TDD, ("73.0", "40.5")),
    *_claims(
        "temporal",
        "Temporal stream",
        "flow",
        "_motion",
        _TDD,
        ("83.7", "54.6"),
        "On HMDB51 with multi-task learning beside UCF101 (recalled).",
    ),
    *_claims(
        "average",
        "Two streams, averaged",
        "rgb+flow",
        "_late_fusion",
        "",
        ("86.9", "58.0"),
    ),
    *_claims(
        "svm",
        "Two streams, fused by an SVM",
        "rgb+flow",
        None,
        _FOUR,
        ("88.0", "59.4"),
        "The fusion that is quoted as the method's result; no SVM is trained here.",
    ),
)


def _third_party(
    key: str,
    network: str,
    cites: str,
    where: str,
    rows: dict[str, tuple[str, str, str]],
    splits: tuple[str, ...] = ("1",),
    note: str = "",
) -> tuple[Claim, ...]:
    """Another paper's streams: appearance, motion, and both by late fusion."""
    parts = (("spatial", "rgb"), ("temporal", "flow"), ("late-fusion", "rgb+flow"))
    return tuple(
        Claim(
            key=f"{key}-{part}-{dataset}",
            method=f"{network}, {part.replace('-', ' ')}",
            metric="top1_acc",
            readings=(Reading(printed=digits, evidence=Evidence.SECONDARY, source=where),),
            protocol=Protocol(dataset=dataset, modality=modality, classes=_CLASSES[dataset]),
            splits=splits,
            place=Place(),
            row=Row.THIRD_PARTY,
            cites=cites,
            note=note,
        )
        for dataset, printed in rows.items()
        for (part, modality), digits in zip(parts, printed, strict=True)
    )


_FUSION_3 = "Table 3 of the Two-Stream Fusion paper"
_THIRD_PARTIES = (
    *_third_party(
        "vgg-m",
        "VGG-M-2048",
        "feichtenhofer2016convolutional",
        _FUSION_3,
        {"ucf101": ("74.22", "82.34", "85.94"), "hmdb51": ("36.77", "51.50", "54.90")},
    ),
    *_third_party(
        "vgg-16",
        "VGG-16",
        "feichtenhofer2016convolutional",
        _FUSION_3,
        {"ucf101": ("82.61", "86.25", "90.62"), "hmdb51": ("47.06", "55.23", "58.17")},
    ),
    *_third_party(
        "clarifai",
        "Clarifai network",
        "wang2016temporal",
        "Tables 1 and 4 of the TSN paper",
        {"ucf101": ("72.7", "81.0", "87.0")},
    ),
    *_third_party(
        "googlenet",
        "GoogLeNet",
        "wang2016temporal",
        "Table 4 of the TSN paper",
        {"ucf101": ("77.1", "83.9", "89.0")},
    ),
    *_third_party(
        "vggnet-16-tsn",
        "VGGNet-16",
        "wang2016temporal",
        "Table 4 of the TSN paper",
        {"ucf101": ("79.8", "85.7", "90.9")},
    ),
    *_third_party(
        "bn-inception",
        "BN-Inception",
        "wang2016temporal",
        "Tables 1 and 4 of the TSN paper",
        {"ucf101": ("84.5", "87.2", "92.0")},
        note="With partial batch normalisation, dropout and cross-modality pre-training.",
    ),
    *_third_party(
        "resnet-50",
        "ResNet-50",
        "feichtenhofer2016spatiotemporal",
        "Table 3 of the ST-ResNet paper",
        {"ucf101": ("82.29", "79.05", "89.47"), "hmdb51": ("43.42", "55.47", "60.59")},
        _THREE,
        "Tried by the recipe of that paper.",
    ),
)


def _beats(stream: str, ending: str, modality: str, there: str, seen: str) -> tuple[Ordering, ...]:
    """Both streams beat one, on the paper's data sets and on UTD-MHAD."""
    printed = tuple(
        Ordering(
            key=f"both-beat-{stream}-{dataset}",
            better=f"{dataset}_late_fusion",
            worse=f"{dataset}{ending}",
            metric="top1_acc",
            protocol=_protocol(dataset, "rgb+flow"),
            worse_protocol=_protocol(dataset, modality),
            splits=_THREE,
            place=Place(),
            evidence=Evidence.RECALLED,
            statement=f"Both streams, averaged, beat the {stream} stream on {_NAMES[dataset]}.",
            note="Both streams fused by an SVM are quoted above each stream.",
        )
        for dataset in ("ucf101", "hmdb51")
    )
    return (
        *printed,
        Ordering(
            key=f"both-beat-{stream}-utd-mhad",
            better="utd_late_fusion",
            worse=there,
            metric="top1_acc",
            protocol=_utd("depth+flow"),
            worse_protocol=_utd(seen),
            splits=("odd-even",),
            place=Place(),
            evidence=Evidence.RECALLED,
            statement=f"Both streams, averaged, beat the {stream} stream on UTD-MHAD.",
            explores=printed[0].key,
        ),
    )


def _utd(modality: str) -> Protocol:
    return Protocol(
        dataset="utd_mhad",
        modality=modality,
        classes=27,
        clip_len=1,
        num_clips=25,
        crop_size=64,
    )


CLAIMS: tuple[Claim | Ordering, ...] = (
    *_OWN,
    *_THIRD_PARTIES,
    *_beats("spatial", "_appearance", "rgb", "config", "depth"),
    *_beats("temporal", "_motion", "flow", "utd_motion", "flow"),
)
