"""What the papers of four baselines print, what the zoos print, and how we know.

The recipe runs MMAction2's own modules, so its citation is MMAction2's; the numbers
of each method cite the method's paper. Tables were read in transcriptions, in
repositories and in papers that copy them; numbers of MMAction2's zoo are those of the
metafiles inside its wheel, and stand beside the papers' as third-party evidence.
"""

from harness.claims import (
    Citation,
    Claim,
    Evidence,
    Implementation,
    Paper,
    Place,
    Protocol,
    Reading,
    Row,
)
from recipes._shared.works import CARREIRA2017QUO, MMACTION2020, SIMONYAN2014TWO, TRAN2015LEARNING

PAPER = Paper(
    method="Baselines",
    citation=MMACTION2020,
    references=(
        TRAN2015LEARNING,
        CARREIRA2017QUO,
        Citation(
            key="tran2018closer",
            title="A Closer Look at Spatiotemporal Convolutions for Action Recognition",
            authors=(
                "Du Tran",
                "Heng Wang",
                "Lorenzo Torresani",
                "Jamie Ray",
                "Yann LeCun",
                "Manohar Paluri",
            ),
            venue="CVPR",
            year=2018,
            doi="10.1109/CVPR.2018.00675",
            arxiv="1711.11248",
            pages="6450--6459",
        ),
        Citation(
            key="feichtenhofer2019slowfast",
            title="SlowFast Networks for Video Recognition",
            authors=("Christoph Feichtenhofer", "Haoqi Fan", "Jitendra Malik", "Kaiming He"),
            venue="ICCV",
            year=2019,
            doi="10.1109/ICCV.2019.00630",
            arxiv="1812.03982",
            pages="6202--6211",
        ),
        Citation(
            key="xie2018rethinking",
            title="Rethinking Spatiotemporal Feature Learning: Speed-Accuracy Trade-offs in Video "
            "Classification",
            authors=("Saining Xie", "Chen Sun", "Jonathan Huang", "Zhuowen Tu", "Kevin Murphy"),
            venue="ECCV",
            year=2018,
            doi="10.1007/978-3-030-01267-0_19",
            arxiv="1712.04851",
            pages="305--321",
        ),
        SIMONYAN2014TWO,
    ),
    implementations=(
        Implementation(
            by="MMAction2 1.2.0",
            url="https://github.com/open-mmlab/mmaction2",
            licence="Apache-2.0",
            differs="I3D is of ResNet-50, the paper's of Inception; R(2+1)D is trained at 224² and "
            "pools after its first convolution, the paper's at 112² and does not; C3D ends in a "
            "linear layer, the paper's in an SVM",
        ),
        Implementation(by="deepmind/kinetics-i3d", url="https://github.com/deepmind/kinetics-i3d"),
        Implementation(by="facebookresearch/VMZ", url="https://github.com/facebookresearch/VMZ"),
        Implementation(
            by="facebookresearch/SlowFast", url="https://github.com/facebookresearch/SlowFast"
        ),
    ),
    topics=("3D convolution", "residual networks", "two-stream networks"),
)

C3D, I3D, R2PLUS1D, SLOWFAST, S3D, TWO_STREAM = (
    "tran2015learning",
    "carreira2017quo",
    "tran2018closer",
    "feichtenhofer2019slowfast",
    "xie2018rethinking",
    "simonyan2014two",
)
_CLASSES = {"kinetics400": 400, "ucf101": 101, "hmdb51": 51}
_I3D_T = "transcription of the I3D paper, Table"
_SLOWFAST_T = "transcription of the SlowFast paper, Table"
_NOTES = "Spanish lecture notes on R(2+1)D, two copies of which agree"
_VMZ = "github.com/facebookresearch/VMZ, c2/tutorials/models.md"
_METAFILE = "MMAction2 1.2.0, metafile.yml"
_THREE = ("1", "2", "3")
_UNKNOWN = Place()

