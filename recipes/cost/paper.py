"""What the paper, the authors' release and others print.

Of the paper only the abstract and the first lines of the introduction could be read.
Its numbers are known from the authors' release, whose README quotes some of them and
prints what the release gave; from secondary sources; or they are recalled. The values
of its ablations (sharing, kinds of C3D, coefficients of each layer) are not known.
"""

from harness.claims import (
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
)
from recipes._shared.works import KAY2017KINETICS, WANG2016TEMPORAL

PAPER = Paper(
    method="CoST",
    citation=Citation(
        key="li2019collaborative",
        title="Collaborative Spatiotemporal Feature Learning for Video Action Recognition",
        authors=("Chao Li", "Qiaoyong Zhong", "Di Xie", "Shiliang Pu"),
        venue="CVPR",
        year=2019,
        doi="10.1109/CVPR.2019.00806",
        arxiv="1903.01197",
        pages="7872--7881",
    ),
    references=(
        KAY2017KINETICS,
        Citation(
            key="monfort2019moments",
            title="Moments in Time Dataset: One Million Videos for Event Understanding",
            authors=(
                "Mathew Monfort",
                "Alex Andonian",
                "Bolei Zhou",
                "Kandan Ramakrishnan",
                "Sarah Adel Bargal",
                "Tom Yan",
                "Lisa Brown",
                "Quanfu Fan",
                "Dan Gutfreund",
                "Carl Vondrick",
                "Aude Oliva",
            ),
            venue="IEEE TPAMI",
            year=2019,
            arxiv="1801.03150",
        ),
        WANG2016TEMPORAL,
        Citation(
            key="zhou2018temporal",
            title="Temporal Relational Reasoning in Videos",
            authors=("Bolei Zhou", "Alex Andonian", "Aude Oliva", "Antonio Torralba"),
            venue="ECCV",
            year=2018,
            arxiv="1711.08496",
        ),
    ),
    cites=("kay2017kinetics", "monfort2019moments", "wang2016temporal", "zhou2018temporal"),
    compares_with=("monfort2019moments", "wang2016temporal", "zhou2018temporal"),
    implementations=(
        Implementation(
            by="hikvision-research/cost v0.1.0 (2022)",
            url="https://github.com/hikvision-research/cost",
            official=True,
            differs="a refactor on MMAction2 0.x; the paper's experiments were in TensorFlow. No "
            "weights are released, and no training settings of ResNet-101; whether the paper, too, "
            "replaces every second block only is not known",
        ),
        Implementation(
            by="github-zbx",
            url="https://github.com/github-zbx/Collaborative-Spatiotemporal-Feature-Learning-for-"
            "Video-Action-Recognition-CVPR2019-",
            differs="its softmax runs over the batch instead of the views, one layer mixes all "
            "channels of all views, and the views are 2D convolutions of flattened clips",
        ),
        Implementation(
            by="whwu95/MVFNet",
            url="https://github.com/whwu95/MVFNet",
            differs="a stub for counting operations: the views are added up without coefficients, "
            "and all blocks but the first of each stage are replaced",
        ),
    ),
    topics=("3D convolution", "residual networks", "weight sharing"),
)

_RELEASE = "github.com/hikvision-research/cost, README"
_QUOTED = f"{_RELEASE}, which quotes the paper"
_HYPER = "hyper.ai, page of the paper"
_VIVIT = "ViViT's table of Moments in Time (text on GitHub)"
_REPORT = "abstract of team DEEP-HRI's report to the Moments in Time Challenge 2018"
_MVFNET = "github.com/whwu95/MVFNet"

_CLASSES = {"kinetics400": 400, "moments": 339}
_NAMES = {"kinetics400": "Kinetics", "moments": "Moments in Time"}


