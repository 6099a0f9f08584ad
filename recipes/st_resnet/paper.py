"""What the paper and its authors' code print; all numbers were read in the paper itself."""

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
from recipes._shared.works import (
    FEICHTENHOFER2016CONVOLUTIONAL,
    FEICHTENHOFER2016SPATIOTEMPORAL,
    FEICHTENHOFER2017SPATIOTEMPORAL,
    KUEHNE2011HMDB,
    SIMONYAN2014TWO,
    SOOMRO2012UCF101,
    TRAN2015LEARNING,
    WANG2015ACTION,
)

PAPER = Paper(
    method="ST-ResNet",
    citation=FEICHTENHOFER2016SPATIOTEMPORAL,
    references=(
        SIMONYAN2014TWO,
        Citation(
            key="ng2015beyond",
            title="Beyond Short Snippets: Deep Networks for Video Classification",
            authors=(
                "Joe Yue-Hei Ng",
                "Matthew Hausknecht",
                "Sudheendra Vijayanarasimhan",
                "Oriol Vinyals",
                "Rajat Monga",
                "George Toderici",
            ),
            venue="CVPR",
            year=2015,
        ),
        Citation(
            key="wang2015towards",
            title="Towards Good Practices for Very Deep Two-Stream ConvNets",
            authors=("Limin Wang", "Yuanjun Xiong", "Zhe Wang", "Yu Qiao"),
            venue="arXiv",
            year=2015,
            arxiv="1507.02159",
        ),
        Citation(
            key="wang2016actions",
            title="Actions ~ Transformations",
            authors=("Xiaolong Wang", "Ali Farhadi", "Abhinav Gupta"),
            venue="CVPR",
            year=2016,
        ),
        FEICHTENHOFER2016CONVOLUTIONAL,
        Citation(
            key="wang2013action",
            title="Action Recognition with Improved Trajectories",
            authors=("Heng Wang", "Cordelia Schmid"),
            venue="ICCV",
            year=2013,
        ),
        TRAN2015LEARNING,
        WANG2015ACTION,
        Citation(
            key="bilen2016dynamic",
            title="Dynamic Image Networks for Action Recognition",
            authors=(
                "Hakan Bilen",
                "Basura Fernando",
                "Efstratios Gavves",
                "Andrea Vedaldi",
                "Stephen Gould",
            ),
            venue="CVPR",
            year=2016,
        ),
        SOOMRO2012UCF101,
        KUEHNE2011HMDB,
        FEICHTENHOFER2017SPATIOTEMPORAL,
    ),
    cites=(
        "simonyan2014two",
        "ng2015beyond",
        "wang2015towards",
        "wang2016actions",
        "feichtenhofer2016convolutional",
        "wang2013action",
        "tran2015learning",
        "wang2015action",
        "bilen2016dynamic",
        "soomro2012ucf101",
        "kuehne2011hmdb",
    ),
    compares_with=(
        "simonyan2014two",
        "ng2015beyond",
        "wang2015towards",
        "wang2016actions",
        "feichtenhofer2016convolutional",
        "wang2013action",
        "tran2015learning",
        "wang2015action",
        "bilen2016dynamic",
    ),
    implementations=(
        Implementation(
            by="feichtenhofer/st-resnet",
            url="https://github.com/feichtenhofer/st-resnet",
            official=True,
            differs="MatConvNet; about 6,000 batches instead of 80,000; learning rates doubled for "
            "biases and gains; the stream of motion with dropout of 0.8; in ST-ResNet* maxima over "
            "time before the average over pixels; prints no accuracies",
        ),
    ),
    topics=("two-stream networks", "residual networks", "optical flow"),
)

_THREE = ("1", "2", "3")
_CLASSES = {"ucf101": 101, "hmdb51": 51}
_NAMES = {"ucf101": "UCF101", "hmdb51": "HMDB51"}
_JOINT = dict(modality="rgb+flow", clip_len=25)


def _stream(modality: str) -> dict[str, str | int]:
    """A stream alone, which sees 25 frames, or stacks of flow, one by one."""
    return dict(modality=modality, clip_len=1, num_clips=25)


def _protocol(dataset: str, conditions: dict[str, str | int]) -> Protocol:
    """25 frames of a video and their mirror images, whole, with a shorter side of 256."""
    return Protocol(
        dataset=dataset,
        classes=_CLASSES[dataset],
        num_crops=2,
        crop_size=256,
        pretrain="imagenet",
        **conditions,
    )


def _others(dataset: str, modality: str) -> Protocol:
    """Conditions of other people's rows, where nothing else of them is known."""
    return Protocol(dataset=dataset, modality=modality, classes=_CLASSES[dataset])


def _read(printed: str) -> tuple[Reading, ...]:
    return (Reading(printed=printed, evidence=Evidence.PAPER),)


def _place(where: str) -> Place:
    return Place(where=where, evidence=Evidence.PAPER)


_SPREAD = (
    "the paper gives no spread; whoever extracts flow anew can differ by that alone (the authors "
    "of TSN's flow were missed by 1.7 to 2.2 points with their own model)"
)


