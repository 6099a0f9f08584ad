"""What a variant's file may say: the form of a run and the form of a fusion.

A run trains and tests a model. A fusion has streams and weights and no model:
``fusion`` names other variants, each with its weight, as ``RECIPE/VARIANT`` where one is
of another recipe, and the scores of their runs of the same split and seed are averaged.

A run may start from weights that others have trained on other data: ``pretrained``
says of which file, and where to get it. ``frozen`` declares parameters that training
leaves alone: ``dict(what="backbone.stem", why=…)`` for all whose names begin so.
"""

import math
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import MISSING, asdict, fields
from typing import Any

from harness.claims import Protocol
from harness.errors import PlanError, suggest
from harness.records import Json

# Names by which a config file refers to its own parts; they stand in the data loaders.
ALIASES = frozenset({"train_pipeline", "val_pipeline", "test_pipeline"})
BOTH = frozenset({"protocol", "splits"})
WHOLE = ("dataset", "classes", "level")  # conditions of a sample, whatever is read of it
TRAINING = frozenset(
    {"default_scope", "model", "optim_wrapper", "val_evaluator", "test_evaluator"}
    | {f"{subset}_{part}" for subset in ("train", "val", "test") for part in ("dataloader", "cfg")}
)
TRAINING_DEFAULTS: Mapping[str, Any] = {
    "param_scheduler": [],
    "custom_hooks": [],
    "runtime": {},
    "inputs": {},
}
PRETRAINED = frozenset({"file", "source"})
DEFAULTS: Mapping[str, Any] = {"per_split": {}, "choices": [], "departures": []}
DETERMINISM = ("warn", "error", "off")
RUNTIME: Mapping[str, Any] = {"threads": 1, "precision": "float32", "deterministic": "warn"}


def trains(config: Json) -> bool:
    """Whether a run trains a network: fusions do not, nor what only tests that of others."""
    return not is_fusion(config) and config.get("train_cfg", {}).get("max_epochs") != 0


def is_fusion(config: Json) -> bool:
    """Whether a configuration fuses scores instead of training a model."""
    return "fusion" in config


def complete(config: Json, source: str) -> Json:
    """A configuration with its defaults filled in.

    Args:
        config: What a file says.
        source: The file, for messages.

    Raises:
        PlanError: It lacks a key, or has one that nobody reads.
    """
    if is_fusion(config):
        _refuse_training(config, source)
        required, defaults = BOTH | {"fusion"}, dict(DEFAULTS)
    else:
        config = {key: value for key, value in config.items() if key not in ALIASES}
        if config.get("pretrained", "") is None:  # what it inherits starts from a file
            del config["pretrained"]
        required, defaults = BOTH | TRAINING, {**TRAINING_DEFAULTS, **DEFAULTS}
    optional = set() if is_fusion(config) else {"pretrained", "frozen"}
    known = required | set(defaults) | optional
    for key in sorted(set(config) - known):
        raise PlanError(
            f"{source} sets the unknown key '{key}'", fix=suggest(key, known | {"fusion"})
        )
    if missing := sorted(required - set(config)):
        raise PlanError(f"{source} lacks {', '.join(missing)}", fix="add what is missing")
    config = deepcopy(defaults) | config
    _check_protocol(config["protocol"], source)
    if is_fusion(config):
        _check_weights(config["fusion"], source)
        return config
    _check_pretrained(config, source)
    for key in sorted(set(config["runtime"]) - set(RUNTIME)):
        raise PlanError(f"{source}: unknown key 'runtime.{key}'", fix=suggest(key, RUNTIME))
    config["runtime"] = dict(RUNTIME) | config["runtime"]
    return config


def _refuse_training(config: Json, source: str) -> None:
    strange = set(config) & (TRAINING | set(TRAINING_DEFAULTS) | ALIASES | {"pretrained"})
    if strange:
        raise PlanError(
            f"{source} sets fusion and {', '.join(sorted(strange))}",
            fix="a fusion has streams and weights and no model: drop the one or the other",
        )


def _check_protocol(protocol: Json, source: str) -> None:
    names = {field.name for field in fields(Protocol)}
    for key in sorted(set(protocol) - names):
        raise PlanError(f"{source}: unknown key 'protocol.{key}'", fix=suggest(key, names))
    needed = {field.name for field in fields(Protocol) if field.default is MISSING}
    if missing := sorted(needed - set(protocol)):
        raise PlanError(f"{source}: protocol lacks {', '.join(missing)}", fix="say it there")


