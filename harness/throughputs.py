"""What variants cost on a machine: clips a second and memory, beside what is counted.

Only turns are stored, clips and seconds; rates and medians are computed.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from harness.benches import FOLDER as BENCHES
from harness.benches import (
    Machine,
    Race,
    Summary,
    Turn,
    load_stored,
    summarise,
    summarise_races,
)
from harness.documents import dump
from harness.records import Json

FOLDER = f"{BENCHES}/costs"
SCHEMA_VERSION = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Cost:
    """What one variant costs.

    Args:
        variant: The variant.
        precision: In which its backbone computes.
        batch_size: Clips at a time.
        clip: Shape of a clip, ``(C, T, H, W)``, or ``(M, T, V, C)`` for skeletons.
        parameters: Number of parameters.
        macs: Multiply-adds of one clip.
        views: Clips that the score of a video is made of; ``None`` for as many as follow
            one another in it.
        test: Turns of a forward pass, one batch each.
        train: Turns of a training step, one batch each.
        test_memory_gib: Largest memory up to the last forward pass.
        train_memory_gib: Largest memory up to the last training step.
    """

    variant: str
    precision: str
    batch_size: int
    clip: tuple[int, ...]
    parameters: int
    macs: int
    views: int | None
    test: tuple[Turn, ...]
    train: tuple[Turn, ...]
    test_memory_gib: float
    train_memory_gib: float

    @property
    def test_per_s(self) -> Summary:
        """Clips a second in test."""
        return summarise([turn.samples_per_s for turn in self.test])

    @property
    def train_per_s(self) -> Summary:
        """Clips a second in training."""
        return summarise([turn.samples_per_s for turn in self.train])

    @property
    def macs_text(self) -> str:
        """Multiply-adds of a clip in G, times how many make a score."""
        return f"{self.macs / 1e9:.2f} × {'clips' if self.views is None else self.views}"


@dataclass(frozen=True, kw_only=True, slots=True)
class CostBench:
    """What a recipe's variants cost on one machine.

    Args:
        schema_version: Form of this value.
        recipe: Key of the recipe.
        started_at: When, in ISO 8601.
        command: The command line.
        machine: Where.
        threads: Threads of torch.
        costs: A cost for each variant that could be measured.
        races: Forms of its code that were compared, where it declares some.
    """

    schema_version: int = SCHEMA_VERSION
    recipe: str
    started_at: str
    command: str
    machine: Machine
    threads: int
    costs: tuple[Cost, ...]
    races: tuple[Race, ...] = ()


def cost_bench_json(bench: CostBench) -> Json:
    """A measurement with its summary, for scripts."""
    found = json.loads(dump(bench))
    for shown, cost in zip(found["costs"], bench.costs, strict=True):
        shown["summary"] = {
            "test_clips_per_s": asdict(cost.test_per_s),
            "train_clips_per_s": asdict(cost.train_per_s),
        }
    found["races"] = summarise_races(bench.races)
    plain: Json = found
    return plain


def load_cost_benches(results: Path, recipe: str) -> dict[str, CostBench]:
    """Stored measurements of a recipe by file name.

    Args:
        results: Folder of the records.
        recipe: Key of the recipe.

    Raises:
        StoreError: One is damaged, or of another form.
    """
    found = load_stored(CostBench, results / FOLDER, SCHEMA_VERSION)
    return {name: bench for name, bench in found.items() if bench.recipe == recipe}
