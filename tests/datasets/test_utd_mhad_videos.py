"""UTD-MHAD's depth: the authors' MATLAB files as grey videos, or videos made of them."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from sbu_sources import ignore_progress, write_zip
from scipy.io import loadmat
from utd_mhad_sources import pack
from video_sources import write_video

from harness.datasets.collecting import decode_once, prepare_videos, verify_videos
from harness.datasets.decoding import decode
from harness.datasets.utd_mhad import DATASET, find_videos, parse_depth, to_grey
from harness.errors import DataError

NAME = "Depth/a1_s1_t1_depth.mat"


def _depth(frames: int = 3, seed: int = 0) -> NDArray[np.uint16]:
    """Invented distances as the authors store them, ``(240, 320, T)``, in millimetres."""
    depth = np.random.default_rng(seed).integers(1500, 4000, (240, 320, frames), dtype=np.uint16)
    depth[:60] = 0
    return np.asfortranarray(depth)


GOOD = pack(d_depth=_depth())


def _write(source: Path, name: str, frames: int = 3, seed: int = 0) -> Path:
    path = source / "Depth" / f"{name}_depth.mat"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(pack(d_depth=_depth(frames, seed)))
    return path


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Two takes in the authors' files, one as a video."""
    source = tmp_path / "utd"
    _write(source, "a1_s1_t1", 3)
    _write(source, "a2_s8_t4", 4, 1)
    write_video(source / "videos" / "a27_s2_t3_depth.mp4", 5, size=(320, 240))
    return source


def test_distances_come_as_they_are() -> None:
    """Frames first, millimetres, the background 0; compressed or not."""
    expected = _depth().transpose(2, 0, 1)

    assert np.array_equal(parse_depth(GOOD, NAME), expected)
    assert np.array_equal(parse_depth(pack(False, d_depth=_depth()), NAME), expected)


def test_grey_is_brighter_the_nearer() -> None:
    """2 m are 255 and 3.5 m 50, beyond both the same, and the background black."""
    depth = np.array([0, 1, 2000, 2750, 3500, 8000], dtype=np.uint16)

    assert to_grey(depth).tolist() == [0, 255, 255, 152, 50, 50]


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (b"", "a1_s1_t1_depth.mat"),
        (b"no MATLAB file", "a1_s1_t1_depth.mat"),
        (GOOD[: len(GOOD) // 2], "a1_s1_t1_depth.mat"),
        (GOOD[:150], "a1_s1_t1_depth.mat"),
        (pack(d_skel=_depth()), "d_depth"),
        (pack(d_depth=_depth()[:200]), "a1_s1_t1_depth.mat"),
        (pack(d_depth=_depth()[..., 0]), "a1_s1_t1_depth.mat"),
        (pack(d_depth=_depth().astype(np.float32)), "a1_s1_t1_depth.mat"),
        (pack(d_depth=np.array([["text"]])), "a1_s1_t1_depth.mat"),
    ],
)
def test_bad_files_are_refused(tmp_path: Path, content: bytes, match: str) -> None:
    """Empty, cut off, of another array, shape or type: an error that names the file."""
    with pytest.raises(DataError, match=match) as caught:
        parse_depth(content, NAME)
    assert "authors' archive" in caught.value.fix
    (tmp_path / "Depth").mkdir()
    (tmp_path / NAME).write_bytes(content)
    with pytest.raises(DataError, match=r"a1_s1_t1_depth\.mat"):
        prepare_videos(DATASET, tmp_path, tmp_path / "data", ignore_progress, partial=True)
    assert not (tmp_path / "data" / "utd_mhad-videos").exists()


