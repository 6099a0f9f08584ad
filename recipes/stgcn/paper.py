"""What the paper, its authors' repositories and others print, as far as it could be known.

The full text could not be read: no number here was read in the paper itself. The
repositories' numbers were read where they stand; the others come from digests and
lists by others, or are recalled; each says which.
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
    DU2015HIERARCHICAL,
    DUAN2022PYSKL,
    KAY2017KINETICS,
    MMACTION2020,
    SHAHROUDY2016NTU,
    VEMULAPALLI2014HUMAN,
    WANG2016TEMPORAL,
)

PAPER = Paper(
    method="ST-GCN",
    citation=Citation(
        key="yan2018spatial",
        title="Spatial Temporal Graph Convolutional Networks for Skeleton-Based Action Recognition",
        authors=("Sijie Yan", "Yuanjun Xiong", "Dahua Lin"),
        venue="AAAI",
        year=2018,
        doi="10.1609/aaai.v32i1.12328",
        arxiv="1801.07455",
        volume="32",
        pages="7444--7452",
    ),
    references=(
        KAY2017KINETICS,
        SHAHROUDY2016NTU,
        Citation(
            key="cao2017realtime",
            title="Realtime Multi-Person 2D Pose Estimation Using Part Affinity Fields",
            authors=("Zhe Cao", "Tomas Simon", "Shih-En Wei", "Yaser Sheikh"),
            venue="CVPR",
            year=2017,
            arxiv="1611.08050",
        ),
        Citation(
            key="kipf2017semi",
            title="Semi-Supervised Classification with Graph Convolutional Networks",
            authors=("Thomas N. Kipf", "Max Welling"),
            venue="ICLR",
            year=2017,
            arxiv="1609.02907",
        ),
        Citation(
            key="fernando2015modeling",
            title="Modeling Video Evolution for Action Recognition",
            authors=(
                "Basura Fernando",
                "Efstratios Gavves",
                "José Oramas",
                "Amir Ghodrati",
                "Tinne Tuytelaars",
            ),
            venue="CVPR",
            year=2015,
        ),
        Citation(
            key="kim2017interpretable",
            title="Interpretable 3D Human Action Analysis with Temporal Convolutional Networks",
            authors=("Tae Soo Kim", "Austin Reiter"),
            venue="CVPRW",
            year=2017,
            doi="10.1109/CVPRW.2017.207",
            arxiv="1704.04516",
        ),
        VEMULAPALLI2014HUMAN,
        DU2015HIERARCHICAL,
        Citation(
            key="liu2016spatio",
            title="Spatio-Temporal LSTM with Trust Gates for 3D Human Action Recognition",
            authors=("Jun Liu", "Amir Shahroudy", "Dong Xu", "Gang Wang"),
            venue="ECCV",
            year=2016,
            doi="10.1007/978-3-319-46487-9_50",
            arxiv="1607.07043",
        ),
        Citation(
            key="ke2017new",
            title="A New Representation of Skeleton Sequences for 3D Action Recognition",
            authors=(
                "Qiuhong Ke",
                "Mohammed Bennamoun",
                "Senjian An",
                "Ferdous Sohel",
                "Farid Boussaid",
            ),
            venue="CVPR",
            year=2017,
            arxiv="1703.03492",
            pages="3288--3297",
        ),
        WANG2016TEMPORAL,
        Citation(
            key="cheng2020skeleton",
            title="Skeleton-Based Action Recognition with Shift Graph Convolutional Network",
            authors=(
                "Ke Cheng",
                "Yifan Zhang",
                "Xiangyu He",
                "Weihan Chen",
                "Jian Cheng",
                "Hanqing Lu",
            ),
            venue="CVPR",
            year=2020,
        ),
        MMACTION2020,
        DUAN2022PYSKL,
    ),
    cites=(
        "kay2017kinetics",
        "shahroudy2016ntu",
        "cao2017realtime",
        "kipf2017semi",
        "fernando2015modeling",
        "kim2017interpretable",
        "vemulapalli2014human",
        "du2015hierarchical",
        "liu2016spatio",
        "ke2017new",
        "wang2016temporal",
    ),
    compares_with=(
        "kay2017kinetics",
        "shahroudy2016ntu",
        "fernando2015modeling",
        "kim2017interpretable",
        "vemulapalli2014human",
        "du2015hierarchical",
        "liu2016spatio",
        "ke2017new",
        "wang2016temporal",
    ),
    implementations=(
        Implementation(
            by="yysijie/st-gcn, first release (January to May 2018)",
            url="https://github.com/yysijie/st-gcn/tree/9343615",
            licence="BSD-2-Clause",
            official=True,
            differs="10 units, a stem before the 9 of the text; each subset's matrix normalised by "
            "columns on its own, not symmetrically; subsets from a hand-written tree, not from "
            "distances to the centre of gravity; input normalised for each person apart; no ReLU "
            "after the residual sum; learning rate 0.1 with a few drops, not 0.01 divided by 10 "
            "every 10 epochs; no dropout on Kinetics; its Kinetics converter picks the two "
            "persons frame by frame, so that they can swap, and pads with zeros",
        ),
        Implementation(
            by="yysijie/st-gcn, rewritten (June 2018 to August 2019)",
            url="https://github.com/yysijie/st-gcn/tree/221c0e1",
            licence="BSD-2-Clause",
            official=True,
            differs="as the first release, but A + I is normalised by columns as a whole and then "
            "split by hop distance to a centre joint, which is known for one hop only: all joints "
            "further away tie with their neighbours and share a subset (32 of its 40 entries on "
            "NTU, 16 of 25 on OpenPose), so that only edges near the centre fill the third "
            "subset; input normalised for both persons together; ReLU after the residual sum; "
            "dropout after the second normalisation, none in the stem",
        ),
        Implementation(
            by="open-mmlab/mmskeleton (by the first author)",
            url="https://github.com/open-mmlab/mmskeleton",
            licence="Apache-2.0",
            official=True,
            differs="the rewritten network; prints the accuracies of its weights with two decimals",
        ),
        Implementation(
            by="open-mmlab/mmaction2",
            url="https://github.com/open-mmlab/mmaction2",
            licence="Apache-2.0",
            differs="the rewritten network, its ties kept as 'stgcn_spatial', without dropout; "
            "bodies filtered by shape and the two that move most kept; centred on the spine and "
            "rotated, which alone is worth points across views; 1.x: 100 frames sampled "
            "uniformly, ten test clips, cosine schedule, weight decay 5e-4; 0.x: all frames "
            "looped to 300",
        ),
        Implementation(
            by="kennymckormick/pyskl",
            url="https://github.com/kennymckormick/pyskl",
            licence="Apache-2.0",
            differs="'vanilla' keeps the authors' recipe on bodies filtered, centred and rotated, "
            "with a batch of 128 and plain momentum; 'practice' is MMAction2 1.x's recipe",
        ),
        Implementation(
            by="zhujiagang/st-gcn-data-len",
            url="https://github.com/zhujiagang/st-gcn-data-len",
            differs="a variant of the first release; an issue prints a run on Kinetics",
        ),
        Implementation(
            by="coursework re-implementation (seen through a public note only)",
            differs="written from the paper's text alone; distance partitioning",
        ),
    ),
    topics=("skeletons", "graph convolution"),
)

_VAULT = "paper digest in a public note vault (GitHub)"
_DIGEST = "paper digest with Tables 1-3 and 5 (public note, GitHub)"
_NOTE = "public note that quotes the Shift-GCN paper"
_COURSEWORK = "public note on a coursework re-implementation"
_LIST = "github.com/niais/Awesome-Skeleton-based-Action-Recognition"
_ST_GCN = "github.com/yysijie/st-gcn"
_MMSKELETON = "github.com/open-mmlab/mmskeleton, doc/START_RECOGNITION.md"
_METAFILE = "MMAction2 1.2.0, configs/skeleton/stgcn/metafile.yml"
_ZOO_1 = "MMAction2 1.x (4d6c9347), configs/skeleton/stgcn"
_ZOO_0 = "MMAction2 0.x (71a938ab), configs/skeleton/stgcn"
_PYSKL = "PYSKL (3f6795f), configs/stgcn"


def _protocol(dataset: str, classes: int, joints: int, clip_len: int, **changes) -> Protocol:
    """Two persons' joints."""
    given = dict(modality="joint", persons=2) | changes
    return Protocol(dataset=dataset, classes=classes, joints=joints, clip_len=clip_len, **given)


