"""A process that answers the question on its standard input, once, on its standard output."""

import os
import sys
from collections.abc import Callable
from typing import TypeVar

from harness.documents import dump, parse
from harness.errors import HarnessError

Q = TypeVar("Q")
A = TypeVar("A")


def answer_once(kind: type[Q], answer: Callable[[Q], A], refuse: Callable[..., A]) -> None:
    """Answer standard input on standard output, whatever else is printed.

    Args:
        kind: What is asked.
        answer: Answers it.
        refuse: Makes the answer where a user's mistake stops that, of its ``problem`` and
            ``fix``.
    """
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    try:
        found = answer(parse(kind, sys.stdin.buffer.read(), source="standard input"))
    except HarnessError as error:
        found = refuse(problem=error.problem, fix=error.fix)
    answers.write(dump(found))
    answers.close()
