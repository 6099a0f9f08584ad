"""What the words on the pages mean, for a reader who has never seen the project."""

from dataclasses import dataclass

from harness.compare import Outcome


@dataclass(frozen=True, kw_only=True, slots=True)
class Word:
    """A word and its meaning.

    Args:
        key: What links to it end in.
        term: The word.
        text: What it means.
    """

    key: str
    term: str
    text: str

    @property
    def anchor(self) -> str:
        """Name that links lead to."""
        return f"word-{self.key}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Chapter:
    """Words that belong together.

    Args:
        key: Name of its heading, for links.
        title: Heading.
        words: They.
    """

    key: str
    title: str
    words: tuple[Word, ...]


def _outcome(outcome: Outcome, key: str, text: str) -> Word:
    return Word(key=key, term=str(outcome), text=text)


NUMBERS = (
    _outcome(
        Outcome.REPRODUCED,
        "reproduced",
        "The number came out again: the mean of our runs is no further from the printed number "
        "than τ, and there are enough runs to say so. The authors' code did not run.",
    ),
    _outcome(
        Outcome.BELOW,
        "below-claim",
        "Our mean is lower than the printed number by more than τ, and by more than luck between "
        "runs explains. It is said of our implementation: from here a mistake of ours and a "
        "mistake in the paper look alike.",
    ),
    _outcome(
        Outcome.ABOVE,
        "above-claim",
        "The same in the other direction. Better than printed is a discrepancy, too.",
    ),
    _outcome(
        Outcome.INCONCLUSIVE,
        "inconclusive",
        "There are runs, and they do not decide: they scatter too widely for τ. The reason beside "
        "it says what would settle it, most often more seeds.",
    ),
    _outcome(
        Outcome.SINGLE_WITHIN,
        "single-run-within",
        "One seed only, and no further from the printed number than τ. One run can be luck, so "
        "nothing more is said.",
    ),
    _outcome(
        Outcome.SINGLE_OUTSIDE,
        "single-run-outside",
        "One seed only, and further from the printed number than τ. One run can be bad luck, so "
        "nothing more is said.",
    ),
    _outcome(
        Outcome.NOT_COMPARABLE,
        "not-comparable",
        "We measured something else than the paper printed: other data, other clips, a declared "
        "departure from the paper, or not every test sample. To subtract the two numbers would "
        "mean nothing, however close they are. What we measured is still shown, and the reason "
        "stands beside it.",
    ),
    _outcome(
        Outcome.FAILED,
        "failed",
        "The runs ended in an error. It is kept as a record, with its message.",
    ),
    _outcome(
        Outcome.NOT_RUN,
        "not-run",
        "Nobody has run it here yet: the data are not here or not read, or no configuration "
        "for it is written. The reason stands beside it.",
    ),
    _outcome(
        Outcome.QUOTED,
        "quoted",
        "A number of another paper's method that this paper's table repeats. It is shown beside "
        "the paper's own and not judged.",
    ),
    _outcome(
        Outcome.THIRD_PARTY,
        "third-party",
        "A number that somebody else published for this method: a model zoo, a rerun, an issue. "
        "It is never counted among the paper's claims.",
    ),
)

ORDERINGS = (
    _outcome(
        Outcome.HOLDS,
        "holds",
        "The paper says that A beats B, and in our runs it does, by more than chance explains.",
    ),
    _outcome(
        Outcome.REVERSED,
        "reversed",
        "In our runs B beats A, by more than chance explains.",
    ),
    _outcome(
        Outcome.UNDECIDED,
        "undecided",
        "Our runs show no difference that chance could not explain, or there are fewer than three "
        "seeds of one of the two.",
    ),
    Word(
        key="exploration",
        term="exploration on other data",
        text="A printed ordering tried on data that the paper did not use. It is our own question: "
        "it is counted in no verdict and says nothing of whether the paper's results come out "
        "again.",
    ),
)