def _test(
    dataset: str,
    *,
    num_clips: int = 10,
    num_crops: int = 3,
    crop_size: int = 256,
    **changes,
) -> Protocol:
    """Ten clips of three crops of a video, unless said otherwise."""
    given = dict(clip_len=8, frame_interval=8, modality="rgb", pretrain="imagenet") | changes
    return Protocol(
        dataset=dataset,
        classes=_CLASSES[dataset],
        num_clips=num_clips,
        num_crops=num_crops,
        crop_size=crop_size,
        **given,
    )


_SECOND = dict(clip_len=32, frame_interval=2)

#: Largest gap by metric, and why: for the paper's rows, and for those of the release.
_TAU_PAPER = {
    "top1_acc": (0.8, "the authors' own rerun of these models prints up to 0.78 more or less"),
    "top5_acc": (0.6, "the authors' own rerun of these models prints up to 0.51 more or less"),
}
_TAU_RELEASE = {
    "top1_acc": (0.5, "1.5 standard errors of 19,877 videos"),
    "top5_acc": (0.3, "1.5 standard errors of 19,877 videos"),
}
_CROPS = (
    "Ten clips are the paper's; whether it tests whole frames or three crops is not known, the "
    "release's three are taken."
)


_NOWHERE = Place()


def _recalled(printed: str) -> Reading:
    return Reading(printed=printed, evidence=Evidence.RECALLED)


def _repository(printed: str, source: str) -> Reading:
    return Reading(printed=printed, evidence=Evidence.REPOSITORY, source=source)


def _second_hand(printed: str, source: str) -> Reading:
    return Reading(printed=printed, evidence=Evidence.SECONDARY, source=source)


def _row(
    key: str,
    method: str,
    top1: tuple[Reading, ...],
    top5: tuple[Reading, ...],
    protocol: Protocol,
    *,
    place: Place = _NOWHERE,
    variant: str | None = None,
    tau: dict[str, tuple[float, str]] = _TAU_PAPER,
    **more,
) -> tuple[Claim, Claim]:
    """Top-1 and top-5 accuracy of a row on the validation videos."""
    return tuple(
        Claim(
            key=f"{key}-{metric.removesuffix('_acc')}",
            method=method,
            metric=metric,
            readings=readings,
            protocol=protocol,
            splits=("val",),
            place=place,
            variant=variant,
            tolerance=tau[metric][0] if variant else None,
            tolerance_reason=tau[metric][1] if variant else "",
            **more,
        )
        for metric, readings in (("top1_acc", top1), ("top5_acc", top5))
    )


#: Key and name of the four methods of the comparison, and our variant of them.
_METHODS = {
    "c2d": ("C2D", "c2d_r50_imagenet"),
    "c3d": ("C3D (3×1×1)", "c3d_3x1x1_r50_imagenet"),
    "costa": ("CoST(a)", "costa_r50_imagenet"),
    "costb": ("CoST(b)", "costb_r50_imagenet"),
}

#: ResNet-50 on 8 frames: Moments top-1 and top-5, Kinetics top-1 and top-5.
_PRINTED = {
    "c2d": "27.9 54.6 71.5 89.8",
    "c3d": "29.0 55.3 73.3 90.4",
    "costa": "29.3 55.8 73.6 90.8",
    "costb": "30.1 57.2 74.1 91.2",
}
#: The same of the release: Kinetics and Moments, of one clip and of ten.
_RELEASED = {
    "c2d": ("66.03 85.63 72.28 89.99", "28.21 54.65 30.17 56.75"),
    "c3d": ("66.86 86.17 73.40 90.91", "29.27 56.13 31.04 58.28"),
    "costa": ("66.20 86.13 72.89 90.46", "29.10 55.73 30.80 57.94"),
    "costb": ("66.90 86.25 73.85 90.98", "30.23 57.41 32.23 59.84"),
}