_KINETICS = _protocol("kinetics_skeleton", 400, 18, 300)
_KINETICS_ANY = Protocol(dataset="kinetics_skeleton", modality="joint", classes=400, joints=18)
_MOTION = _protocol("kinetics_motion", 30, 18, 300)
_NTU = _protocol("ntu60", 60, 25, 300)
_NTU_ANY = Protocol(dataset="ntu60", modality="joint", classes=60, joints=25)
_UTD = _protocol("utd_mhad", 27, 20, 32, persons=1)


def _video(dataset: str, classes: int, modality: str) -> Protocol:
    """Frames or flow, where nothing else of the conditions is known."""
    return Protocol(dataset=dataset, modality=modality, classes=classes)


_COUNT = (0.05, "half a unit of the last printed digit; a count has no spread")
_TAU = {  # by data set, split and metric: the tolerance, and why
    ("kinetics_skeleton", "val", "top1_acc"): (0.5, "1.5 standard errors of 19,796 test clips"),
    ("kinetics_skeleton", "val", "top5_acc"): (0.5, "1.5 standard errors of 19,796 test clips"),
    ("ntu60", "xsub", "top1_acc"): (
        1.0,
        "the authors' own reruns print 80.7 to 81.6, and one decimal hides 0.1 more",
    ),
    ("ntu60", "xview", "top1_acc"): (
        0.7,
        "the authors' own reruns print 88.3 to 88.9, and one decimal hides 0.1 more",
    ),
    ("ntu60", "xsub", "top5_acc"): (0.4, "three standard errors of 16,487 test sequences"),
    ("ntu60", "xview", "top5_acc"): (0.25, "three standard errors of 18,932 test sequences"),
    ("ntu60", "xsub", "macs"): _COUNT,
    ("ntu60", "xsub", "params"): _COUNT,
}
# MMAction2 and PYSKL print the same recipe's accuracies.
_TAU_STREAM = (0.8, "two toolboxes' runs of this recipe print numbers up to 0.71 apart")
_TAU_FUSION = (0.4, "two toolboxes' runs of these fusions print numbers up to 0.31 apart")


