"""SBU: the authors' files, the authors' folds."""

import re
import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from sbu_sources import ignore_progress, make_sample, sequence_file, write_sequence, write_zip

from harness.datasets.definition import Split
from harness.datasets.prepared import load_prepared, prepare, verify
from harness.datasets.sbu import DATASET, parse, read
from harness.datasets.sbu_folds import FOLDS
from harness.errors import DataError


def _edit(source: Path, name: str, old: bytes, new: bytes) -> Path:
    """Replace text in a copy of a sequence's file."""
    path = sequence_file(source, name)
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(content.replace(old, new, 1))
    return path


def _fails(source: Path, match: str) -> DataError:
    with pytest.raises(DataError, match=match) as caught:
        list(read(source))
    assert caught.value.fix
    return caught.value


def test_manifest_agrees_with_the_authors_counts() -> None:
    """The list of sequences has the authors' 282 sequences, 6,822 frames and fold sizes."""
    assert len(DATASET.manifest) == DATASET.expected_samples == 282
    assert sum(sample.frames for sample in DATASET.manifest) == 6822
    labels = Counter(sample.label for sample in DATASET.manifest)
    assert tuple(labels[label] for label in range(8)) == DATASET.class_counts
    for split in DATASET.splits:
        found = Counter(DATASET.assign(split.name, sample) for sample in DATASET.manifest)
        assert {name: found[name] for name in split.counts} == split.counts, split.name


def test_every_pair_is_tested_in_exactly_one_fold() -> None:
    """No pair is lost or leaks: the folds divide the 21 pairs."""
    pairs = [pair for fold in FOLDS.values() for pair in fold]
    assert len(pairs) == len(set(pairs)) == 21
    assert set(pairs) == {sample.group for sample in DATASET.manifest}


@pytest.mark.parametrize("split", [s for s in DATASET.splits if s.role == "inner"])
def test_inner_splits_never_see_the_outer_test_pairs(split: Split) -> None:
    """An inner split uses no pair of its outer fold, and holds out exactly one other fold."""
    name = split.name
    outer, inner = name.split("-inner")
    used = {s.group: DATASET.assign(name, s) for s in DATASET.manifest}
    assert {pair for pair, subset in used.items() if subset is None} == set(FOLDS[outer])
    held_out = {pair for pair, subset in used.items() if subset == "test"}
    assert held_out == set(FOLDS[f"fold{inner}"])


def test_unknown_pair_is_in_no_subset() -> None:
    """A pair outside the folds neither trains nor tests."""
    assert DATASET.assign("fold1", make_sample("s09s09/01/001")) is None


def test_values_are_kept_as_in_the_file(small_source: Path) -> None:
    """Keypoints are the file's normalised numbers: persons, joints, x y z, in that order."""
    path = sequence_file(small_source, "s01s02/01/001")
    keypoints = parse(path.read_bytes(), "name")
    rows = [line.split(",")[1:] for line in path.read_text().splitlines()]
    assert keypoints.shape == (12, 2, 15, 3)
    assert np.array_equal(keypoints.reshape(12, 90), np.array(rows, dtype=np.float32))


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (b"", "is empty"),
        (b"\r\n\r\n", "is empty"),
        (b"1" + b",0.5" * 89 + b"\r\n", r"line 1: 90 values instead of"),
        (b"1" + b",0.5" * 91 + b"\n", r"line 1: 92 values instead of"),
        (b"1" + b",0.5" * 90 + b"\n2" + b",0.5" * 89 + b",nan\n", "line 2: .* not a finite"),
        (b"1" + b",0.5" * 89 + b",inf\n", "line 1: .* not a finite"),
        (b"1" + b",0.5" * 89 + b",abc\n", "line 1: could not convert"),
        (b"1" + b",0.5" * 89 + b",\xff\n", "line 1: could not convert"),
        (b"1" + b",0.5" * 90, "ends in the middle of a line"),
        (b"2" + b",0.5" * 90 + b"\n1" + b",0.5" * 90 + b"\n", "line 2: frame 1 follows frame 2"),
        (b"1" + b",0.5" * 90 + b"\n3" + b",0.5" * 90 + b"\n", "line 2: frame 3 follows frame 1"),
    ],
)
def test_damaged_file_is_named_with_its_line(content: bytes, match: str) -> None:
    """A damaged file is refused, and the message says which and where."""
    with pytest.raises(DataError, match=match) as caught:
        parse(content, "s01s02/01/001/skeleton_pos.txt")
    assert caught.value.problem.startswith("s01s02/01/001/skeleton_pos.txt")


def test_damage_is_found_through_the_folder(small_source: Path) -> None:
    """The message for a damaged file in a folder names the file below that folder."""
    _edit(small_source, "s02s03/07/002", b",", b",nan,")
    _fails(small_source, r"s02s03/07/002/skeleton_pos.txt, line 1: 92 values")


@pytest.mark.parametrize(
    ("folder", "match"),
    [
        ("s01s02/09/001", "class folder '09' does not exist"),
        ("s08s09/01/001", "pair 's08s09' is in none of the authors' five folds"),
        ("s01s02/01/001 copy", "'001 copy' is no sequence folder"),
    ],
)
def test_folders_that_do_not_exist_are_named(small_source: Path, folder: str, match: str) -> None:
    """A pair, class or sequence that the data set does not have is refused by name."""
    write_sequence(sequence_file(small_source, folder), 12, 3)
    _fails(small_source, match)


