"""Values of the command line: what a text stands for, or two lines that say why it does not."""

import re

from harness.errors import PlanError


def read_whole(flag: str, text: str | None) -> int | None:
    """A positive whole number.

    Raises:
        PlanError: The text is none.
    """
    if text is None:
        return None
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 10**9:
        raise PlanError(f"{flag} {text} is no positive whole number", fix=f"write {flag} 4")
    return int(text)


def read_seconds(flag: str, text: str) -> float:
    """A number of seconds, 0 or more.

    Raises:
        PlanError: The text is none.
    """
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < float("inf"):
        raise PlanError(f"{flag} {text} is no number of seconds", fix=f"write {flag} 10")
    return seconds


def read_device(name: str) -> str:
    """A device's name.

    Raises:
        PlanError: It is none that a run can use.
    """
    if not re.fullmatch(r"auto|cpu|cuda(:\d+)?", name):
        raise PlanError(f"there is no device '{name}'", fix="use auto, cpu or cuda:N")
    return name