def _compared(key: str) -> tuple[Claim, ...]:
    """The paper's four numbers of a method, as the release quotes them."""
    name, variant = _METHODS[key]
    moments1, moments5, kinetics1, kinetics5 = (
        (_repository(printed, _QUOTED),) for printed in _PRINTED[key].split()
    )
    note = _CROPS
    if key == "c3d":
        note += " Not the C3D of 2015: an I3D, whose first 1×1 of every second block is 3×1×1."
    return (
        *_row(
            f"{key}-kinetics",
            name,
            kinetics1,
            kinetics5,
            _test("kinetics400"),
            variant=variant,
            note=note,
        ),
        *_row(f"{key}-moments", name, moments1, moments5, _test("moments"), note=note),
    )


def _released(key: str) -> tuple[Claim, ...]:
    """The authors' later numbers of a method, of one clip and of ten."""
    name, variant = _METHODS[key]
    claims = []
    for dataset, text in zip(("kinetics400", "moments"), _RELEASED[key], strict=True):
        numbers = [(_repository(printed, _RELEASE),) for printed in text.split()]
        one = _test(dataset, num_clips=1, num_crops=1, crop_size=224)
        for how, protocol, suffix, (top1, top5) in (
            ("1clip", one, "_1clip", numbers[:2]),
            ("10clips", _test(dataset), "", numbers[2:]),
        ):
            tried = f"{variant}{suffix}" if dataset == "kinetics400" else None
            claims += _row(
                f"release-{key}-{dataset.removesuffix('400')}-{how}",
                name,
                top1,
                top5,
                protocol,
                place=Place(where="README of the release", evidence=Evidence.REPOSITORY),
                variant=tried,
                tau=_TAU_RELEASE,
            )
    return tuple(claims)


_LARGER = "Which coefficients is not known; those of CoST(b), the better ones, are taken."
_LARGE = (
    *_row(
        "r101-32f-moments",
        "CoST, ResNet-101, 32 frames",
        (_second_hand("32.4", _HYPER),),
        (_second_hand("60.0", _HYPER),),
        _test("moments", **_SECOND),
        note=_LARGER,
    ),
    *_row(
        "r101-moments",
        "CoST, ResNet-101, 8 frames",
        (_recalled("31.5"),),
        (_recalled("57.9"),),
        _test("moments"),
        note=_LARGER,
    ),
    *_row(
        "r101-32f-kinetics",
        "CoST, ResNet-101, 32 frames",
        (_second_hand("77.5", _HYPER),),
        (_recalled("93.2"),),
        _test("kinetics400", **_SECOND),
        variant="costb_r101_32f_imagenet",
        note=f"{_LARGER} That these are 32 frames is recalled; that every second one is taken is "
        "our choice.",
    ),
    *_row(
        "r101-kinetics",
        "CoST, ResNet-101, 8 frames",
        (_recalled("75.5"),),
        (_recalled("92.0"),),
        _test("kinetics400"),
        variant="costb_r101_imagenet",
        note=_LARGER,
    ),
    *_row(
        "challenge-moments",
        "Team DEEP-HRI's ensemble, Moments in Time Challenge 2018",
        (_second_hand("38.7", _REPORT),),
        (_second_hand("66.9", _REPORT),),
        Protocol(dataset="moments", modality="rgb+audio", classes=339),
        place=Place(where="technical report, abstract", evidence=Evidence.SECONDARY),
        row=Row.THIRD_PARTY,
        note="An entry by the same group with which it won; not a number of the paper.",
    ),
)


def _others(
    key: str,
    method: str,
    top1: tuple[Reading, ...],
    top5: tuple[Reading, ...],
    cites: str,
    modality: str = "rgb",
    pretrain: str = "imagenet",
) -> tuple[Claim, Claim]:
    """A row of others in the paper's table of Moments in Time; the table is recalled."""
    protocol = Protocol(dataset="moments", modality=modality, classes=339, pretrain=pretrain)
    return _row(f"{key}-moments", method, top1, top5, protocol, row=Row.QUOTED, cites=cites)