#: Largest gap by metric, and why.
_TAU = {
    "top1_acc": (0.5, "four repositories' trainings of SlowFast print numbers up to 0.4 apart"),
    "top5_acc": (0.4, "four repositories' trainings of SlowFast print numbers up to 0.4 apart"),
    "params": (0.05, "half a unit of the last printed digit; a count has no spread"),
}


def _second_hand(printed: str, source: str) -> Reading:
    return Reading(printed=printed, evidence=Evidence.SECONDARY, source=source)


def _repository(printed: str, source: str) -> Reading:
    return Reading(printed=printed, evidence=Evidence.REPOSITORY, source=source)


def _recalled(printed: str) -> Reading:
    return Reading(printed=printed, evidence=Evidence.RECALLED)


def _others(dataset: str, modality: str = "rgb", pretrain: str = "none", **known) -> Protocol:
    """Conditions of a row, as far as they are known."""
    return Protocol(
        dataset=dataset,
        modality=modality,
        classes=_CLASSES[dataset],
        pretrain=pretrain,
        **known,
    )


def _claim(
    key: str,
    method: str,
    cites: str,
    readings: tuple[Reading, ...],
    protocol: Protocol,
    splits: tuple[str, ...] = ("val",),
    metric: str = "top1_acc",
    where: str = "",
    variant: str | None = None,
    **more,
) -> Claim:
    """A number; its place is known as the number is, and a variant brings its tolerance."""
    tolerance, reason = _TAU[metric] if variant else (None, "")
    place = Place(where=where, evidence=readings[0].evidence) if where else _UNKNOWN
    return Claim(
        key=key,
        method=method,
        metric=metric,
        readings=readings,
        protocol=protocol,
        splits=splits,
        place=place,
        cites=cites,
        variant=variant,
        tolerance=tolerance,
        tolerance_reason=reason,
        **more,
    )


def _pair(
    key: str,
    method: str,
    cites: str,
    printed: str,
    source: str,
    protocol: Protocol,
    splits: tuple[str, ...] = ("val",),
    where: str = "",
    evidence: Evidence = Evidence.SECONDARY,
    **more,
) -> tuple[Claim, ...]:
    """Top-1 and top-5 of a row, as ``"top1/top5"``, or top-1 alone."""
    return tuple(
        _claim(
            f"{key}-{name}",
            method,
            cites,
            (Reading(printed=digits, evidence=evidence, source=source),),
            protocol,
            splits,
            f"{name}_acc",
            where,
            **more,
        )
        for name, digits in zip(("top1", "top5"), printed.split("/"), strict=False)
    )


def _cost(
    key: str,
    method: str,
    cites: str,
    metric: str,
    readings: tuple[Reading, ...],
    protocol: Protocol,
    **more,
) -> Claim:
    """Parameters, or multiply-adds of one view."""
    return _claim(f"{key}-{metric}", method, cites, readings, protocol, metric=metric, **more)


# The papers' own rows.

_SMALL = _others("ucf101", pretrain="sports1m", clip_len=16, crop_size=112)
_C3D = (
    _claim(
        "c3d-ucf101",
        "C3D",
        C3D,
        (_second_hand("82.3", f"{_I3D_T} 5"),),
        _SMALL,
        _THREE,
        note="One network and a linear SVM.",
    ),
    _claim(
        "c3d-3nets-ucf101",
        "C3D, three networks",
        C3D,
        (
            _second_hand("85.2", f"{_I3D_T} 5"),
            _second_hand("85.2", "excerpt of the C3D paper, Table 1"),
        ),
        _SMALL,
        _THREE,
        note="Three networks, one of them pre-trained on internal data, and a linear SVM.",
    ),
    _claim(
        "c3d-3nets-idt-ucf101",
        "C3D, three networks, with iDT",
        C3D,
        (
            _second_hand("90.4", "excerpt of the C3D paper, Table 1"),
            _second_hand("90.1", f"{_I3D_T} 5"),
        ),
        _SMALL,
        _THREE,
        note="The I3D paper prints another number.",
    ),
    _cost(
        "c3d",
        "C3D",
        C3D,
        "macs",
        (_second_hand("38.5", _METAFILE),),
        _others("ucf101", clip_len=16, crop_size=112),
        row=Row.THIRD_PARTY,
        note="As MMAction2 and VMZ count it.",
    ),
    *_pair(
        "c3d-bn-kinetics-test",
        "C3D with batch normalisation",
        I3D,
        "56.1",
        f"{_I3D_T}s 2 and 3",
        _others("kinetics400"),
        ("test",),
        row=Row.QUOTED,
        note="The Kinetics paper's own network of 79 M parameters.",
    ),
)

