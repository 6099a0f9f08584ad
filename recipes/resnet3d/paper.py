"""What the paper, its forerunner, the authors' repository and others print.

Of both papers only the abstracts could be read. What else is said here was read in
the authors' repository, in issues where the first author answers, in secondary
sources, or is recalled; each number says which. The forerunner of 2017, by the same
authors on the same networks, is covered too: its rows cite it.
"""

from harness.claims import (
    Amount,
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
    CARREIRA2017QUO,
    FEICHTENHOFER2017SPATIOTEMPORAL,
    KAY2017KINETICS,
    KUEHNE2011HMDB,
    SIMONYAN2014TWO,
    SOOMRO2012UCF101,
    TRAN2015LEARNING,
    WANG2015ACTION,
    WANG2016TEMPORAL,
)

PAPER = Paper(
    method="3D ResNet",
    citation=Citation(
        key="hara2018can",
        title="Can Spatiotemporal 3D CNNs Retrace the History of 2D CNNs and ImageNet?",
        authors=("Kensho Hara", "Hirokatsu Kataoka", "Yutaka Satoh"),
        venue="CVPR",
        year=2018,
        doi="10.1109/CVPR.2018.00685",
        arxiv="1711.09577",
        pages="6546--6555",
    ),
    references=(
        Citation(
            key="hara2017learning",
            title="Learning Spatio-Temporal Features with 3D Residual Networks for Action "
            "Recognition",
            authors=("Kensho Hara", "Hirokatsu Kataoka", "Yutaka Satoh"),
            venue="ICCVW",
            year=2017,
            doi="10.1109/ICCVW.2017.373",
            arxiv="1708.07632",
            pages="3154--3160",
        ),
        KAY2017KINETICS,
        SOOMRO2012UCF101,
        KUEHNE2011HMDB,
        Citation(
            key="heilbron2015activitynet",
            title="ActivityNet: A Large-Scale Video Benchmark for Human Activity Understanding",
            authors=(
                "Fabian Caba Heilbron",
                "Victor Escorcia",
                "Bernard Ghanem",
                "Juan Carlos Niebles",
            ),
            venue="CVPR",
            year=2015,
        ),
        TRAN2015LEARNING,
        CARREIRA2017QUO,
        SIMONYAN2014TWO,
        Citation(
            key="qiu2017learning",
            title="Learning Spatio-Temporal Representation with Pseudo-3D Residual Networks",
            authors=("Zhaofan Qiu", "Ting Yao", "Tao Mei"),
            venue="ICCV",
            year=2017,
            arxiv="1711.10305",
        ),
        WANG2015ACTION,
        FEICHTENHOFER2017SPATIOTEMPORAL,
        WANG2016TEMPORAL,
        Citation(
            key="choi2019why",
            title="Why Can't I Dance in the Mall? Learning to Mitigate Scene Bias in Action "
            "Recognition",
            authors=("Jinwoo Choi", "Chen Gao", "Joseph C. E. Messou", "Jia-Bin Huang"),
            venue="NeurIPS",
            year=2019,
            arxiv="1912.05534",
        ),
        Citation(
            key="kopuklu2019resource",
            title="Resource Efficient 3D Convolutional Neural Networks",
            authors=("Okan Köpüklü", "Neslihan Kose", "Ahmet Gunduz", "Gerhard Rigoll"),
            venue="ICCVW",
            year=2019,
            arxiv="1904.02422",
        ),
    ),
    cites=(
        "hara2017learning",
        "kay2017kinetics",
        "soomro2012ucf101",
        "kuehne2011hmdb",
        "heilbron2015activitynet",
        "tran2015learning",
        "carreira2017quo",
        "simonyan2014two",
        "qiu2017learning",
        "wang2015action",
        "feichtenhofer2017spatiotemporal",
        "wang2016temporal",
    ),
    compares_with=(
        "kay2017kinetics",
        "tran2015learning",
        "carreira2017quo",
        "simonyan2014two",
        "qiu2017learning",
        "wang2015action",
        "feichtenhofer2017spatiotemporal",
        "wang2016temporal",
    ),
    implementations=(
        Implementation(
            by="kenshohara/3D-ResNets-PyTorch, branch CVPR2018",
            url="https://github.com/kenshohara/3D-ResNets-PyTorch/tree/CVPR2018",
            official=True,
            differs="the parameter-free shortcuts of ResNet-18 and -34 pass no gradient; dampening "
            "of 0.9, so that a learning rate of 0.1 acts like 0.01 elsewhere; the schedule of "
            "UCF-101 and HMDB-51 follows the loss of the official test list; the result of a test "
            "list's last video is lost; the README's example of fine-tuning has neither the "
            "learning rate nor the weight decay of the author's own logs",
        ),
        Implementation(
            by="kenshohara/3D-ResNets-PyTorch, branch master (2020)",
            url="https://github.com/kenshohara/3D-ResNets-PyTorch",
            official=True,
            differs="another recipe: pixels in [0, 1] with mean and deviation of Kinetics, crops "
            "of random area and ratio, no dampening, fixed milestones",
        ),
        Implementation(
            by="kenshohara/3D-ResNets (Torch7)",
            url="https://github.com/kenshohara/3D-ResNets",
            official=True,
            differs="gradients pass the parameter-free shortcuts; averages logarithms of the "
            "scores; drops a trailing part of a clip",
        ),
        Implementation(
            by="okankop/Efficient-3DCNNs",
            url="https://github.com/okankop/Efficient-3DCNNs",
            differs="among other networks; parameter-free shortcuts in ResNet-18 only",
        ),
        Implementation(
            by="shuangshuangguo/3D-ResNet-Pytorch",
            url="https://github.com/shuangshuangguo/3D-ResNet-Pytorch",
        ),
    ),
    topics=("3D convolution", "residual networks"),
)