def _table_3(
    key: str, method: str, conditions: dict[str, str | int], suffix: str, *printed: str
) -> tuple[Claim, ...]:
    """A row of Table 3: UCF101 and HMDB51."""
    notes = {
        "ucf101": "",
        "hmdb51": "The paper's stream of motion starts from the one trained on UCF101."
        if key != "appearance"
        else "",
    }
    return tuple(
        Claim(
            key=f"{key}-{dataset}",
            method=method,
            metric="top1_acc",
            readings=_read(digits),
            protocol=_protocol(dataset, conditions),
            splits=_THREE,
            place=_place("Table 3"),
            variant=f"{dataset}{suffix}",
            tolerance=1.0,
            tolerance_reason=_SPREAD,
            note=notes[dataset],
        )
        for dataset, digits in zip(("ucf101", "hmdb51"), printed, strict=True)
    )


_TABLE_3 = (
    *_table_3("appearance", "Appearance stream", _stream("rgb"), "_appearance", "82.29", "43.42"),
    *_table_3("motion", "Motion stream", _stream("flow"), "_motion", "79.05", "55.47"),
    *_table_3("two-streams", "Two-Streams", _JOINT, "_two_streams", "89.47", "60.59"),
    *_table_3("st-resnet", "ST-ResNet", _JOINT, "", "92.76", "65.57"),
    *_table_3("st-resnet-star", "ST-ResNet*", _JOINT, "_star", "93.46", "66.41"),
)


def _row_4(
    key: str,
    method: str,
    cites: str,
    modality: str,
    ucf101: str,
    hmdb51: str,
    side: str,
    **more: object,
) -> tuple[Claim, ...]:
    """A row of Table 4; an empty number is not printed."""
    return tuple(
        Claim(
            key=f"{key}-{dataset}-table-4",
            method=method,
            metric="top1_acc",
            readings=_read(digits),
            protocol=_others(dataset, modality),
            splits=_THREE,
            place=_place(f"Table 4, {side}"),
            cites=cites,
            row=Row.QUOTED if cites else Row.OWN,
            **more,
        )
        for dataset, digits in (("ucf101", ucf101), ("hmdb51", hmdb51))
        if digits
    )


_BOTH = "rgb+flow"
_TABLE_4 = (
    *_row_4("two-stream", "Two-Stream ConvNet", "simonyan2014two", _BOTH, "88.0", "59.4", "left"),
    *_row_4("two-stream-lstm", "Two-Stream + LSTM", "ng2015beyond", _BOTH, "88.6", "", "left"),
    *_row_4(
        "two-stream-vgg16", "Two-Stream (VGG16)", "wang2015towards", _BOTH, "91.4", "58.5", "left"
    ),
    *_row_4("transformations", "Transformations", "wang2016actions", _BOTH, "92.4", "62.0", "left"),
    *_row_4(
        "fusion",
        "Two-Stream Fusion",
        "feichtenhofer2016convolutional",
        _BOTH,
        "92.5",
        "65.4",
        "left",
    ),
    *_row_4(
        "st-resnet-star",
        "ST-ResNet*",
        "",
        _BOTH,
        "93.4",
        "66.4",
        "left",
        note="Table 3 prints 93.46 and 66.41.",
    ),
    *_row_4("idt", "IDT", "wang2013action", "rgb", "86.4", "61.7", "right"),
    *_row_4("c3d-idt", "C3D + IDT", "tran2015learning", "rgb", "90.4", "", "right"),
    *_row_4("tdd-idt", "TDD + IDT", "wang2015action", _BOTH, "91.5", "65.9", "right"),
    *_row_4(
        "dynamic-idt",
        "Dynamic Image Networks + IDT",
        "bilen2016dynamic",
        "rgb",
        "89.1",
        "65.2",
        "right",
    ),
    *_row_4(
        "fusion-idt",
        "Two-Stream Fusion + IDT",
        "feichtenhofer2016convolutional",
        _BOTH,
        "93.5",
        "69.2",
        "right",
    ),
    *_row_4(
        "st-resnet-star-idt",
        "ST-ResNet* + IDT",
        "",
        _BOTH,
        "94.6",
        "70.3",
        "right",
        note="Mean of L2-normalised scores, no softmax; trajectories are not computed here.",
    ),
)

_IN_TEXT = tuple(
    Claim(
        key=key,
        method=method,
        metric="top1_acc",
        readings=_read(printed),
        protocol=_others(dataset, "rgb"),
        splits=_THREE,
        place=_place("Sec. 4.2"),
        cites=cites,
        row=Row.QUOTED,
    )
    for key, method, printed, dataset, cites in (
        ("c3d-ucf101", "C3D", "85.2", "ucf101", "tran2015learning"),
        ("dynamic-ucf101", "Dynamic Image Networks", "76.9", "ucf101", "bilen2016dynamic"),
        ("dynamic-hmdb51", "Dynamic Image Networks", "42.8", "hmdb51", "bilen2016dynamic"),
    )
)