_I3D_README = "github.com/deepmind/kinetics-i3d, README"


def _i3d(key: str, name: str, modality: str, pretrain: str, printed: str, small: str) -> tuple:
    """An I3D row: Kinetics' test videos, then the means over the splits of two small sets."""
    ucf101, hmdb51 = small.split()
    before = "kinetics400" if pretrain == "none" else f"{pretrain}+kinetics400"
    return (
        *_pair(
            f"{key}-kinetics-test",
            name,
            I3D,
            printed,
            _I3D_README,
            _others("kinetics400", modality, pretrain, crop_size=224),
            ("test",),
            evidence=Evidence.REPOSITORY,
            note="Of the test videos; later papers quote other numbers, of the validation videos.",
        ),
        *(
            _claim(
                f"{key}-{dataset}",
                name,
                I3D,
                (_second_hand(digits, f"{_I3D_T} 5"),),
                _others(dataset, modality, before, crop_size=224),
                _THREE,
                where="Table 5",
            )
            for dataset, digits in (("ucf101", ucf101), ("hmdb51", hmdb51))
        ),
    )


_I3D = (
    *_i3d("i3d-rgb-scratch", "RGB-I3D", "rgb", "none", "68.4/88.0", "95.1 74.3"),
    *_i3d("i3d-rgb", "RGB-I3D", "rgb", "imagenet", "71.1/89.3", "95.6 74.8"),
    *_i3d("i3d-flow-scratch", "Flow-I3D", "flow", "none", "61.5/83.4", "96.5 77.3"),
    *_i3d("i3d-flow", "Flow-I3D", "flow", "imagenet", "63.4/84.9", "96.7 77.1"),
    *_i3d("i3d-scratch", "Two-stream I3D", "rgb+flow", "none", "71.6/90.0", "97.8 80.9"),
    *_i3d("i3d", "Two-stream I3D", "rgb+flow", "imagenet", "74.2/91.3", "98.0 80.7"),
    *(
        _pair(
            f"{key}-quoted-later",
            name,
            I3D,
            printed,
            source,
            _others("kinetics400", modality, pretrain),
            row=Row.QUOTED,
            note="Of the validation videos, as later papers quote it.",
        )[number]
        for key, name, printed, source, modality, pretrain in (
            ("i3d-rgb", "RGB-I3D", "72.1/90.3", f"{_SLOWFAST_T} 2", "rgb", "imagenet"),
            ("i3d", "Two-stream I3D", "75.7/92.0", f"{_SLOWFAST_T} 2", "rgb+flow", "imagenet"),
            ("i3d-rgb-scratch", "RGB-I3D", "67.5/87.2", _NOTES, "rgb", "none"),
        )
        for number in (0, 1)
    ),
)


def _r2plus1d(
    key: str, name: str, modality: str, pretrain: str, printed: str, small: str
) -> tuple[Claim, ...]:
    """A row of R(2+1)D-34 on 32 frames: Kinetics' validation videos and two small sets."""
    ucf101, hmdb51 = small.split()
    before = "kinetics400" if pretrain == "none" else pretrain
    return (
        *_pair(
            f"r2plus1d-{key}-kinetics",
            name,
            R2PLUS1D,
            printed,
            _NOTES,
            _others("kinetics400", modality, pretrain, clip_len=32, num_clips=10, crop_size=112),
        ),
        *(
            _claim(
                f"r2plus1d-{key}-{dataset}",
                name,
                R2PLUS1D,
                (_second_hand(digits, _NOTES),),
                _others(dataset, modality, before, clip_len=32, num_clips=10, crop_size=112),
                _THREE,
            )
            for dataset, digits in (("ucf101", ucf101), ("hmdb51", hmdb51))
        ),
    )


