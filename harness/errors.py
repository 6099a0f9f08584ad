"""What a user can cause and fix.

HarnessError
├── CatalogError   no such recipe, variant, data set, campaign or run
├── PlanError      a configuration, override or input that cannot be planned
├── DataError      data that is missing, incomplete or not what it should be
├── StoreError     a record or result file that cannot be read or written
└── RunError       a run that cannot be started or continued
"""

from collections.abc import Iterable
from difflib import get_close_matches


class HarnessError(Exception):
    """A problem the user can fix: what is wrong, and what to do about it.

    Args:
        problem: What is wrong, in one sentence.
        fix: What to do about it, in one sentence.
    """

    def __init__(self, problem: str, *, fix: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.fix = fix

    def __reduce__(self) -> tuple[object, ...]:
        """Keep both sentences when the error crosses a process boundary."""
        return _rebuild, (type(self), self.problem, self.fix)


def _rebuild(kind: type[HarnessError], problem: str, fix: str) -> HarnessError:
    return kind(problem, fix=fix)


class CatalogError(HarnessError):
    """A name that stands for nothing here."""


class PlanError(HarnessError):
    """A configuration, override or input that cannot be planned."""


class DataError(HarnessError):
    """Data that is missing, incomplete or not what it should be."""


class StoreError(HarnessError):
    """A record or result file that cannot be read or written."""


class RunError(HarnessError):
    """A run that cannot be started or continued."""


MOST_NAMED = 60  # names in a message


def suggest(name: str, known: Iterable[str]) -> str:
    """Say what a mistyped name may have meant, or what there is.

    Args:
        name: What was asked for.
        known: What there is.
    """
    known = sorted(known)
    if near := get_close_matches(name, known, n=1, cutoff=0.5):
        return f"did you mean '{near[0]}'?"
    if len(known) > MOST_NAMED:
        return f"there are {len(known)}; harness list shows what there is"
    if known:
        return f"choose one of: {', '.join(known)}"
    return "there is none yet"


class PartialWeightsWarning(UserWarning):
    """A file of weights leaves a part of a network as it was."""