def _printed(*readings: str, evidence: Evidence = Evidence.SECONDARY) -> tuple[Reading, ...]:
    """Readings as ``"digits, source"``, or bare digits that are recalled."""
    split = (text.partition(", ") for text in readings)
    return tuple(
        Reading(printed=digits, evidence=evidence if source else Evidence.RECALLED, source=source)
        for digits, _, source in split
    )


def _read(*readings: str) -> tuple[Reading, ...]:
    """Readings that stand in a repository of the authors, as ``"digits, source"``."""
    return _printed(*readings, evidence=Evidence.REPOSITORY)


def _place(where: str, evidence: Evidence = Evidence.SECONDARY) -> Place:
    return Place(where=where, evidence=evidence)


def _claim(
    key: str,
    method: str,
    readings: tuple[Reading, ...],
    protocol: Protocol,
    place: Place,
    *,
    split: str = "val",
    metric: str = "top1_acc",
    variant: str | None = None,
    tau: tuple[float, str] | None = None,
    **more,
) -> Claim:
    """A claim about one split; a variant brings the tolerance of its data set along."""
    tolerance, reason = None, ""
    if variant is not None:
        tolerance, reason = tau or _TAU[protocol.dataset, split, metric]
    return Claim(
        key=key,
        method=method,
        metric=metric,
        readings=readings,
        protocol=protocol,
        splits=(split,),
        place=place,
        variant=variant,
        tolerance=tolerance,
        tolerance_reason=reason,
        **more,
    )


def _kinetics(
    key: str,
    method: str,
    top1: str,
    top5: str,
    where: str,
    *,
    source: str = f", {_DIGEST}",
    seen: Evidence = Evidence.SECONDARY,
    protocol: Protocol = _KINETICS,
    **more,
) -> tuple[Claim, Claim]:
    """Top-1 and top-5 accuracy of a row on Kinetics; ``seen`` says how we know its place."""
    return tuple(
        _claim(
            f"{key}-kinetics-{metric}",
            method,
            _printed(f"{printed}{source}"),
            protocol,
            _place(where, seen),
            metric=f"{metric}_acc",
            **more,
        )
        for metric, printed in (("top1", top1), ("top5", top5))
    )


def _ntu(
    key: str,
    method: str,
    xsub: str,
    xview: str,
    cites: str,
    source: str = f"{_DIGEST}; {_LIST}",
    note: str = "",
) -> tuple[Claim, Claim]:
    """Both splits of a row of others on NTU RGB+D."""
    return tuple(
        _claim(
            f"{key}-ntu-{split}",
            method,
            _printed(f"{printed}, {source}"),
            _NTU_ANY,
            _place(f"Table 3, row {method}"),
            split=split,
            row=Row.QUOTED,
            cites=cites,
            note=note,
        )
        for split, printed in (("xsub", xsub), ("xview", xview))
    )


_UNTRIED_NETWORK = "The authors ran it; no code of theirs for it is known."
_OTHERS_HERE = "The method is another paper's; the authors ran it on their skeletons."
_STATES = "A state of the authors' README; the paper prints another number."
_RELEASED = "Of the weights that the authors released last; the paper prints another number."

_TABLE_1 = (
    *_kinetics(
        "tcn",
        "Temporal convolution (Res-TCN)",
        "20.3",
        "40.0",
        "Table 1, row Baseline TCN; Table 2, row Temporal Conv",
        note="The method is that of Kim and Reiter; the authors trained it on Kinetics.",
    ),
    *_kinetics(
        "local",
        "Local convolution",
        "22.0",
        "43.2",
        "Table 1, row Local Convolution",
        note=f"As ST-GCN with filters of its own for each joint. {_UNTRIED_NETWORK}",
    ),
    *_kinetics(
        "uniform",
        "ST-GCN, uni-labeling",
        "19.3",
        "37.4",
        "Table 1, row Uni-labeling",
        variant="early_kinetics_uniform",
    ),
    *_kinetics(
        "distance-tied",
        "ST-GCN, distance partitioning*",
        "23.9",
        "44.9",
        "Table 1, row Distance partitioning*",
        source="",
        seen=Evidence.RECALLED,
        variant="early_kinetics_distance_tied",
        note="The neighbours' weight is the negative of the root's. The numbers are recalled only.",
    ),
    *_kinetics(
        "distance",
        "ST-GCN, distance partitioning",
        "29.1",
        "51.3",
        "Table 1, row Distance partitioning",
        variant="early_kinetics_distance",
    ),
    *_kinetics(
        "spatial",
        "ST-GCN, spatial configuration",
        "29.9",
        "52.2",
        "Table 1, row Spatial configuration",
        variant="early_kinetics_spatial",
    ),
    *_kinetics(
        "st-gcn",
        "ST-GCN (spatial configuration, learnable importance)",
        "30.7",
        "52.8",
        "Table 1, row ST-GCN + Imp.; Table 2, row ST-GCN; Table 5, row ST-GCN (top-1)",
        source=f", {_VAULT}; {_DIGEST}",
        variant="early_kinetics",
    ),
)

