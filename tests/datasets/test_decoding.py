"""Decoding: every frame in order, and words for what cannot be decoded."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from video_sources import (
    SIZE,
    cut,
    make_frames,
    rotate,
    trim,
    vary_frame_rate,
    write_sound,
    write_video,
)

from harness.datasets.decoding import (
    UnreadableVideoError,
    VideoFacts,
    decode,
    fit_short_side,
    probe,
    write_lossless,
)
from harness.datasets.edit_lists import read_shown_s
from harness.errors import DataError


@pytest.mark.parametrize("name", ["a.mp4", "a.avi", "a.mkv", "a.mov", "ein Gruß ✋ 手.mp4"])
def test_a_video_is_decoded_to_its_end(tmp_path: Path, name: str) -> None:
    """Whatever the container and the file's name, all frames count, in the size of the file."""
    facts = probe(write_video(tmp_path / "Ordner mit Ü" / name, 30))

    assert (facts.frames, facts.declared, facts.fps) == (30, 30, 25.0)
    assert (facts.width, facts.height) == SIZE


@pytest.mark.parametrize("name", ["a.mp4", "a.avi", "a.mkv"])
def test_frames_come_in_the_order_that_is_asked_for(tmp_path: Path, name: str) -> None:
    """Frames that are asked for twice or backwards are those of one pass through the file."""
    path = write_video(tmp_path / name, 20)
    whole = decode(path, range(20), SIZE, 3)

    wanted = [7, 0, 19, 7, 3]

    assert np.array_equal(decode(path, wanted, SIZE, 3), whole[wanted])
    assert np.abs(whole.astype(int) - make_frames(20)).mean() < 20  # RGB, not BGR


def test_no_frame_at_all_can_be_asked_for(tmp_path: Path) -> None:
    """An empty list of frames gives an empty array."""
    assert decode(write_video(tmp_path / "a.mp4"), [], SIZE, 3).shape == (0, 32, 48, 3)


@pytest.mark.parametrize("colour", [True, False])
def test_what_is_written_lossless_comes_back(tmp_path: Path, colour: bool) -> None:
    """Each value of each frame, in colour or grey."""
    frames = np.random.default_rng(0).integers(0, 256, (9, 30, 44, 3), dtype=np.uint8)
    frames = frames if colour else frames[..., 0]
    write_lossless(tmp_path / "a.avi", frames, 30.0)

    read = decode(tmp_path / "a.avi", range(9), (44, 30), 3 if colour else 1)

    assert np.array_equal(read, frames.reshape(read.shape))


def test_writing_where_there_is_no_folder_says_so(tmp_path: Path) -> None:
    """A video that cannot be written is an error, not silence."""
    with pytest.raises(DataError, match="cannot write the video"):
        write_lossless(tmp_path / "none" / "a.avi", make_frames(2), 30.0)


def test_a_video_of_one_frame(tmp_path: Path) -> None:
    """It has one frame, which can be repeated to a clip's length."""
    path = write_video(tmp_path / "a.mp4", 1)

    assert probe(path).frames == 1
    assert decode(path, [0] * 16, SIZE, 3).shape == (16, 32, 48, 3)


def test_unreadable_files_say_why(tmp_path: Path) -> None:
    """Missing, empty, cut off before the index, without pictures, no video: each in words."""
    (tmp_path / "empty.mp4").touch()
    (tmp_path / "text.mp4").write_text("no video\n" * 99)
    (tmp_path / "folder.mp4").mkdir()
    cut(write_video(tmp_path / "cut.mp4"), 0.6)
    cut(write_video(tmp_path / "header.avi"), 0.1)
    write_sound(tmp_path / "sound.mp4")
    nothing = "holds no video that can be decoded"
    expected = {
        "missing": "is not there",
        "folder": "is not there",
        "empty": "is empty",
        "text": nothing,
        "cut": nothing,
        "sound": nothing,
    }

    for name, words in expected.items():
        with pytest.raises(UnreadableVideoError, match=f"^{words}$"):
            probe(tmp_path / f"{name}.mp4")
    with pytest.raises(UnreadableVideoError):
        probe(tmp_path / "header.avi")


@pytest.mark.parametrize("name", ["a.avi", "a.mkv"])
def test_a_video_that_ends_too_early(tmp_path: Path, name: str) -> None:
    """Its frames are fewer than it declares, and what is beyond them cannot be had."""
    path = cut(write_video(tmp_path / name, 60), 0.6)

    facts = probe(path)

    assert facts.declared == 60
    assert 10 < facts.frames < 50
    assert len(decode(path, range(facts.frames), SIZE, 3)) == facts.frames
    with pytest.raises(DataError, match=f"a.* ends before frame {facts.frames}") as caught:
        decode(path, range(60), SIZE, 3)
    assert "prepare it again" in caught.value.fix


