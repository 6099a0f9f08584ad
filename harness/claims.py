"""What papers say: citations, claims, the conditions they hold under, and statements.

A claim is typed once, by hand, with its place in the paper and how we know it.
"""

from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Literal, NamedTuple

from harness.metrics import METRICS, Metric


class Evidence(StrEnum):
    """How we know a printed number, or where it stands."""

    PAPER = "paper"
    REPOSITORY = "authors' repository"
    SECONDARY = "secondary source"
    RECALLED = "recalled"
    UNKNOWN = "unknown"


class Row(StrEnum):
    """Whose number it is."""

    OWN = "own"
    QUOTED = "quoted"
    THIRD_PARTY = "third-party"


@dataclass(frozen=True, kw_only=True, slots=True)
class Citation:
    """A published work.

    Args:
        key: BibTeX key, unique over the whole collection for one work.
        title: Title as printed.
        authors: Full names in printed order.
        venue: Where it was published, abbreviated as the field does.
        year: Year of that publication.
        doi: Digital object identifier, without a resolver in front.
        arxiv: arXiv identifier, such as ``"1611.06067"``.
        url: A page about it, where there is neither DOI nor arXiv entry.
        volume: Volume of the proceedings or journal.
        pages: First and last page, such as ``"4263--4270"``.
    """

    key: str
    title: str
    authors: tuple[str, ...]
    venue: str
    year: int
    doi: str = ""
    arxiv: str = ""
    url: str = ""
    volume: str = ""
    pages: str = ""

    @property
    def link(self) -> str:
        """Address of the work: its DOI, else its arXiv entry, else its page."""
        if self.doi:
            return f"https://doi.org/{self.doi}"
        if self.arxiv:
            return f"https://arxiv.org/abs/{self.arxiv}"
        return self.url

    @property
    def short(self) -> str:
        """Author and year, as cited in running text."""
        names = [author.split()[-1] for author in self.authors]
        who = f"{names[0]} et al." if len(names) > 2 else " and ".join(names)
        return f"{who}, {self.year}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Implementation:
    """Public code for a paper's method.

    Args:
        by: Whose it is.
        url: Where it is; ``""`` where only its existence is known.
        licence: Its licence; ``"unknown"`` where nobody looked.
        differs: What differs from the paper.
        official: Whether the paper's authors published it.
    """

    by: str
    url: str = ""
    licence: str = "unknown"
    differs: str = ""
    official: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Paper:
    """A paper that a recipe reproduces.

    Args:
        method: Name of the method, as tables print it.
        citation: The paper itself.
        references: Works that the recipe's claims and pages cite.
        cites: Keys of those that the paper cites, as far as we know.
        compares_with: Keys of those whose numbers stand in the paper's tables.
        implementations: Public code that is known.
        topics: What the paper is about, for reports by topic.
    """

    method: str
    citation: Citation
    references: tuple[Citation, ...] = ()
    cites: tuple[str, ...] = ()
    compares_with: tuple[str, ...] = ()
    implementations: tuple[Implementation, ...] = ()
    topics: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        known = {work.key for work in self.references}
        if unknown := sorted({*self.cites, *self.compares_with} - known):
            raise ValueError(f"no reference for the cited keys {', '.join(unknown)}")


VIDEO_MODALITIES = frozenset({"rgb", "flow", "depth"})


Form = Literal["skeletons", "videos"]


class DataKey(NamedTuple):
    """What a run reads: a data set's skeletons, or its videos."""

    dataset: str
    form: Form