_REPOSITORY = "github.com/kenshohara/3D-ResNets-PyTorch"
_COURSE = "Hugging Face course on computer vision, which copies the table"
_I3D_README = "github.com/deepmind/kinetics-i3d, README"
_I3D_TABLE = "transcription of the I3D paper, Table 5"
_I3D_TABLES = "transcription of the I3D paper, Tables 1 and 4"
_C3D = "github.com/facebookarchive/C3D issue 42"
_SOA = "comparison table of the SOA paper (text on GitHub)"
_R2PLUS1D = "table of the R(2+1)D paper"


def _recalled(printed: str) -> Reading:
    return Reading(printed=printed, evidence=Evidence.RECALLED)


def _abstract(printed: str) -> Reading:
    return Reading(printed=printed, evidence=Evidence.PAPER, source="abstract")


def _readme(printed: str) -> Reading:
    """A number of the authors' README."""
    return Reading(printed=printed, evidence=Evidence.REPOSITORY, source=f"{_REPOSITORY}, README")


def _code(printed: str) -> Reading:
    """A number of the authors' code, branch CVPR2018."""
    return Reading(printed=printed, evidence=Evidence.REPOSITORY, source=f"{_REPOSITORY}, code")


def _author(printed: str, issue: int) -> Reading:
    """What the first author answers in an issue of his repository."""
    source = f"{_REPOSITORY} issue {issue}, the first author"
    return Reading(printed=printed, evidence=Evidence.REPOSITORY, source=source)


def _second_hand(printed: str, source: str) -> Reading:
    return Reading(printed=printed, evidence=Evidence.SECONDARY, source=source)


def _user(printed: str, issue: int) -> Reading:
    """What somebody else prints in an issue of the authors' repository."""
    return _second_hand(printed, f"{_REPOSITORY} issue {issue}")


# Tests take all clips of a video, one after another, and the largest centred square.
_KINETICS = Protocol(
    dataset="kinetics400", modality="rgb", classes=400, clip_len=16, num_clips=None, crop_size=112
)
_KINETICS_CLIP = Protocol(
    dataset="kinetics400",
    modality="rgb",
    classes=400,
    level="clip",
    clip_len=16,
    crop_size=112,
)
_CLASSES = {"ucf101": 101, "hmdb51": 51}
_THREE = ("1", "2", "3")


_KINETICS_64 = Protocol(
    dataset="kinetics400", modality="rgb", classes=400, clip_len=64, num_clips=None, crop_size=112
)


def _transfer(dataset: str, pretrain: str = "kinetics400", frames: int = 16) -> Protocol:
    """All clips of a video of UCF-101 or HMDB-51."""
    return Protocol(
        dataset=dataset,
        modality="rgb",
        classes=_CLASSES[dataset],
        clip_len=frames,
        num_clips=None,
        crop_size=112,
        pretrain=pretrain,
    )


def _transfer_clip(dataset: str, classes: int, pretrain: str = "none") -> Protocol:
    """Single clips."""
    return Protocol(
        dataset=dataset,
        modality="rgb",
        classes=classes,
        level="clip",
        clip_len=16,
        crop_size=112,
        pretrain=pretrain,
    )


def _others(dataset: str, classes: int, modality: str = "rgb", pretrain: str = "none") -> Protocol:
    """Conditions of other people's rows, where nothing else of them is known."""
    return Protocol(dataset=dataset, modality=modality, classes=classes, pretrain=pretrain)


def _claim(
    key: str,
    method: str,
    readings: tuple[Reading, ...],
    protocol: Protocol,
    splits: tuple[str, ...],
    where: str,
    *,
    metric: str = "top1_acc",
    seen: Evidence = Evidence.RECALLED,
    **more,
) -> Claim:
    """A claim; ``seen`` says how we know its place."""
    place = Place(where=where, evidence=seen) if where else Place()
    return Claim(
        key=key,
        method=method,
        metric=metric,
        readings=readings,
        protocol=protocol,
        splits=splits,
        place=place,
        **more,
    )


_METRICS = {"top1": "top1_acc", "top5": "top5_acc", "mean": "top1_top5_mean"}


def _kinetics(
    key: str,
    method: str,
    protocol: Protocol,
    split: str,
    where: str,
    top1: tuple[Reading, ...],
    top5: tuple[Reading, ...],
    average: tuple[Reading, ...],
    **more,
) -> tuple[Claim, ...]:
    """A row on Kinetics: top-1, top-5 and their mean, those that are printed."""
    return tuple(
        _claim(
            f"{key}-kinetics-{split}-{name}",
            method,
            readings,
            protocol,
            (split,),
            where,
            metric=_METRICS[name],
            **more,
        )
        for name, readings in (("top1", top1), ("top5", top5), ("mean", average))
        if readings
    )


