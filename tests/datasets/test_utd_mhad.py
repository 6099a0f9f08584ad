"""UTD-MHAD: the authors' files, the authors' split by subject."""

import hashlib
import os
import re
import shutil
import struct
import time
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from sbu_sources import ignore_progress, write_zip
from scipy.io import loadmat
from utd_mhad_sources import make_skeleton, pack, take_file, write_take

from harness.datasets.definition import Sample, Split
from harness.datasets.prepared import load_prepared, prepare, verify
from harness.datasets.utd_mhad import DATASET, MAX_BYTES, parse, read
from harness.errors import DataError

NAME = "Skeleton/a1_s1_t1_skeleton.mat"
GOOD = pack(d_skel=make_skeleton(12))
PLAIN = pack(compressed=False, d_skel=make_skeleton(2))


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Three takes, to be damaged."""
    source = tmp_path / "utd"
    for seed, name in enumerate(("a1_s1_t1", "a2_s8_t4", "a27_s2_t3")):
        write_take(source, name, 5 + seed, seed)
    return source


@pytest.fixture(scope="session")
def _complete_source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = tmp_path_factory.mktemp("utd-source")
    for seed, sample in enumerate(DATASET.manifest):
        write_take(source, sample.id, sample.frames, seed)
    return source


@pytest.fixture
def complete_source(_complete_source: Path, tmp_path: Path) -> Path:
    """All 861 takes, invented values; hard links, so replace a file, never write into it."""
    source = tmp_path / "utd-source"
    shutil.copytree(_complete_source, source, copy_function=os.link)
    return source


@pytest.fixture
def real() -> Iterator[Path]:
    """The authors' takes; skips where they are not."""
    checkout = Path(__file__).parents[2]
    data = Path(os.environ.get("HARNESS_TEST_DATA", checkout.parent / "shared" / "data"))
    if not (data / "utd_mhad").is_dir():
        pytest.skip(f"no real data in {data}")
    yield data / "utd_mhad"


def _fails(source: Path, match: str) -> None:
    with pytest.raises(DataError, match=match) as caught:
        list(read(source))
    assert caught.value.fix


def test_manifest_agrees_with_the_authors_counts() -> None:
    """The list has the authors' 861 takes, 27 classes, and 431 and 430 by their protocol."""
    assert len(DATASET.manifest) == DATASET.expected_samples == 861
    assert len({sample.id for sample in DATASET.manifest}) == 861
    assert sum(sample.frames for sample in DATASET.manifest) == 58299
    labels = Counter(sample.label for sample in DATASET.manifest)
    assert tuple(labels[label] for label in range(27)) == DATASET.class_counts
    for split in DATASET.splits:
        found = Counter(DATASET.assign(split.name, sample) for sample in DATASET.manifest)
        assert {name: found[name] for name in split.counts} == split.counts, split.name
    assert DATASET.split("odd-even").counts == {"train": 431, "val": 0, "test": 430}


def test_the_three_takes_that_do_not_exist() -> None:
    """Each subject did each action four times, but for three takes that the authors left out."""
    every = {f"a{a}_s{s}_t{t}" for a in range(1, 28) for s in range(1, 9) for t in range(1, 5)}
    missing = every - {sample.id for sample in DATASET.manifest}
    assert missing == {"a8_s1_t4", "a23_s6_t4", "a27_s8_t4"}


def test_odd_subjects_train_and_even_ones_test() -> None:
    """The authors' protocol, by subject."""
    used = {(s.group, DATASET.assign("odd-even", s)) for s in DATASET.manifest}
    assert used == {(f"s{n}", "train" if n % 2 else "test") for n in range(1, 9)}


@pytest.mark.parametrize("split", [s for s in DATASET.splits if s.role == "inner"])
def test_inner_splits_never_see_the_test_subjects(split: Split) -> None:
    """An inner split uses the training subjects alone and holds out exactly one of them."""
    used = {s.group: DATASET.assign(split.name, s) for s in DATASET.manifest}
    assert {group for group, subset in used.items() if subset is None} == {"s2", "s4", "s6", "s8"}
    assert [g for g, subset in used.items() if subset == "test"] == [f"s{split.name[-1]}"]


@pytest.mark.parametrize("split", ["odd-even", "odd-even-inner1"])
def test_unknown_subject_is_in_no_subset(split: str) -> None:
    """A subject whom the data set does not have neither trains nor tests."""
    stranger = Sample(id="a1_s9_t1", label=0, start=0, frames=1, group="s9")
    assert DATASET.assign(split, stranger) is None