_TABLE_2 = (
    *_kinetics(
        "rgb",
        "RGB CNN",
        "57.0",
        "77.3",
        "Table 2, row RGB",
        protocol=_video("kinetics400", 400, "rgb"),
        row=Row.QUOTED,
        cites="kay2017kinetics",
    ),
    *_kinetics(
        "flow",
        "Optical flow CNN",
        "49.5",
        "71.9",
        "Table 2, row Optical Flow",
        protocol=_video("kinetics400", 400, "flow"),
        row=Row.QUOTED,
        cites="kay2017kinetics",
    ),
    *_kinetics(
        "feature-encoding",
        "Feature encoding",
        "14.9",
        "25.8",
        "Table 2, row Feature Enc.",
        protocol=_KINETICS_ANY,
        row=Row.QUOTED,
        cites="fernando2015modeling",
        note=_OTHERS_HERE,
    ),
    *_kinetics(
        "deep-lstm",
        "Deep LSTM",
        "16.4",
        "35.3",
        "Table 2, row Deep LSTM",
        protocol=_KINETICS_ANY,
        row=Row.QUOTED,
        cites="shahroudy2016ntu",
        note=_OTHERS_HERE,
    ),
)

_TABLE_3 = (
    *_ntu("lie", "Lie group", "50.1", "52.8", "vemulapalli2014human"),
    *_ntu("hrnn", "H-RNN", "59.1", "64.0", "du2015hierarchical"),
    *_ntu("deep-lstm", "Deep LSTM", "60.7", "67.3", "shahroudy2016ntu", _DIGEST),
    *_ntu("part-lstm", "PA-LSTM", "62.9", "70.3", "shahroudy2016ntu"),
    *_ntu("st-lstm", "ST-LSTM + TS", "69.2", "77.7", "liu2016spatio"),
    *_ntu(
        "tcn",
        "Temporal conv",
        "74.3",
        "83.1",
        "kim2017interpretable",
        note="The authors' README prints both, too.",
    ),
    *_ntu("cnn-mtln", "C-CNN + MTLN", "79.6", "84.8", "ke2017new"),
    *(
        _claim(
            f"st-gcn-ntu-{split}",
            "ST-GCN",
            _printed(f"{printed}, {_VAULT}; {_DIGEST}; {_LIST}"),
            _NTU,
            _place("Table 3, row ST-GCN"),
            split=split,
            variant="early_ntu",
        )
        for split, printed in (("xsub", "81.5"), ("xview", "88.3"))
    ),
)


def _motion(key: str, method: str, printed: str, protocol: Protocol, note: str = "") -> Claim:
    return _claim(
        f"{key}-kinetics-motion",
        method,
        _printed(printed),
        protocol,
        _place("Table 4, Kinetics-Motion", Evidence.RECALLED),
        metric="mean_class_acc",
        note=f"30 classes of Kinetics, with the networks trained on all 400. {note}".strip(),
    )


_WHOSE = "Which network the authors took is not known."
_TABLE_4 = (
    _motion("rgb", "RGB CNN", "70.4", _video("kinetics_motion", 30, "rgb"), _WHOSE),
    _motion("flow", "Flow CNN", f"72.8, {_VAULT}", _video("kinetics_motion", 30, "flow"), _WHOSE),
    _motion("st-gcn", "ST-GCN", f"72.4, {_VAULT}", _MOTION),
)


def _ensemble(key: str, method: str, modality: str, *readings: str, **more) -> Claim:
    return _claim(
        f"ensemble-{key}-kinetics-top1",
        method,
        _printed(*readings),
        _video("kinetics400", 400, modality),
        _place(f"Table 5, row {method}"),
        **more,
    )


_TSN = dict(row=Row.QUOTED, cites="wang2016temporal", note="TSN, run by the authors.")
_FUSED = "Fused with TSN streams; the two-stream network was never released."
_TABLE_5 = (
    _ensemble("rgb", "RGB", "rgb", f"70.3, {_DIGEST}", **_TSN),
    _ensemble("flow", "Flow", "flow", f"51.0, {_DIGEST}", **_TSN),
    _ensemble("rgb-flow", "RGB + Flow", "rgb+flow", f"71.1, {_DIGEST}", **_TSN),
    _ensemble("rgb-st-gcn", "RGB + ST-GCN", "rgb+joint", f"71.2, {_DIGEST}", note=_FUSED),
    _ensemble(
        "rgb-flow-st-gcn",
        "RGB + Flow + ST-GCN",
        "rgb+flow+joint",
        f"71.7, {_DIGEST}",
        f"77.1, {_VAULT}",
        note=f"{_FUSED} 77.1 is almost surely a slip for 71.7, which is recalled, too.",
    ),
)


