"""Speed of data pipelines against other people's code: what was measured, and its summary.

Only turns are stored, samples and seconds; rates, medians and ratios are computed.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from harness.benches import FOLDER as BENCHES
from harness.benches import Machine, Summary, Turn, load_stored, ratio_of_turns, summarise
from harness.documents import dump
from harness.records import Json

FOLDER = f"{BENCHES}/data"
SCHEMA_VERSION = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """One way to the samples, and its turns.

    Args:
        title: Whose code it is.
        steps: What it does, in order: classes of transforms, or functions.
        turns: Its turns, in order.
    """

    title: str
    steps: tuple[str, ...]
    turns: tuple[Turn, ...]

    @property
    def per_s(self) -> Summary:
        """Samples a second over its turns."""
        return summarise([turn.samples_per_s for turn in self.turns])


@dataclass(frozen=True, kw_only=True, slots=True)
class Race:
    """Two ways to the same samples that took turns.

    Args:
        dataset: Key of the data set.
        what: What was made of it, in a phrase.
        unit: What a sample is, in the plural: clips, frames.
        ours: Our way.
        theirs: The other one.
    """

    dataset: str
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


@dataclass(frozen=True, kw_only=True, slots=True)
class DataBench:
    """Races of one machine, run one after another.

    Args:
        schema_version: Form of this value.
        started_at: When, in ISO 8601.
        command: The command line.
        machine: Where.
        turn_s: Least length of a turn, in seconds.
        races: What was measured.
    """

    schema_version: int = SCHEMA_VERSION
    started_at: str
    command: str
    machine: Machine
    turn_s: float
    races: tuple[Race, ...]


def data_bench_json(bench: DataBench) -> Json:
    """A measurement with its summary, for scripts."""
    found = json.loads(dump(bench))
    for shown, race in zip(found["races"], bench.races, strict=True):
        shown["summary"] = {
            "ours_per_s": asdict(race.ours.per_s),
            "theirs_per_s": asdict(race.theirs.per_s),
            "ratio": asdict(race.ratio),
        }
    plain: Json = found
    return plain


def load_data_benches(results: Path) -> dict[str, DataBench]:
    """Stored measurements by file name.

    Args:
        results: Folder of the records.

    Raises:
        StoreError: One is damaged, or of another form.
    """
    return load_stored(DataBench, results / FOLDER, SCHEMA_VERSION)