def join_streams(config: Json, streams: Mapping[str, Json], source: str) -> Json:
    """A fusion's configuration with what follows from its streams'.

    Its streams are its inputs, and what departs from the paper in one of them
    departs from it in the fusion. They may differ in modality and in no other
    condition, unless one reads videos and another one skeletons: what a clip is
    differs then, and the samples and classes are the same.

    Args:
        config: The fusion's configuration.
        streams: Its streams' configurations, by variant.
        source: The fusion's file, for messages.

    Raises:
        PlanError: The streams cannot be fused, or not into what the file says.
    """
    ours, modalities = _conditions(config), set()
    if len(Protocol(**config["protocol"]).forms) > 1:
        ours = {key: ours[key] for key in WHOLE}
    departures = list(config["departures"])
    for name, stream in streams.items():
        if is_fusion(stream):
            raise PlanError(
                f"{source}: its stream '{name}' is a fusion itself",
                fix=f"name the streams of '{name}', each with its share of the weight",
            )
        theirs = _conditions(stream)
        if differing := [key for key in ours if ours[key] != theirs[key]]:
            raise PlanError(
                f"{source} and its stream '{name}' differ in protocol.{', '.join(differing)}",
                fix="fuse what is tested under one protocol, apart from the modality",
            )
        modalities |= set(stream["protocol"]["modality"].split("+"))
        departures += [
            {"what": f"stream {name}: {item['what']}", "why": item["why"]}
            for item in stream["departures"]
        ]
    if set(config["protocol"]["modality"].split("+")) != modalities:
        raise PlanError(
            f"{source}: its modality is '{config['protocol']['modality']}', "
            f"and that of its streams {', '.join(sorted(modalities))}",
            fix=f'say modality="{"+".join(sorted(modalities))}", in the order that you like',
        )
    return config | {"inputs": dict.fromkeys(streams, "scores"), "departures": departures}


def _check_pretrained(config: Json, source: str) -> None:
    if "pretrained" not in config:
        return
    said = config["pretrained"]
    if not isinstance(said, dict) or set(said) != PRETRAINED or not all(said.values()):
        raise PlanError(
            f"{source}: pretrained says {said!r}",
            fix='write pretrained = dict(file="NAME.pth", source="where to get it")',
        )
    if config["inputs"]:
        raise PlanError(
            f"{source} starts from {', '.join(config['inputs'])} and from pretrained weights",
            fix="start the inputs from the pretrained weights, and this variant from the inputs",
        )


def _conditions(config: Json) -> Json:
    """A protocol, apart from the modality, with its defaults."""
    conditions = asdict(Protocol(**config["protocol"]))
    return {key: value for key, value in conditions.items() if key != "modality"}


def check_values(config: Json, variant: str) -> None:
    """Refuse values that a run cannot be made with, whoever set them.

    Raises:
        PlanError: Threads, determinism, or the weights of a fusion are none.
    """
    if not is_fusion(config):
        _check_runtime(config["runtime"])
        return
    _check_weights(config["fusion"], f"variant '{variant}'")
    if list(config["fusion"]) != list(config["inputs"]):
        raise PlanError(
            f"--set fusion: variant '{variant}' fixes its streams",
            fix="set the weight of one of them: --set fusion.STREAM=0.5",
        )


def _check_weights(weights: Any, whose: str) -> None:
    if not isinstance(weights, dict) or len(weights) < 2:
        raise PlanError(
            f"{whose}: its fusion names fewer than two streams",
            fix="write fusion = dict(one=1.0, other=1.0), with the names of variants",
        )
    for stream, weight in weights.items():
        is_number = isinstance(weight, int | float) and not isinstance(weight, bool)
        if not is_number or not 0 < weight < math.inf:
            raise PlanError(
                f"{whose}: the weight of stream '{stream}' is {weight!r}",
                fix="give a positive number",
            )


def _check_runtime(runtime: Json) -> None:
    threads, level = runtime["threads"], runtime["deterministic"]
    if not isinstance(threads, int) or not 1 <= threads <= 1024:
        raise PlanError(f"runtime.threads is {threads!r}", fix="give a number of threads")
    if level not in DETERMINISM:
        raise PlanError(
            f"runtime.deterministic is {level!r}", fix=f"choose one of: {', '.join(DETERMINISM)}"
        )