def test_bones_make_a_tree() -> None:
    """Every joint but the hip centre is the second of exactly one bone, after its first."""
    reached = [DATASET.skeletons.joint_names.index("hip centre")]
    for first, second in DATASET.skeletons.edges:
        assert first in reached and second not in reached
        reached.append(second)
    assert sorted(reached) == list(range(20))


@pytest.mark.parametrize("compressed", [True, False])
@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_values_are_kept_as_in_the_file(kind: type, compressed: bool) -> None:
    """Keypoints are the file's metres: frames, one person, joints, x y z, in that order."""
    skeleton = make_skeleton(7).astype(kind)
    keypoints = parse(pack(compressed, d_skel=skeleton), NAME)
    assert keypoints.shape == (7, 1, 20, 3)
    assert keypoints.dtype == np.float32
    for frame, joint, axis in ((0, 0, 0), (6, 19, 2), (3, 5, 1)):
        assert keypoints[frame, 0, joint, axis] == np.float32(skeleton[joint, axis, frame])
    assert np.array_equal(keypoints[:, 0], skeleton.transpose(2, 0, 1).astype(np.float32))


def test_samples_of_a_folder(source: Path) -> None:
    """A take's id, class, subject and checksum come from its file, actions in numeric order."""
    write_take(source, "a10_s3_t2")
    found = list(read(source))
    assert [sample.id for sample in found] == ["a1_s1_t1", "a2_s8_t4", "a10_s3_t2", "a27_s2_t3"]
    assert [sample.label for sample in found] == [0, 1, 9, 26]
    assert [sample.group for sample in found] == ["s1", "s8", "s3", "s2"]
    content = take_file(source, "a1_s1_t1").read_bytes()
    assert found[0].checksum == hashlib.sha256(content).hexdigest()


SKELETON = make_skeleton(3)
BAD_ARRAYS = {
    "another name": (dict(skel=SKELETON), "holds 'skel' instead of 'd_skel'"),
    "two": (dict(d_skel=SKELETON, more=np.ones(3)), "does not hold just one array"),
    "none": ({}, "does not hold just one array"),
    "depth": (dict(d_depth=np.ones((4, 4, 3), np.uint16)), "holds 'd_depth' instead of"),
    "turned": (dict(d_skel=SKELETON.T.copy()), "shape 3 × 3 × 20 instead of 20 × 3 × T"),
    "flat": (dict(d_skel=SKELETON[..., 0]), "shape 20 × 3 instead of"),
    "25 joints": (dict(d_skel=np.zeros((25, 3, 4))), "shape 25 × 3 × 4 instead of"),
    "four axes": (dict(d_skel=np.zeros((20, 3, 2, 2))), "shape 20 × 3 × 2 × 2 instead of"),
    "no frames": (dict(d_skel=np.zeros((20, 3, 0))), "has 0 frames"),
    "endless": (dict(d_skel=np.zeros((20, 3, 1001))), "has 1001 frames"),
    "integers": (dict(d_skel=np.ones((20, 3, 3), np.int32)), "class 'int32' instead of"),
    "bytes": (dict(d_skel=np.ones((20, 3, 3), np.uint8)), "class 'uint8' instead of"),
    "complex": (dict(d_skel=SKELETON + 1j), "class 'complex double' instead of"),
    "text": (dict(d_skel="skeleton"), "class 'char' instead of"),
    "struct": (dict(d_skel={"joints": SKELETON}), "class 'struct' instead of"),
    "cell": (dict(d_skel=np.array([SKELETON, "x"], object)), "class 'cell' instead of"),
    "NaN": (dict(d_skel=np.where(SKELETON > 3, np.nan, SKELETON)), "not a finite coordinate"),
    "infinity": (dict(d_skel=np.where(SKELETON > 3, -np.inf, SKELETON)), "not a finite"),
    "millimetres": (dict(d_skel=SKELETON * 1000), "coordinate within 20 metres"),
}


@pytest.mark.parametrize("compressed", [True, False])
@pytest.mark.parametrize("what", BAD_ARRAYS)
def test_files_that_hold_something_else_are_named(what: str, compressed: bool) -> None:
    """What is not one real array of 20 joints in metres is refused, in words."""
    variables, match = BAD_ARRAYS[what]
    with pytest.raises(DataError, match=match) as caught:
        parse(pack(compressed, **variables), NAME)
    assert caught.value.problem.startswith(NAME)
    assert "again" in caught.value.fix