_FORERUNNER = "ICCVW 2017, Table 2"
_VAL = "Table 2"
_TEST = "Table 3"
_ONE_SPLIT = "Table 4"
_THREE_SPLITS = "Table 5"
_BOTH = "ICCVW 2017, Table 2; Table 3"


def _copied(*printed: str) -> tuple[tuple[Reading, ...], ...]:
    """Top-1, top-5 and mean of the forerunner's table, as a course copies it."""
    return tuple((_second_hand(digits, _COURSE),) for digits in printed)


def _from_memory(*printed: str) -> tuple[tuple[Reading, ...], ...]:
    return tuple((_recalled(digits),) for digits in printed)


_TABLE_OF_2017 = (
    *_kinetics(
        "r34-2017",
        "3D ResNet-34",
        _KINETICS,
        "val",
        _FORERUNNER,
        *_copied("58.0", "81.3", "69.7"),
        cites="hara2017learning",
        note="The forerunner's number; the paper prints another one.",
    ),
    _claim(
        "r34-2017-kinetics-test-mean",
        "3D ResNet-34",
        (_second_hand("68.9", _COURSE),),
        _KINETICS,
        ("test",),
        _FORERUNNER,
        metric="top1_top5_mean",
        cites="hara2017learning",
    ),
    *_kinetics(
        "c3d-sports1m",
        "C3D",
        _others("kinetics400", 400, pretrain="sports1m"),
        "val",
        _FORERUNNER,
        *_copied("55.6", "79.1", "67.4"),
        row=Row.QUOTED,
        cites="tran2015learning",
        note="Pre-trained on Sports-1M.",
    ),
    *_kinetics(
        "i3d-scratch",
        "RGB-I3D, no ImageNet",
        _others("kinetics400", 400),
        "test",
        _FORERUNNER,
        (_recalled("68.4"), _second_hand("68.4", _I3D_README)),
        (_recalled("88.0"), _second_hand("88.0", _I3D_README)),
        (_recalled("78.2"),),
        row=Row.QUOTED,
        cites="carreira2017quo",
        note="The course's copy has these numbers one column to the left.",
    ),
)


def _trained(
    key: str,
    method: str,
    top1: tuple[Reading, ...],
    top5: tuple[Reading, ...],
    average: str,
    variant: str | None = None,
) -> tuple[Claim, ...]:
    """A network trained on Kinetics from scratch; the README prints averages only."""
    tried = {}
    if variant is not None:
        tried = dict(
            variant=variant,
            tolerance=1.0,
            tolerance_reason="the paper gives no spread; copies of Kinetics differ in hundreds of "
            "videos, and a user who lacked some got 2.2 points less for ResNet-34",
        )
    return _kinetics(key, method, _KINETICS, "val", _VAL, top1, top5, (_readme(average),), **tried)


_TABLE_2 = (
    *_trained(
        "r18",
        "3D ResNet-18",
        (_recalled("54.2"), _author("54", 29)),
        (_recalled("78.1"), _author("78", 29)),
        "66.1",
        "resnet18_a",
    ),
    *_trained(
        "r34",
        "3D ResNet-34",
        (_recalled("60.1"), _user("60.1", 89)),
        (_recalled("81.9"),),
        "71.0",
        "resnet34_a",
    ),
    *_trained("r50", "3D ResNet-50", *_from_memory("61.3", "83.1"), "72.2", "resnet50_b"),
    *_trained("r101", "3D ResNet-101", *_from_memory("62.8", "83.9"), "73.3", "resnet101_b"),
    *_trained("r152", "3D ResNet-152", *_from_memory("63.0", "84.4"), "73.7", "resnet152_b"),
    *_trained("r200", "3D ResNet-200", *_from_memory("63.1", "84.4"), "73.7", "resnet200_b"),
    *_trained("preact200", "3D ResNet-200, pre-activation", *_from_memory("63.0", "83.7"), "73.4"),
    *_trained(
        "wide50", "3D Wide ResNet-50", *_from_memory("64.1", "85.3"), "74.7", "wide_resnet50_b"
    ),
    *_trained(
        "resnext101",
        "3D ResNeXt-101",
        (_recalled("65.1"), _second_hand("65.1", _SOA)),
        (_recalled("85.7"),),
        "75.4",
        "resnext101_b",
    ),
    *_trained("densenet121", "3D DenseNet-121", *_from_memory("59.7", "81.9"), "70.8"),
    *_trained("densenet201", "3D DenseNet-201", *_from_memory("61.3", "83.3"), "72.3"),
)


def _tested(
    key: str,
    method: str,
    cites: str,
    top1: tuple[Reading, ...],
    top5: tuple[Reading, ...],
    average: str,
    *,
    modality: str = "rgb",
    pretrain: str = "none",
    where: str = _TEST,
    note: str = "",
) -> tuple[Claim, ...]:
    """Other people's network on Kinetics' test server."""
    protocol = _others("kinetics400", 400, modality, pretrain)
    return _kinetics(
        key,
        method,
        protocol,
        "test",
        where,
        top1,
        top5,
        (_recalled(average),),
        row=Row.QUOTED,
        cites=cites,
        note=note,
    )


