"""What keeps a recipe from a promise: where, why, and what to do about it."""

import ast
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from harness.catalog import Recipe
from harness.errors import HarnessError


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """A broken promise.

    Args:
        problem: What is wrong, in one sentence.
        fix: What to do about it.
        file: Where; ``""`` where no file is to blame.
        line: Which line of it; 0 where that is not known.
    """

    problem: str
    fix: str
    file: str = ""
    line: int = 0

    @property
    def place(self) -> str:
        """``FILE:LINE``, as far as it is known."""
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What came of a promise.

    Args:
        promise: The promise, in a few words.
        findings: What breaks it; none where it is kept, or could not be looked at.
        unchecked: Why it could not be looked at; ``""`` where it was.
    """

    promise: str
    findings: tuple[Finding, ...] = ()
    unchecked: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Promise:
    """What every recipe keeps.

    Args:
        text: The promise, in a few words.
        find: Finds what breaks it.
    """

    text: str
    find: Callable[[Recipe], Iterable[Finding]]

    def ask(self, recipe: Recipe) -> Answer:
        """Look whether a recipe keeps it; what a user's mistake stops is a finding too."""
        return ask(self.text, lambda: self.find(recipe), recipe.folder)


def ask(promise: str, find: Callable[[], Iterable[Finding]], folder: Path) -> Answer:
    """Findings of a search that may end with an error, which is then the last of them."""
    findings: list[Finding] = []
    try:
        findings.extend(find())
    except HarnessError as error:
        cause = error.__cause__ or error
        file, line = find_frame(cause, folder)
        findings.append(Finding(problem=error.problem, fix=error.fix, file=file, line=line))
    except Exception as error:
        findings.append(explain(error, folder))
    return Answer(promise=promise, findings=tuple(findings))


def explain(error: BaseException, folder: Path) -> Finding:
    """An error in a recipe's own code, at the last line of it that was reached."""
    file, line = find_frame(error, folder)
    words = " ".join(str(error).split()) or "no message"
    return Finding(
        problem=f"{type(error).__name__}: {words}",
        fix="mend that line" if line else "mend the recipe's code",
        file=file,
        line=line,
    )


def find_frame(error: BaseException, folder: Path) -> tuple[str, int]:
    """File and line of a folder that an error came through last; ``("", 0)`` for none."""
    if isinstance(error, SyntaxError) and error.filename:
        return error.filename, error.lineno or 0
    frames = traceback.extract_tb(error.__traceback__)
    for frame in reversed(frames):
        if Path(frame.filename).parent == folder:
            return frame.filename, frame.lineno or 0
    return "", 0


def read_tree(path: Path) -> ast.Module:
    """A file's syntax tree; an empty one where it has none, which importing it tells."""
    try:
        return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
    except (OSError, SyntaxError, ValueError):
        return ast.Module(body=[], type_ignores=[])


def find_text(path: Path, text: str, *, last: bool = False) -> int:
    """The first line, or the last, on which a text stands as a whole; 0 for none."""
    lines = [
        node.lineno
        for node in ast.walk(read_tree(path))
        if isinstance(node, ast.Constant) and node.value == text
    ]
    return (max(lines) if last else min(lines)) if lines else 0


def find_name(path: Path, name: str) -> int:
    """The first line on which a name of a module is set; 0 for none."""
    for node in read_tree(path).body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            return node.lineno
    return 0


def python_files(recipe: Recipe) -> Iterator[tuple[Path, ast.Module]]:
    """A recipe's files, with their syntax trees."""
    for path in sorted(recipe.folder.glob("*.py")):
        yield path, read_tree(path)
