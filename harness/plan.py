"""Recipe variant → plan; imports mmengine's config reader and never torch."""

import ast
import hashlib
import json
import re
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import asdict
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from mmengine.config import Config

from harness.catalog import Recipe, find_variant, roots
from harness.errors import PlanError, suggest
from harness.forms import check_values, complete, is_fusion, join_streams
from harness.records import WORDING, Json, Plan, PlanInput, canonical_json

# What --set may not touch, or a record would not be what it says.
FIXED = frozenset({"protocol", "splits", "per_split", "inputs", "default_scope"} | WORDING)
_SELECTED = re.compile(r"\w+_dataloader\.dataset\.(dataset|split|subset|root|limit|seed)")


def load_config(recipe: Recipe, variant: str) -> Json:
    """A variant's configuration as plain JSON.

    Raises:
        CatalogError: There is no such variant, or one of its streams is none.
        PlanError: The file cannot be read, lacks a key or has an unknown one, or
            its streams cannot be fused.
    """
    return Configs(recipe).load(variant)


class Configs:
    """A recipe's configurations as its files are when the first is asked for.

    Args:
        recipe: The recipe.
    """

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe

    def load(self, variant: str) -> Json:
        """A variant's configuration, as :func:`load_config` gives it."""
        return deepcopy(self.view(variant))

    def view(self, variant: str) -> Json:
        """The same, shared with all who ask for it: to be read and not to be changed.

        Raises:
            CatalogError: There is no such variant, or one of its streams is none.
            PlanError: As :func:`load_config`.
        """
        config = self._view_alone(variant)
        if is_fusion(config):
            streams = {name: self._view_alone(name) for name in config["fusion"]}
            config = join_streams(config, streams, str(self.recipe.variant_file(variant)))
        return config

    def _view_alone(self, variant: str) -> Json:
        """What a variant's own file says, with its defaults."""
        recipe, own = find_variant(self.recipe, variant)
        if recipe is not self.recipe:
            return Configs(recipe)._view_alone(own)
        return _read_config(recipe.variant_file(own), self._states)

    @cached_property
    def _states(self) -> tuple[tuple[str, int], ...]:
        folders = (self.recipe.folder, *(root / "_shared" for root in roots()))
        files = (file for folder in folders for file in sorted(folder.glob("*.py")))
        return tuple((str(file), file.stat().st_mtime_ns) for file in files)


@lru_cache(maxsize=1024)
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
    return complete(config, str(path))


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

    The number of classes may be: of people's own data only they know it.

    Raises:
        PlanError: A key is one of these.
    """
    for path in overrides:
        fixed = path.split(".")[0] in FIXED or _SELECTED.fullmatch(path)
        if fixed and path != "protocol.classes":
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
    configs: Configs | None = None,
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
        configs: The recipe's configurations; ``None`` for those of now.

    Raises:
        PlanError: The variant, an override or an input cannot be planned.
    """
    refuse_fixed(overrides or {})
    configs = configs or Configs(recipe)
    config = configs.view(variant)
    config = override(config, deepcopy(changes(config, split, overrides or {})))
    check_values(config, variant)
    allowed = "scores" if is_fusion(config) else "weights"
    before: list[Plan] = []
    inputs: list[PlanInput] = []
    for name, use in config["inputs"].items():
        if name == variant:
            raise PlanError(f"variant '{variant}' is its own input", fix="mend its inputs")
        if name in users:
            raise PlanError(
                f"variant '{name}' starts from itself", fix=f"mend inputs of '{variant}'"
            )
        if use != allowed:
            raise PlanError(
                f"input '{name}' of '{variant}' is used as {use!r}",
                fix="a model starts from weights; scores are for a fusion",
            )
        whose, own = find_variant(recipe, name)
        if use == "weights" and whose is not recipe:
            raise PlanError(
                f"'{variant}' of '{recipe.key}' starts from weights of recipe '{whose.key}'",
                fix="write a variant of this recipe that trains them; fusions alone go beyond it",
            )
        plans = make_plans(
            whose,
            own,
            split=split,
            seed=seed,
            limit=limit,
            users=(*users, variant),
            configs=configs if whose is recipe else None,
        )
        if use == "weights" and is_fusion(plans[-1].config):
            raise PlanError(
                f"input '{name}' of '{variant}' is a fusion, which has no weights",
                fix=f"start from one of its streams: {', '.join(plans[-1].config['fusion'])}",
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


class PlanPattern:
    """The plans of a variant that differ in their seed alone, for their digests.

    A plan's configuration is most of what its digest is of. Here it is made, and
    written as text, once for all seeds.

    Args:
        plans: The plan of any seed, after the plans of the runs that it starts from.
    """

    def __init__(self, plans: tuple[Plan, ...]) -> None:
        self.inputs = plans[-1].inputs
        self._parts = [_PatternPart(plan) for plan in plans]
        self._places = {plan.digest: place for place, plan in enumerate(plans[:-1])}

    def digest(self, seed: int, inputs: tuple[PlanInput, ...] | None = None) -> str:
        """What :attr:`harness.records.Plan.digest` is for a seed.

        Args:
            seed: The seed.
            inputs: Runs that it starts from; ``None`` for those of the same seed.
        """
        digests: list[str] = []
        for part in self._parts[:-1]:
            digests.append(part.digest(seed, self._reseed(part.inputs, digests)))
        if inputs is None:
            inputs = self._reseed(self.inputs, digests)
        return self._parts[-1].digest(seed, inputs)

    def _reseed(self, inputs: tuple[PlanInput, ...], digests: list[str]) -> tuple[PlanInput, ...]:
        return tuple(
            PlanInput(variant=i.variant, use=i.use, digest=digests[self._places[i.digest]])
            for i in inputs
        )


class _PatternPart:
    """The canonical JSON of a plan around its inputs and its seed, the beginning digested."""

    def __init__(self, plan: Plan) -> None:
        self.inputs = plan.inputs
        config = {key: value for key, value in plan.config.items() if key not in WORDING}
        begin = {"config": config, "dataset": plan.dataset}
        middle = {"limit": plan.limit, "overrides": plan.overrides, "recipe": plan.recipe}
        end = {"split": plan.split, "variant": plan.variant}
        self._begin = hashlib.sha256(f'{canonical_json(begin)[:-1]},"inputs":'.encode())
        self._middle = f',{canonical_json(middle)[1:-1]},"seed":'
        self._end = f",{canonical_json(end)[1:]}"

    def digest(self, seed: int, inputs: tuple[PlanInput, ...]) -> str:
        whole = self._begin.copy()
        listed = canonical_json([asdict(item) for item in inputs]) if inputs else "[]"
        whole.update(f"{listed}{self._middle}{seed}{self._end}".encode())
        return whole.hexdigest()[:16]