_FROM_KINETICS = "As the paper that introduced Kinetics prints it."
_TABLE_3 = (
    _claim(
        "resnext101-kinetics-test-mean",
        "3D ResNeXt-101",
        (_recalled("74.5"),),
        _KINETICS,
        ("test",),
        _TEST,
        metric="top1_top5_mean",
    ),
    _claim(
        "resnext101-64f-kinetics-test-mean",
        "3D ResNeXt-101, 64 frames",
        (_abstract("78.4"),),
        _KINETICS_64,
        ("test",),
        "Abstract",
        seen=Evidence.PAPER,
        metric="top1_top5_mean",
        note="The abstract does not say of how many frames; that they are 64 is recalled.",
    ),
    *_tested(
        "cnn-lstm",
        "CNN + LSTM",
        "kay2017kinetics",
        *_from_memory("57.0", "79.0"),
        "68.0",
        note=_FROM_KINETICS,
    ),
    *_tested(
        "two-stream",
        "Two-stream CNN",
        "kay2017kinetics",
        *_from_memory("61.0", "81.3"),
        "71.2",
        modality="rgb+flow",
        note=_FROM_KINETICS,
    ),
    *_tested(
        "c3d-bn",
        "C3D with batch normalisation",
        "kay2017kinetics",
        *_from_memory("56.1", "79.5"),
        "67.8",
        where=_BOTH,
        note=f"{_FROM_KINETICS} The course's copy of the forerunner's table has these numbers in "
        "shifted columns.",
    ),
    *_tested(
        "i3d-rgb",
        "RGB-I3D",
        "carreira2017quo",
        (_recalled("71.1"), _second_hand("71.1", _I3D_README)),
        (_recalled("89.3"), _second_hand("89.3", _I3D_README)),
        "80.2",
        pretrain="imagenet",
    ),
    *_tested(
        "i3d",
        "Two-stream I3D",
        "carreira2017quo",
        (_recalled("74.2"), _second_hand("74.2", _I3D_README)),
        (_recalled("91.3"), _second_hand("91.3", _I3D_README)),
        "82.7",
        modality="rgb+flow",
        pretrain="imagenet",
    ),
)


_SPREAD = {  # tolerance in points, and its reason
    "ucf101": (1.5, "no spread is printed; 3,783 test videos alone have a standard error of 0.6"),
    "hmdb51": (2.5, "no spread is printed; 1,530 test videos alone have a standard error of 1.3"),
}


def _tried(dataset: str, variant: str | None) -> dict[str, object]:
    """How a claim is tried; variants are named after the data set."""
    if variant is None:
        return {}
    tolerance, reason = _SPREAD[dataset]
    return dict(variant=f"{dataset}_{variant}", tolerance=tolerance, tolerance_reason=reason)


def _fine_tuned(
    key: str,
    method: str,
    ucf101: tuple[Reading, ...],
    hmdb51: tuple[Reading, ...],
    *,
    variant: str | None = None,
    pretrain: str = "kinetics400",
    note: str = "",
) -> tuple[Claim, ...]:
    """A network on the first split of both; its variants are named after the data set."""
    return tuple(
        _claim(
            f"{key}-{dataset}",
            method,
            readings,
            _transfer(dataset, pretrain),
            ("1",),
            _ONE_SPLIT,
            note=note,
            **_tried(dataset, variant),
        )
        for dataset, readings in (("ucf101", ucf101), ("hmdb51", hmdb51))
    )


_TABLE_4 = (
    *_fine_tuned(
        "r18-scratch",
        "3D ResNet-18",
        (_user("42.4", 130),),
        (_recalled("17.1"),),
        variant="scratch",
        pretrain="none",
        note="From scratch. With the same code a user measured ten points more on UCF-101.",
    ),
    *_fine_tuned(
        "r18",
        "3D ResNet-18",
        (_recalled("84.4"), _author("84", 47)),
        (_user("56.4", 114),),
        variant="resnet18_a",
    ),
    *_fine_tuned(
        "r34",
        "3D ResNet-34",
        (_recalled("87.7"), _user("87", 89)),
        (_user("59.1", 70),),
        variant="resnet34_a",
    ),
    *_fine_tuned("r50", "3D ResNet-50", *_from_memory("89.3", "61.0"), variant="resnet50_b"),
    *_fine_tuned(
        "r101", "3D ResNet-101", (_user("88.9", 24),), (_recalled("61.7"),), variant="resnet101_b"
    ),
    *_fine_tuned("r152", "3D ResNet-152", *_from_memory("89.6", "62.4"), variant="resnet152_b"),
    *_fine_tuned("r200", "3D ResNet-200", *_from_memory("89.6", "63.5"), variant="resnet200_b"),
    *_fine_tuned(
        "densenet121",
        "3D DenseNet-121",
        *_from_memory("87.6", "59.6"),
        note="Recalled with low confidence.",
    ),
    *_fine_tuned(
        "resnext101",
        "3D ResNeXt-101",
        (_user("90.7", 24),),
        (_recalled("63.8"),),
        variant="resnext101_b",
    ),
)


def _averaged(
    key: str,
    method: str,
    cites: str,
    ucf101: tuple[Reading, ...],
    hmdb51: tuple[Reading, ...] = (),
    *,
    modality: str = "rgb",
    pretrain: str = "none",
    note: str = "",
) -> tuple[Claim, ...]:
    """Other people's network, the mean over the three splits."""
    return tuple(
        _claim(
            f"{key}-{dataset}-splits",
            method,
            readings,
            _others(dataset, _CLASSES[dataset], modality, pretrain),
            _THREE,
            _THREE_SPLITS,
            row=Row.QUOTED,
            cites=cites,
            note=note,
        )
        for dataset, readings in (("ucf101", ucf101), ("hmdb51", hmdb51))
        if readings
    )