@pytest.mark.parametrize("at", range(128, len(GOOD), len(GOOD) // 15))
def test_a_damaged_byte_is_found(at: int) -> None:
    """In the compressed data wherever it is; zlib's checksum sees it."""
    content = bytearray(GOOD)
    content[at] ^= 0x55

    with pytest.raises(DataError):
        parse_depth(bytes(content), NAME)


def test_matlab_files_become_lossless_videos(source: Path, tmp_path: Path) -> None:
    """Their grey values are read back exactly; files that are videos stay where they are."""
    root = tmp_path / "data"
    prepared = prepare_videos(DATASET, source, root, ignore_progress, partial=True).prepared

    made = {sample.id: (sample.made, sample.frames, sample.group) for sample in prepared.samples}

    assert made == {
        "a1_s1_t1": (True, 3, "s1"),
        "a2_s8_t4": (True, 4, "s8"),
        "a27_s2_t3": (False, 5, "s2"),
    }
    for sample, frames, seed in zip(prepared.samples, (3, 4), (0, 1), strict=False):
        grey = to_grey(_depth(frames, seed)).transpose(2, 0, 1)[..., None]
        assert np.array_equal(prepared.read(sample, range(frames), None), grey)
    decode_once(prepared, 60, ignore_progress)
    assert prepared.decoded(60).frames_of(prepared.samples[0]).shape == (3, 60, 80, 1)
    assert len(prepared.lost) == 858
    assert [len(prepared.subset("odd-even", s)) for s in ("train", "test")] == [1, 2]
    assert prepared.count_unreadable("odd-even", "test") == 428
    found = verify_videos(DATASET, root, ignore_progress)
    assert found.intact
    assert "odd-even train: 1 samples, 431 expected" in found.problems


def test_a_video_counts_before_a_matlab_file(source: Path, tmp_path: Path) -> None:
    """Where a take is there as both; two videos of it contradict each other."""
    write_video(source / "videos" / "a1_s1_t1_depth.mp4", 5, size=(320, 240))
    (tmp_path / "made").mkdir()

    first = next(find_videos(source, tmp_path / "made"))

    assert (first.id, first.made, first.path) == ("a1_s1_t1", False, "videos/a1_s1_t1_depth.mp4")
    write_video(source / "a1_s1_t1_depth.avi", 5)
    with pytest.raises(DataError, match="take a1_s1_t1 is there twice"):
        list(find_videos(source, tmp_path / "made"))


def test_matlab_files_are_read_inside_an_archive(source: Path, tmp_path: Path) -> None:
    """The authors' archive can stay packed, inside a folder."""
    packed = tmp_path / "packed"
    packed.mkdir()
    write_zip(source / "Depth", packed / "Depth.zip")
    (tmp_path / "made").mkdir()

    ids = [(f.id, f.made) for f in find_videos(packed, tmp_path / "made")]

    assert ids == [("a1_s1_t1", True), ("a2_s8_t4", True)]


def test_sources_without_takes(tmp_path: Path) -> None:
    """None, or one that does not exist in the set."""
    with pytest.raises(DataError, match=r"no file aA_sS_tT_depth\.mp4"):
        list(find_videos(tmp_path, tmp_path))
    _write(tmp_path, "a28_s1_t1")
    with pytest.raises(DataError, match="action 28 does not exist"):
        list(find_videos(tmp_path, tmp_path))


@pytest.fixture
def real(real_data: Path) -> Path:
    """The authors' takes; skips where they are not."""
    if not (real_data / "utd_mhad" / "Depth").is_dir():
        pytest.skip(f"no takes in {real_data}")
    return real_data / "utd_mhad"


@pytest.mark.data
def test_real_depth_is_what_scipy_reads(real: Path) -> None:
    """All of the authors' files, to the millimetre; and grey as the videos made of them."""
    differences = []
    for path in sorted((real / "Depth").glob("*.mat")):
        depth = parse_depth(path.read_bytes(), path.name)
        assert np.array_equal(depth, loadmat(path)["d_depth"].transpose(2, 0, 1))
        assert 0 < np.median(depth[depth > 0]) < 5000
        video = real / "depth_video" / f"{path.stem}.mp4"
        grey = decode(video, range(len(depth)), (320, 240), 1)[..., 0].astype(int)
        differences.append(np.abs(grey - to_grey(depth)).mean())
    assert len(differences) == 27
    assert max(differences) < 0.5  # H.264 is not lossless


@pytest.mark.data
def test_real_videos_are_all_there(real: Path, tmp_path: Path) -> None:
    """861 takes with the frames of the authors' list; not called the authors' own files."""
    summary = prepare_videos(DATASET, real / "depth_video", tmp_path, ignore_progress, jobs=2)

    assert not summary.difference
    assert summary.prepared.index.defects == ()
    assert summary.prepared.known is None
    assert {(s.width, s.height) for s in summary.prepared.samples} == {(320, 240)}
    assert [len(summary.prepared.subset("odd-even", s)) for s in ("train", "test")] == [431, 430]