_COSTS = (
    Claim(
        key="resnet50-params",
        method="ResNet-50",
        metric="params",
        readings=_read("34"),
        protocol=_protocol("ucf101", _stream("rgb")),
        splits=(),
        place=_place("Sec. 4.1"),
        variant="ucf101_appearance",
        tolerance=0.5,
        tolerance_reason="printed without decimals",
        note="Of which network is not said. By arithmetic with 101 classes a stream of appearance "
        "has 23.71 M, both streams have 47.48 M, and ST-ResNet has 58.62 M; the 135 M printed "
        "beside it for VGG-16 are those of one such network.",
        derived="23.71",
    ),
    Claim(
        key="resnet50-macs",
        method="ResNet-50",
        metric="macs",
        readings=_read("3.8"),
        protocol=Protocol(
            dataset="ucf101", modality="rgb", classes=101, crop_size=224, pretrain="imagenet"
        ),
        splits=(),
        place=_place("Sec. 4.1"),
        note="Multiply-adds of a frame of 224 × 224, with the stride in the 1x1 convolutions; "
        "beside it are 19.6 for VGG-16.",
    ),
)

_UTD_JOINT = Protocol(
    dataset="utd_mhad", modality="depth+flow", classes=27, clip_len=25, crop_size=64
)


def _utd_stream(modality: str) -> Protocol:
    return Protocol(
        dataset="utd_mhad",
        modality=modality,
        classes=27,
        clip_len=1,
        num_clips=25,
        crop_size=64,
    )


def _ladder(
    key: str, better: str, worse: str, statement: str, seen: tuple[str, str] | None = None
) -> tuple[Ordering, ...]:
    """A rung of Table 3's ladder, on both data sets, and the same on UTD-MHAD.

    Args:
        key: Name.
        better: Ending of the better one's variants.
        worse: Of the worse one's.
        statement: What it says.
        seen: What a single stream sees on the paper's data, and on UTD-MHAD.
    """
    printed = tuple(
        Ordering(
            key=f"{key}-{dataset}",
            better=f"{dataset}{better}",
            worse=f"{dataset}{worse}",
            metric="top1_acc",
            protocol=_protocol(dataset, _JOINT),
            worse_protocol=_protocol(dataset, _stream(seen[0])) if seen else None,
            splits=_THREE,
            place=_place("Table 3"),
            evidence=Evidence.PAPER,
            statement=f"{statement} on {_NAMES[dataset]}.",
        )
        for dataset in ("ucf101", "hmdb51")
    )
    there = {"": "config", "_star": "utd_star"}
    return (
        *printed,
        Ordering(
            key=f"{key}-utd-mhad",
            better=there.get(better, f"utd{better}"),
            worse=there.get(worse, f"utd{worse}"),
            metric="top1_acc",
            protocol=_UTD_JOINT,
            worse_protocol=_utd_stream(seen[1]) if seen else None,
            splits=("odd-even",),
            place=Place(),
            evidence=Evidence.PAPER,
            statement=f"{statement} on depth videos of UTD-MHAD.",
            explores=printed[0].key,
        ),
    )


def _rejected(key: str, worse: str, statement: str) -> tuple[Ordering, Ordering]:
    """What the authors say that they tried, without numbers, and the same on UTD-MHAD."""
    printed = Ordering(
        key=key,
        better=None,
        worse=None,
        metric="top1_acc",
        protocol=_protocol("ucf101", _JOINT),
        splits=("1",),
        place=_place("Sec. 3.1"),
        evidence=Evidence.PAPER,
        statement=statement,
        note="The validation error is said to rise; neither number nor data set is printed.",
    )
    return printed, Ordering(
        key=f"{key}-utd-mhad",
        better="config",
        worse=worse,
        metric="top1_acc",
        protocol=_UTD_JOINT,
        splits=("odd-even",),
        place=Place(),
        evidence=Evidence.PAPER,
        statement=f"{statement[:-1]}, on UTD-MHAD.",
        explores=key,
    )


_ORDERINGS = (
    *_ladder(
        "late-fusion-beats-appearance",
        "_two_streams",
        "_appearance",
        "Both streams beat appearance alone",
        ("rgb", "depth"),
    ),
    *_ladder(
        "late-fusion-beats-motion",
        "_two_streams",
        "_motion",
        "Both streams beat motion alone",
        ("flow", "flow"),
    ),
    *_ladder("st-resnet-beats-late-fusion", "", "_two_streams", "ST-ResNet beats late fusion"),
    *_ladder("star-beats-st-resnet", "_star", "", "ST-ResNet* beats ST-ResNet"),
    *_rejected(
        "one-way-beats-both-ways",
        "utd_both_ways",
        "Motion told to appearance alone beats telling each stream of the other.",
    ),
    *_rejected(
        "residual-beats-whole-unit",
        "utd_whole_unit",
        "Motion told to the residual branch beats a direct connection of identical layers.",
    ),
)

CLAIMS: tuple[Claim | Ordering, ...] = (*_TABLE_3, *_TABLE_4, *_IN_TEXT, *_COSTS, *_ORDERINGS)