_R2PLUS1D = (
    *_r2plus1d("rgb", "R(2+1)D-34, RGB", "rgb", "none", "72.0/90.0", "96.8 74.5"),
    *_r2plus1d("flow", "R(2+1)D-34, flow", "flow", "none", "67.5/87.2", "95.5 76.4"),
    *_r2plus1d("two", "R(2+1)D-34, two streams", "rgb+flow", "none", "73.9/90.9", "97.3 78.7"),
    *_r2plus1d("rgb-s1m", "R(2+1)D-34, RGB", "rgb", "sports1m", "74.3/91.4", "93.6 66.6"),
    *_r2plus1d("flow-s1m", "R(2+1)D-34, flow", "flow", "sports1m", "68.5/88.1", "93.3 70.1"),
    *_r2plus1d(
        "two-s1m", "R(2+1)D-34, two streams", "rgb+flow", "sports1m", "75.4/91.9", "95.0 72.7"
    ),
)

#: ResNet-18 on 8 and on 16 frames: the paper's clip and video top-1, and the authors' later
#: clip and video top-1 and video top-5; then parameters (M) and multiply-adds (G).
_FAMILY = {
    "R2D": ("46.7 59.5 47 60 81.2", "47.0 58.9 47.5 59.4 81.3", "11.4", "1.9 2.2"),
    "f-R2D": ("48.1 59.4 48.5 60 81.8", "50.3 60.5 50.7 60.9 81.9", "11.4", "13.8 27.6"),
    "R3D": ("49.4 61.8 49.8 62.3 83.4", "52.5 64.2 52.9 64.7 85.0", "33.4", "20.3 40.7"),
    "MC3": ("50.7 62.9 51.1 63.3 84.2", "53.7 64.7 54.1 65.2 85.8", "11.7", "21.7 43.3"),
    "rMC3": ("49.8 62.3 50.2 62.8 83.7", "53.2 65.0 53.6 65.5 85.7", "33.0", "12.5 25"),
    "R(2+1)D": ("52.8 64.8 53.2 65.3 85.2", "56.8 68.0 57.3 68.5 87.5", "33.3", "20.7 41.5"),
}


def _family(name: str) -> tuple[Claim, ...]:
    """Accuracies and costs of one kind of convolution."""
    *accuracies, parameters, macs = _FAMILY[name]
    plain = name.lower().replace("(2+1)", "2plus1")
    claims = []
    for frames, text, gmacs in zip((8, 16), accuracies, macs.split(), strict=True):
        digits = text.split()
        for printed, (who, level, metric) in zip(
            digits,
            (
                ("paper", "clip", "top1"),
                ("paper", "video", "top1"),
                ("vmz", "clip", "top1"),
                ("vmz", "video", "top1"),
                ("vmz", "video", "top5"),
            ),
            strict=True,
        ):
            clips = 1 if level == "clip" else 10
            reading = _second_hand(printed, _NOTES) if who == "paper" else None
            claims.append(
                _claim(
                    f"{plain}-18-{frames}f-{who}-{level}-{metric}",
                    f"{name}-18, {frames} frames",
                    R2PLUS1D,
                    (reading or _repository(printed, _VMZ),),
                    _others(
                        "kinetics400", level=level, clip_len=frames, num_clips=clips, crop_size=112
                    ),
                    metric=f"{metric}_acc",
                    note="" if who == "paper" else "The authors' later training, in their code.",
                )
            )
        claims.append(
            _cost(
                f"{plain}-18-{frames}f",
                f"{name}-18, {frames} frames",
                R2PLUS1D,
                "macs",
                (_repository(gmacs, _VMZ),),
                _others("kinetics400", clip_len=frames, crop_size=112),
            )
        )
    claims.append(
        _cost(
            f"{plain}-18",
            f"{name}-18",
            R2PLUS1D,
            "params",
            (_repository(parameters, _VMZ),),
            _others("kinetics400", clip_len=8, crop_size=112),
        )
    )
    return tuple(claims)


