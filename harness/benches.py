"""Speed against other people's code: what was measured, and its summary.

Only turns are stored, samples and seconds; rates, medians and ratios are computed.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Protocol, TypeVar

from harness.documents import dump, parse
from harness.errors import StoreError
from harness.records import Json
from harness.rivals import Setting
from harness.store import write_replacing

FOLDER = "benches"
SCHEMA_VERSION = 1


class Stored(Protocol):
    """A measurement in a file of its own: a frozen dataclass that names its form."""

    @property
    def schema_version(self) -> int:
        """The form."""


S = TypeVar("S", bound=Stored)


@dataclass(frozen=True, kw_only=True, slots=True)
class Summary:
    """Several values of one quantity.

    Args:
        median: Their median.
        low: The smallest.
        high: The largest.
        n: How many there are.
    """

    median: float
    low: float
    high: float
    n: int


def summarise(values: Sequence[float]) -> Summary:
    """Median and range of values.

    Raises:
        ValueError: There are none.
    """
    if not values:
        raise ValueError("there are no values to summarise")
    return Summary(median=median(values), low=min(values), high=max(values), n=len(values))


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """Training iterations of one side while the other waited.

    Args:
        samples: Samples trained on.
        seconds: What that took: fetching batches, forward, backward, step, and what
            the trainer does about an iteration; validation and checkpoints at the
            end of an epoch are left out.
        waited_s: How much of that the trainer waited for batches; ``None`` where
            nothing else happens.
    """

    samples: int
    seconds: float
    waited_s: float | None = None

    @property
    def samples_per_s(self) -> float:
        """Samples a second."""
        return self.samples / self.seconds


def ratio_of_turns(ours: Sequence[Turn], theirs: Sequence[Turn]) -> Summary:
    """Our samples a second by theirs, each turn by the one that followed it."""
    pairs = zip(ours, theirs, strict=True)
    return summarise([one.samples_per_s / other.samples_per_s for one, other in pairs])


@dataclass(frozen=True, kw_only=True, slots=True)
class Side:
    """What one side trained, and its turns.

    Args:
        title: Whose code it is.
        network: Class of its backbone.
        trainer: Class of its runner.
        pipeline: Classes of its transforms, in order.
        precision: In which it computed.
        threads: Threads of torch.
        loader_workers: Processes that load its data; 0 where the trainer does.
        batch_size: Samples a batch.
        clip: Shape of a sample, ``(clips, M, T, V, C)`` for skeletons,
            ``(clips, C, T, H, W)`` for videos.
        parameters: Number of learned values.
        turns: Its turns, in order.
    """

    title: str
    network: str
    trainer: str
    pipeline: tuple[str, ...]
    precision: str
    threads: int
    loader_workers: int
    batch_size: int
    clip: tuple[int, ...]
    parameters: int
    turns: tuple[Turn, ...]

    @property
    def samples_per_s(self) -> Summary:
        """Samples a second over its turns."""
        return summarise([turn.samples_per_s for turn in self.turns])

    @property
    def waiting(self) -> float | None:
        """Share of its turns in which the trainer waited for batches; ``None`` if not measured."""
        waited = [turn.waited_s for turn in self.turns if turn.waited_s is not None]
        if len(waited) != len(self.turns):
            return None
        return sum(waited) / sum(turn.seconds for turn in self.turns)

    @property
    def conditions(self) -> str:
        """What ran, in a phrase."""
        threads = "1 thread" if self.threads == 1 else f"{self.threads} threads"
        loaders = "1 loader" if self.loader_workers == 1 else f"{self.loader_workers} loaders"
        return (
            f"{self.network} in {self.trainer}, {self.precision}, {threads}, {loaders}, batches "
            f"of {self.batch_size} × {'×'.join(map(str, self.clip))}, {self.parameters} parameters"
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """Two sides that took turns.

    Args:
        setting: What was equal.
        ours: Our side.
        theirs: The other one.
        score_gap: Largest difference of the two networks' scores for equal weights,
            relative to the largest score; ``None`` where the networks differ anyway.
    """

    setting: Setting
    ours: Side
    theirs: Side
    score_gap: float | None

    def __post_init__(self) -> None:
        if len(self.ours.turns) != len(self.theirs.turns) or not self.ours.turns:
            raise ValueError(f"{self.setting}: the sides have not as many turns, or none")

    @property
    def ratio(self) -> Summary:
        """Our samples a second by theirs, each turn by the one that followed it."""
        return ratio_of_turns(self.ours.turns, self.theirs.turns)


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """One way to the same result, and its turns.

    Args:
        title: Whose code it is, or which form of ours.
        steps: What it does, in order: classes of transforms, or functions.
        turns: Its turns, in order.
        memory_mib: Most that its tensors took at once beyond what it was given;
            ``None`` where that was not measured.
    """

    title: str
    steps: tuple[str, ...]
    turns: tuple[Turn, ...]
    memory_mib: float | None = None

    @property
    def per_s(self) -> Summary:
        """Samples a second over its turns."""
        return summarise([turn.samples_per_s for turn in self.turns])


@dataclass(frozen=True, kw_only=True, slots=True)
class Race:
    """Two ways to the same result that took turns.

    Args:
        dataset: Key of the data set that both read; ``""`` where they read none.
        what: What was made, in a phrase.
        unit: What a sample is, in the plural: clips, frames.
        ours: Our way.
        theirs: The other one.
    """

    dataset: str = ""
    what: str
    unit: str
    ours: Way
    theirs: Way

    def __post_init__(self) -> None:
        if len(self.ours.turns) != len(self.theirs.turns) or not self.ours.turns:
            raise ValueError(f"{self.what}: the ways have not as many turns, or none")

    @property
    def ratio(self) -> Summary:
        """Our samples a second by theirs, each turn by the one that followed it."""
        return ratio_of_turns(self.ours.turns, self.theirs.turns)


def summarise_races(races: Sequence[Race]) -> list[Json]:
    """Races with their summaries, for scripts."""
    found = []
    for race in races:
        shown = json.loads(dump(race))
        shown["summary"] = {
            "ours_per_s": asdict(race.ours.per_s),
            "theirs_per_s": asdict(race.theirs.per_s),
            "ratio": asdict(race.ratio),
        }
        found.append(shown)
    return found


@dataclass(frozen=True, kw_only=True, slots=True)
class Machine:
    """Where it was measured.

    Args:
        device: Name of the processor or GPU.
        device_kind: ``cpu`` or ``cuda``.
        driver: GPU driver; ``""`` on a CPU.
        cores: Cores that the processes could use.
        load: Processes that ran or waited to, mean over the minute before; ``None``
            where the system does not tell.
        python: Version of Python.
        platform: Operating system and machine.
        packages: Versions by package.
        commit: Commit of the checkout; ``""`` outside one.
        dirty: Whether tracked files differed from that commit.
    """

    device: str
    device_kind: str
    driver: str
    cores: int
    load: float | None
    python: str
    platform: str
    packages: dict[str, str]
    commit: str
    dirty: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Bench:
    """One interleaved measurement of a recipe's variant against a rival.

    Args:
        schema_version: Form of this value.
        recipe: Key of the recipe.
        variant: Its variant.
        dataset: Key of the data set.
        split: Split whose training data were used.
        rival: Name of the rival.
        started_at: When, in ISO 8601.
        command: The command line.
        machine: Where.
        batches: Batches a turn.
        warm_up: Batches of each side before the first turn.
        comparisons: What was compared.
    """

    schema_version: int = SCHEMA_VERSION
    recipe: str
    variant: str
    dataset: str
    split: str
    rival: str
    started_at: str
    command: str
    machine: Machine
    batches: int
    warm_up: int
    comparisons: tuple[Comparison, ...]


def bench_json(bench: Bench) -> Json:
    """A measurement with its summary, for scripts."""
    found = json.loads(dump(bench))
    for shown, comparison in zip(found["comparisons"], bench.comparisons, strict=True):
        shown["summary"] = {
            "ours_samples_per_s": asdict(comparison.ours.samples_per_s),
            "theirs_samples_per_s": asdict(comparison.theirs.samples_per_s),
            "ratio": asdict(comparison.ratio),
        }
    plain: Json = found
    return plain


def refuse_taken(path: Path) -> None:
    """Refuse a file that is there: what was measured is not overwritten.

    Raises:
        StoreError: It is there, or does not end in .json.
    """
    if path.exists() or path.is_symlink():
        raise StoreError(f"{path} is already there", fix="give --out another name, or remove it")
    if path.suffix != ".json":
        raise StoreError(f"{path} does not end in .json", fix=f"give --out {path}.json")


def write_bench(bench: Stored, path: Path) -> None:
    """Store a measurement; under ``results/benches/`` the report shows it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_replacing(path, dump(bench).encode())