@dataclass(frozen=True, kw_only=True, slots=True)
class Protocol:
    """The conditions of a measurement; only equal ones are compared.

    ``None`` says that the field does not apply or, in a claim, that the paper
    does not say and it is left open.

    Args:
        dataset: Key of the data set.
        modality: ``rgb``, ``flow``, ``depth``, ``joint``, ``bone``, …
        classes: Number of classes told apart.
        level: What is counted: ``clip`` or ``video`` (a whole sequence, for
            skeletons).
        clip_len: Frames in a clip; ``None`` for all frames of the sample.
        frame_interval: Frames from one sampled frame to the next.
        num_clips: Clips whose scores are averaged; ``None`` for as many as follow
            one another in the sample.
        num_crops: Spatial windows whose scores are averaged.
        crop_size: Side of a window, in pixels.
        joints: Joints a person.
        persons: Persons a frame.
        pretrain: Data set of the initial weights, or ``none``.
    """

    dataset: str
    modality: str
    classes: int
    level: str = "video"
    clip_len: int | None = None
    frame_interval: int = 1
    num_clips: int | None = 1
    num_crops: int = 1
    crop_size: int | None = None
    joints: int | None = None
    persons: int | None = None
    pretrain: str = "none"

    @property
    def data(self) -> DataKey:
        """What is read, of several modalities the first one."""
        return DataKey(self.dataset, self.forms[0])

    @property
    def forms(self) -> tuple[Form, ...]:
        """Forms of the data, in the order of the modalities: pixels are of videos."""
        found: dict[Form, None] = {}
        for modality in self.modality.split("+"):
            found["videos" if modality in VIDEO_MODALITIES else "skeletons"] = None
        return tuple(found)

    def differences(self, other: "Protocol") -> tuple[str, ...]:
        """Names of the fields in which two protocols differ."""
        return tuple(
            field.name
            for field in fields(self)
            if getattr(self, field.name) != getattr(other, field.name)
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """A number as somebody printed it.

    Args:
        printed: The digits as printed, so that their precision is kept.
        evidence: How we know the digits.
        source: Which secondary source or repository, where it is one.
    """

    printed: str
    evidence: Evidence
    source: str = ""

    def __post_init__(self) -> None:
        float(self.printed)
        if self.evidence is Evidence.SECONDARY and not self.source:
            raise ValueError(f"the reading {self.printed} names no secondary source")

    @property
    def value(self) -> float:
        """The printed number."""
        return float(self.printed)


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where a paper says something.

    Args:
        where: Table, row and column, or section; ``""`` where unknown.
        evidence: How we know the place.
    """

    where: str = ""
    evidence: Evidence = Evidence.UNKNOWN

    def __post_init__(self) -> None:
        if bool(self.where) == (self.evidence is Evidence.UNKNOWN):
            raise ValueError(f"a place is unknown or it is said, not both: {self.where!r}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """One printed number: a score, or a cost.

    Args:
        key: Name, unique in its recipe.
        method: Row of the table it stands in.
        metric: Key of :data:`harness.metrics.METRICS`.
        readings: The number; where sources disagree all of them, and the first
            is the one that runs are judged by.
        protocol: Conditions it holds under.
        splits: Splits that it is the unweighted mean over.
        place: Where the paper prints it.
        row: Whose number it is. A third party's may be tried, and is then judged
            like the paper's, but never counted among the paper's.
        cites: Key of the work that a quoted or third-party row is taken from.
        variant: Config file that tries it; ``None`` while there is none.
        tolerance: τ, the largest gap that is still the same result, in the
            metric's gap unit.
        tolerance_reason: Why this τ.
        note: What a reader should know.
        derived: Of a cost that is printed otherwise than it comes out, for a reason that
            the note gives: what it comes out as, in as many digits as are known.
    """

    key: str
    method: str
    metric: str
    readings: tuple[Reading, ...]
    protocol: Protocol
    splits: tuple[str, ...]
    place: Place
    row: Row = Row.OWN
    cites: str = ""
    variant: str | None = None
    tolerance: float | None = None
    tolerance_reason: str = ""
    note: str = ""
    derived: str = ""

    def __post_init__(self) -> None:
        if self.metric not in METRICS:
            raise ValueError(f"claim {self.key}: there is no metric {self.metric!r}")
        if self.derived and not (self.note and self.kind == "cost"):
            raise ValueError(f"claim {self.key}: what is derived is a cost, and a note says why")
        if not self.readings:
            raise ValueError(f"claim {self.key} has no reading")
        if self.row is Row.QUOTED and self.variant is not None:
            raise ValueError(f"claim {self.key} is {self.row} and needs no variant")
        if self.row is Row.QUOTED and not self.cites:
            raise ValueError(f"claim {self.key} is quoted and does not say from whom")
        if self.variant is not None and (not self.tolerance or not self.tolerance_reason):
            raise ValueError(f"claim {self.key} needs a tolerance and its reason")

    @property
    def value(self) -> float:
        """The number that runs are judged by."""
        return self.readings[0].value

    @property
    def quantity(self) -> Metric:
        """Its metric."""
        return METRICS[self.metric]

    @property
    def kind(self) -> str:
        """``score`` or ``cost``."""
        return "score" if self.quantity.is_score else "cost"

    @property
    def is_own(self) -> bool:
        """Whether it is the paper's own, and counts among its claims."""
        return self.row is Row.OWN


@dataclass(frozen=True, kw_only=True, slots=True)
class Ordering:
    """A printed "A beats B under the same protocol", or an exploration of one.

    An exploration tries a printed ordering on data that the paper did not use.
    It is judged alike, shown apart and never counted: whatever comes out, it
    says nothing of whether the paper's results come out again.

    Args:
        key: Name, unique in its recipe.
        better: Variant of A; ``None`` while there is none.
        worse: Variant of B, likewise.
        metric: Key of :data:`harness.metrics.METRICS`.
        protocol: Conditions it holds under; of an exploration, is tried under.
        splits: Splits whose test samples are compared.
        place: Where the paper says it; of an exploration, unknown.
        evidence: How we know that it says so, or says what is explored.
        statement: What it says, in our words.
        note: What a reader should know.
        explores: Of an exploration, key of the printed ordering.
        worse_protocol: Conditions of B where they are not those of A, as where one
            stream is compared with two; ``None`` where they are.
    """

    key: str
    better: str | None
    worse: str | None
    metric: str
    protocol: Protocol
    splits: tuple[str, ...]
    place: Place
    evidence: Evidence
    statement: str
    note: str = ""
    explores: str = ""
    worse_protocol: Protocol | None = None

    def __post_init__(self) -> None:
        if self.metric not in METRICS or not METRICS[self.metric].is_score:
            raise ValueError(f"ordering {self.key}: {self.metric!r} is no score")
        if not self.explores:
            return
        if self.better is None or self.worse is None:
            raise ValueError(f"exploration {self.key} lacks one of its two variants")
        if self.place.where:
            raise ValueError(f"exploration {self.key} has a place, but no paper prints it")

    @property
    def sides(self) -> tuple[tuple[str | None, Protocol], tuple[str | None, Protocol]]:
        """Variant and conditions of A and of B."""
        return (self.better, self.protocol), (self.worse, self.worse_protocol or self.protocol)

    @property
    def kind(self) -> str:
        """``ordering`` or ``exploration``, beside the kinds of :class:`Claim`."""
        return "exploration" if self.explores else "ordering"

    @property
    def is_own(self) -> bool:
        """Whether it is the paper's own, and counts among its claims."""
        return not self.explores


class Topic(StrEnum):
    """What a statement is about."""

    OVER_FITTING = "over-fitting"


class Aspect(StrEnum):
    """Which side of its topic a statement speaks of; pages show them in this order."""

    HELD_OUT = "training against held-out data"
    DATA = "size of the data"
    PRETRAINING = "pre-training"
    DEPTH = "depth"
    REGULARISATION = "regularisation and augmentation"
    CHOOSING = "what is chosen on test data"


@dataclass(frozen=True, kw_only=True, slots=True)
class Amount:
    """A number in a statement that no run is judged by, and that is no claim for it.

    Args:
        what: What it counts.
        readings: The number; where sources disagree all of them.
        unit: Its unit; ``""`` where it has none.
        about: Whether it is printed as a round figure.
        against: Key of the claim with the number that it is set beside, in the
            same unit.
    """

    what: str
    readings: tuple[Reading, ...]
    unit: str = ""
    about: bool = False
    against: str = ""

    def __post_init__(self) -> None:
        if not self.readings:
            raise ValueError(f"the amount {self.what!r} has no reading")


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """What a paper, or its authors' code, says of a topic besides its tables.

    Nothing runs for it and it has no verdict. A number that the tables have is
    not typed again here: the statement names the claim.

    Args:
        key: Name, unique among the statements of its recipe.
        topic: What it is about.
        aspect: Which side of that.
        text: What is said, in our words.
        evidence: How we know that it is said.
        source: Which secondary source or repository, where it is one.
        place: Where it is said, and how we know that.
        dataset: Key of the data set that it holds for; ``""`` for none or several.
        amounts: Numbers that are said with it.
        claims: Keys of the recipe's claims that it speaks of.
        cites: Key of the work that says it, where it is not the recipe's paper.
    """

    key: str
    topic: Topic
    aspect: Aspect
    text: str
    evidence: Evidence
    source: str = ""
    place: Place = Place()
    dataset: str = ""
    amounts: tuple[Amount, ...] = ()
    claims: tuple[str, ...] = ()
    cites: str = ""

    def __post_init__(self) -> None:
        if not self.text:
            raise ValueError(f"statement {self.key} says nothing")
        if self.evidence is Evidence.SECONDARY and not self.source:
            raise ValueError(f"statement {self.key} names no secondary source")
