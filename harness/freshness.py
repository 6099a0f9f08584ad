"""Whether a record is still what today's code would give.

Code is compared by its syntax tree without docstrings, so that comments,
wording and layout can change without making a record stale. Where it has changed
and a run that was repeated by it ended with the same weights to the bit, the
variant's other records stay fresh: one repetition tells as much as all.
"""

import ast
import hashlib
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, cached_property
from itertools import permutations
from pathlib import Path

import harness
from harness.catalog import (
    DEFAULT_VARIANT,
    Recipe,
    dataset_file,
    dataset_keys,
    load_recipe,
    roots,
)
from harness.claims import Claim, Ordering
from harness.errors import HarnessError
from harness.forms import is_fusion
from harness.plan import Configs, PlanPattern, make_plans
from harness.records import Plan, RunRecord, digest_of
from harness.store import ResultStore, StoredRun

# Modules that a run imports and that cannot change a number.
WATCHERS = frozenset(
    {"__init__", "environment", "failures", "job", "machine", "progress"}
    | {"staging", "verification"}
)
HOME = Path(harness.__file__).parent
# Python 3.13 leaves empty lists out of a dump; a digest is the same on every version.
SHOW_EMPTY: dict[str, bool] = {"show_empty": True} if sys.version_info >= (3, 13) else {}


def digest_code(plan: Plan, recipe: Recipe) -> str:
    """SHA-256 of the code that decides a plan's numbers.

    A fusion runs neither a model nor the runner; what they are for its streams
    is in the streams' records.
    """
    if is_fusion(plan.config):
        return _digest_files([HOME / "fusion.py", HOME / "scores.py"])
    return code_digest(recipe, plan.dataset, plan.variant)


def code_digest(recipe: Recipe, dataset: str, variant: str = DEFAULT_VARIANT) -> str:
    """SHA-256 of the recipe's, the runner's and the data set's code that a run imports.

    A recipe's configs are in the plan and its claims in the record; both are
    left out here.
    """
    ours = {"harness": (HOME,), "recipes": (recipe.folder.parent, *roots())}
    waiting = [HOME / "run" / "worker.py", recipe.variant_file(variant)]
    waiting += [recipe.folder / "weights.py"]
    waiting += [dataset_file(dataset)] if dataset in dataset_keys() else []
    seen: set[Path] = set()
    while waiting:
        path = waiting.pop()
        if path not in seen and path.exists():
            seen.add(path)
            waiting += _find_imports(path, ours)
    configs = {recipe.folder / f"{name}.py" for name in recipe.variants}
    decides = (
        path
        for path in seen - configs
        if path.stem not in WATCHERS and not path.name.startswith("_") and _is_digested(path)
    )
    return _digest_files(sorted(decides))


def _is_digested(path: Path) -> bool:
    """Whether code decides numbers; that of plans, records and claims says what they are."""
    return path.parent != HOME or path.name == "scores.py"


def _find_imports(path: Path, ours: Mapping[str, Sequence[Path]]) -> list[Path]:
    """Files of ours that a file imports."""
    if not _is_digested(path):
        return []
    found = []
    for level, name in _read_imports(path.read_bytes()):
        if level:
            found.append(path.parents[level - 1].joinpath(*name.split(".")).with_suffix(".py"))
        else:
            package, *rest = name.split(".")
            files = [root.joinpath(*rest).with_suffix(".py") for root in ours.get(package, ())]
            found += [path for path in files if path.exists()][:1]
    return found