_THIRTY = dict(num_clips=10, num_crops=3, crop_size=256)


def _slowfast(
    key: str, name: str, printed: str, variant: str | None = None, *, frames: int = 32
) -> tuple[Claim, ...]:
    """A row of the SlowFast paper, from scratch, of 30 views; frames at every second one."""
    protocol = _others("kinetics400", clip_len=frames, frame_interval=2, **_THIRTY)
    return _pair(
        f"slowfast-{key}",
        f"SlowFast {name}",
        SLOWFAST,
        printed,
        f"{_SLOWFAST_T} 2",
        protocol,
        where="Table 2",
        variant=variant,
    )


_SLOWFAST = (
    *_slowfast("4x16-r50", "4×16, ResNet-50", "75.6/92.1", "slowfast_r50_4x16"),
    *_slowfast("8x8-r50", "8×8, ResNet-50", "77.0/92.6", "slowfast_r50_8x8"),
    *_slowfast("8x8-r101", "8×8, ResNet-101", "77.9/93.2"),
    *_slowfast("16x8-r101", "16×8, ResNet-101", "78.9/93.5", frames=64),
    *_slowfast("16x8-r101-nl", "16×8, ResNet-101, non-local", "79.8/93.9", frames=64),
    *_pair(
        "slow-only-4x16-r50",
        "Slow-only 4×16, ResNet-50",
        SLOWFAST,
        "72.6/90.3",
        f"{_SLOWFAST_T} 5a",
        _others("kinetics400", clip_len=4, frame_interval=16, **_THIRTY),
        where="Table 5a",
    ),
    *_pair(
        "fast-only-r50",
        "Fast-only, ResNet-50",
        SLOWFAST,
        "51.7/78.5",
        f"{_SLOWFAST_T} 5a",
        _others("kinetics400", clip_len=32, frame_interval=2, **_THIRTY),
        where="Table 5a",
    ),
)

# Methods that are not run here.

_TWO_STREAM = "Two-stream CNN"
_TDD = "Table 3 of the TDD paper"
_NOT_RUN = (
    *(
        _claim(
            f"two-stream-{key}",
            f"{_TWO_STREAM}{how}",
            TWO_STREAM,
            (reading,),
            _others(dataset, modality, "imagenet"),
            _THREE,
            row=Row.QUOTED,
        )
        for key, how, dataset, modality, reading in (
            ("ucf101", ", SVM", "ucf101", "rgb+flow", _second_hand("88.0", f"{_I3D_T} 5")),
            ("hmdb51", ", SVM", "hmdb51", "rgb+flow", _second_hand("59.4", f"{_I3D_T} 5")),
            ("mean-ucf101", ", mean", "ucf101", "rgb+flow", _recalled("86.9")),
            ("mean-hmdb51", ", mean", "hmdb51", "rgb+flow", _recalled("58.0")),
            ("spatial-ucf101", ", RGB", "ucf101", "rgb", _second_hand("73.0", _TDD)),
            ("spatial-hmdb51", ", RGB", "hmdb51", "rgb", _second_hand("40.5", _TDD)),
            ("temporal-ucf101", ", flow", "ucf101", "flow", _second_hand("83.7", _TDD)),
            ("temporal-hmdb51", ", flow", "hmdb51", "flow", _second_hand("54.6", _TDD)),
        )
    ),
    *(
        claim
        for key, name, printed, source, modality, pretrain in (
            ("s3d-scratch", "S3D", "69.4/89.1", f"{_SLOWFAST_T} 2", "rgb", "none"),
            ("s3d", "S3D", "72.2/90.6", "github.com/kylemin/S3D, README", "rgb", "imagenet"),
            (
                "s3dg",
                "S3D-G",
                "74.7/93.4",
                "transcription of the TimeSformer paper",
                "rgb",
                "imagenet",
            ),
            (
                "s3dg-two-stream",
                "S3D-G, two streams",
                "77.2/93.0",
                f"{_SLOWFAST_T} 2",
                "rgb+flow",
                "imagenet",
            ),
        )
        for claim in _pair(
            f"{key}-kinetics",
            name,
            S3D,
            printed,
            source,
            _others("kinetics400", modality, pretrain),
            row=Row.QUOTED,
        )
    ),
)