def test_two_versions_of_a_sequence_are_refused(small_source: Path) -> None:
    """Clean and noisy sequences in one folder are not mixed."""
    shutil.copytree(small_source / "s01s02", small_source / "noisy" / "s01s02")
    _fails(small_source, "s01s02/01/001 is there twice")


def test_no_sequences_at_all(tmp_path: Path) -> None:
    """An empty folder, a missing one and a file that is no zip are three plain errors."""
    _fails(tmp_path, "no file PAIR/CLASS/SEQUENCE")
    _fails(tmp_path / "nowhere", "there is no")
    (tmp_path / "x.zip").write_bytes(b"PK not really")
    _fails(tmp_path / "x.zip", "not a readable zip")


def test_oversized_file_is_not_read(small_source: Path) -> None:
    """A file, or a bomb in an archive, is not read beyond the bound."""
    path = sequence_file(small_source, "s01s02/01/001")
    path.write_bytes(b"1" * (1 << 21))
    _fails(small_source, "larger than")
    _fails(write_zip(small_source, small_source.parent / "bomb.zip"), "larger than")


def test_damaged_member_of_a_zip_is_named(small_source: Path, tmp_path: Path) -> None:
    """A member whose checksum fails is refused by name."""
    archive = write_zip(small_source, tmp_path / "sbu.zip")
    content = bytearray(archive.read_bytes())
    content[200] ^= 0xFF
    archive.write_bytes(content)
    _fails(archive, "s01s02/01/001/skeleton_pos.txt cannot be read")


@pytest.mark.parametrize("prefix", ["", "SBU/clean/"])
def test_zip_equals_folder_byte_for_byte(
    complete_source: Path, tmp_path: Path, prefix: str
) -> None:
    """A zip file, however nested, gives the very files that the folder gives."""
    archive = write_zip(complete_source, tmp_path / "sbu.zip", prefix)
    for name, source in (("folder", complete_source), ("zip", archive)):
        prepare(DATASET, source, tmp_path / name, ignore_progress)
    for file in ("keypoints.npy", "index.json"):
        folder, zipped = (tmp_path / name / "sbu" / file for name in ("folder", "zip"))
        assert folder.read_bytes() == zipped.read_bytes()


@pytest.mark.parametrize("prefix", ["", "s01s02/"])
def test_folder_of_one_zip_for_each_pair(small_source: Path, tmp_path: Path, prefix: str) -> None:
    """The authors' zip files can stay packed, beside folders that are unpacked."""
    before = list(read(small_source))
    write_zip(small_source / "s01s02", small_source / "s01s02.zip", prefix)
    assert [sample.id for sample in read(small_source)] == [sample.id for sample in before]
    shutil.rmtree(small_source / "s01s02")
    after = list(read(small_source))
    assert [sample.checksum for sample in after] == [sample.checksum for sample in before]


def test_links_in_a_circle_end(small_source: Path) -> None:
    """A folder that links to itself is looked into once."""
    (small_source / "loop").symlink_to(small_source, target_is_directory=True)
    assert len(list(read(small_source))) == 2


def test_missing_and_truncated_sequences_are_named(complete_source: Path, tmp_path: Path) -> None:
    """An incomplete source is refused by name, accepted on request, and then never 'known'."""
    sequence_file(complete_source, "s02s03/07/001").unlink()
    path = sequence_file(complete_source, "s01s02/01/001")
    lines = path.read_bytes().splitlines(keepends=True)
    path.unlink()
    path.write_bytes(b"".join(lines[:-3]))
    write_sequence(sequence_file(complete_source, "s01s02/05/002"), 20, 7)
    said = "1 missing: s02s03/07/001; 1 surplus: s01s02/05/002; 1 truncated: s01s02/01/001"
    with pytest.raises(DataError, match=re.escape(said)) as caught:
        prepare(DATASET, complete_source, tmp_path, ignore_progress)
    assert "--partial" in caught.value.fix
    summary = prepare(DATASET, complete_source, tmp_path, ignore_progress, partial=True)
    assert (summary.samples, summary.known) == (282, False)
    found = verify(DATASET, tmp_path)
    assert found.intact
    assert said in found.problems
    assert any(p.startswith("exchanging object: 38 samples, 39") for p in found.problems)
    assert any(p.startswith("fold2 test: 51 samples, 52") for p in found.problems)


@pytest.mark.data
def test_real_sequences_are_the_known_ones(real_sbu: Path, tmp_path: Path) -> None:
    """The authors' 282 sequences give the known fingerprint and nothing to complain about."""
    summary = prepare(DATASET, real_sbu, tmp_path, ignore_progress)
    assert (summary.samples, summary.frames, summary.known) == (282, 6822, True)
    assert verify(DATASET, tmp_path).problems == ()
    prepared = load_prepared(DATASET, tmp_path)
    assert len(prepared.subset("fold5", "test")) == 65
    first = prepared.frames_of(prepared.samples[0])
    text = sequence_file(real_sbu, "s01s02/01/001").read_text().splitlines()[0].split(",")
    assert np.array_equal(first[0].ravel(), np.array(text[1:], dtype=np.float32))


@pytest.mark.data
def test_real_sequences_from_a_zip(real_sbu: Path, tmp_path: Path) -> None:
    """The authors' sequences in a zip file have the same fingerprint."""
    archive = write_zip(real_sbu, tmp_path / "sbu.zip", "sbu/")
    assert prepare(DATASET, archive, tmp_path / "data", ignore_progress).known
