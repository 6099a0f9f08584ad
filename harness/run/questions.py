"""What is asked of a run's network, and what it answers: values between two processes."""

from dataclasses import dataclass

from harness.records import Plan


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """What is asked.

    Args:
        plan: Plan of the run.
        weights: File of its weights.
        weights_sha256: What they are known by.
        source: The file.
    """

    plan: Plan
    weights: str
    weights_sha256: str
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What the network says.

    Args:
        frames: Frames of the file.
        scores: Probability of each class.
        problem: Why there are none.
        fix: What to do about it.
    """

    frames: int = 0
    scores: tuple[float, ...] = ()
    problem: str = ""
    fix: str = ""