def load_bench(path: Path) -> Bench:
    """A stored measurement.

    Raises:
        StoreError: It is damaged, or of another form.
    """
    return _load(Bench, path, SCHEMA_VERSION)


def load_stored(kind: type[S], folder: Path, version: int) -> dict[str, S]:
    """Measurements of a kind by file name, in its order.

    Args:
        kind: What they are.
        folder: Where they are stored.
        version: The form that this harness reads.

    Raises:
        StoreError: One is damaged, or of another form.
    """
    paths = sorted(folder.glob("*.json"), key=lambda path: path.name)
    return {path.name: _load(kind, path, version) for path in paths if path.name[0] != "."}


def _load(kind: type[S], path: Path, version: int) -> S:
    bench = parse(kind, path.read_bytes(), source=str(path))
    if bench.schema_version != version:
        raise StoreError(
            f"{path} has schema version {bench.schema_version}; this harness reads {version}",
            fix="update the harness to the version that wrote it, or measure again",
        )
    return bench


def load_benches(results: Path, recipe: str) -> dict[str, Bench]:
    """Stored measurements of a recipe by file name, in its order.

    Args:
        results: Folder of the records.
        recipe: Key of the recipe.

    Raises:
        StoreError: One is damaged.
    """
    found = load_stored(Bench, results / FOLDER, SCHEMA_VERSION)
    return {name: bench for name, bench in found.items() if bench.recipe == recipe}