@cache
def _read_imports(source: bytes) -> tuple[tuple[int, str], ...]:
    """Modules that code imports, with the dots before their names."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [(0, item.name) for item in node.names]
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            found.append((node.level, module))
            found += [(node.level, f"{module}.{item.name}".lstrip(".")) for item in node.names]
    return tuple(found)


def _digest_files(files: Iterable[Path]) -> str:
    lines = [f"{path.parent.name}/{path.name} {_digest_file(path)}" for path in files]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


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
        decides += [repr(claim.worse_protocol)] if claim.worse_protocol else []
    else:
        printed = claim.readings[0].printed
        decides = [claim.metric, printed, claim.variant or "", list(claim.splits)]
        decides.append(repr(claim.tolerance))
    return digest_of([*decides, repr(claim.protocol)])[:16]


def stale_because(record: RunRecord, recipe: Recipe, runs: Sequence[StoredRun]) -> str:
    """Why a record is no longer what today's code would give, or ``""``.

    Where several records are asked about, :class:`Freshness` looks at today's code
    and configurations once.

    Args:
        record: The record.
        recipe: Its recipe.
        runs: Stored runs of the recipe, oldest first; a fusion is compared with
            those of its streams.
    """
    return Freshness(recipe, runs).stale_because(record)


class Freshness:
    """Whether a recipe's records are still what today's code would give.

    Today is when it is first asked: code and configurations are looked at once.

    Args:
        recipe: The recipe.
        runs: Its stored runs, oldest first.
        store: All stored runs, for fusions with streams of other recipes.
    """

    def __init__(
        self, recipe: Recipe, runs: Sequence[StoredRun], store: ResultStore | None = None
    ) -> None:
        self.recipe, self.runs, self.store = recipe, runs, store
        self._others: dict[str, Freshness] = {}
        self.configs = Configs(recipe)
        self._patterns: dict[tuple[object, ...], PlanPattern | str] = {}
        self._codes: dict[tuple[str, str], str] = {}
        self._equal: dict[tuple[str, str], frozenset[str]] = {}

    def stale_because(self, record: RunRecord) -> str:
        """Why a record is no longer what today's code would give, or ``""``."""
        plan = record.plan
        pattern = self._pattern(plan)
        if isinstance(pattern, str):
            return f"it cannot be planned today: {pattern}"
        # The authors' weights are of a file, which no configuration names.
        inputs = plan.inputs if record.has_authors_weights else None
        if pattern.digest(plan.seed, inputs) != record.plan_digest:
            return "the variant's configuration has changed"
        code = self._code(plan)
        if record.code_digest not in (code, *self._equal_codes(plan.variant, code)):
            return "the code has changed"
        if is_fusion(plan.config):
            return self._overtaken_because(record)
        for variant, weights in record.input_weights.items():
            if weights in self._withdrawn:
                return f"the run of '{variant}' that it started from is invalidated"
        return ""

    def of(self, key: str) -> "Freshness":
        """The same question of another recipe's records."""
        if key == self.recipe.key:
            return self
        if key not in self._others:
            runs = self.store.runs(key) if self.store else ()
            self._others[key] = Freshness(load_recipe(key), runs, self.store)
        return self._others[key]

    def find_fresh(self, plan_digest: str) -> StoredRun | None:
        """The newest completed, valid and fresh run of a plan."""
        good = reversed(self._good.get(plan_digest, ()))
        return next((run for run in good if not self.stale_because(run.record)), None)

    def _pattern(self, plan: Plan) -> PlanPattern | str:
        """What a plan would be today, whatever its seed, or why it cannot be made."""
        key = (plan.variant, plan.split, json.dumps(plan.overrides), plan.limit)
        if key not in self._patterns:
            try:
                today = make_plans(
                    self.recipe,
                    plan.variant,
                    split=plan.split,
                    seed=plan.seed,
                    overrides=plan.overrides,
                    limit=plan.limit,
                    configs=self.configs,
                )
                self._patterns[key] = PlanPattern(today)
            except HarnessError as error:
                self._patterns[key] = error.problem
        return self._patterns[key]

    def _code(self, plan: Plan) -> str:
        key = plan.dataset, plan.variant
        if key not in self._codes:
            self._codes[key] = digest_code(plan, self.recipe)
        return self._codes[key]

    def _equal_codes(self, variant: str, code: str) -> frozenset[str]:
        if (variant, code) not in self._equal:
            runs = self._by_variant.get(variant, ())
            self._equal[variant, code] = find_equal_codes(variant, code, runs)
        return self._equal[variant, code]

    @cached_property
    def _by_variant(self) -> dict[str, list[StoredRun]]:
        found: dict[str, list[StoredRun]] = {}
        for run in self.runs:
            found.setdefault(run.record.plan.variant, []).append(run)
        return found

    @cached_property
    def _withdrawn(self) -> frozenset[str]:
        """Digests of weights that only invalidated runs made, and runs that rest on these."""
        made = [  # one that only tests the weights of another does not vouch for them
            run
            for run in self.runs
            if run.record.weights_sha256 not in ("", *run.record.input_weights.values())
        ]
        known = {run.record.weights_sha256 for run in made}
        valid = [run.record for run in made if not run.invalidated]
        lost: set[str] = set()
        while True:
            sound = {r.weights_sha256 for r in valid if lost.isdisjoint(r.input_weights.values())}
            if known - sound == lost:
                return frozenset(lost)
            lost = known - sound

    @cached_property
    def _good(self) -> dict[str, list[StoredRun]]:
        """Completed and valid runs by plan."""
        found: dict[str, list[StoredRun]] = {}
        for run in self.runs:
            if run.record.status == "completed" and not run.invalidated:
                found.setdefault(run.record.plan_digest, []).append(run)
        return found

    def _overtaken_because(self, record: RunRecord) -> str:
        """Why a fusion's streams are no longer the runs that it fused, or ``""``."""
        for item in record.plan.inputs:
            run = self.of(record.plan.recipe_of(item)).find_fresh(item.digest)
            if run is None:
                return f"its stream '{item.variant}' has no fresh run"
            if run.record.weights_sha256 != record.input_weights.get(item.variant):
                return f"its stream '{item.variant}' has been run again, with other weights"
        return ""


def find_equal_codes(variant: str, code: str, runs: Sequence[StoredRun]) -> frozenset[str]:
    """Digests of code that is known to give a variant the same bits as some code.

    Known from plans that were run by both and ended with equal weights; directly,
    or by way of a third. One such plan speaks for the variant, unless another one
    ended with different weights. Tests of the authors' weights end with these
    whatever the code does, and are no sign of anything.

    Args:
        variant: The variant.
        code: Digest of the code to compare with.
        runs: Stored runs of the recipe.
    """
    ends: dict[str, dict[str, set[str]]] = {}  # plan → code → weights
    for run in runs:
        record = run.record
        has_trained = record.weights_sha256 and not record.has_authors_weights
        if record.plan.variant == variant and has_trained and not run.invalidated:
            by_code = ends.setdefault(record.plan_digest, {})
            by_code.setdefault(record.code_digest, set()).add(record.weights_sha256)
    equal: set[tuple[str, str]] = set()
    unequal: set[tuple[str, str]] = set()
    for by_code in ends.values():
        for one, other in permutations(by_code, 2):
            (equal if by_code[one] == by_code[other] else unequal).add((one, other))
    found = {code}
    waiting = [code]
    while waiting:
        here = waiting.pop()
        near = {other for one, other in equal - unequal if one == here} - found
        found |= near
        waiting += near
    return frozenset(found)
