"""The prepared form: whole or not at all, and checked when loaded."""

import json
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sbu_sources import ignore_progress

from harness.datasets.definition import RawSample
from harness.datasets.prepared import load_prepared, prepare, verify
from harness.datasets.sbu import DATASET as SBU
from harness.datasets.synthetic import DATASET
from harness.errors import DataError

_SLOW_PREPARE = """
import sys, time
from pathlib import Path
from harness.datasets.prepared import prepare
from harness.datasets.synthetic import DATASET

def wait(done, total):
    if done == 300:
        print("writing", flush=True)
        time.sleep(60)

prepare(DATASET, None, Path(sys.argv[1]), wait, overwrite=True)
"""

_PREPARE = _SLOW_PREPARE.replace("time.sleep(60)", "pass")


@pytest.fixture
def root(synthetic_root: Path, tmp_path: Path) -> Path:
    """A folder with the synthetic data set prepared, to be damaged."""
    shutil.copytree(synthetic_root / "synthetic", tmp_path / "data" / "synthetic")
    return tmp_path / "data"


def _visible(root: Path) -> set[str]:
    return {path.name for path in root.iterdir()} - {".synthetic.lock"}


def _edit_index(root: Path, **changes: object) -> None:
    path = root / "synthetic" / "index.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def _refuses(root: Path, match: str) -> None:
    with pytest.raises(DataError, match=match) as caught:
        load_prepared(DATASET, root)
    assert "harness data prepare synthetic" in caught.value.fix


def test_prepared_form_is_mapped_and_whole(synthetic_root: Path) -> None:
    """What was prepared loads as a read-only map, with all samples where the index says."""
    prepared = load_prepared(DATASET, synthetic_root)
    assert isinstance(prepared.keypoints, np.memmap)
    assert not prepared.keypoints.flags.writeable
    assert prepared.keypoints.dtype == np.float32
    raw = {sample.id: sample for sample in DATASET.skeletons.read(None)}
    for sample in prepared.samples[::97]:
        assert np.array_equal(prepared.frames_of(sample), raw[sample.id].keypoints)
    assert verify(DATASET, synthetic_root).problems == ()


def test_missing_data_set_says_how_to_get_it(tmp_path: Path) -> None:
    """A data set that is not prepared says where to get it and what to type."""
    with pytest.raises(DataError, match="data set 'sbu' is not prepared in") as caught:
        load_prepared(SBU, tmp_path)
    assert "stonybrook" in caught.value.fix
    assert "harness data prepare sbu --source" in caught.value.fix
    assert list(tmp_path.iterdir()) == []


def test_source_is_asked_for(tmp_path: Path) -> None:
    """A data set that is not embedded needs a source."""
    with pytest.raises(DataError, match="'sbu' needs a source"):
        prepare(SBU, None, tmp_path, ignore_progress)


def test_unknown_split_and_subset_suggest_the_nearest(synthetic_root: Path) -> None:
    """A mistyped split or subset is an error that suggests what was meant."""
    prepared = load_prepared(DATASET, synthetic_root)
    with pytest.raises(DataError, match="no split 'fixd'") as caught:
        prepared.subset("fixd", "train")
    assert "'fixed'" in caught.value.fix
    with pytest.raises(DataError, match="no subset 'tset'") as caught:
        prepared.subset("fixed", "tset")
    assert "'test'" in caught.value.fix


@pytest.mark.parametrize("file", ["keypoints.npy", "index.json"])
@pytest.mark.parametrize("keep", [0, 50, 2000])
def test_truncated_files_are_damage(root: Path, file: str, keep: int) -> None:
    """A file that was cut off is refused, and the message says to prepare again."""
    path = root / "synthetic" / file
    path.write_bytes(path.read_bytes()[:keep])
    _refuses(root, "is damaged")


def test_surplus_bytes_are_damage(root: Path) -> None:
    """Keypoints with something after them are refused."""
    with (root / "synthetic" / "keypoints.npy").open("ab") as stream:
        stream.write(b"more")
    _refuses(root, "longer than its frames")


def test_pickles_are_never_loaded(root: Path) -> None:
    """An array of objects is refused without being unpickled."""
    np.save(root / "synthetic" / "keypoints.npy", np.array([{}]), allow_pickle=True)
    _refuses(root, "is damaged")


@pytest.mark.parametrize("file", ["keypoints.npy", "index.json"])
def test_missing_files_are_damage(root: Path, file: str) -> None:
    """A folder that lacks one of its files is refused."""
    (root / "synthetic" / file).unlink()
    _refuses(root, "is damaged")


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"format_version": 99}, "format version 99; this harness reads 1"),
        ({"dataset": "sbu"}, "of another data set"),
        ({"classes": ["a"]}, "of other classes"),
        ({"samples": {}}, "sample that is not one"),
        ({"samples": [{"id": "x"}]}, "sample that is not one"),
        ({"shape": [1, 1, 25, 3]}, "has the shape"),
        ({"fingerprint": "0"}, "was changed after it was written"),
        ({"keypoints_sha256": None}, "lacks a checksum"),
    ],
)
def test_index_that_contradicts_itself(root: Path, changes: dict[str, object], match: str) -> None:
    """An index of another format, of another data set or at odds with itself is refused."""
    _edit_index(root, **changes)
    _refuses(root, match)