def _state(key: str, readings: tuple[Reading, ...], when: str, variant: str, **more) -> Claim:
    """A number of the authors' repositories."""
    protocol = _KINETICS if variant.endswith("kinetics") else _NTU
    place = _place(when, Evidence.REPOSITORY)
    return _claim(key, "ST-GCN", readings, protocol, place, variant=variant, **more)


_TO_MID_2018 = "README to mid-2018"
_TO_2019 = "README to February 2019"
_JUNE_2018 = "README from June 2018 to February 2019"
_FEBRUARY_2019 = "README of 21 February 2019"
_LAST = "mmskeleton, START_RECOGNITION; README's last state, with one decimal"
_TOP_5 = "mmskeleton, START_RECOGNITION"

_REPOSITORIES = (
    _state(
        "readme-2018-kinetics-top1",
        _read(f"30.6, {_ST_GCN}"),
        _TO_MID_2018,
        "early_kinetics",
        note=_STATES,
    ),
    _state(
        "readme-2018-ntu-xsub",
        _read(f"80.7, {_ST_GCN}"),
        _TO_2019,
        "early_ntu",
        split="xsub",
        note=f"{_STATES} The rewritten code's README kept it until the weights were trained again.",
    ),
    _state(
        "readme-2018-ntu-xview",
        _read(f"88.9, {_ST_GCN}"),
        _TO_2019,
        "early_ntu",
        split="xview",
        note=f"{_STATES} The rewritten code's README kept it until the weights were trained again.",
    ),
    _state(
        "readme-june-2018-kinetics-top1",
        _read(f"30.8, {_ST_GCN}"),
        _JUNE_2018,
        "released_kinetics",
        note=_STATES,
    ),
    _state(
        "readme-february-2019-ntu-xsub",
        _read(f"81.2, {_ST_GCN}"),
        _FEBRUARY_2019,
        "released_ntu",
        split="xsub",
        note=f"{_STATES} It was replaced by the number of the weights that are released.",
    ),
    _state(
        "released-kinetics-top1",
        _read(f"31.60, {_MMSKELETON}", f"31.6, {_ST_GCN}"),
        _LAST,
        "released_kinetics",
        note=_RELEASED,
    ),
    _state(
        "released-kinetics-top5",
        _read(f"53.68, {_MMSKELETON}"),
        _TOP_5,
        "released_kinetics",
        metric="top5_acc",
        note=_RELEASED,
    ),
    _state(
        "released-ntu-xsub-top1",
        _read(f"81.57, {_MMSKELETON}", f"81.6, {_ST_GCN}"),
        _LAST,
        "released_ntu",
        split="xsub",
        note=_RELEASED,
    ),
    _state(
        "released-ntu-xsub-top5",
        _read(f"96.85, {_MMSKELETON}"),
        _TOP_5,
        "released_ntu",
        split="xsub",
        metric="top5_acc",
    ),
    _state(
        "released-ntu-xview-top1",
        _read(f"88.76, {_MMSKELETON}", f"88.8, {_ST_GCN}"),
        _LAST,
        "released_ntu",
        split="xview",
        note=_RELEASED,
    ),
    _state(
        "released-ntu-xview-top5",
        _read(f"98.83, {_MMSKELETON}"),
        _TOP_5,
        "released_ntu",
        split="xview",
        metric="top5_acc",
    ),
)

_MODALITIES = {
    "joint": "joint",
    "bone": "bone",
    "joint-motion": "joint-motion",
    "bone-motion": "bone-motion",
    "two-stream": "joint+bone",
    "four-stream": "joint+bone+joint-motion+bone-motion",
}
_SINGLE = ("joint", "bone", "joint-motion", "bone-motion")
_MMACTION = dict(row=Row.THIRD_PARTY, cites="mmaction2020")
_DUAN = dict(row=Row.THIRD_PARTY, cites="duan2022pyskl")


def _zoo_protocol(dataset: str, dimensions: str, stream: str = "joint") -> Protocol:
    """MMAction2 1.x: ten clips of 100 frames, of 25 Kinect joints or 17 joints in the image."""
    classes, joints = {"ntu60": 60, "ntu120": 120}[dataset], {"3d": 25, "2d": 17}[dimensions]
    modality = _MODALITIES[stream]
    return _protocol(dataset, classes, joints, 100, num_clips=10, modality=modality)


def _zoo(dataset: str, dimensions: str, *printed: str) -> tuple[Claim, ...]:
    """MMAction2 1.x's streams and fusions across subjects; those of NTU-60 in 3D are tried."""
    is_tried = (dataset, dimensions) == ("ntu60", "3d")
    claims = []
    for stream, digits in zip(_MODALITIES, printed, strict=True):
        source = _METAFILE if stream in _SINGLE else _ZOO_1
        model = f"stgcn_8xb16-{stream}-u100-80e_{dataset}-xsub-keypoint-{dimensions}"
        claims.append(
            _claim(
                f"zoo-{dataset}-{dimensions}-{stream}",
                f"ST-GCN of MMAction2 1.x, {stream}, {dimensions.upper()}",
                _printed(f"{digits}, {source}"),
                _zoo_protocol(dataset, dimensions, stream),
                _place(model if stream in _SINGLE else f"configs/skeleton/stgcn, {stream}"),
                split="xsub",
                variant=f"zoo_ntu_{stream.replace('-', '_')}" if is_tried else None,
                tau=_TAU_STREAM if stream in _SINGLE else _TAU_FUSION,
                **_MMACTION,
            )
        )
    return tuple(claims)