def test_a_hole_in_the_middle_is_seen(tmp_path: Path) -> None:
    """A file whose middle is lost says how many frames it should have."""
    path = write_video(tmp_path / "a.mp4", 60)
    content = bytearray(path.read_bytes())
    third = len(content) // 3
    content[third : 2 * third] = bytes(third)
    path.write_bytes(content)

    facts = probe(path)

    assert (facts.declared, facts.frames < 60) == (60, True)


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("demo.mp4", VideoFacts(frames=280, declared=280, width=340, height=256, fps=28.0)),
        ("test.avi", VideoFacts(frames=164, declared=164, width=320, height=240, fps=25.0)),
    ],
)
def test_ordinary_clips(real_data: Path, name: str, expected: VideoFacts) -> None:
    """H.264 and MPEG-4 as cameras and the web have them."""
    path = real_data / "clips" / name

    assert probe(path) == expected
    last = decode(path, [expected.frames - 1], (expected.width, expected.height), 3)
    assert last.std() > 10


def test_frames_count_and_not_time_where_the_rate_varies(tmp_path: Path) -> None:
    """Each frame comes once, as if they were evenly spaced, and the rate is the average."""
    even, uneven = (write_video(tmp_path / name, 20) for name in ("even.mp4", "uneven.mp4"))
    clock = 512  # of 12800 a second
    vary_frame_rate(uneven, [clock, 5 * clock] * 10)

    facts = probe(uneven)

    assert (facts.frames, facts.declared) == (20, 20)
    assert facts.fps == pytest.approx(25 / (55 / 19), rel=0.01)
    assert np.array_equal(decode(uneven, range(20), SIZE, 3), decode(even, range(20), SIZE, 3))


def test_a_duration_is_no_count_of_frames(tmp_path: Path) -> None:
    """Matroska declares a duration; at a varying rate the frames are still all there."""
    av = pytest.importorskip("av")
    path = tmp_path / "a.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=30)
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 1000)
        for number, image in enumerate(make_frames(40)):
            frame = av.VideoFrame.from_ndarray(image, format="rgb24")
            frame.pts, frame.time_base = 76 * number + 43 * (number % 2), Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())

    facts = probe(path)

    assert (facts.frames, facts.declared) == (40, 40)
    assert facts.fps == pytest.approx(1000 / 76, rel=0.03)


def test_a_trimmed_video_is_whole(tmp_path: Path) -> None:
    """Frames that a file does not show are neither decoded nor missed; a damaged file's are."""
    path = write_video(tmp_path / "a.mp4", 50)
    whole = decode(path, range(50), SIZE, 3)
    trim(path, 800)

    facts = probe(path)

    assert 19 <= facts.frames <= 21
    assert facts.declared == facts.frames
    assert np.array_equal(decode(path, [5], SIZE, 3), whole[[5]])
    trim(path, 1 << 20)
    assert (probe(path).frames, probe(path).declared) == (50, 50)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.97, 0.99])
def test_a_damaged_file_has_no_edit_list(tmp_path: Path, share: float) -> None:
    """Wherever it ends, asking for one is no crash."""
    path = write_video(tmp_path / "a.mp4", 50)
    assert read_shown_s(path) == pytest.approx(2.0)
    content = bytearray(cut(path, share).read_bytes())
    assert read_shown_s(path) in (None, pytest.approx(2.0))
    for at in range(max(0, len(content) - 900), len(content), 7):
        content[at] ^= 0xFF
        path.write_bytes(content)
        read_shown_s(path)


def test_a_turned_video_has_the_size_in_which_it_is_decoded(tmp_path: Path) -> None:
    """A telephone's upright video is upright, and its size is that of its frames."""
    path = write_video(tmp_path / "a.mp4")
    flat = decode(path, [3], SIZE, 3)
    rotate(path, SIZE[1])

    facts = probe(path)

    assert (facts.width, facts.height) == SIZE[::-1]
    assert np.array_equal(decode(path, [3], SIZE[::-1], 3), np.rot90(flat, -1, axes=(1, 2)))


@pytest.mark.parametrize(
    ("size", "short_side", "expected"),
    [
        ((320, 240), 112, (149, 112)),
        ((240, 320), 112, (112, 149)),
        ((320, 240), None, (320, 240)),
        ((10, 1000), 5, (5, 500)),
        ((64, 64), 112, (112, 112)),
    ],
)
def test_the_shorter_side_is_fitted(
    size: tuple[int, int], short_side: int | None, expected: tuple[int, int]
) -> None:
    """The aspect stays, to the nearest pixel."""
    assert fit_short_side(*size, short_side) == expected


def test_scaling_keeps_what_is_seen(tmp_path: Path) -> None:
    """Half and double the size show the same picture."""
    y, x = np.mgrid[:60, :80]
    frames = np.stack([np.uint8(60 + x + y), np.uint8(200 - x), np.uint8(90 + y)], axis=-1)[None]
    write_lossless(tmp_path / "a.avi", frames, 25.0)

    small, large = (decode(tmp_path / "a.avi", [0], s, 3)[0] for s in ((40, 30), (160, 120)))

    assert np.abs(small.astype(int) - frames[0, ::2, ::2]).max() <= 2
    assert np.abs(large[::2, ::2].astype(int) - frames[0]).max() <= 2