@pytest.mark.parametrize(
    ("field", "value", "match"),
    [
        ("label", 10, "the label 10"),
        ("label", -1, "the label -1"),
        ("label", True, "not one"),
        ("start", 10**12, "out of place"),
        ("start", -5, "out of place"),
        ("frames", 10**12, "has the shape"),
        ("id", "P01A01T02", "a sample twice"),
        ("group", "P02", "was changed"),
    ],
)
def test_samples_out_of_range(root: Path, field: str, value: object, match: str) -> None:
    """Labels and frames out of range, doubles and edits are refused."""
    rows = json.loads((root / "synthetic" / "index.json").read_text())["samples"]
    rows[0][field] = value
    _edit_index(root, samples=rows)
    _refuses(root, match)


def test_deeply_nested_json_is_damage(root: Path) -> None:
    """JSON made to exhaust the stack is an error, not a crash."""
    (root / "synthetic" / "index.json").write_text("[" * 200_000)
    _refuses(root, "is not JSON")


def test_changed_value_is_found_and_healed(root: Path) -> None:
    """One changed byte fails verification, and preparing again repairs it unasked."""
    path = root / "synthetic" / "keypoints.npy"
    content = bytearray(path.read_bytes())
    content[5000] ^= 1
    path.write_bytes(content)
    found = verify(DATASET, root)
    assert not found.intact
    assert found.known is False
    assert not prepare(DATASET, None, root, ignore_progress).unchanged
    assert verify(DATASET, root).problems == ()


def test_preparing_again_leaves_the_same_alone(root: Path) -> None:
    """A second preparation of the same data says so and touches nothing."""
    before = (root / "synthetic" / "keypoints.npy").stat().st_ino
    assert prepare(DATASET, None, root, ignore_progress).unchanged
    assert (root / "synthetic" / "keypoints.npy").stat().st_ino == before


def test_other_data_needs_overwrite(root: Path) -> None:
    """Sound data is replaced by other data only when asked for."""

    def fewer(source: Path | None) -> Iterator[RawSample]:
        return (sample for at, sample in enumerate(DATASET.skeletons.read(source)) if at < 100)

    other = replace(DATASET, skeletons=replace(DATASET.skeletons, read=fewer))
    with pytest.raises(DataError, match="100 of 840 samples"):
        prepare(other, None, root, ignore_progress)
    with pytest.raises(DataError, match="already prepared") as caught:
        prepare(other, None, root, ignore_progress, partial=True)
    assert "--overwrite" in caught.value.fix
    assert verify(DATASET, root).problems == ()
    prepare(other, None, root, ignore_progress, partial=True, overwrite=True)
    assert len(load_prepared(DATASET, root).samples) == 100
    assert _visible(root) == {"synthetic"}


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, DataError("bad", fix="no")])
def test_failure_keeps_what_was_there(root: Path, error: type[BaseException]) -> None:
    """A preparation that fails half-way leaves the older one, and nothing of its own."""

    def stop(done: int, total: int) -> None:
        if done == 100:
            raise error

    with pytest.raises(BaseException, match=r"^(bad)?$"):
        prepare(DATASET, None, root, stop, overwrite=True)
    assert _visible(root) == {"synthetic"}
    assert verify(DATASET, root).problems == ()


def test_values_that_are_not_finite_are_refused(tmp_path: Path) -> None:
    """No reader can put a NaN into the prepared form."""

    def broken(source: Path | None) -> Iterator[RawSample]:
        for sample in DATASET.skeletons.read(source):
            yield replace(sample, keypoints=sample.keypoints * np.float32(np.nan))

    with pytest.raises(DataError, match="not finite"):
        data = replace(DATASET, skeletons=replace(DATASET.skeletons, read=broken))
        prepare(data, None, tmp_path, ignore_progress)
    assert _visible(tmp_path) == set()


@pytest.mark.parametrize("kind", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_killed_preparation_leaves_nothing_half_made(tmp_path: Path, kind: signal.Signals) -> None:
    """After a kill there is no data set, and the next preparation clears up and succeeds."""
    process = subprocess.Popen(
        [sys.executable, "-c", _SLOW_PREPARE, str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"writing\n"
        process.send_signal(kind)
        process.wait(20)
    with pytest.raises(DataError, match="is not prepared"):
        load_prepared(DATASET, tmp_path)
    if kind == signal.SIGINT:
        assert _visible(tmp_path) == set()
    prepare(DATASET, None, tmp_path, ignore_progress)
    assert _visible(tmp_path) == {"synthetic"}


def test_kill_between_the_two_renames_loses_nothing(root: Path) -> None:
    """Where a writer died with the older copy moved aside, loading puts it back."""
    (root / "synthetic").rename(root / ".synthetic.old")
    assert load_prepared(DATASET, root).fingerprint == DATASET.skeletons.known_fingerprint
    assert _visible(root) == {"synthetic"}


def test_full_disk_says_how_much_is_needed(tmp_path: Path) -> None:
    """Where the files do not fit, the error says how much is needed, and nothing stays."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, hard))
    try:
        with pytest.raises(DataError, match=r"no room in .* needs about \d+\.\d MB"):
            prepare(DATASET, None, tmp_path, ignore_progress)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert _visible(tmp_path) == set()


def test_root_that_cannot_be_made(tmp_path: Path) -> None:
    """A root that is a file is a plain error."""
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match="cannot write to"):
        prepare(DATASET, None, tmp_path / "file", ignore_progress)


def test_concurrent_preparations_do_not_mix(tmp_path: Path) -> None:
    """Several processes that prepare at once end with one sound data set."""

    def launch(_: int) -> int:
        return subprocess.run(
            [sys.executable, "-c", _PREPARE, str(tmp_path)],
            check=False,
            stdout=subprocess.DEVNULL,
        ).returncode

    started = time.monotonic()
    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(launch, range(3))) == [0, 0, 0]
    assert time.monotonic() - started < 30
    assert _visible(tmp_path) == {"synthetic"}
    assert verify(DATASET, tmp_path).problems == ()