def _zoo_cost(dimensions: str, metric: str, printed: str, note: str = "") -> Claim:
    return _claim(
        f"zoo-ntu60-{dimensions}-{metric}",
        f"ST-GCN of MMAction2 1.x, {dimensions.upper()}",
        _printed(f"{printed}, {_METAFILE}"),
        _zoo_protocol("ntu60", dimensions),
        _place(f"metafile, models of {dimensions.upper()} joints"),
        split="xsub",
        metric=metric,
        variant="zoo_ntu_joint" if dimensions == "3d" else None,
        note=note,
        **_MMACTION,
    )


_ONE_VIEW = "Of one view: 100 frames of two persons."
_MMACTION_0 = (
    _claim(
        "mmaction0-ntu60-3d-xsub",
        "ST-GCN of MMAction2 0.x, 3D",
        _printed(f"84.61, {_ZOO_0}"),
        _NTU,
        _place("configs/skeleton/stgcn, NTU60 X-Sub, 3D"),
        split="xsub",
        note="All frames looped to 300; 80 epochs at a batch of 32; no dropout.",
        **_MMACTION,
    ),
    _claim(
        "mmaction0-ntu60-2d-xsub",
        "ST-GCN of MMAction2 0.x, 2D",
        _printed(f"86.91, {_ZOO_0}"),
        _protocol("ntu60", 60, 17, 300),
        _place("configs/skeleton/stgcn, NTU60 X-Sub, 2D"),
        split="xsub",
        **_MMACTION,
    ),
    *(
        _claim(
            f"mmaction0-ntu60-2d-xsub-rerun{number}",
            "ST-GCN of MMAction2 0.x, 2D, a user's rerun",
            _printed(f"{printed}, MMAction2 issue 1371"),
            _protocol("ntu60", 60, 17, 300),
            _place("MMAction2 issue 1371"),
            split="xsub",
            **_MMACTION,
        )
        for number, printed in enumerate(("85.68", "85.66", "86.06"), start=1)
    ),
)


def _pyskl(
    recipe: str, dataset: str, dimensions: str, split: str, *printed: str
) -> tuple[Claim, ...]:
    """PYSKL's streams and fusions, as many as are printed, in the order of ``_MODALITIES``."""
    claims = []
    for stream, digits in zip(_MODALITIES, printed, strict=False):
        protocol = _zoo_protocol(dataset, dimensions, stream)
        if recipe == "vanilla":
            joints, modality = protocol.joints, protocol.modality
            protocol = _protocol(dataset, protocol.classes, joints, 300, modality=modality)
        tried = (recipe, dataset, dimensions, stream) == ("vanilla", "ntu60", "3d", "joint")
        claims.append(
            _claim(
                f"pyskl-{recipe}-{dataset}-{dimensions}-{split}-{stream}",
                f"ST-GCN of PYSKL ({recipe}), {stream}, {dimensions.upper()}",
                _printed(f"{digits}, {_PYSKL}"),
                protocol,
                _place(f"configs/stgcn, {recipe}, {dataset} {split}, {dimensions.upper()}"),
                split=split,
                variant="pyskl_ntu" if tried else None,
                **_DUAN,
            )
        )
    return tuple(claims)