def _element(kind: int, body: bytes) -> bytes:
    """Make an element of MATLAB's format."""
    padding = b"" if kind == 15 else bytes(-len(body) % 8)
    return struct.pack("<II", kind, len(body)) + body + padding


def _array(*, flags: bytes = b"\6", numbers: bytes = _element(9, bytes(480))) -> bytes:
    """Make a whole file with one array of one frame."""
    start = _element(6, flags.ljust(8, b"\0")) + _element(5, struct.pack("<iii", 20, 3, 1))
    return GOOD[:128] + _element(14, start + _element(1, b"d_skel") + numbers)


BAD_FILES = {
    "empty": (b"", "is empty"),
    "text": (b"1,2,3\n" * 100, "is not in MATLAB 5's format"),
    "MATLAB 4": (bytes(400), "is not in MATLAB 5's format"),
    "MATLAB 7.3": (b"MATLAB 7.3 MAT-file".ljust(124) + b"\0\2IM" + bytes(400), "MATLAB 7.3's"),
    "HDF5": (b"\x89HDF\r\n\x1a\n" + bytes(400), "is not in MATLAB 5's format"),
    "pickle": (b"\x80\4\x95" + bytes(200), "is not in MATLAB 5's format"),
    "other bytes first": (GOOD[:126] + b"MI" + GOOD[128:], "no header of MATLAB 5's format"),
    "header alone": (GOOD[:128], "does not hold just one array"),
    "half": (GOOD[: len(GOOD) // 2], "is cut off"),
    "packed cut off": (GOOD[:128] + _element(15, GOOD[136:-40]), "is cut off"),
    "packed damaged": (GOOD[:2000] + b"\xff\0\xff" + GOOD[2003:], "cannot be unpacked"),
    "more behind it": (GOOD + GOOD[128:], "does not hold just one array"),
    "packed twice": (GOOD[:128] + _element(15, zlib.compress(GOOD[128:])), "just one array"),
    "a bomb": (GOOD[:128] + _element(15, zlib.compress(bytes(50 << 20))), "larger than"),
    "too few numbers": (_array(numbers=_element(9, bytes(472))), "numbers of d_skel are not"),
    "too many numbers": (_array(numbers=_element(9, bytes(488))), "numbers of d_skel are not"),
    "no numbers": (_array(numbers=b""), "numbers of d_skel are not"),
    "unknown numbers": (_array(numbers=_element(8, bytes(480))), "numbers of d_skel are not"),
    "unknown class": (_array(flags=b"\xfe"), "class '254' instead of"),
    "opaque": (_array(flags=b"\x11"), "class 'opaque' instead of"),
    "object": (_array(flags=b"\3"), "class 'object' instead of"),
    "sparse": (_array(flags=b"\5"), "class 'sparse' instead of"),
    "not an array": (GOOD[:128] + _element(14, bytes(64)), "no array of numbers"),
}


@pytest.mark.parametrize("what", BAD_FILES)
def test_files_of_another_form_are_named(what: str) -> None:
    """Another format, a damaged file and one cut off are refused, in words."""
    content, match = BAD_FILES[what]
    with pytest.raises(DataError, match=match) as caught:
        parse(content, NAME)
    assert caught.value.problem.startswith(NAME)


def test_the_makers_of_bad_files_make_good_ones() -> None:
    """The bad files above are bad for the reason that they are to show."""
    assert not parse(_array(), NAME).any()


@pytest.mark.parametrize("content", [GOOD, PLAIN], ids=["compressed", "plain"])
def test_a_file_cut_off_anywhere_is_refused(content: bytes) -> None:
    """Wherever a file ends too early, that is an error like any other."""
    for size in range(0, len(content), 97):
        with pytest.raises(DataError):
            parse(content[:size], NAME)


def test_a_damaged_byte_anywhere_is_an_error_or_a_value() -> None:
    """A damaged file gives another value or an error in words, never a crash."""
    for at in range(len(PLAIN)):
        for value in (0, 8, 15, 127, 255) if at < 320 else (255,):
            content = PLAIN[:at] + bytes([value]) + PLAIN[at + 1 :]
            try:
                keypoints = parse(content, NAME)
            except DataError as error:
                assert error.problem.startswith(NAME)
            else:
                assert keypoints.shape == (2, 1, 20, 3)
                assert np.isfinite(keypoints).all()


def test_many_tiny_elements_end_soon() -> None:
    """A file of the largest size full of empty elements is refused within seconds."""
    started = time.monotonic()
    with pytest.raises(DataError):
        parse(GOOD[:128] + bytes(MAX_BYTES - 128), NAME)
    assert time.monotonic() - started < 10


@pytest.mark.parametrize(
    ("name", "match"),
    [
        ("a28_s1_t1_skeleton.mat", "action 28 does not exist"),
        ("a1_s9_t1_skeleton.mat", "subject 9 does not exist"),
        ("a1_s1_t5_skeleton.mat", "take 5 does not exist"),
        ("a0_s1_t1_skeleton.mat", "not the name of a take"),
        ("a01_s1_t1_skeleton.mat", "not the name of a take"),
        ("a100_s1_t1_skeleton.mat", "not the name of a take"),
        ("a١_s1_t1_skeleton.mat", "not the name of a take"),
        ("A1_s1_t1_Skeleton.MAT", "not the name of a take"),
        ("a1_s1_skeleton.mat", "not the name of a take"),
        ("a1_s1_t1_skeleton (1).mat", "not the name of a take"),
        ("copy of a1_s1_t1_skeleton.mat", "not the name of a take"),
    ],
)
def test_names_that_do_not_exist_are_named(source: Path, name: str, match: str) -> None:
    """A name that is no take of this data set is refused, and said."""
    (source / "Skeleton" / name).write_bytes(GOOD)
    _fails(source, f"{re.escape(name)}: .*{match}")


def test_what_lies_beside_is_left_alone(source: Path) -> None:
    """Depth, inertial and RGB files, and notes, are neither read nor refused."""
    before = [sample.id for sample in read(source)]
    for name in (
        *("Depth/a1_s1_t1_depth.mat", "Inertial/a1_s1_t1_inertial.mat", "RGB/a1_s1_t1_color.avi"),
        *("Skeleton_joint_order.txt", "Skeleton/readme.txt", "Skeleton/._a1_s1_t1_skeleton.mat"),
    ):
        (source / name).parent.mkdir(exist_ok=True)
        (source / name).write_bytes(b"anything")
    assert [sample.id for sample in read(source)] == before


def test_damage_is_found_through_the_folder(source: Path) -> None:
    """The message for a damaged file in a folder names the file below that folder."""
    take_file(source, "a2_s8_t4").write_bytes(GOOD[:1000])
    _fails(source, "^Skeleton/a2_s8_t4_skeleton.mat is cut off")


def test_a_take_that_is_there_twice_is_refused(source: Path) -> None:
    """Two copies in one folder are not chosen between."""
    shutil.copytree(source / "Skeleton", source / "copy")
    _fails(source, "take a1_s1_t1 is there twice: Skeleton/.* and copy/")


def test_no_takes_at_all(tmp_path: Path) -> None:
    """No source, an empty folder, a missing one and no zip file are plain errors."""
    with pytest.raises(DataError, match="needs a source"):
        list(read(None))
    _fails(tmp_path, "no file aA_sS_tT_skeleton.mat")
    _fails(tmp_path / "nowhere", "there is no")
    (tmp_path / "x.zip").write_bytes(b"PK not really")
    _fails(tmp_path / "x.zip", "not a readable zip")


def test_oversized_file_is_not_read(source: Path) -> None:
    """A file, or a bomb in an archive, is not read beyond the bound."""
    take_file(source, "a1_s1_t1").write_bytes(GOOD + bytes(MAX_BYTES))
    _fails(source, "larger than")
    _fails(write_zip(source, source.parent / "bomb.zip"), "larger than")


def test_damaged_member_of_a_zip_is_named(source: Path, tmp_path: Path) -> None:
    """A member whose checksum fails is refused by name."""
    archive = write_zip(source, tmp_path / "utd.zip")
    content = bytearray(archive.read_bytes())
    content[400] ^= 0xFF
    archive.write_bytes(content)
    _fails(archive, "a1_s1_t1_skeleton.mat cannot be read")


def test_folder_with_the_authors_zip_files(source: Path, tmp_path: Path) -> None:
    """Their archives can stay packed; where a take is also unpacked, that one counts."""
    before = [sample.checksum for sample in read(source)]
    write_zip(source, source / "Skeleton.zip")
    assert [sample.checksum for sample in read(source)] == before
    write_take(source, "a1_s1_t1", 9, 9)
    assert len(next(read(source)).keypoints) == 9
    shutil.rmtree(source / "Skeleton")
    assert [sample.checksum for sample in read(source)] == before


@pytest.mark.parametrize("prefix", ["", "UTD-MHAD/v1/"])
def test_zip_equals_folder_byte_for_byte(
    complete_source: Path, tmp_path: Path, prefix: str
) -> None:
    """A zip file, however nested, gives the very files that the folder gives."""
    archive = write_zip(complete_source, tmp_path / "utd.zip", prefix)
    for name, source in (("folder", complete_source), ("zip", archive)):
        prepare(DATASET, source, tmp_path / name, ignore_progress)
    for file in ("keypoints.npy", "index.json"):
        folder, zipped = (tmp_path / name / "utd_mhad" / file for name in ("folder", "zip"))
        assert folder.read_bytes() == zipped.read_bytes()


def test_missing_and_truncated_takes_are_named(complete_source: Path, tmp_path: Path) -> None:
    """An incomplete source is refused by name, accepted on request, and then never 'known'."""
    take_file(complete_source, "a3_s5_t2").unlink()
    take_file(complete_source, "a1_s1_t1").unlink()
    write_take(complete_source, "a1_s1_t1", 40)
    write_take(complete_source, "a8_s1_t4", 40)
    said = "1 missing: a3_s5_t2; 1 surplus: a8_s1_t4; 1 truncated: a1_s1_t1"
    with pytest.raises(DataError, match=re.escape(said)) as caught:
        prepare(DATASET, complete_source, tmp_path, ignore_progress)
    assert "--partial" in caught.value.fix
    summary = prepare(DATASET, complete_source, tmp_path, ignore_progress, partial=True)
    assert (summary.samples, summary.known) == (861, False)
    problems = verify(DATASET, tmp_path).problems
    assert said in problems
    assert "wave: 31 samples, 32 expected" in problems
    assert "odd-even-inner5 test: 107 samples, 108 expected" in problems


@pytest.mark.data
def test_real_takes_are_the_known_ones(real: Path, tmp_path: Path) -> None:
    """The authors' 861 takes give the known fingerprint and SciPy's values, all of them."""
    summary = prepare(DATASET, real, tmp_path, ignore_progress)
    assert (summary.samples, summary.frames, summary.known) == (861, 58299, True)
    assert verify(DATASET, tmp_path).problems == ()
    prepared = load_prepared(DATASET, tmp_path)
    assert len(prepared.subset("odd-even", "train")) == 431
    assert len(prepared.subset("odd-even", "test")) == 430
    for sample in prepared.samples:
        skeleton = loadmat(take_file(real, sample.id))["d_skel"]
        expected = skeleton.transpose(2, 0, 1)[:, None].astype(np.float32)
        assert np.array_equal(prepared.frames_of(sample), expected), sample.id


@pytest.mark.data
def test_real_takes_from_a_zip(real: Path, tmp_path: Path) -> None:
    """The authors' takes in a zip file have the same fingerprint."""
    archive = write_zip(real / "Skeleton", tmp_path / "utd.zip", "Skeleton/")
    assert prepare(DATASET, archive, tmp_path / "data", ignore_progress).known


@pytest.mark.data
def test_a_real_take_cut_off_anywhere_is_refused(real: Path) -> None:
    """Wherever one of the authors' files ends too early, that is said."""
    content = take_file(real, "a1_s1_t1").read_bytes()
    for size in range(0, len(content), 97):
        with pytest.raises(DataError):
            parse(content[:size], NAME)


@pytest.mark.data
def test_persons_stand_upright_in_the_real_takes(real: Path) -> None:
    """Up is y, and the person's right is at the larger x, as the definition draws it."""
    names = DATASET.skeletons.joint_names
    takes = [s.keypoints[:, 0] for s in read(real) if s.label == DATASET.classes.index("wave")]
    middle = np.concatenate(takes).mean(axis=0)
    head, foot = middle[names.index("head")], middle[names.index("left foot")]
    right, left = (middle[names.index(f"{side} shoulder")] for side in ("right", "left"))
    assert 1.0 < head[1] - foot[1] < 2.0
    assert right[0] > left[0]
    assert DATASET.skeletons.view_signs == (1, 1)
