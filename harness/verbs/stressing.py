"""``stress``: how a run's network fares on noisy, incomplete or shorter samples."""

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from math import isfinite
from pathlib import Path

from rich.console import Console

from harness.benches import write_bench
from harness.errors import HarnessError, PlanError, StoreError
from harness.places import data_root
from harness.records import Plan
from harness.request import parse_seeds
from harness.run.machine import command_line
from harness.run.stress import Ordeal, base_level, measure_stress
from harness.run.trained import Trained, find_trained
from harness.store import ResultStore
from harness.stresses import (
    DRAWN,
    FOLDER,
    LEVELS,
    MOST_LEVELS,
    MOST_PASSES,
    Effect,
    Level,
    Stress,
    stress_json,
)
from harness.verbs.arguments import read_device
from harness.verbs.console import out, show_table
from harness.verbs.data import require_data

USUAL = {Effect.NOISE: (0.005, 0.01, 0.02, 0.05), Effect.DROPPED: (0.1, 0.2, 0.3, 0.5)}
SHARES = (1 / 8, 1 / 4, 1 / 2, 3 / 4)  # of the protocol's frames or clips
MOST = {Effect.NOISE: 1.0, Effect.DROPPED: 0.99, Effect.CLIP_LEN: 4096, Effect.NUM_CLIPS: 4096}
COLUMNS = (
    *("effect", "level", "top-1, %", "lowest to highest", "n", "change, pp"),
    *("MACs × views, G", "s a sample", "of the processor"),
)


def stress(args: argparse.Namespace) -> None:
    """Score a run's test split again under effects, store what was found, and show it.

    Raises:
        HarnessError: There is no such run, its weights are gone, or an effect or level means
            nothing for it.
    """
    trained = find_trained(ResultStore(args.results).find(args.run).record, args.work)
    seeds = parse_seeds(args.seeds)
    if len(seeds) > MOST_PASSES:
        raise PlanError(f"--seeds {args.seeds} are {len(seeds)}", fix="write --seeds 0..2")
    device, root = read_device(args.device), data_root(args.data)
    ordeals, left_out = _choose(args, trained.plan)
    with redirect_stdout(sys.stderr):  # so that --json is one object
        require_data((trained.plan.protocol.data,), root)
    console = Console(stderr=True)
    with console.status(f"{trained.plan.label}: as its protocol says") as status:

        def watch(effect: Effect | None, level: Level) -> None:
            done = f"{effect} {level.level:g}" if effect else "as its protocol says"
            status.update(f"{done}: top-1 {level.top1_acc:.2f} %")

        found = measure_stress(
            trained,
            ordeals,
            data=root,
            device=device,
            seeds=seeds,
            command=command_line(),
            watch=watch,
        )
    path = _store(found, args.results)
    if args.json:
        print(json.dumps(stress_json(found), indent=1, ensure_ascii=False, allow_nan=False))
        return
    _show(found, trained)
    for why in left_out:
        out.print(f"left out: {why}")
    out.print(f"stored: {path.resolve()}")


def _store(found: Stress, results: Path) -> Path:
    """Store it under a name that no other measurement has."""
    when = found.started_at.partition("+")[0].replace("-", "").replace(":", "")
    path = results / FOLDER / f"{found.run_id}-{when}Z.json"
    if path.exists():
        raise StoreError(f"{path} is already there", fix="measure again in a second")
    write_bench(found, path)
    return path