_THIRD_PARTIES = (
    _claim(
        "shift-gcn-ntu60-macs",
        "ST-GCN as Shift-GCN's paper counts it",
        _printed(f"16.2, {_NOTE}"),
        _NTU,
        Place(),
        split="xsub",
        metric="macs",
        variant="released_ntu",
        row=Row.THIRD_PARTY,
        cites="cheng2020skeleton",
        note="One sequence: 300 frames of two persons. By our arithmetic the convolutions alone "
        "make 16.23 G, and 17.09 G with the products with the adjacency matrices; where these come "
        "before the convolutions, on fewer channels, 16.88 G.",
        derived="16.88",
    ),
    *_MMACTION_0,
    *_zoo("ntu60", "3d", "88.11", "88.76", "86.06", "85.49", "90.14", "90.39"),
    *_zoo("ntu60", "2d", "88.95", "91.69", "86.90", "87.86", "92.12", "92.34"),
    *_zoo("ntu120", "3d", "82.15", "84.28", "78.93", "80.02", "85.68", "86.19"),
    *_zoo("ntu120", "2d", "83.19", "83.36", "78.87", "79.55", "84.84", "85.23"),
    _zoo_cost("3d", "macs", "5.7", _ONE_VIEW),
    _zoo_cost("2d", "macs", "3.8", _ONE_VIEW),
    _zoo_cost("3d", "params", "3.1"),
    _zoo_cost("2d", "params", "3.1"),
    *_pyskl("vanilla", "ntu60", "3d", "xsub", "81.5", "81.0", "79.9", "81.2", "84.3", "86.6"),
    *_pyskl("vanilla", "ntu60", "3d", "xview", "90.1", "87.7", "88.8", "88.3", "91.4", "93.2"),
    *_pyskl("vanilla", "ntu60", "2d", "xsub", "85.7"),
    *_pyskl("vanilla", "ntu60", "2d", "xview", "92.4"),
    *_pyskl("practice", "ntu60", "3d", "xsub", "87.8", "88.6", "85.8", "86.2", "90.0", "90.7"),
    *_pyskl("practice", "ntu60", "3d", "xview", "95.5", "95.0", "93.7", "92.8", "96.2", "96.5"),
    *_pyskl("practice", "ntu60", "2d", "xsub", "89.0"),
    *_pyskl("practice", "ntu60", "2d", "xview", "98.0"),
    *_pyskl("practice", "ntu120", "3d", "xsub", "82.1"),
    *_pyskl("practice", "ntu120", "3d", "xset", "84.5"),
    _claim(
        "coursework-ntu60-xsub",
        "ST-GCN by coursework, distance partitioning",
        _printed(f"73.60, {_COURSEWORK}"),
        _NTU_ANY,
        Place(),
        split="xsub",
        row=Row.THIRD_PARTY,
        note="Written from the paper's text alone.",
    ),
    *_kinetics(
        "rerun",
        "ST-GCN, a variant of the first release",
        "25.16",
        "47.02",
        "st-gcn-data-len issue 6",
        source=", github.com/zhujiagang/st-gcn-data-len issue 6",
        row=Row.THIRD_PARTY,
        note="A user's run, after 60 epochs.",
    ),
)


_TRIED = {  # of Table 1: what it is, and its variants on Kinetics and on UTD-MHAD
    "importance": ("spatial configuration with learnable importance", "early_kinetics", "config"),
    "spatial": ("spatial configuration", "early_kinetics_spatial", "utd_spatial"),
    "distance": ("distance partitioning", "early_kinetics_distance", "utd_distance"),
    "distance-tied": (
        "distance partitioning*",
        "early_kinetics_distance_tied",
        "utd_distance_tied",
    ),
    "uniform": ("uni-labeling", "early_kinetics_uniform", "utd_uniform"),
}


def _tried_twice(better: str, worse: str) -> tuple[Ordering, Ordering]:
    """An ordering of Table 1 on Kinetics, and its exploration on UTD-MHAD."""
    (a, better_here, better_there), (b, worse_here, worse_there) = _TRIED[better], _TRIED[worse]
    is_recalled = "distance-tied" in (better, worse)
    evidence = Evidence.RECALLED if is_recalled else Evidence.SECONDARY
    printed = Ordering(
        key=f"{better}-beats-{worse}",
        better=better_here,
        worse=worse_here,
        metric="top1_acc",
        protocol=_KINETICS,
        splits=("val",),
        place=_place("Table 1", evidence),
        evidence=evidence,
        statement=f"{a.capitalize()} beats {b} on Kinetics.",
    )
    return printed, Ordering(
        key=f"{better}-against-{worse}-on-utd-mhad",
        better=better_there,
        worse=worse_there,
        metric="top1_acc",
        protocol=_UTD,
        splits=("odd-even",),
        place=Place(),
        evidence=evidence,
        statement=f"{a.capitalize()} against {b}, on UTD-MHAD.",
        explores=printed.key,
    )


_ORDERINGS = (
    *_tried_twice("distance", "uniform"),
    *_tried_twice("distance", "distance-tied"),
    *_tried_twice("distance-tied", "uniform"),
    *_tried_twice("spatial", "distance"),
    *_tried_twice("importance", "spatial"),
    Ordering(
        key="st-gcn-beats-tcn",
        better=None,
        worse=None,
        metric="top1_acc",
        protocol=_KINETICS,
        splits=("val",),
        place=_place("Table 2"),
        evidence=Evidence.SECONDARY,
        statement="ST-GCN beats temporal convolution (Res-TCN) on Kinetics.",
        note="No code of the authors' temporal convolution runs here.",
    ),
)

CLAIMS: tuple[Claim | Ordering, ...] = (
    *_TABLE_1,
    *_TABLE_2,
    *_TABLE_3,
    *_TABLE_4,
    *_TABLE_5,
    *_REPOSITORIES,
    *_THIRD_PARTIES,
    *_ORDERINGS,
)

_CODE = "code of yysijie/st-gcn, both states"
_QUOTING = "ri.k117.org, which quotes the text"
_SHAPES = "public note on the shapes of the converted arrays"
_ISSUE_1573 = "MMAction2 issue 1573, a maintainer"


def _said(key: str, aspect: Aspect, text: str, evidence: Evidence, **more) -> Statement:
    return Statement(
        key=key, topic=Topic.OVER_FITTING, aspect=aspect, text=text, evidence=evidence, **more
    )


