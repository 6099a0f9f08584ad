"""Effects on a run's test samples, measured by a process of its own.

Imports no torch; :mod:`harness.run.stressor` is the process. It answers a line for each
level as it is measured.
"""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from harness.benches import Machine
from harness.documents import dump, parse
from harness.errors import RunError
from harness.records import Plan
from harness.run.launch import environment_for
from harness.run.machine import mean_load
from harness.run.trained import Trained
from harness.stresses import DRAWN, Effect, Level, Series, Stress

PROCESS = ("-m", "harness.run.stressor")
#: Names by which transforms and data sets call what an effect changes.
SETTINGS = {
    Effect.CLIP_LEN: ("clip_len", "frames", "count"),
    Effect.NUM_CLIPS: ("num_clips", "count"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Ordeal:
    """An effect and the levels that are wanted of it.

    Args:
        effect: The effect.
        levels: In order, without that of the protocol.
    """

    effect: Effect
    levels: tuple[float, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """What the process is to do.

    Args:
        plan: Plan of the run.
        weights: File of its weights.
        weights_sha256: Their digest.
        fingerprint: Fingerprint of the data that the run saw.
        data: Folder of the prepared data.
        device: ``auto``, ``cpu`` or ``cuda:N``.
        seeds: Seeds of what is drawn.
        ordeals: The effects.
    """

    plan: Plan
    weights: str
    weights_sha256: str
    fingerprint: str
    data: str
    device: str
    seeds: tuple[int, ...]
    ordeals: tuple[Ordeal, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """A line of the process: a level of an effect, or why there are no more.

    Args:
        machine: Where it runs; of the first line.
        effect: The effect; ``None`` for the protocol as it is.
        level: What was measured.
        problem: Why there is none.
        fix: What to do about it.
    """

    machine: Machine | None = None
    effect: Effect | None = None
    level: Level | None = None
    problem: str = ""
    fix: str = ""


def find_settings(dataset: Any, effect: Effect, value: int) -> Iterator[tuple[Any, str]]:
    """Where a data set and its transforms say a protocol's clip length, or number of clips.

    Args:
        dataset: Settings of the data set, ours or MMEngine's.
        effect: Which of the two.
        value: What the protocol says.

    Yields:
        Settings of the data set or of a transform, and the name of the value in them.
    """
    for part in (dataset, *dataset["pipeline"]):
        for name in SETTINGS[effect]:
            if part.get(name) == value:
                yield part, name


def base_level(plan: Plan, effect: Effect) -> int:
    """An effect's level in a run's protocol.

    Raises:
        RunError: The effect does not apply to the run.
    """
    protocol = plan.protocol
    if effect in DRAWN:
        if protocol.data.form != "skeletons":
            raise RunError(
                f"{plan.label} sees {protocol.modality} videos, which have no joints",
                fix="stress it by --clip-len or --num-clips",
            )
        return 0
    value = protocol.clip_len if effect is Effect.CLIP_LEN else protocol.num_clips
    if value is None:
        what = "all frames" if effect is Effect.CLIP_LEN else "all clips, one after another,"
        raise RunError(
            f"{plan.label} takes {what} of a sample: there is no {effect} to change",
            fix="leave this effect out",
        )
    dataset: Mapping[str, Any] = plan.config["test_dataloader"]["dataset"]
    if not any(find_settings(dataset, effect, value)):
        raise RunError(
            f"no transform of {plan.label}'s test takes {effect}={value} from the protocol",
            fix=f"leave this effect out, or name it in a transform: {', '.join(SETTINGS[effect])}",
        )
    return value


def measure_stress(
    trained: Trained,
    ordeals: Sequence[Ordeal],
    *,
    data: Path,
    device: str,
    seeds: tuple[int, ...],
    command: str,
    watch: Callable[[Effect | None, Level], None],
) -> Stress:
    """Score a run's test split as its protocol says, and again under effects.

    Args:
        trained: The run's network.
        ordeals: The effects; at least one, and all apply to the run.
        data: Folder of the prepared data.
        device: ``auto``, ``cpu`` or ``cuda:N``.
        seeds: Seeds of what is drawn.
        command: The command line.
        watch: Told of each level that is over.

    Raises:
        RunError: Something cannot be scored.
    """
    record = trained.record
    bases = {ordeal.effect: base_level(trained.plan, ordeal.effect) for ordeal in ordeals}
    task = Task(
        plan=trained.plan,
        weights=str(trained.weights.resolve()),
        weights_sha256=record.weights_sha256,
        fingerprint=record.data.fingerprint if record.data else "",
        data=str(data.resolve()),
        device=device,
        seeds=seeds,
        ordeals=tuple(ordeals),
    )
    began, load = datetime.now(UTC), mean_load()
    found: dict[Effect | None, list[Level]] = {}
    machine = None
    for answer in _ask(task):
        if answer.level is None:
            raise RunError(answer.problem, fix=answer.fix)
        machine = machine or answer.machine
        found.setdefault(answer.effect, []).append(answer.level)
        watch(answer.effect, answer.level)
    if machine is None:
        raise RunError("the process answered nothing", fix="run it again")
    return Stress(
        recipe=record.plan.recipe,
        run_id=record.run_id,
        weights_sha256=record.weights_sha256,
        started_at=began.isoformat(timespec="seconds"),
        command=command,
        machine=replace(machine, load=load),
        stored=record.values["top1_acc"],
        unstressed=found.pop(None)[0],
        series=tuple(
            Series(effect=effect, base=bases[effect], levels=tuple(levels))
            for effect, levels in found.items()
            if effect is not None
        ),
    )


def _ask(task: Task) -> Iterator[Answer]:
    """Answers of the process, as they come."""
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(
            [sys.executable, *PROCESS],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
            env=environment_for(task.device),
        ) as process,
    ):
        if process.stdin is None or process.stdout is None:
            raise AssertionError("it was started with both")
        try:
            process.stdin.write(dump(task))
            process.stdin.close()
            for line in process.stdout:
                yield parse(Answer, line, source="a measurement")
        except BaseException:  # whoever asked has stopped listening, too
            process.terminate()
            raise
        if process.wait():
            said.seek(0)
            lines = said.read().decode(errors="replace").strip().splitlines() or ["no message"]
            raise RunError(
                f"{task.plan.label} cannot be scored: {lines[-1]}",
                fix="look whether there is memory enough, and run it again",
            )