# MMAction2's zoo: model, data, pre-training, frames × interval, top-1/top-5, multiply-adds (G),
# parameters (M), our variant. The place is the model's name in its metafile.

_ZOO = """
c3d_sports1m-pretrained_8xb30-16x1x1-45e_ucf101-rgb             C3D       sports1m 16x1 83.08/95.93 38.5  78.4  -
i3d_imagenet-pretrained-r50-nl-dot-product_8xb8-32x2x1-100e_kinetics400-rgb        I3D imagenet 32x2 74.80/92.07 59.3 35.4 -
i3d_imagenet-pretrained-r50-nl-embedded-gaussian_8xb8-32x2x1-100e_kinetics400-rgb  I3D imagenet 32x2 74.73/91.80 59.3 35.4 -
i3d_imagenet-pretrained-r50-nl-gaussian_8xb8-32x2x1-100e_kinetics400-rgb           I3D imagenet 32x2 73.97/91.33 56.5 31.7 -
i3d_imagenet-pretrained-r50_8xb8-32x2x1-100e_kinetics400-rgb    I3D       imagenet 32x2 73.47/91.27 43.5  28.0  i3d_r50
i3d_imagenet-pretrained-r50_8xb8-dense-32x2x1-100e_kinetics400-rgb                 I3D imagenet 32x2 73.77/91.35 43.5 28.0 -
i3d_imagenet-pretrained-r50-heavy_8xb8-32x2x1-100e_kinetics400-rgb                 I3D imagenet 32x2 76.21/92.48 166.3 33.0 -
r2plus1d_r34_8xb8-8x8x1-180e_kinetics400-rgb                    R(2+1)D   none     8x8  69.76/88.41 53.1  63.8  r2plus1d_r34_8x8
r2plus1d_r34_8xb8-32x2x1-180e_kinetics400-rgb                   R(2+1)D   none     32x2 75.46/92.28 213   63.8  r2plus1d_r34_32x2
slowfast_r50_8xb8-4x16x1-256e_kinetics400-rgb                   SlowFast  none     32x2 75.55/92.35 36.3  34.5  slowfast_r50_4x16
slowfast_r50_8xb8-8x8x1-256e_kinetics400-rgb                    SlowFast  none     32x2 76.80/92.99 66.1  34.6  slowfast_r50_8x8
slowfast_r50_8xb8-8x8x1-steplr-256e_kinetics400-rgb             SlowFast  none     32x2 76.65/92.86 66.1  34.6  -
slowfast_r101_8xb8-8x8x1-256e_kinetics400-rgb                   SlowFast  none     32x2 78.65/93.88 126   62.9  -
slowfast_r101-r50_32xb8-4x16x1-256e_kinetics400-rgb             SlowFast  none     32x2 77.03/92.99 64.9  62.4  -
"""  # noqa: E501
_COUNTED = "Of a test crop of 256²: our count of the 224² that the metafile says is a quarter less."
_WORKS = {"C3D": C3D, "I3D": I3D, "R(2+1)D": R2PLUS1D, "SlowFast": SLOWFAST}


