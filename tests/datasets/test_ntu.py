"""NTU RGB+D: the authors' files, lists and splits."""

import random
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sbu_sources import ignore_progress

from harness.datasets import ntu120
from harness.datasets.definition import Sample
from harness.datasets.imitation import imitate_bodies, list_samples, write_ntu, write_skeleton
from harness.datasets.ntu import HUNDRED_TWENTY, SIXTY, assign, identify
from harness.datasets.ntu60 import DATASET
from harness.datasets.ntu_files import Name, _parse_lines, _parse_regular, parse_skeleton
from harness.datasets.prepared import load_prepared, prepare, verify
from harness.errors import DataError

NAME = "S001C001P001R001A001"


@pytest.fixture(scope="session")
def content(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A file of twelve frames with two people."""
    path = tmp_path_factory.mktemp("ntu") / "one.skeleton"
    write_skeleton(path, imitate_bodies(3, 12, 2))
    return path.read_bytes()


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All that two subjects acted in the first setup; not to be changed."""
    folder = tmp_path_factory.mktemp("ntu-source")
    write_ntu(folder, list_samples(SIXTY, [1, 3], 1), distinct=12)
    return folder


def test_parsed_bodies_are_those_that_were_written(content: bytes) -> None:
    """Places in metres to seven digits, who is where, and nobody where nobody is."""
    written = imitate_bodies(3, 12, 2)

    bodies = parse_skeleton(content, "x")

    assert np.allclose(bodies.keypoints, written.keypoints, rtol=1e-6, atol=0)
    assert (bodies.tracks == written.tracks).all()
    assert bodies.spread().shape == (12, 6, 25, 3)
    assert not bodies.spread()[0, 1].any()
    assert (DATASET.need_skeletons().parse(content, "x") == bodies.spread()).all()


def test_both_ways_of_reading_end_in_the_same_numbers(content: bytes) -> None:
    """At once or line by line, to the bit: whole, long, short, signed and tiny numbers."""
    draws = random.Random(0)
    lines = content.split(b"\n")
    for at, line in enumerate(lines):
        if line.count(b" ") == 11:
            value = draws.gauss(0, 1) * 10 ** draws.randint(-9, 3)
            forms = ".3f", ".15g", ".0f", ".9e", "+.7f"
            some = [format(value, draws.choice(forms)).encode() for _ in range(3)]
            lines[at] = b" ".join([*some, *line.split()[3:]])
    odd = b"\n".join(lines)

    fast, slow = _parse_regular(odd), _parse_lines(odd, "x")

    assert fast is not None
    assert np.array_equal(fast.keypoints.view(np.uint32), slow.keypoints.view(np.uint32))
    assert np.array_equal(fast.tracks, slow.tracks)


def test_blanks_and_line_ends_do_not_matter(content: bytes) -> None:
    """Windows' line ends, blanks at the end of lines, none at the end of the file."""
    wanted = parse_skeleton(content, "x")

    for other in (
        content.replace(b"\n", b"\r\n"),
        content.replace(b"\n", b" \n"),
        content.replace(b" ", b"  "),
        content.rstrip(),
        content + b"\n\n",
    ):
        found = parse_skeleton(other, "x")
        assert (found.keypoints == wanted.keypoints).all()
        assert (found.tracks == wanted.tracks).all()


def edit(content: bytes, line: int, text: bytes) -> bytes:
    """A file with one line replaced, counted from 1."""
    lines = content.split(b"\n")
    lines[line - 1] = text
    return b"\n".join(lines)


@pytest.mark.parametrize(
    ("line", "text", "match"),
    [
        (1, b"13", "is cut off after line"),
        (1, b"11", "there is more after the last of 11 frames"),
        (1, b"0", "line 1: there are no frames"),
        (1, b"99999999999", "is no number of frames"),
        (1, b"text", "line 1: 'text' is no number of frames"),
        (2, b"2", "values instead of"),
        (2, b"7", "line 2: '7' is no number of bodies"),
        (2, b"-1", "is no number of bodies"),
        (3, b"1 2 3", "line 3: 3 values instead of the 10 of a body"),
        (4, b"24", "line 4: 24 joints instead of 25"),
        (4, b"26", "line 4: 26 joints instead of 25"),
        (5, b"0.1 0.2 0.3", "line 5: 3 values instead of the 12 of a joint"),
        (5, b"a b c 4 5 6 7 8 9 10 11 12", "line 5: could not convert"),
        (5, b"nan 0 0 4 5 6 7 8 9 10 11 12", "line 5: a value is not a place in metres"),
        (5, b"1e39 0 0 4 5 6 7 8 9 10 11 12", "line 5: a value is not a place in metres"),
        (5, b"99999.5 0.1 0.1 4 5 6 7 8 9 10 11 12", "line 5: a value is not a place"),
        (5, b"1_0 0.1 0.1 4 5 6 7 8 9 10 11 12", "line 5: a value is not a place"),
        (5, b"", "line 5: 0 values instead of"),
    ],
)
def test_a_malformed_file_is_named_with_its_line(
    content: bytes, line: int, text: bytes, match: str
) -> None:
    """Wrong counts, text and numbers out of range say where they are."""
    with pytest.raises(DataError, match=match) as caught:
        parse_skeleton(edit(content, line, text), "S001.skeleton")
    assert "S001.skeleton" in caught.value.problem


@pytest.mark.parametrize("keep", [0, 1, 3, 40, 1000, 5000])
def test_a_truncated_file_is_refused(content: bytes, keep: int) -> None:
    """Wherever it was cut."""
    with pytest.raises(DataError, match=r"S001\.skeleton"):
        parse_skeleton(content[:keep], "S001.skeleton")


def test_a_file_without_anybody_is_refused() -> None:
    """Frames of no bodies are no sequence."""
    with pytest.raises(DataError, match="no body in any frame"):
        parse_skeleton(b"2\n0\n0\n", "x")


def test_mutated_files_are_read_or_refused_by_name(content: bytes) -> None:
    """Two thousand random damages: our own error, or a sound array; both ways agree."""
    draws = random.Random(20160627)
    refused = 0
    for _ in range(2000):
        damaged = bytearray(content)
        for _ in range(draws.randint(1, 4)):
            mutate(damaged, draws)
        text = bytes(damaged)
        try:
            bodies = parse_skeleton(text, "x.skeleton")
        except DataError as error:
            refused += 1
            assert "x.skeleton" in error.problem
        else:
            assert np.isfinite(bodies.keypoints).all()
            assert np.count_nonzero(bodies.tracks) == len(bodies.keypoints)
            slow = _parse_lines(text.replace(b"\r\n", b"\n").rstrip() + b"\n", "x")
            assert np.array_equal(slow.keypoints, bodies.keypoints)
            assert np.array_equal(slow.tracks, bodies.tracks)
    assert refused > 500


def mutate(damaged: bytearray, draws: random.Random) -> None:
    """Change, add, remove or repeat some bytes."""
    at = draws.randrange(len(damaged) + 1)
    kind = draws.randrange(5)
    if kind == 0 and at < len(damaged):
        damaged[at] = draws.randrange(256)
    elif kind == 1:
        damaged[at:at] = draws.choice([b"\n", b" ", b"-", b"9" * 30, b".", b"e", b"\0", b"25\n"])
    elif kind == 2:
        del damaged[at : at + draws.choice([1, 2, 30])]
    elif kind == 3:
        damaged[at:at] = damaged[at : at + draws.choice([1, 80, 700])]
    elif draws.random() < 0.1:
        del damaged[at:]


def test_lists_and_splits_are_the_authors() -> None:
    """302 and 535 samples are left alone; splits and classes have the printed sizes."""
    assert (len(SIXTY.ignored), len(HUNDRED_TWENTY.ignored)) == (302, 535)
    assert SIXTY.ignored < HUNDRED_TWENTY.ignored
    assert (DATASET.expected_samples, ntu120.DATASET.expected_samples) == (56_578, 113_945)
    for dataset in (DATASET, ntu120.DATASET):
        for split in dataset.splits:
            assert (split.train or 0) + (split.test or 0) == dataset.expected_samples
    nominal = {"xsub": (40_320, 16_560), "xview": (37_920, 18_960)}
    for split in DATASET.splits:
        removed = Counter(assign(split.name, sample_of(name)) for name in SIXTY.ignored)
        assert (split.train, split.test) == tuple(
            size - removed[subset]
            for size, subset in zip(nominal[split.name], ("train", "test"), strict=True)
        )
    per_pair = {"xsub": 360, "xset": 360}  # a subject's sequences in a setup
    for split in ntu120.DATASET.splits:
        removed = Counter(assign(split.name, sample_of(name)) for name in HUNDRED_TWENTY.ignored)
        assert (split.train + removed["train"]) % per_pair[split.name] == 0
        assert (split.test + removed["test"]) % per_pair[split.name] == 0


def sample_of(name: str) -> Sample:
    """A sample of a name."""
    return Sample(id=name, label=Name.parse(name).action - 1, start=0, frames=0, group="")


def test_a_name_says_class_and_subject() -> None:
    """And which edition it is of."""
    assert identify(SIXTY, SIXTY.ignored, "S017C003P020R002A060") == (59, "P020")
    assert identify(SIXTY, SIXTY.ignored, "S018C003P008R002A061") is None
    assert identify(HUNDRED_TWENTY, frozenset(), "S018C003P008R002A061") == (60, "P008")
    assert identify(SIXTY, SIXTY.ignored, "S001C002P005R002A008") is None
    assert identify(SIXTY, SIXTY.ignored, "../S001C001P001R001A001") is None


def test_a_folder_becomes_a_data_set(source: Path, tmp_path: Path) -> None:
    """Every file with its bodies; what is missing beside it is named; it is not complete."""
    summary = prepare(DATASET, source, tmp_path, ignore_progress, partial=True)
    prepared = load_prepared(DATASET, tmp_path)
    found = verify(DATASET, tmp_path)

    assert summary.samples == len(prepared.samples) == 720
    assert summary.known is prepared.known is False
    sample = prepared.samples[100]
    bodies = parse_skeleton((source / f"{sample.id}.skeleton").read_bytes(), "x")
    assert np.array_equal(prepared.frames_of(sample), bodies.spread())
    assert np.array_equal(prepared.tracks_of(sample), bodies.tracks)
    assert (sample.label, sample.group) == (int(sample.id[-3:]) - 1, sample.id[8:12])
    assert found.intact
    assert {c.name: c.found for c in found.splits}["xview test"] == 240
    assert "missing: S001C001P002R001A001" in str(found.difference)


def test_missing_files_are_named_by_their_neighbours(source: Path, tmp_path: Path) -> None:
    """Whoever acted in a setup did all of it, before all three cameras, twice."""
    copy = tmp_path / "copy"
    copy.mkdir()
    gone = {"S001C002P001R001A007", "S001C003P003R002A060"}
    for file in source.iterdir():
        if file.stem not in gone:
            (copy / file.name).hardlink_to(file)
    prepare(DATASET, copy, tmp_path / "data", ignore_progress, partial=True)

    missing = verify(DATASET, tmp_path / "data").difference.missing

    assert gone <= set(missing)
    assert not {file.stem for file in copy.iterdir()} & set(missing)
    assert not set(missing) & SIXTY.ignored


def test_zip_files_are_read_as_they_are(source: Path, tmp_path: Path) -> None:
    """A folder of the authors' archives, or one, is the same data set."""
    prepare(DATASET, source, tmp_path / "a", ignore_progress, partial=True)
    archives = tmp_path / "zips"
    archives.mkdir()
    files = sorted(source.iterdir())
    for number, some in enumerate((files[:400], files[400:])):
        with zipfile.ZipFile(archives / f"{number}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for file in some:
                archive.write(file, f"nturgb+d_skeletons/{file.name}")

    summary = prepare(DATASET, archives, tmp_path / "b", ignore_progress, partial=True)

    assert summary.fingerprint == load_prepared(DATASET, tmp_path / "a").fingerprint
    assert sorted(path.name for path in archives.iterdir()) == ["0.zip", "1.zip"]


def test_a_bad_file_stops_all_unless_it_is_skipped(source: Path, tmp_path: Path) -> None:
    """Skipped, it is in the index, in the verification and in the fingerprint."""
    copy = tmp_path / "copy"
    copy.mkdir()
    files = sorted(source.iterdir())[:30]
    for file in files:
        (copy / file.name).hardlink_to(file)
    bad = files[7].stem
    (copy / f"{bad}.skeleton").unlink()
    (copy / f"{bad}.skeleton").write_text("3\n1\n")
    data = tmp_path / "data"

    with pytest.raises(DataError, match=f"{bad}.skeleton is cut off") as caught:
        prepare(DATASET, copy, data, ignore_progress, partial=True)
    assert "--skip-bad" in caught.value.fix
    with pytest.raises(DataError, match="missing"):  # what is bad excuses nothing else
        prepare(DATASET, copy, data, ignore_progress, skip_bad=True)
    summary = prepare(DATASET, copy, data, ignore_progress, partial=True, skip_bad=True)
    prepared = load_prepared(DATASET, data)
    (copy / f"{bad}.skeleton").unlink()
    without = prepare(DATASET, copy, tmp_path / "other", ignore_progress, partial=True)

    assert [item.id for item in summary.left_out] == [bad]
    assert summary.samples == without.samples == 29
    assert prepared.index.left_out == summary.left_out
    assert prepared.known is False
    assert summary.fingerprint != without.fingerprint
    assert any(f"left out: {bad}" in text for text in verify(DATASET, data).problems)


def test_a_source_of_which_nothing_can_be_read_is_refused(tmp_path: Path) -> None:
    """Even where what is bad may be skipped."""
    (tmp_path / f"{NAME}.skeleton").write_text("text\n")
    with pytest.raises(DataError, match=f"nothing can be read: {NAME}.skeleton, line 1"):
        prepare(DATASET, tmp_path, tmp_path, ignore_progress, partial=True, skip_bad=True)
    assert not (tmp_path / "ntu60").exists()


@pytest.mark.parametrize("path", ["../", "/", "a/../../", "..\\"])
def test_an_archive_that_leads_out_of_itself_is_refused(path: str, tmp_path: Path) -> None:
    """By the name of the member."""
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr(zipfile.ZipInfo(f"{path}{NAME}.skeleton"), "1\n0\n")

    with pytest.raises(DataError, match=r"leads out of its archive|there is no file"):
        prepare(DATASET, tmp_path / "x.zip", tmp_path / "data", ignore_progress)
    assert not (tmp_path.parent / f"{NAME}.skeleton").exists()


def test_a_zip_bomb_is_left_out(tmp_path: Path) -> None:
    """A member that unpacks to more than any sequence has is not unpacked."""
    with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{NAME}.skeleton", b"0 " * (1 << 25))

    with pytest.raises(DataError, match=f"{NAME}.skeleton is larger than"):
        prepare(DATASET, tmp_path / "x.zip", tmp_path / "data", ignore_progress, partial=True)


def test_mutated_archives_are_read_or_refused(source: Path, tmp_path: Path) -> None:
    """Whatever byte of a zip file is wrong, the error is ours."""
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(source.iterdir())[:3]:
            archive.write(file, file.name)
    sound, draws = path.read_bytes(), random.Random(1)
    for _ in range(150):
        damaged = bytearray(sound)
        for _ in range(draws.randint(1, 6)):
            at = draws.randrange(len(damaged))
            if draws.random() < 0.7:
                at = draws.choice([at % 60, len(damaged) - 1 - at % 400])
            damaged[at] = draws.randrange(256)
        path.write_bytes(damaged)
        try:
            list(DATASET.need_skeletons().read(path))
        except DataError as error:
            assert error.fix


def test_a_sequence_twice_is_refused(source: Path, tmp_path: Path) -> None:
    """Two copies in a folder are one too many."""
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / f"{NAME}.skeleton").hardlink_to(source / f"{NAME}.skeleton")
    with pytest.raises(DataError, match="is there twice"):
        list(DATASET.need_skeletons().read(tmp_path))


def test_damaged_tracks_are_found(source: Path, tmp_path: Path) -> None:
    """One changed byte of who is where fails verification; a count that lies fails loading."""
    prepare(DATASET, source, tmp_path, ignore_progress, partial=True)
    path = tmp_path / "ntu60" / "tracks.npy"
    content = bytearray(path.read_bytes())
    at = content.rindex(1)
    content[at] = 9
    path.write_bytes(content)
    assert not verify(DATASET, tmp_path).intact
    content[at] = 0
    path.write_bytes(content)
    with pytest.raises(DataError, match="is damaged"):
        load_prepared(DATASET, tmp_path)


def test_little_memory_is_needed(source: Path, tmp_path: Path, python: Any) -> None:
    """720 sequences are prepared and verified in a quarter of a gigabyte."""
    status = Path("/proc/self/status")
    if not status.exists():
        pytest.skip("the most memory of a process is not told here")
    done = python(
        """
import sys
from pathlib import Path
from harness.datasets.ntu60 import DATASET
from harness.datasets.prepared import prepare, verify
source, root = Path(sys.argv[1]), Path(sys.argv[2])
prepare(DATASET, source, root, lambda done, total: None, partial=True)
verify(DATASET, root)
print(*[line for line in open("/proc/self/status") if line.startswith("VmHWM")])
""",
        source,
        tmp_path,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.split()[1]) < 1 << 18  # kB


def test_what_was_read_is_let_go(source: Path, tmp_path: Path, python: Any) -> None:
    """A process that has read all samples holds a fraction of their file."""
    if not Path("/proc/self/status").exists():
        pytest.skip("the memory of mapped files is not told here")
    prepare(DATASET, source, tmp_path, ignore_progress, partial=True)
    done = python(
        """
import sys
from pathlib import Path
from harness.datasets.ntu60 import DATASET
from harness.datasets.stored import load_prepared
def mapped():
    lines = open("/proc/self/status").read().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("RssFile")))
prepared = load_prepared(DATASET, Path(sys.argv[1]))
before = mapped()
for sample in prepared.samples:
    prepared.frames_of(sample)
print(mapped() - before, prepared.keypoints.nbytes // 1024)
""",
        tmp_path,
    )
    assert done.returncode == 0, done.stderr
    grown, size = map(int, done.stdout.split())
    assert grown < size / 4
