"""Speed of data pipelines, and methods of flow: what was measured, and its summary.

Only what was counted is stored, samples and seconds; rates, medians and ratios are computed.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from harness.benches import FOLDER as BENCHES
from harness.benches import Machine, Race, Summary, load_stored, summarise, summarise_races
from harness.documents import dump
from harness.records import Json

FOLDER = f"{BENCHES}/data"
SCHEMA_VERSION = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class FlowOfVideo:
    """What a method of optical flow made of some pairs of frames of a video.

    Args:
        video: Its id.
        pairs: Frames that follow one another, spread over it.
        seconds: What computing their fields took one core.
        change: Squared difference of the two frames of a pair, in grey values, over all.
        left: The same with each second frame warped back along the field.
    """

    video: str
    pairs: int
    seconds: float
    change: float
    left: float

    @property
    def explained(self) -> float:
        """Share of the change that the fields explain; none where nothing changes."""
        return 1 - self.left / self.change if self.change else 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class FlowOfMethod:
    """What a method of optical flow makes of a data set.

    Args:
        dataset: The data set.
        method: The method, as ``harness data flow`` calls it.
        videos: What it made of some of its videos.
    """

    dataset: str
    method: str
    videos: tuple[FlowOfVideo, ...]

    @property
    def pairs(self) -> int:
        """Pairs of frames."""
        return sum(video.pairs for video in self.videos)

    @property
    def explained(self) -> float:
        """Share of the squared change in all pairs that the fields explain."""
        change = sum(video.change for video in self.videos)
        return 1 - sum(video.left for video in self.videos) / change if change else 0.0

    @property
    def explained_of_videos(self) -> Summary:
        """The same of each video."""
        return summarise([video.explained for video in self.videos])

    @property
    def ms_a_pair(self) -> Summary:
        """Milliseconds a pair of each video."""
        return summarise([1000 * video.seconds / video.pairs for video in self.videos])


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
        flows: Methods of optical flow on the same pairs of frames, one after the other.
    """

    schema_version: int = SCHEMA_VERSION
    started_at: str
    command: str
    machine: Machine
    turn_s: float
    races: tuple[Race, ...]
    flows: tuple[FlowOfMethod, ...] = ()


def data_bench_json(bench: DataBench) -> Json:
    """A measurement with its summary, for scripts."""
    found = json.loads(dump(bench))
    found["races"] = summarise_races(bench.races)
    for shown, flow in zip(found["flows"], bench.flows, strict=True):
        shown["explained"], shown["ms_a_pair"] = flow.explained, asdict(flow.ms_a_pair)
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