STATEMENTS: tuple[Statement, ...] = (
    _said(
        "loss-on-kinetics",
        Aspect.HELD_OUT,
        "On Kinetics training is slow and the training loss still high at the end, so that "
        "users took it for too weak a fit, not for over-fitting. No training accuracy is known.",
        Evidence.SECONDARY,
        source="open-mmlab/mmskeleton issue 48",
        place=_place("open-mmlab/mmskeleton issue 48"),
        dataset="kinetics_skeleton",
        amounts=(
            Amount(
                what="training loss of a user's run, epoch 60",
                readings=_printed("3.0, open-mmlab/mmskeleton issue 48"),
                about=True,
            ),
        ),
    ),
    _said(
        "size-of-ntu",
        Aspect.DATA,
        "NTU RGB+D, as the paper counts its clips.",
        Evidence.SECONDARY,
        source=_QUOTING,
        dataset="ntu60",
        amounts=(
            Amount(what="training clips across subjects", readings=_printed(f"39889, {_QUOTING}")),
            Amount(what="training clips across views", readings=_printed(f"37462, {_QUOTING}")),
        ),
    ),
    _said(
        "size-of-kinetics",
        Aspect.DATA,
        "Kinetics, as skeletons, has six times as many training clips.",
        Evidence.SECONDARY,
        source=f"{_QUOTING}; {_SHAPES}",
        dataset="kinetics_skeleton",
        amounts=(
            Amount(
                what="training clips in the text",
                readings=_printed(f"240000, {_QUOTING}"),
                about=True,
            ),
            Amount(what="training clips converted", readings=_printed(f"240436, {_SHAPES}")),
        ),
    ),
    _said(
        "dropout-in-the-text",
        Aspect.REGULARISATION,
        "Dropout after every unit, as the text has it.",
        Evidence.SECONDARY,
        source=f"{_VAULT}; {_DIGEST}",
        amounts=(Amount(what="dropout", readings=_printed(f"0.5, {_VAULT}; {_DIGEST}")),),
    ),
    _said(
        "dropout-in-the-code",
        Aspect.REGULARISATION,
        "The authors' code has dropout on NTU RGB+D, none in the first unit of the network, and "
        "none at all on Kinetics.",
        Evidence.REPOSITORY,
        source=_CODE,
        place=_place(_CODE, Evidence.REPOSITORY),
        amounts=(
            Amount(what="dropout on NTU RGB+D", readings=_read(f"0.5, {_CODE}")),
            Amount(what="dropout on Kinetics", readings=_read(f"0, {_CODE}")),
            Amount(what="weight decay", readings=_read(f"0.0001, {_CODE}")),
        ),
    ),
    _said(
        "place-of-dropout",
        Aspect.REGULARISATION,
        "In February 2019 the authors tried other places for the dropout and trained again; the "
        "README's number across subjects rose.",
        Evidence.REPOSITORY,
        source="history of yysijie/st-gcn, 19 to 21 February 2019",
        place=_place("History of the repository", Evidence.REPOSITORY),
        dataset="ntu60",
        claims=(
            "readme-2018-ntu-xsub",
            "readme-february-2019-ntu-xsub",
            "released-ntu-xsub-top1",
        ),
    ),
    _said(
        "augmentation",
        Aspect.REGULARISATION,
        "On Kinetics 150 frames of 300 are drawn and the skeletons are turned, scaled and moved; "
        "on NTU RGB+D nothing is changed.",
        Evidence.REPOSITORY,
        source=_CODE,
        place=_place(_CODE, Evidence.REPOSITORY),
    ),
    _said(
        "toolbox-without-dropout",
        Aspect.REGULARISATION,
        "MMAction2 trains the network without dropout: in practice it does not help, says a "
        "maintainer.",
        Evidence.SECONDARY,
        source=_ISSUE_1573,
        place=_place("MMAction2 issue 1573"),
        claims=("mmaction0-ntu60-3d-xsub",),
        cites="mmaction2020",
    ),
    _said(
        "no-pretraining",
        Aspect.PRETRAINING,
        "No weights from other data; the initial weights are random.",
        Evidence.REPOSITORY,
        source=_CODE,
        place=_place(_CODE, Evidence.REPOSITORY),
    ),
    _said(
        "depth",
        Aspect.DEPTH,
        "Nine units in the text, ten in the code; other depths are not known to be printed.",
        Evidence.SECONDARY,
        source=f"{_VAULT}; {_DIGEST}; {_CODE}",
        amounts=(
            Amount(what="units in the text", readings=_printed(f"9, {_VAULT}; {_DIGEST}")),
            Amount(what="units in the code", readings=_read(f"10, {_CODE}")),
        ),
    ),
    _said(
        "hold-out",
        Aspect.CHOOSING,
        "Training and test data of NTU RGB+D are distributed differently, so that the epochs at "
        "which the learning rate falls should be chosen on a held-out part of the training data; "
        "the published settings were chosen casually, says the first author.",
        Evidence.REPOSITORY,
        source="open-mmlab/mmskeleton issue 23, the first author",
        place=_place("open-mmlab/mmskeleton issue 23", Evidence.REPOSITORY),
        dataset="ntu60",
    ),
)