_QUOTED_ROWS = (
    *_others(
        "resnet50",
        "ResNet-50",
        (_recalled("27.16"),),
        (_recalled("51.68"),),
        "monfort2019moments",
    ),
    *_others(
        "tsn-spatial", "TSN, RGB", (_recalled("24.11"),), (_recalled("49.10"),), "wang2016temporal"
    ),
    *_others(
        "tsn-flow",
        "TSN, flow",
        (_recalled("15.71"),),
        (_recalled("34.65"),),
        "wang2016temporal",
        "flow",
    ),
    *_others(
        "tsn-two-stream",
        "TSN, two streams",
        (_recalled("25.32"), _second_hand("25.3", _VIVIT)),
        (_recalled("50.10"), _second_hand("50.1", _VIVIT)),
        "wang2016temporal",
        "rgb+flow",
    ),
    *_others(
        "trn-multiscale",
        "TRN, several scales",
        (_recalled("28.27"), _second_hand("28.3", _VIVIT)),
        (_recalled("53.87"), _second_hand("53.4", _VIVIT)),
        "zhou2018temporal",
    ),
)

_COUNTS = tuple(
    Claim(
        key=f"mvfnet-{depth}-macs",
        method=f"CoST, ResNet-{depth}",
        metric="macs",
        readings=(_second_hand(printed, _MVFNET),),
        protocol=_test("kinetics400", num_clips=1, num_crops=1, crop_size=224),
        splits=("val",),
        place=Place(where="its table of results", evidence=Evidence.SECONDARY),
        row=Row.THIRD_PARTY,
        note="Another placement: all blocks but the first of each stage, and no pooling over time.",
    )
    for depth, printed in ((50, "45.8"), (101, "107"))
)

_UTD = Protocol(
    dataset="utd_mhad",
    modality="depth",
    classes=27,
    clip_len=8,
    frame_interval=8,
    num_clips=10,
    crop_size=64,
)
#: Our variant of each method on the depth videos.
_ON_UTD = {"c2d": "utd_c2d", "c3d": "utd_c3d_3x1x1", "costa": "config", "costb": "utd_costb"}


def _beats(better: str, worse: str, note: str = "") -> tuple[Ordering, ...]:
    """A printed ordering on both data sets, and the same tried on the depth videos."""
    names = {key: name for key, (name, _) in _METHODS.items()}
    printed = tuple(
        Ordering(
            key=f"{better}-beats-{worse}-{dataset.removesuffix('400')}",
            better=_METHODS[better][1] if dataset == "kinetics400" else None,
            worse=_METHODS[worse][1] if dataset == "kinetics400" else None,
            metric="top1_acc",
            protocol=_test(dataset),
            splits=("val",),
            place=Place(),
            evidence=Evidence.REPOSITORY,
            statement=f"{names[better]} beats {names[worse]} on {_NAMES[dataset]}, ResNet-50 on "
            "8 frames.",
            note=note,
        )
        for dataset in ("kinetics400", "moments")
    )
    return *printed, Ordering(
        key=f"{better}-against-{worse}-on-utd-mhad",
        better=_ON_UTD[better],
        worse=_ON_UTD[worse],
        metric="top1_acc",
        protocol=_UTD,
        splits=("odd-even",),
        place=Place(),
        evidence=Evidence.REPOSITORY,
        statement=f"{names[better]} against {names[worse]}, on depth videos of UTD-MHAD from "
        "scratch.",
        explores=printed[0].key,
    )


CLAIMS: tuple[Claim | Ordering, ...] = (
    *(claim for key in _METHODS for claim in _compared(key)),
    *(claim for key in _METHODS for claim in _released(key)),
    *_LARGE,
    *_QUOTED_ROWS,
    *_COUNTS,
    *_beats("c3d", "c2d"),
    *_beats(
        "costa",
        "c3d",
        "In the numbers of the authors' release it is the other way round: 72.89 against 73.40 on "
        "Kinetics, 30.80 against 31.04 on Moments in Time.",
    ),
    *_beats("costb", "costa"),
    *_beats("costb", "c2d"),
)
