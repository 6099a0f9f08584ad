"""Recipe variant → plan; imports mmengine's config reader and never torch."""

import ast
import json
import re
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import fields
from functools import lru_cache
from pathlib import Path
from typing import Any

from mmengine.config import Config

from harness.catalog import Recipe
from harness.claims import Protocol
from harness.errors import PlanError, suggest
from harness.records import WORDING, Json, Plan, PlanInput

REQUIRED = frozenset(
    {"protocol", "splits", "default_scope", "model", "optim_wrapper"}
    | {f"{subset}_{part}" for subset in ("train", "val", "test") for part in ("dataloader", "cfg")}
    | {"val_evaluator", "test_evaluator"}
)
# Names by which a config file refers to its own parts; they stand in the data loaders.
ALIASES = ("train_pipeline", "test_pipeline")
OPTIONAL: Mapping[str, Any] = {
    "param_scheduler": [],
    "custom_hooks": [],
    "runtime": {},
    "inputs": {},
    "per_split": {},
    "choices": [],
    "departures": [],
}
# What --set may not touch, or a record would not be what it says.
FIXED = frozenset({"protocol", "splits", "per_split", "inputs", "default_scope"} | WORDING)
_SELECTED = re.compile(r"\w+_dataloader\.dataset\.(dataset|split|subset|root|limit|seed)")
DETERMINISM = ("warn", "error", "off")
RUNTIME: Mapping[str, Any] = {"threads": 1, "precision": "float32", "deterministic": "warn"}


def load_config(recipe: Recipe, variant: str) -> Json:
    """A variant's configuration as plain JSON.

    Raises:
        PlanError: The file cannot be read, lacks a key or has an unknown one.
    """
    path = recipe.variant_file(variant)
    states = ((file.name, file.stat().st_mtime_ns) for file in sorted(recipe.folder.glob("*.py")))
    return deepcopy(_read_config(path, tuple(states)))


@lru_cache(maxsize=256)
def _read_config(path: Path, _states: tuple[tuple[str, int], ...]) -> Json:
    """Read once for each state of the files that it may inherit from: 10 ms a time."""
    try:
        config = Config.fromfile(str(path), lazy_import=True).to_dict()
        config = json.loads(json.dumps(config, allow_nan=False))
    except Exception as error:
        raise PlanError(
            f"{path} cannot be read as a configuration: {error}",
            fix="mend that file; see the other variants of the recipe",
        ) from error
    return _complete(config, str(path))


def _complete(config: Json, source: str) -> Json:
    """Fill in the defaults and refuse what nobody reads."""
    config = {key: value for key, value in config.items() if key not in ALIASES}
    known = REQUIRED | set(OPTIONAL)
    for key in sorted(set(config) - known):
        raise PlanError(f"{source} sets the unknown key '{key}'", fix=suggest(key, known))
    if missing := sorted(REQUIRED - set(config)):
        raise PlanError(f"{source} lacks {', '.join(missing)}", fix="add what is missing")
    config = deepcopy(dict(OPTIONAL)) | config
    for key in sorted(set(config["runtime"]) - set(RUNTIME)):
        raise PlanError(f"{source}: unknown key 'runtime.{key}'", fix=suggest(key, RUNTIME))
    config["runtime"] = dict(RUNTIME) | config["runtime"]
    names = {field.name for field in fields(Protocol)}
    for key in sorted(set(config["protocol"]) - names):
        raise PlanError(f"{source}: unknown key 'protocol.{key}'", fix=suggest(key, names))
    return config


def _check_runtime(runtime: Json) -> None:
    threads, level = runtime["threads"], runtime["deterministic"]
    if not isinstance(threads, int) or not 1 <= threads <= 1024:
        raise PlanError(f"runtime.threads is {threads!r}", fix="give a number of threads")
    if level not in DETERMINISM:
        raise PlanError(
            f"runtime.deterministic is {level!r}", fix=f"choose one of: {', '.join(DETERMINISM)}"
        )


def parse_overrides(texts: Iterable[str]) -> Json:
    """``key=value`` texts as a mapping; values are Python literals or text.

    Raises:
        PlanError: A text has no ``=``.
    """
    overrides: Json = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals or not key:
            raise PlanError(f"--set {text} is not key=value", fix="write --set key.subkey=value")
        try:
            parsed = ast.literal_eval(value)
            overrides[key] = json.loads(json.dumps(parsed, allow_nan=False))
        except (ValueError, SyntaxError, TypeError):
            overrides[key] = value
    return overrides


