"""A run's network on its own test split made harder: what was measured, and its summary.

Only passes over the samples are stored; means and differences are computed.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite
from pathlib import Path
from statistics import mean

from harness.benches import FOLDER as BENCHES
from harness.benches import Machine, load_stored
from harness.documents import dump
from harness.errors import StoreError
from harness.records import Json, RunRecord

FOLDER = f"{BENCHES}/stress"
SCHEMA_VERSION = 1
MOST_LEVELS = 64
MOST_PASSES = 100


class Effect(StrEnum):
    """What is done to the samples."""

    NOISE = "noise"
    DROPPED = "dropped"
    CLIP_LEN = "clip_len"
    NUM_CLIPS = "num_clips"


#: What levels of an effect count.
LEVELS = {
    Effect.NOISE: "standard deviation, share of the body's size",
    Effect.DROPPED: "share of the joints",
    Effect.CLIP_LEN: "frames of a clip",
    Effect.NUM_CLIPS: "clips of a sample",
}
#: What is drawn at random; the others are the same each time.
DRAWN = (Effect.NOISE, Effect.DROPPED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Pass:
    """All test samples, scored once.

    Args:
        seed: Seed of what was drawn; ``None`` where nothing was.
        top1_acc: Top-1 accuracy, in percent.
        mean_class_acc: Mean of the classes' accuracies, in percent.
        seconds: From the first batch to the last score, loading included.
        processor_s: Time of the processor in this, that of loading processes left out.
    """

    seed: int | None
    top1_acc: float
    mean_class_acc: float
    seconds: float
    processor_s: float

    def __post_init__(self) -> None:
        if not (0 <= self.top1_acc <= 100 and 0 <= self.mean_class_acc <= 100):
            raise ValueError(f"an accuracy of {self.top1_acc} or {self.mean_class_acc} %")


@dataclass(frozen=True, kw_only=True, slots=True)
class Level:
    """An effect of one strength.

    Args:
        level: How strong, in the effect's unit; 0 for the protocol as it is.
        samples: Samples that were scored.
        views: Clips times crops that a sample's score is made of, mean over the samples.
        macs: Multiply-adds of one of them; of the longest where their lengths differ.
        passes: One for each seed.
    """

    level: float
    samples: int
    views: float
    macs: int
    passes: tuple[Pass, ...]

    def __post_init__(self) -> None:
        if not isfinite(self.level) or self.level < 0 or self.samples < 1 or self.views <= 0:
            raise ValueError(f"level {self.level} of {self.samples} samples, {self.views} views")
        if not 0 < len(self.passes) <= MOST_PASSES:
            raise ValueError(f"level {self.level} has {len(self.passes)} passes")

    @property
    def top1_acc(self) -> float:
        """Mean top-1 accuracy of the passes, in percent."""
        return mean(found.top1_acc for found in self.passes)

    @property
    def sample_macs(self) -> float:
        """Multiply-adds that the score of a sample takes."""
        return self.macs * self.views

    @property
    def sample_s(self) -> float:
        """Seconds a sample, loading included."""
        return mean(found.seconds for found in self.passes) / self.samples

    @property
    def sample_processor_s(self) -> float:
        """Time of the processor a sample, in seconds, that of loading processes left out."""
        return mean(found.processor_s for found in self.passes) / self.samples


@dataclass(frozen=True, kw_only=True, slots=True)
class Series:
    """Levels of one effect.

    Args:
        effect: The effect.
        base: Its level in the protocol: 0, or as many frames or clips as it says.
        levels: The other levels, in order.
    """

    effect: Effect
    base: float
    levels: tuple[Level, ...]

    def __post_init__(self) -> None:
        found = [level.level for level in self.levels]
        if not 0 < len(found) <= MOST_LEVELS or found != sorted(set(found)):
            raise ValueError(f"levels {found} of {self.effect} are none, too many or out of order")


@dataclass(frozen=True, kw_only=True, slots=True)
class Stress:
    """A run's network on its test split, as it is and under effects.

    Args:
        schema_version: Form of this value.
        recipe: Key of the run's recipe.
        run_id: The run.
        weights_sha256: Digest of its weights.
        started_at: When, in ISO 8601.
        command: The command line.
        machine: Where.
        stored: Top-1 accuracy in the run's record, in percent.
        unstressed: The protocol as it is, measured again.
        series: The effects.
    """

    schema_version: int = SCHEMA_VERSION
    recipe: str
    run_id: str
    weights_sha256: str
    started_at: str
    command: str
    machine: Machine
    stored: float
    unstressed: Level
    series: tuple[Series, ...]

    def __post_init__(self) -> None:
        effects = [found.effect for found in self.series]
        if not effects or len(effects) != len(set(effects)):
            raise ValueError(f"effects {effects} are none, or one stands there twice")

    @property
    def is_repeated(self) -> bool:
        """Whether the unstressed accuracy is that of the record, to its last digit."""
        return self.unstressed.top1_acc == self.stored

    def curve(self, series: Series) -> tuple[tuple[float, Level], ...]:
        """Levels of an effect with the unstressed one among them, in order."""
        found = [(level.level, level) for level in series.levels]
        return tuple(sorted([*found, (series.base, self.unstressed)], key=lambda pair: pair[0]))


def stress_json(stress: Stress) -> Json:
    """A measurement with its summary, for scripts."""
    found: Json = json.loads(dump(stress))
    found["is_repeated"] = stress.is_repeated
    for shown, series in zip(found["series"], stress.series, strict=True):
        shown["summary"] = [
            {
                "level": place,
                "top1_acc": level.top1_acc,
                "change": level.top1_acc - stress.unstressed.top1_acc,
                "sample_macs": level.sample_macs,
                "sample_s": level.sample_s,
                "sample_processor_s": level.sample_processor_s,
            }
            for place, level in stress.curve(series)
        ]
    return found


def load_stresses(results: Path, records: Sequence[RunRecord]) -> dict[str, Stress]:
    """Stored measurements of some runs by file name, oldest first.

    Args:
        results: Folder of the records.
        records: The runs.

    Raises:
        StoreError: One is damaged, of another form, or of other weights than its run's.
    """
    known = {record.run_id: record for record in records}
    stored = load_stored(Stress, results / FOLDER, SCHEMA_VERSION)
    found = {name: stress for name, stress in stored.items() if stress.run_id in known}
    for name, stress in found.items():
        if stress.weights_sha256 != known[stress.run_id].weights_sha256:
            raise StoreError(
                f"{results / FOLDER / name} is of other weights than those of {stress.run_id}",
                fix="restore it from git, or remove it and measure again",
            )
    return dict(sorted(found.items(), key=lambda item: item[1].started_at))
