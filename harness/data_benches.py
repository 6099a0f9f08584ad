"""Speed of data pipelines against other people's code: what was measured, and its summary.

Only turns are stored, samples and seconds; rates, medians and ratios are computed.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from harness.benches import FOLDER as BENCHES
from harness.benches import Machine, Race, load_stored, summarise_races
from harness.documents import dump
from harness.records import Json

FOLDER = f"{BENCHES}/data"
SCHEMA_VERSION = 1


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
    found["races"] = summarise_races(bench.races)
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