def override(config: Json, overrides: Json) -> Json:
    """A configuration with some of its values replaced.

    Raises:
        PlanError: A key is not in the configuration, or has another type.
    """
    config = deepcopy(config)
    replace_values(config, overrides)
    return config


def replace_values(config: Any, overrides: Json) -> None:
    """Replace values of a nested configuration, of ours or MMEngine's, in place.

    Raises:
        PlanError: A key is not in the configuration, or has another type.
    """
    for path, value in overrides.items():
        *parents, last = path.split(".")
        place: Any = config
        for part in parents:
            place = place[_key_in(place, part, path)]
        key = _key_in(place, last, path)
        _refuse_other_type(place[key], value, path)
        place[key] = value


def refuse_fixed(overrides: Json) -> None:
    """Refuse to override what a variant fixes and ``--split`` selects.

    Raises:
        PlanError: A key is one of these.
    """
    for path in overrides:
        if path.split(".")[0] in FIXED or _SELECTED.fullmatch(path):
            raise PlanError(
                f"--set {path}: a variant fixes it",
                fix="select with --variant and --split, or write another variant",
            )


def changes(config: Json, split: str, overrides: Json) -> Json:
    """What replaces values of a variant's file in one run, by key.

    ``per_split`` holds settings that were chosen inside the training data of a
    split; what a user sets on the command line goes before them.
    """
    return {**config["per_split"].get(split, {}), **overrides}


def _key_in(place: Any, part: str, path: str) -> Any:
    """The part as a key of a mapping or an index of a list."""
    known = list(place.keys()) if hasattr(place, "keys") else []  # MMEngine's are no dicts
    if isinstance(place, list):
        known = [str(index) for index in range(len(place))]
    if part not in known:
        raise PlanError(
            f"--set {path}: the configuration has no '{part}'", fix=suggest(part, known)
        )
    return int(part) if isinstance(place, list) else part


def _refuse_other_type(old: Any, new: Any, path: str) -> None:
    numbers = (int, float)
    same = isinstance(new, type(old)) or old is None or new is None
    same = same and (isinstance(new, bool) == isinstance(old, bool) or old is None or new is None)
    same = same or (isinstance(old, tuple) and isinstance(new, list))
    both_numbers = (
        isinstance(old, numbers)
        and isinstance(new, numbers)
        and not isinstance(old, bool)
        and not isinstance(new, bool)
    )
    if not same and not both_numbers:
        raise PlanError(
            f"--set {path}: {new!r} is no {type(old).__name__}",
            fix=f"the configuration has {old!r}; give a value of that type",
        )


def make_plans(
    recipe: Recipe,
    variant: str,
    *,
    split: str,
    seed: int,
    overrides: Json | None = None,
    limit: int | None = None,
    users: tuple[str, ...] = (),
) -> tuple[Plan, ...]:
    """The plan of one run, after the plans of the runs that it starts from.

    Args:
        recipe: The recipe.
        variant: Its variant.
        split: A split of the variant's data set.
        seed: Seed of every random draw.
        overrides: Changes to the variant's own configuration; its inputs keep
            theirs.
        limit: Most samples taken from each subset, also in the inputs.
        users: Variants that this one is an input of.

    Raises:
        PlanError: The variant, an override or an input cannot be planned.
    """
    refuse_fixed(overrides or {})
    config = load_config(recipe, variant)
    config = override(config, changes(config, split, overrides or {}))
    _check_runtime(config["runtime"])
    before: list[Plan] = []
    inputs: list[PlanInput] = []
    for name, use in config["inputs"].items():
        if name == variant:
            raise PlanError(f"variant '{variant}' is its own input", fix="mend its inputs")
        if name in users:
            raise PlanError(
                f"variant '{name}' starts from itself", fix=f"mend inputs of '{variant}'"
            )
        if use not in ("weights", "scores"):
            raise PlanError(
                f"input '{name}' of '{variant}' is used as {use!r}", fix="say weights or scores"
            )
        plans = make_plans(
            recipe, name, split=split, seed=seed, limit=limit, users=(*users, variant)
        )
        before.extend(plan for plan in plans if plan not in before)
        inputs.append(PlanInput(variant=name, use=use, digest=plans[-1].digest))
    plan = Plan(
        recipe=recipe.key,
        variant=variant,
        dataset=config["protocol"]["dataset"],
        split=split,
        seed=seed,
        config=config,
        overrides=overrides or {},
        limit=limit,
        inputs=tuple(inputs),
    )
    return (*before, plan)