_TABLE_5 = (
    *(
        _claim(
            f"resnext101-{dataset}-splits",
            "3D ResNeXt-101",
            (_recalled(printed),),
            _transfer(dataset),
            _THREE,
            _THREE_SPLITS,
            **_tried(dataset, "resnext101_b"),
            note="Recalled as the same number as for the first split alone; whether both tables "
            "print it is not known.",
        )
        for dataset, printed in (("ucf101", "90.7"), ("hmdb51", "63.8"))
    ),
    *(
        _claim(
            f"resnext101-64f-{dataset}-splits",
            "3D ResNeXt-101, 64 frames",
            (_abstract(printed), _second_hand(printed, _SOA)),
            _transfer(dataset, frames=64),
            _THREE,
            "Abstract",
            seen=Evidence.PAPER,
            **_tried(dataset, "resnext101_b_64f"),
            note="The abstract says neither of how many frames nor of which splits; 64 and the "
            "mean over three are recalled.",
        )
        for dataset, printed in (("ucf101", "94.5"), ("hmdb51", "70.2"))
    ),
    *_averaged(
        "c3d",
        "C3D",
        "tran2015learning",
        (_recalled("82.3"), _second_hand("82.3", _I3D_TABLE)),
        pretrain="sports1m",
        note="One network and a linear SVM.",
    ),
    *_averaged(
        "p3d",
        "P3D",
        "qiu2017learning",
        (_recalled("88.6"), _second_hand("88.6", _R2PLUS1D)),
    ),
    *_averaged(
        "two-stream",
        "Two-stream CNN",
        "simonyan2014two",
        (_recalled("88.0"), _second_hand("88.0", _I3D_TABLE)),
        (_recalled("59.4"), _second_hand("59.4", _I3D_TABLE)),
        modality="rgb+flow",
        pretrain="imagenet",
    ),
    *_averaged("tdd", "TDD", "wang2015action", *_from_memory("90.3", "63.2"), modality="rgb+flow"),
    *_averaged(
        "st-multiplier",
        "Spatiotemporal multiplier network",
        "feichtenhofer2017spatiotemporal",
        *_from_memory("94.2", "68.9"),
        modality="rgb+flow",
        pretrain="imagenet",
    ),
    *_averaged(
        "tsn",
        "TSN",
        "wang2016temporal",
        (_recalled("94.2"), _second_hand("94.2", _I3D_TABLE)),
        (_recalled("69.4"), _second_hand("69.4", _I3D_TABLE)),
        modality="rgb+flow",
        pretrain="imagenet",
    ),
    *_averaged(
        "i3d",
        "Two-stream I3D",
        "carreira2017quo",
        (_recalled("98.0"), _second_hand("98.0", _I3D_TABLE)),
        (_recalled("80.7"), _second_hand("80.7", _I3D_TABLE)),
        modality="rgb+flow",
        pretrain="imagenet+kinetics400",
    ),
)

_CURVES = "Figure with the learning curves of ResNet-18 from scratch"
_SPLIT_NOT_SAID = "Of single clips. Which split is not said; the authors' settings name the first."
_ISSUE_29 = "issue 29 of the authors' repository"
_OVER_FITTING = (
    _claim(
        "r18-scratch-ucf101-clip",
        "3D ResNet-18",
        (_recalled("40.1"), _author("40", 85)),
        _transfer_clip("ucf101", 101),
        ("1",),
        _CURVES,
        **_tried("ucf101", "scratch_clips"),
        note=_SPLIT_NOT_SAID,
    ),
    _claim(
        "r18-scratch-hmdb51-clip",
        "3D ResNet-18",
        (_recalled("16.2"),),
        _transfer_clip("hmdb51", 51),
        ("1",),
        _CURVES,
        **_tried("hmdb51", "scratch_clips"),
        note=_SPLIT_NOT_SAID,
    ),
    _claim(
        "r18-scratch-activitynet-clip",
        "3D ResNet-18",
        (_recalled("26.8"),),
        _transfer_clip("activitynet", 200),
        ("val",),
        _CURVES,
        note="Of single clips.",
    ),
    _claim(
        "r18-kinetics-val-clip",
        "3D ResNet-18",
        (_author("44", 29),),
        _KINETICS_CLIP,
        ("val",),
        _ISSUE_29,
        seen=Evidence.REPOSITORY,
        note="Of single clips, at epoch 250.",
    ),
)


def _rerun(
    key: str,
    method: str,
    reading: Reading,
    protocol: Protocol,
    splits: tuple[str, ...] = ("1",),
    *,
    note: str = "",
    cites: str = "",
) -> Claim:
    """What others measured with the authors' code or weights, or with their own."""
    return _claim(
        f"rerun-{key}",
        method,
        (reading,),
        protocol,
        splits,
        reading.source,
        seen=Evidence.SECONDARY,
        row=Row.THIRD_PARTY,
        note=note,
        cites=cites,
    )


