"""Whether a record is still what today's code would give.

Code is compared by its syntax tree without docstrings, so that comments,
wording and layout can change without making a record stale.
"""

import ast
import hashlib
import sys
from functools import cache
from pathlib import Path

import harness
from harness.catalog import Recipe, dataset_keys
from harness.claims import Claim, Ordering
from harness.errors import HarnessError
from harness.plan import make_plans
from harness.records import RunRecord, digest_of

# Modules of harness/run and harness/datasets that cannot change a number.
WATCHERS = frozenset(
    {"__init__", "launch", "session", "progress", "environment", "job", "failures"}
    | {"verification", "staging"}
)
HOME = Path(harness.__file__).parent
# Python 3.13 leaves empty lists out of a dump; a digest is the same on every version.
SHOW_EMPTY: dict[str, bool] = {"show_empty": True} if sys.version_info >= (3, 13) else {}


def code_digest(recipe: Recipe, dataset: str) -> str:
    """SHA-256 of the recipe's, the runner's and the data set's code.

    A recipe's configs are in the plan and its claims in the record; both are
    left out here.
    """
    files = sorted((HOME / "run").glob("*.py"))
    files = [path for path in files if path.stem not in WATCHERS]
    files += [HOME / "scores.py", *_dataset_files(dataset)]
    files += [recipe.folder / f"{part}.py" for part in ("model", "training", "weights")]
    files += sorted((recipe.folder.parent / "_shared").glob("*.py"))
    lines = [f"{path.parent.name}/{path.name} {_digest_file(path)}" for path in files]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _dataset_files(dataset: str) -> list[Path]:
    """The data set's file and what all data sets share, such as their folds' tables."""
    others = {HOME / "datasets" / f"{key}.py" for key in dataset_keys() if key != dataset}
    files = sorted((HOME / "datasets").glob("*.py"))
    return [path for path in files if path not in others and path.stem not in WATCHERS]


def _digest_file(path: Path) -> str:
    if not path.exists():
        return "none"
    return _syntax_digest(path.read_bytes())


@cache
def _syntax_digest(source: bytes) -> str:
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if not getattr(node, "type_params", True):  # Python 3.12 and later have the field
            kept = tuple(name for name in node._fields if name != "type_params")
            node._fields = kept  # type: ignore[misc]
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            _drop_docstring(node)
    return hashlib.sha256(ast.dump(tree, **SHOW_EMPTY).encode()).hexdigest()


def _drop_docstring(
    node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef,
) -> None:
    if ast.get_docstring(node, clean=False) is not None:
        node.body = node.body[1:] or [ast.Pass()]


def claim_digest(claim: Claim | Ordering) -> str:
    """Digest of what decides a verdict: conditions, number and tolerance."""
    if isinstance(claim, Ordering):
        decides = [claim.better or "", claim.worse or "", claim.metric, list(claim.splits)]
    else:
        printed = claim.readings[0].printed
        decides = [claim.metric, printed, claim.variant or "", list(claim.splits)]
        decides.append(repr(claim.tolerance))
    return digest_of([*decides, repr(claim.protocol)])[:16]


def stale_because(record: RunRecord, recipe: Recipe) -> str:
    """Why a record is no longer what today's code would give, or ``""``."""
    plan = record.plan
    try:
        today = make_plans(
            recipe,
            plan.variant,
            split=plan.split,
            seed=plan.seed,
            overrides=plan.overrides,
            limit=plan.limit,
        )[-1]
    except HarnessError as error:
        return f"it cannot be planned today: {error.problem}"
    if today.digest != record.plan_digest:
        return "the variant's configuration has changed"
    if code_digest(recipe, plan.dataset) != record.code_digest:
        return "the code has changed"
    return ""