MARKS = (
    Word(
        key="stale",
        term="stale",
        text="The code, the configuration or the data behind the run have changed since. The "
        "number is still shown, and flagged until the run is repeated.",
    ),
    Word(
        key="invalidated",
        term="invalidated",
        text="The run was found wrong later. It stays in the store with the reason, and no verdict "
        "rests on it.",
    ),
    Word(
        key="limited",
        term="limited or generated data",
        text="The run saw a few samples only, or made-up ones. It shows that the code works and "
        "never speaks for an accuracy claim.",
    ),
    Word(
        key="authors-weights",
        term="weights: author",
        text="A test of the weights that the paper's authors published, in our code. It stands "
        "apart and enters no verdict.",
    ),
    Word(
        key="departure",
        term="choice, departure",
        text="Where the paper is silent we had to choose: a choice. Where we go against what it "
        "says: a departure, and the number becomes not comparable. Both are listed with reasons.",
    ),
)

LETTERS = (
    Word(key="n", term="n", text="Number of seeds, that is of complete repetitions of a run."),
    Word(key="s", term="s", text="Standard deviation over seeds: how much the runs scatter."),
    Word(key="gap", term="gap", text="Measured minus printed; of percentages in points (pp)."),
    Word(
        key="tau",
        term="τ (tau)",
        text="The largest gap that is still the same result. It is fixed before the first run, "
        "with its reason.",
    ),
    Word(
        key="h",
        term="h",
        text="How far one more run may well fall from the mean: half of a 95 % interval.",
    ),
    Word(
        key="p",
        term="Holm p",
        text="Of an ordering: how easily chance alone gives such a difference, allowing for the "
        "other orderings of the same paper on the same data.",
    ),
)

SOURCES = (
    Word(
        key="paper",
        term="paper",
        text="The number was read in the paper itself, or in its abstract where that is said.",
    ),
    Word(
        key="repository",
        term="authors' repository",
        text="It was read in the authors' code, README or answers to issues.",
    ),
    Word(
        key="secondary",
        term="secondary source",
        text="It was read in somebody else's copy: a survey, a list, a note. The source is named.",
    ),
    Word(
        key="recalled",
        term="recalled",
        text="It is from memory and was not read again. Treat it as unverified.",
    ),
    Word(key="unknown", term="unknown", text="Nobody here knows it. It is never guessed."),
)

THINGS = (
    Word(
        key="claim",
        term="claim, ordering",
        text="One number that a paper prints, with its place and how we know it; or one sentence "
        "of the kind “A beats B”.",
    ),
    Word(
        key="protocol",
        term="protocol",
        text="The conditions of a measurement: data set, split, frames, clips, crops, joints, "
        "initial weights. Only numbers of equal protocols are compared.",
    ),
    Word(
        key="recipe",
        term="recipe, variant",
        text="Our folder for one paper; one configuration in it. A recipe with claims only has no "
        "configuration yet.",
    ),
    Word(
        key="replication",
        term="replication",
        text="Our own implementation of what is known of the paper, not the authors' code (which "
        "would be a reproduction in the ACM's words).",
    ),
)

GLOSSARY = (
    Chapter(key="words-numbers", title="Verdicts on printed numbers", words=NUMBERS),
    Chapter(key="words-orderings", title="Verdicts on orderings", words=ORDERINGS),
    Chapter(key="words-marks", title="Marks on runs", words=MARKS),
    Chapter(key="words-letters", title="Letters", words=LETTERS),
    Chapter(key="words-sources", title="How we know a printed number", words=SOURCES),
    Chapter(key="words-things", title="Things", words=THINGS),
)
_ANCHORS = {word.term: word.anchor for chapter in GLOSSARY for word in chapter.words}


def word_link(term: str) -> str:
    """Address of a word's meaning, as seen from the index."""
    return f"#{_ANCHORS[term]}"