_LEVEL = "Whether of videos or of clips is not said; of videos is taken."
_EXAMPLE = "With the README's example command, which has not the author's own settings."
_BATCH_16 = "Shortcuts with weights, a batch of 16, 200 epochs."
_SDN = "github.com/vt-vl-lab/SDN"
_RERUNS = (
    _rerun(
        "r18-scratch-ucf101-clip",
        "3D ResNet-18",
        _user("34.6", 130),
        _transfer_clip("ucf101", 101),
        note=_BATCH_16,
    ),
    _rerun(
        "r18-scratch-ucf101",
        "3D ResNet-18",
        _user("52.66", 130),
        _transfer("ucf101", "none"),
        note=_BATCH_16,
    ),
    _rerun(
        "c3d-scratch-ucf101-clip",
        "C3D",
        _second_hand("40.22", _C3D),
        _transfer_clip("ucf101", 101),
        cites="tran2015learning",
        note="A user's run of the C3D authors' example with a batch of 10.",
    ),
    _rerun(
        "c3d-scratch-ucf101-clip-guide",
        "C3D, as its user guide has it",
        _second_hand("45", _C3D),
        _transfer_clip("ucf101", 101),
        cites="tran2015learning",
    ),
    _rerun(
        "r18-scratch-ucf101-clip-efficient",
        "3D ResNet-18 of Efficient-3DCNNs",
        _second_hand("47", "github.com/okankop/Efficient-3DCNNs issue 29"),
        _transfer_clip("ucf101", 101),
        cites="kopuklu2019resource",
        note="Said as about 47.",
    ),
    _rerun("r18-ucf101", "3D ResNet-18", _user("82", 89), _transfer("ucf101"), note=_LEVEL),
    _rerun("r34-ucf101", "3D ResNet-34", _user("85", 89), _transfer("ucf101"), note=_LEVEL),
    _rerun(
        "r18-ucf101-weights",
        "3D ResNet-18",
        _user("84", 89),
        _transfer("ucf101"),
        note=f"The authors' own weights, tested again. {_LEVEL}",
    ),
    _rerun(
        "r34-kinetics-weights",
        "3D ResNet-34",
        _user("57.9", 89),
        _KINETICS,
        ("val",),
        note="The authors' own weights, tested again; videos were missing.",
    ),
    _rerun(
        "r101-ucf101-splits",
        "3D ResNet-101",
        _user("82.5", 24),
        _transfer("ucf101"),
        _THREE,
        note=_EXAMPLE,
    ),
    _rerun(
        "resnext101-ucf101-splits",
        "3D ResNeXt-101",
        _user("86.0", 24),
        _transfer("ucf101"),
        _THREE,
        note=_EXAMPLE,
    ),
    _rerun(
        "r18-hmdb51-clip",
        "3D ResNet-18",
        _user("51", 114),
        _transfer_clip("hmdb51", 51, "kinetics400"),
        note="A user's run.",
    ),
    _rerun(
        "r18-hmdb51-clip-guo",
        "3D ResNet-18",
        _second_hand("53.45", "github.com/shuangshuangguo/3D-ResNet-Pytorch"),
        _transfer_clip("hmdb51", 51, "kinetics400"),
        note="Somebody else's code.",
    ),
    _rerun(
        "resnext101-64f-ucf101-weights",
        "3D ResNeXt-101, 64 frames",
        _user("94.7", 80),
        _transfer("ucf101", frames=64),
        note="The authors' own weights, tested again.",
    ),
    _rerun(
        "resnext101-64f-ucf101-weights-16f",
        "3D ResNeXt-101, trained on 64 frames",
        _user("90.35", 80),
        _transfer("ucf101"),
        note="The authors' own weights for 64 frames, tested on clips of 16.",
    ),
    _rerun(
        "r18-kinetics-2020",
        "3D ResNet-18",
        _user("47", 29),
        _KINETICS,
        ("val",),
        note="The code of 2020; a learning rate of 0.05, 300 epochs.",
    ),
    *(
        _rerun(
            f"r18-{dataset}-mini-kinetics",
            "3D ResNet-18",
            _second_hand(printed, f"{_SDN} issues 3 and 8"),
            _transfer(dataset, "minikinetics200"),
            cites="choi2019why",
            note="Pre-trained on 200 classes of Kinetics; which splits is not said.",
        )
        for dataset, printed in (("ucf101", "83.5"), ("hmdb51", "53.6"))
    ),
    _rerun(
        "r18-mini-kinetics",
        "3D ResNet-18",
        _second_hand("56.32", f"{_SDN} issues 3 and 8"),
        _others("minikinetics200", 200),
        ("val",),
        cites="choi2019why",
    ),
)


def _deeper(better: str, worse: str) -> Ordering:
    """The README's averages put one network before another."""
    names = dict(r18="ResNet-18", r34="ResNet-34", r50="ResNet-50", r101="ResNet-101")
    names |= dict(r152="ResNet-152", resnext101="ResNeXt-101")
    return Ordering(
        key=f"{better}-beats-{worse}",
        better=None,
        worse=None,
        metric="top1_top5_mean",
        protocol=_KINETICS,
        splits=("val",),
        place=Place(where=_VAL, evidence=Evidence.RECALLED),
        evidence=Evidence.REPOSITORY,
        statement=f"{names[better]} beats {names[worse]} on Kinetics, both from scratch.",
    )