def _zoo(line: str) -> tuple[Claim, ...]:
    """A model of MMAction2's zoo: two accuracies and two costs."""
    model, name, pretrain, clip, printed, macs, parameters, variant = line.split()
    tried = None if variant == "-" else variant
    frames, interval = map(int, clip.split("x"))
    seen = dict(clip_len=frames, frame_interval=interval)
    is_c3d = name == "C3D"
    dataset, split = ("ucf101", "1") if is_c3d else ("kinetics400", "val")
    test = dict(num_clips=10, crop_size=112) if is_c3d else _THIRTY
    common = dict(row=Row.THIRD_PARTY, where=model)
    accuracies = _pair(
        f"zoo-{model}",
        name,
        _WORKS[name],
        printed,
        _METAFILE,
        _others(dataset, pretrain=pretrain, **seen, **test),
        (split,),
        variant=tried,
        **common,
    )
    view = _others(dataset, pretrain=pretrain, **seen, crop_size=112 if is_c3d else 256)
    costs = tuple(
        _cost(
            f"zoo-{model}",
            name,
            _WORKS[name],
            metric,
            (_second_hand(digits, _METAFILE),),
            view,
            variant=tried if metric == "params" else None,
            note="" if is_c3d or metric == "params" else _COUNTED,
            **common,
        )
        for metric, digits in (("macs", macs), ("params", parameters))
    )
    return *accuracies, *costs


# Other people's runs of the same networks: name, source, method, pre-training, frames ×
# interval where they are known, top-1/top-5.
_RERUNS = (
    ("nonlocal-i3d-32", "Non-local repository", "I3D-R50", "imagenet", "32x2", "73.6/90.8"),
    ("nonlocal-i3d-8", "Non-local repository", "I3D-R50", "imagenet", "8x8", "73.4/90.9"),
    ("pyslowfast-i3d", "PySlowFast", "I3D-R50", "none", "8x8", "73.5/90.8"),
    ("pyslowfast-4x16", "PySlowFast", "SlowFast 4×16 R50", "none", "32x2", "75.6/92.0"),
    ("pyslowfast-8x8", "PySlowFast", "SlowFast 8×8 R50", "none", "32x2", "77.0/92.6"),
    ("ptv-i3d", "PyTorchVideo", "I3D-R50", "none", "-", "73.27/90.70"),
    ("ptv-8x8", "PyTorchVideo", "SlowFast 8×8 R50", "none", "32x2", "76.94/92.69"),
    ("ptv-8x8-r101", "PyTorchVideo", "SlowFast 8×8 R101", "none", "32x2", "77.90/93.27"),
    ("ptv-r2plus1d-r50", "PyTorchVideo", "R(2+1)D-R50", "none", "16x4", "76.01/92.23"),
    ("torchvision-r2plus1d-18", "torchvision 0.13", "R(2+1)D-18", "none", "-", "57.5/78.81"),
    ("gluoncv-c3d", "GluonCV", "C3D", "none", "16x2", "59.5"),
    ("gluoncv-i3d-inception", "GluonCV", "I3D-Inception", "imagenet", "-", "71.8"),
    ("gluoncv-i3d", "GluonCV", "I3D-R50", "imagenet", "-", "74.0"),
    ("gluoncv-r2plus1d-34", "GluonCV", "R(2+1)D-34", "none", "-", "71.6"),
)


def _rerun(
    key: str, source: str, method: str, pretrain: str, clip: str, printed: str
) -> tuple[Claim, ...]:
    """A row of another repository; what else was tested how is not said here."""
    known: dict[str, int] = {}
    if clip != "-":
        frames, interval = map(int, clip.split("x"))
        known = dict(clip_len=frames, frame_interval=interval)
    level = "clip" if source.startswith("torchvision") else "video"
    cites = next(work for name, work in _WORKS.items() if method.startswith(name))
    return _pair(
        f"rerun-{key}",
        method,
        cites,
        printed,
        f"{source}, model zoo",
        _others("kinetics400", pretrain=pretrain, level=level, **known),
        row=Row.THIRD_PARTY,
    )


CLAIMS: tuple[Claim, ...] = (
    *_C3D,
    *_I3D,
    *_R2PLUS1D,
    *(claim for name in _FAMILY for claim in _family(name)),
    *_SLOWFAST,
    *_NOT_RUN,
    *(claim for line in _ZOO.strip().splitlines() for claim in _zoo(line)),
    *(claim for row in _RERUNS for claim in _rerun(*row)),
)