def _choose(args: argparse.Namespace, plan: Plan) -> tuple[list[Ordeal], list[str]]:
    """Effects that were asked for, or all that apply; and why the others do not.

    Raises:
        HarnessError: One that was asked for does not apply, a level means nothing, or no
            effect applies.
    """
    asked = {effect: getattr(args, effect.value) for effect in Effect}
    if any(text is not None for text in asked.values()):
        chosen = [
            Ordeal(effect=effect, levels=read_levels(effect, text, base_level(plan, effect)))
            for effect, text in asked.items()
            if text is not None
        ]
        return chosen, []
    ordeals, left_out = [], []
    for effect in Effect:
        try:
            levels = usual_levels(effect, base_level(plan, effect))
        except HarnessError as error:
            left_out.append(f"{effect}: {error.problem}")
            continue
        if levels:
            ordeals.append(Ordeal(effect=effect, levels=levels))
        else:
            left_out.append(f"{effect}: the protocol has one, and less is none")
    if not ordeals:
        raise PlanError(f"no effect applies to {plan.label}", fix="; ".join(left_out))
    return ordeals, left_out


def usual_levels(effect: Effect, base: int) -> tuple[float, ...]:
    """Levels of an effect where none are asked for, weakest first; none where there are none.

    Args:
        effect: The effect.
        base: Its level in the protocol.
    """
    if effect in DRAWN:
        return USUAL[effect]
    found = {float(round(share * base)) for share in SHARES}
    return tuple(sorted(level for level in found if 0 < level < base))


def read_levels(effect: Effect, text: str, base: float) -> tuple[float, ...]:
    """Levels of an effect from ``0.01,0.05``, in order and without that of the protocol.

    Args:
        effect: The effect.
        text: What was written.
        base: The level of the protocol, which is measured in any case.

    Raises:
        PlanError: A level means nothing, or only the protocol's is left.
    """
    flag = f"--{effect.value.replace('_', '-')}"
    example = "0.02,0.05" if effect in DRAWN else "4,8,16"
    try:
        levels = {float(part) for part in text.split(",")}
    except ValueError as error:
        raise PlanError(f"{flag} {text} are no numbers", fix=f"write {flag} {example}") from error
    for level in levels:
        meant = isfinite(level) and 0 <= level <= MOST[effect]
        if effect not in DRAWN:
            meant = meant and level >= 1 and level == int(level)
        if not meant:
            what = "shares" if effect in DRAWN else "whole numbers"
            raise PlanError(
                f"{flag} {level:g} means nothing: levels are {what} up to {MOST[effect]:g} "
                f"({LEVELS[effect]})",
                fix=f"write {flag} {example}",
            )
    kept = tuple(sorted(levels - {base}))
    if not kept or len(kept) > MOST_LEVELS:
        raise PlanError(
            f"{flag} {text} leaves {len(kept)} levels beside the protocol's {base:g}",
            fix=f"write {flag} {example}",
        )
    return kept


def _show(found: Stress, trained: Trained) -> None:
    """A row a level, then whether the protocol gave the stored accuracy, and where it was."""
    level = found.unstressed
    out.print(f"{trained.plan.label} ({found.run_id}), {level.samples} test samples")
    show_table(
        COLUMNS,
        list(_rows(found)),
    )
    if found.is_repeated:
        out.print(f"without an effect: top-1 {level.top1_acc:.2f} %, as the record says")
    else:
        out.print(
            f"without an effect: top-1 {level.top1_acc:.2f} % where the record says "
            f"{found.stored:.2f} %: the device, the packages or the code are others"
        )
    for series in found.series:
        out.print(f"levels of {series.effect}: {LEVELS[series.effect]}")
    machine = found.machine
    load = "" if machine.load is None else f"; load {machine.load:g} before it began"
    out.print(f"{machine.device}, {machine.cores} cores, {machine.platform}{load}")


def _rows(found: Stress) -> Iterator[tuple[object, ...]]:
    for series in found.series:
        for place, level in found.curve(series):
            values = [one.top1_acc for one in level.passes]
            yield (
                series.effect,
                f"{place:g}",
                f"{level.top1_acc:.2f}",
                f"{min(values):.2f} to {max(values):.2f}" if len(values) > 1 else "",
                len(values),
                f"{level.top1_acc - found.unstressed.top1_acc:+.2f}",
                f"{level.macs / 1e9:.4g} × {level.views:g}",
                f"{level.sample_s:.4f}",
                f"{level.sample_processor_s:.4f}",
            )