CLAIMS: tuple[Claim | Ordering, ...] = (
    *_TABLE_2,
    *_TABLE_3,
    *_TABLE_4,
    *_TABLE_5,
    *_OVER_FITTING,
    *_TABLE_OF_2017,
    *_RERUNS,
    _deeper("r34", "r18"),
    _deeper("r50", "r34"),
    _deeper("r101", "r50"),
    _deeper("r152", "r101"),
    _deeper("resnext101", "r101"),
)

_ABSTRACT = Place(where="Abstract", evidence=Evidence.PAPER)


def _issue(number: int) -> Place:
    return Place(where=f"{_REPOSITORY} issue {number}", evidence=Evidence.REPOSITORY)


def _said(key: str, aspect: Aspect, text: str, evidence: Evidence, **more) -> Statement:
    return Statement(
        key=key, topic=Topic.OVER_FITTING, aspect=aspect, text=text, evidence=evidence, **more
    )


STATEMENTS: tuple[Statement, ...] = (
    _said(
        "small-sets-over-fit",
        Aspect.HELD_OUT,
        "ResNet-18 trained from scratch over-fits UCF-101, HMDB-51 and ActivityNet by much, and "
        "Kinetics not.",
        Evidence.PAPER,
        place=_ABSTRACT,
        claims=(
            "r18-scratch-ucf101-clip",
            "r18-scratch-hmdb51-clip",
            "r18-scratch-activitynet-clip",
            "r18-kinetics-val-clip",
        ),
    ),
    _said(
        "ucf101-train-against-val",
        Aspect.HELD_OUT,
        "ResNet-18 from scratch on UCF-101: twice as many training clips as validation clips are "
        "right. The set is small for a 3D CNN from scratch, says the first author.",
        Evidence.REPOSITORY,
        source=f"{_REPOSITORY} issue 85, the first author",
        place=_issue(85),
        dataset="ucf101",
        amounts=(
            Amount(
                what="accuracy on training clips",
                readings=(_author("80", 85),),
                unit="%",
                about=True,
                against="r18-scratch-ucf101-clip",
            ),
        ),
    ),
    _said(
        "kinetics-train-against-val",
        Aspect.HELD_OUT,
        "ResNet-18 from scratch on Kinetics: validation clips, cropped at the centre, are right "
        "more often than training clips, which are cropped at random.",
        Evidence.REPOSITORY,
        source=f"{_REPOSITORY} issue 29, the first author",
        place=_issue(29),
        dataset="kinetics400",
        amounts=(
            Amount(
                what="accuracy on training clips, epoch 150",
                readings=(_author("37.3", 29),),
                unit="%",
            ),
            Amount(what="training loss, epoch 150", readings=(_author("2.87", 29),)),
            Amount(
                what="accuracy on training clips, epoch 250",
                readings=(_author("40.9", 29),),
                unit="%",
                against="r18-kinetics-val-clip",
            ),
            Amount(what="training loss, epoch 250", readings=(_author("2.68", 29),)),
        ),
    ),
    _said(
        "kinetics-2017",
        Aspect.HELD_OUT,
        "3D kernels tend to over-fit because of their many parameters; 3D ResNets trained on "
        "Kinetics did not, and beat shallower networks such as C3D.",
        Evidence.PAPER,
        place=Place(where="Abstract of the forerunner (ICCVW 2017)", evidence=Evidence.PAPER),
        dataset="kinetics400",
        claims=("r34-2017-kinetics-val-top1", "c3d-sports1m-kinetics-val-top1"),
        cites="hara2017learning",
    ),
    _said(
        "activitynet-2017",
        Aspect.HELD_OUT,
        "ResNet-18 over-fits ActivityNet, and C3D pre-trained on Sports-1M does better; shown as "
        "learning curves, no number is known.",
        Evidence.RECALLED,
        place=Place(where="ICCVW 2017, learning curves", evidence=Evidence.RECALLED),
        dataset="activitynet",
        cites="hara2017learning",
    ),
    _said(
        "c3d-ucf101",
        Aspect.HELD_OUT,
        "C3D from scratch on UCF-101: nearly all training clips are right and fewer than half of "
        "the test clips. It is known to over-fit small sets a lot, says its first author.",
        Evidence.SECONDARY,
        source=_C3D,
        place=Place(where=_C3D, evidence=Evidence.SECONDARY),
        dataset="ucf101",
        amounts=(
            Amount(
                what="a user's run: accuracy on training clips",
                readings=(_second_hand("95.38", _C3D),),
                unit="%",
                against="rerun-c3d-scratch-ucf101-clip",
            ),
        ),
        claims=("rerun-c3d-scratch-ucf101-clip", "rerun-c3d-scratch-ucf101-clip-guide"),
        cites="tran2015learning",
    ),
    _said(
        "unstable",
        Aspect.HELD_OUT,
        "Loss and accuracy that jump from epoch to epoch are normal for ResNet-18 from scratch on "
        "UCF-101; the authors advise to start from the weights of Kinetics.",
        Evidence.REPOSITORY,
        source=f"{_REPOSITORY} issue 125, two of the authors",
        place=_issue(125),
        dataset="ucf101",
        claims=("r18-scratch-ucf101", "rerun-r18-scratch-ucf101"),
    ),
    _said(
        "enough-data",
        Aspect.DATA,
        "Kinetics has enough data to train deep 3D CNNs.",
        Evidence.PAPER,
        place=_ABSTRACT,
        dataset="kinetics400",
        amounts=(
            Amount(what="training videos", readings=(_recalled("240000"),), about=True),
            Amount(what="validation videos", readings=(_recalled("20000"),), about=True),
        ),
    ),
    _said(
        "little-data",
        Aspect.DATA,
        "The two sets that ResNet-18 over-fits and that the networks are fine-tuned on.",
        Evidence.RECALLED,
        amounts=(
            Amount(what="videos of UCF-101, 101 classes", readings=(_recalled("13320"),)),
            Amount(what="videos of HMDB-51, 51 classes", readings=(_recalled("6766"),)),
        ),
    ),
    _said(
        "pretrained-beats-scratch",
        Aspect.PRETRAINING,
        "The same ResNet-18 from scratch and from the weights of Kinetics, on the first split of "
        "UCF-101 and HMDB-51.",
        Evidence.RECALLED,
        place=Place(where=_ONE_SPLIT, evidence=Evidence.RECALLED),
        claims=("r18-scratch-ucf101", "r18-ucf101", "r18-scratch-hmdb51", "r18-hmdb51"),
    ),
    _said(
        "pretrained-beats-2d",
        Aspect.PRETRAINING,
        "Simple 3D networks pre-trained on Kinetics beat complex 2D ones on UCF-101 and HMDB-51.",
        Evidence.PAPER,
        place=_ABSTRACT,
        claims=(
            "resnext101-64f-ucf101-splits",
            "resnext101-64f-hmdb51-splits",
            "st-multiplier-ucf101-splits",
            "st-multiplier-hmdb51-splits",
            "tsn-ucf101-splits",
            "tsn-hmdb51-splits",
        ),
    ),
    _said(
        "fine-tuning",
        Aspect.PRETRAINING,
        "Fine-tuning trains the last stage and the classifier only, with a hundredth of the "
        "learning rate and of the weight decay.",
        Evidence.REPOSITORY,
        source=f"{_REPOSITORY}, README; issues 47 and 70, the first author",
        place=_issue(47),
        amounts=(
            Amount(what="learning rate", readings=(_author("0.001", 47),)),
            Amount(what="weight decay", readings=(_author("0.00001", 47),)),
            Amount(what="epochs", readings=(_author("300", 47),)),
        ),
    ),
    _said(
        "i3d-3d-convnet",
        Aspect.PRETRAINING,
        "The 3D ConvNet of the I3D paper (a C3D with batch normalisation) from scratch and from "
        "the weights of Kinetics, on the first split.",
        Evidence.SECONDARY,
        source=_I3D_TABLES,
        place=Place(where="I3D paper, Tables 1 and 4", evidence=Evidence.SECONDARY),
        amounts=tuple(
            Amount(what=what, readings=(_second_hand(printed, _I3D_TABLES),), unit="%")
            for what, printed in (
                ("UCF-101 from scratch", "51.6"),
                ("UCF-101 from Kinetics", "79.9"),
                ("HMDB-51 from scratch", "24.3"),
                ("HMDB-51 from Kinetics", "49.4"),
            )
        ),
        cites="carreira2017quo",
    ),
    _said(
        "depth-on-kinetics",
        Aspect.DEPTH,
        "Kinetics can train ResNets of up to 152 layers, much as ImageNet can train 2D ones.",
        Evidence.PAPER,
        place=_ABSTRACT,
        dataset="kinetics400",
        claims=tuple(
            f"r{depth}-kinetics-val-mean" for depth in ("18", "34", "50", "101", "152", "200")
        ),
    ),
    _said(
        "depth-in-transfer",
        Aspect.DEPTH,
        "The same networks, pre-trained on Kinetics, on the first split of UCF-101.",
        Evidence.RECALLED,
        place=Place(where=_ONE_SPLIT, evidence=Evidence.RECALLED),
        dataset="ucf101",
        claims=tuple(f"r{depth}-ucf101" for depth in ("18", "34", "50", "101", "152", "200")),
    ),
    _said(
        "no-dropout",
        Aspect.REGULARISATION,
        "No dropout anywhere; batch normalisation after every convolution, and weight decay.",
        Evidence.REPOSITORY,
        source=f"{_REPOSITORY}, code",
        place=Place(where="Code of the branch CVPR2018", evidence=Evidence.REPOSITORY),
        amounts=(Amount(what="weight decay from scratch", readings=(_code("1e-3"),)),),
    ),
    _said(
        "crops",
        Aspect.REGULARISATION,
        "A training clip begins at a random frame and is cropped at one of five positions and "
        "five scales, and flipped half of the time.",
        Evidence.REPOSITORY,
        source=f"{_REPOSITORY}, code",
        place=Place(where="Code of the branch CVPR2018", evidence=Evidence.REPOSITORY),
    ),
    _said(
        "plateau-on-test",
        Aspect.CHOOSING,
        "On UCF-101 and HMDB-51 the learning rate falls when the loss on the official test list "
        "stops falling: the list is called validation in the code.",
        Evidence.REPOSITORY,
        source=f"{_REPOSITORY}, code",
        place=Place(where="Code of the branch CVPR2018", evidence=Evidence.REPOSITORY),
    ),
)
