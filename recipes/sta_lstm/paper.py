"""What the paper says, as far as it could be known.

The full text could not be read: only its opening and summaries by others are
stored. No number here was read in the paper itself; each says where it is from.
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
from recipes._shared.works import DU2015HIERARCHICAL, SHAHROUDY2016NTU, VEMULAPALLI2014HUMAN

PAPER = Paper(
    method="STA-LSTM",
    citation=Citation(
        key="song2017end",
        title="An End-to-End Spatio-Temporal Attention Model for Human Action Recognition "
        "from Skeleton Data",
        authors=("Sijie Song", "Cuiling Lan", "Junliang Xing", "Wenjun Zeng", "Jiaying Liu"),
        venue="AAAI",
        year=2017,
        doi="10.1609/aaai.v31i1.11212",
        arxiv="1611.06067",
        volume="31",
        pages="4263--4270",
    ),
    references=(
        Citation(
            key="yun2012two",
            title="Two-person Interaction Detection Using Body-Pose Features and Multiple "
            "Instance Learning",
            authors=(
                "Kiwon Yun",
                "Jean Honorio",
                "Debaleena Chattopadhyay",
                "Tamara L. Berg",
                "Dimitris Samaras",
            ),
            venue="CVPRW",
            year=2012,
            doi="10.1109/CVPRW.2012.6239234",
        ),
        Citation(
            key="ji2014interactive",
            title="Interactive Body Part Contrast Mining for Human Interaction Recognition",
            authors=("Yanli Ji", "Guo Ye", "Hong Cheng"),
            venue="ICME Workshops",
            year=2014,
        ),
        DU2015HIERARCHICAL,
        Citation(
            key="zhu2016co",
            title="Co-occurrence Feature Learning for Skeleton Based Action Recognition Using "
            "Regularized Deep LSTM Networks",
            authors=(
                "Wentao Zhu",
                "Cuiling Lan",
                "Junliang Xing",
                "Wenjun Zeng",
                "Yanghao Li",
                "Li Shen",
                "Xiaohui Xie",
            ),
            venue="AAAI",
            year=2016,
            arxiv="1603.07772",
        ),
        Citation(
            key="evangelidis2014skeletal",
            title="Skeletal Quads: Human Action Recognition Using Joint Quadruples",
            authors=("Georgios Evangelidis", "Gurkirt Singh", "Radu Horaud"),
            venue="ICPR",
            year=2014,
        ),
        VEMULAPALLI2014HUMAN,
        Citation(
            key="hu2015jointly",
            title="Jointly Learning Heterogeneous Features for RGB-D Activity Recognition",
            authors=("Jian-Fang Hu", "Wei-Shi Zheng", "Jianhuang Lai", "Jianguo Zhang"),
            venue="CVPR",
            year=2015,
        ),
        SHAHROUDY2016NTU,
        Citation(
            key="song2018spatio",
            title="Spatio-Temporal Attention-Based LSTM Networks for 3D Action Recognition and "
            "Detection",
            authors=("Sijie Song", "Cuiling Lan", "Junliang Xing", "Wenjun Zeng", "Jiaying Liu"),
            venue="IEEE TIP",
            year=2018,
            volume="27",
            pages="3459--3471",
        ),
    ),
    cites=(
        "yun2012two",
        "ji2014interactive",
        "du2015hierarchical",
        "zhu2016co",
        "evangelidis2014skeletal",
        "vemulapalli2014human",
        "hu2015jointly",
        "shahroudy2016ntu",
    ),
    compares_with=(
        "yun2012two",
        "ji2014interactive",
        "du2015hierarchical",
        "zhu2016co",
        "evangelidis2014skeletal",
        "vemulapalli2014human",
        "hu2015jointly",
        "shahroudy2016ntu",
    ),
    implementations=(
        Implementation(
            by="re-implementation A (TensorFlow, seen through a public note only)",
            differs="2D pose; one LSTM of 128 units for main network and gates, so that the gates "
            "read the main state; joints summed after weighting, which loses their identity; "
            "spatial regulariser on K times the mean weight; Adadelta at 0.01; (λ1, λ2, λ3) = "
            "(0.001, 0.0001, 0.0005); no stages",
        ),
        Implementation(
            by="re-implementation B (TensorFlow, the same author as A)",
            differs="main LSTM of any depth; weights of joints times K, joints kept apart; mask "
            "for padding and scores divided by the true length; both regularisers as l1 norms; "
            "Adadelta; freezing and restoring allow stages",
        ),
        Implementation(
            by="YukaiDing/STA-LSTM",
            url="https://github.com/YukaiDing/STA-LSTM",
            differs="a flood-forecasting model of the same name: not this paper. Models of "
            "trajectories, soft sensors and facial pain share the name too",
        ),
    ),
    topics=("skeletons", "attention", "recurrent networks"),
)

_SBU = Protocol(dataset="sbu", modality="joint", classes=8, joints=15, persons=2)
_SBU_FOLDS = ("fold1", "fold2", "fold3", "fold4", "fold5")
_SBU_TABLE = Place(where="Table 1, SBU", evidence=Evidence.RECALLED)

# Whether both persons are concatenated on NTU is ambiguous: persons stays open.
_NTU = Protocol(dataset="ntu60", modality="joint", classes=60, joints=25)
_NTU_TAU = {
    "xsub": (1.0, "three standard errors of 16,487 test sequences"),
    "xview": (0.85, "three standard errors of 18,932 test sequences"),
}
_NTU_TABLE = Place(where="Table 2, NTU RGB+D", evidence=Evidence.RECALLED)

_SAHBI = "SBU table of a paper by Sahbi on label-efficient graph convolution (public note)"
_LIST = "github.com/niais/Awesome-Skeleton-based-Action-Recognition"
_LEADERBOARD = f"{_LIST} and the survey of Sun et al."


def _recalled(printed: str) -> Reading:
    return Reading(printed=printed, evidence=Evidence.RECALLED)


def _second_hand(printed: str, source: str) -> Reading:
    return Reading(printed=printed, evidence=Evidence.SECONDARY, source=source)


def _sbu(key: str, method: str, cites: str, readings: tuple[Reading, ...], note: str = "") -> Claim:
    return Claim(
        key=key,
        method=method,
        metric="top1_acc",
        readings=readings,
        protocol=_SBU,
        splits=_SBU_FOLDS,
        place=_SBU_TABLE,
        row=Row.QUOTED,
        cites=cites,
        note=note,
    )


def _ntu(
    key: str, method: str, split: str, reading: Reading, *, cites: str = "", note: str = ""
) -> Claim:
    tolerance, reason = (None, "") if cites else _NTU_TAU[split]
    return Claim(
        key=f"{key}-ntu-{split}",
        method=method,
        metric="top1_acc",
        readings=(reading,),
        protocol=_NTU,
        splits=(split,),
        place=_NTU_TABLE,
        row=Row.QUOTED if cites else Row.OWN,
        cites=cites,
        variant=None if cites else "ntu",
        tolerance=tolerance,
        tolerance_reason=reason,
        note=note,
    )


_NTU_NOTE = (
    "Whether the joints of both persons are concatenated is not known; the data need a licence."
)

CLAIMS: tuple[Claim | Ordering, ...] = (
    Claim(
        key="sta-lstm-sbu",
        method="STA-LSTM",
        metric="top1_acc",
        readings=(_recalled("91.51"), _second_hand("91.5", _SAHBI)),
        protocol=_SBU,
        splits=_SBU_FOLDS,
        place=_SBU_TABLE,
        variant="config",
        tolerance=1.0,
        tolerance_reason="three test sequences: one of the 282 is 0.35 pp",
        note="The two decimals are recalled; they round to the one decimal that a secondary "
        "source prints, so the finer reading is judged.",
    ),
    _sbu("raw-yun-sbu", "Raw skeleton", "yun2012two", (_second_hand("49.7", _SAHBI),)),
    _sbu("joint-yun-sbu", "Joint feature", "yun2012two", (_recalled("80.3"),)),
    _sbu("raw-ji-sbu", "Raw skeleton", "ji2014interactive", (_recalled("79.4"),)),
    _sbu("joint-ji-sbu", "Joint feature", "ji2014interactive", (_second_hand("86.9", _SAHBI),)),
    _sbu(
        "hbrnn-sbu",
        "Hierarchical RNN",
        "du2015hierarchical",
        (_recalled("80.35"), _second_hand("80.4", _SAHBI)),
    ),
    _sbu(
        "cooccurrence-sbu",
        "Co-occurrence RNN",
        "zhu2016co",
        (_recalled("90.41"), _second_hand("90.4", _SAHBI)),
    ),
    _ntu("sta-lstm", "STA-LSTM", "xsub", _second_hand("73.4", _LEADERBOARD), note=_NTU_NOTE),
    _ntu("sta-lstm", "STA-LSTM", "xview", _second_hand("81.2", _LEADERBOARD), note=_NTU_NOTE),
    _ntu("quads", "Skeletal quads", "xsub", _recalled("38.6"), cites="evangelidis2014skeletal"),
    _ntu("quads", "Skeletal quads", "xview", _recalled("41.4"), cites="evangelidis2014skeletal"),
    _ntu("lie", "Lie group", "xsub", _second_hand("50.1", _LIST), cites="vemulapalli2014human"),
    _ntu("lie", "Lie group", "xview", _second_hand("52.8", _LIST), cites="vemulapalli2014human"),
    _ntu("dynamic", "Dynamic skeletons", "xsub", _recalled("60.2"), cites="hu2015jointly"),
    _ntu("dynamic", "Dynamic skeletons", "xview", _recalled("65.2"), cites="hu2015jointly"),
    _ntu("hbrnn", "HBRNN", "xsub", _second_hand("59.1", _LEADERBOARD), cites="du2015hierarchical"),
    _ntu("hbrnn", "HBRNN", "xview", _second_hand("64.0", _LEADERBOARD), cites="du2015hierarchical"),
    _ntu("deep-lstm", "Deep LSTM", "xsub", _recalled("60.7"), cites="shahroudy2016ntu"),
    _ntu("deep-lstm", "Deep LSTM", "xview", _recalled("67.3"), cites="shahroudy2016ntu"),
    _ntu(
        "part-lstm",
        "Part-aware LSTM",
        "xsub",
        _second_hand("62.9", _LEADERBOARD),
        cites="shahroudy2016ntu",
    ),
    _ntu(
        "part-lstm",
        "Part-aware LSTM",
        "xview",
        _second_hand("70.3", _LEADERBOARD),
        cites="shahroudy2016ntu",
    ),
)

_BARS = Place(where="Bar charts of the ablation on SBU and NTU", evidence=Evidence.RECALLED)
_BEST = "recalled with high confidence: STA-LSTM is the best of the four models on every protocol"


def _ordering(better: str, worse: str, statement: str, note: str) -> Ordering:
    return Ordering(
        key=f"{better}-beats-{worse}".replace("_", "-").replace("config", "sta-lstm"),
        better=better,
        worse=worse,
        metric="top1_acc",
        protocol=_SBU,
        splits=_SBU_FOLDS,
        place=_BARS,
        evidence=Evidence.RECALLED,
        statement=statement,
        note=note,
    )


def _ordering_on_ntu(worse: str, split: str) -> Ordering:
    variant = f"ntu_{worse.lower().replace('-', '_')}"
    return Ordering(
        key=f"sta-lstm-beats-{worse}-ntu-{split}".lower(),
        better="ntu",
        worse=variant,
        metric="top1_acc",
        protocol=_NTU,
        splits=(split,),
        place=_BARS,
        evidence=Evidence.RECALLED,
        statement=f"STA-LSTM is more accurate than {worse} on NTU RGB+D {split}.",
        note=_BEST,
    )


CLAIMS += (
    _ordering("config", "lstm", "STA-LSTM is more accurate than LSTM on SBU.", _BEST),
    _ordering("config", "sa_lstm", "STA-LSTM is more accurate than SA-LSTM on SBU.", _BEST),
    _ordering("config", "ta_lstm", "STA-LSTM is more accurate than TA-LSTM on SBU.", _BEST),
    _ordering(
        "sa_lstm",
        "lstm",
        "SA-LSTM is more accurate than LSTM on SBU.",
        "a margin of up to 5.1 points over all data sets is recalled with low confidence",
    ),
    _ordering(
        "ta_lstm",
        "lstm",
        "TA-LSTM is more accurate than LSTM on SBU.",
        "a margin of up to 6.4 points over all data sets is recalled with low confidence",
    ),
    *(
        _ordering_on_ntu(worse, split)
        for split in ("xsub", "xview")
        for worse in ("LSTM", "SA-LSTM", "TA-LSTM")
    ),
)

_NOTES = "public notes that discuss the loss, blog.csdn.net/qq_36627158 among them"


def _said(key: str, aspect: Aspect, text: str, evidence: Evidence, **more) -> Statement:
    return Statement(
        key=key, topic=Topic.OVER_FITTING, aspect=aspect, text=text, evidence=evidence, **more
    )


STATEMENTS: tuple[Statement, ...] = (
    _said(
        "small-data",
        Aspect.DATA,
        "SBU is small: 282 sequences of 21 pairs of people, in five folds.",
        Evidence.SECONDARY,
        source="a public copy of the data, counted",
        dataset="sbu",
        amounts=(
            Amount(
                what="sequences",
                readings=(_second_hand("282", "a public copy of the data, counted"),),
            ),
            Amount(
                what="frames",
                readings=(_second_hand("6822", "a public copy of the data, counted"),),
            ),
        ),
    ),
    _said(
        "dropout",
        Aspect.REGULARISATION,
        "Dropout in the LSTM network; between which layers is not known.",
        Evidence.RECALLED,
        amounts=(Amount(what="dropout", readings=(_recalled("0.5"),)),),
    ),
    _said(
        "regularisers",
        Aspect.REGULARISATION,
        "The loss has three more terms: one keeps the weights of the joints from ignoring some of "
        "them for good, one keeps the weights of the frames bounded, and one is an l1 norm of the "
        "connection weights of all networks; a note says that they are there against over-fitting.",
        Evidence.SECONDARY,
        source=_NOTES,
        amounts=(
            Amount(what="λ1, of the weights of joints", readings=(_recalled("0.001"),)),
            Amount(what="λ2, of the weights of frames", readings=(_recalled("0.0001"),)),
            Amount(what="λ3, of the l1 norm", readings=(_recalled("0.0005"),)),
            Amount(what="λ1, a second triple", readings=(_recalled("0.01"),)),
            Amount(what="λ2, a second triple", readings=(_recalled("0.001"),)),
            Amount(what="λ3, a second triple", readings=(_recalled("0.00005"),)),
        ),
    ),
    _said(
        "effect-of-regularisers",
        Aspect.REGULARISATION,
        "What the regularisers and the training in stages are worth: no number is known.",
        Evidence.UNKNOWN,
    ),
    _said(
        "stages",
        Aspect.PRETRAINING,
        "No other data: the two attention networks are trained first, each with a main network of "
        "one layer, and everything together at the end.",
        Evidence.RECALLED,
    ),
    _said(
        "depth",
        Aspect.DEPTH,
        "The main network has three LSTM layers of 100 units; other depths are not known to be "
        "printed.",
        Evidence.RECALLED,
        amounts=(Amount(what="LSTM layers", readings=(_recalled("3"),)),),
    ),
    _said(
        "no-augmentation",
        Aspect.REGULARISATION,
        "No augmentation of the data is known.",
        Evidence.RECALLED,
    ),
    _said(
        "held-out-part",
        Aspect.CHOOSING,
        "On NTU RGB+D a part of the training data is held out for validation.",
        Evidence.RECALLED,
        dataset="ntu60",
        amounts=(Amount(what="part of the training data", readings=(_recalled("5"),), unit="%"),),
    ),
)
