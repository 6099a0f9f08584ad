"""Optical flow: what is computed, how it is kept, and what it is read from."""

import json

import cv2
import numpy as np
import pytest
from video_sources import write_video

from harness.catalog import load_dataset
from harness.cli import main
from harness.datasets.collecting import prepare_videos
from harness.datasets.flow import FlowKind, measure_flow, to_bytes, to_pixels
from harness.datasets.flow_making import DONE, make_flow
from harness.datasets.flow_stored import FACTS, FIELDS, load_flow
from harness.datasets.videos import load_videos
from harness.errors import DataError
from harness.run.races.flow import KIND as FLOW_KIND
from harness.run.races.flow import find_entries
from harness.run.racing import hold

SIDE = 24
KIND = FlowKind(short_side=SIDE)
LENGTHS = (6, 9, 12)


def quiet(*_):
    """No bar."""


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """Two classes of three short videos."""
    folder = tmp_path_factory.mktemp("own videos, à moi")
    for label, name in enumerate(("sit", "stand up")):
        for number, frames in enumerate(LENGTHS):
            write_video(folder / name / f"take {number}.avi", frames, seed=10 * label + number)
    return folder


@pytest.fixture
def prepared(source, tmp_path):
    """They, prepared."""
    return prepare_videos(load_dataset("folder"), source, tmp_path, quiet).prepared


def moving_texture(right, down, frames=2, side=64):
    """A texture that moves by whole pixels from frame to frame, ``(T, H, W, 1)``."""
    noise = np.random.default_rng(0).uniform(0, 255, (side * 2, side * 2)).astype(np.float32)
    smooth = cv2.GaussianBlur(noise, (0, 0), 3)
    smooth = (255 * (smooth - smooth.min()) / np.ptp(smooth)).astype(np.uint8)
    shifted = [np.roll(smooth, (t * down, t * right), (0, 1)) for t in range(frames)]
    return np.stack(shifted)[:, 32 : 32 + side, 32 : 32 + side, None]


@pytest.mark.parametrize("method", ["dis", "farneback", "tvl1"])
def test_u_is_to_the_right_and_v_downwards_in_pixels(method):
    """Of a texture that moves 2 pixels right and 3 up, each method finds that."""
    if method == "tvl1" and not hasattr(cv2, "optflow"):
        pytest.skip("TV-L1 needs opencv-contrib-python")

    (flow,) = measure_flow(moving_texture(2, -3), [0], method, (64, 64))

    assert np.median(flow[8:-8, 8:-8], axis=(0, 1)) == pytest.approx([2, -3], abs=0.1)


def test_a_smaller_field_keeps_its_pixels():
    """Displacements are of the frames that flow is computed on, whatever size is kept."""
    (flow,) = measure_flow(moving_texture(2, -3), [0], "dis", (32, 32))

    assert flow.shape == (32, 32, 2)
    assert np.median(flow[4:-4, 4:-4], axis=(0, 1)) == pytest.approx([2, -3], abs=0.1)


def test_large_frames_are_scaled_down_before():
    """To a short side of 256, as in the paper: 4 pixels of 512 are 2 of 256."""
    (flow,) = measure_flow(moving_texture(4, 0, side=512), [0], "dis", (64, 64))

    assert np.median(flow[8:-8, 8:-8, 0]) == pytest.approx(2, abs=0.1)


@pytest.mark.parametrize("bound", [5, 20])
def test_bytes_are_the_map_of_the_fields_tools(bound):
    """[-B, B] to [0, 255], rounded to the nearest, ties to even, clipped beyond."""
    pixels = np.float32([-2 * bound, -bound, 0, bound, 2 * bound, bound / 2])

    kept = to_bytes(pixels, bound)

    assert kept.tolist() == [0, 0, 128, 255, 255, 191]
    assert kept.dtype == np.uint8


def test_bytes_lose_at_most_half_a_step():
    """B/255 pixels; and every byte comes back as itself."""
    pixels = np.random.default_rng(0).uniform(-20, 20, 100_000).astype(np.float32)
    every = np.arange(256, dtype=np.uint8)

    assert np.abs(to_pixels(to_bytes(pixels, 20), 20) - pixels).max() <= 20 / 255 * 1.0001
    assert np.array_equal(to_bytes(to_pixels(every, 20), 20), every)


def test_the_opposite_motion_is_255_minus_the_byte():
    """But on ties, zero above all, where the two bytes are a step apart."""
    pixels = np.random.default_rng(1).uniform(-25, 25, 100_000).astype(np.float32)
    apart = to_bytes(-pixels, 20).astype(int) - (255 - to_bytes(pixels, 20).astype(int))
    from_tie = np.abs(127.5 * pixels / 20 - np.rint(127.5 * pixels / 20))

    assert set(apart[from_tie > 1e-4].tolist()) == {0}
    assert (to_bytes(np.float32([0]), 20), 255 - to_bytes(np.float32([0]), 20)) == (128, 127)


def test_kept_flow_is_what_opencv_gives(prepared):
    """A field for each frame but the last, of every video, whatever the number of processes."""
    stored = make_flow(prepared, KIND, quiet, jobs=2)

    for sample in prepared.samples:
        frames = prepared.read(sample, range(sample.frames), None)
        size = frames.shape[2] * SIDE // frames.shape[1], SIDE
        expected = to_bytes(measure_flow(frames, range(sample.frames - 1), "dis", size), 20)
        assert np.array_equal(stored.fields_of(sample), expected)
    assert stored.facts.origin == "computed"
    assert stored.facts.videos == prepared.fingerprint


def test_values_do_not_depend_on_opencvs_threads():
    """DIS divides frames among threads; ours is computed on one."""
    frames = moving_texture(1, 1, side=200)
    before = cv2.getNumThreads()
    results = []
    for threads in (1, 4):
        cv2.setNumThreads(threads)
        results.append(measure_flow(frames, [0], "dis", (200, 200)))
        assert cv2.getNumThreads() == threads
    cv2.setNumThreads(before)

    assert np.array_equal(*results)


def test_a_making_that_is_killed_is_continued(prepared):
    """What was done stays, nothing else is believed, and the end is the same."""

    class KilledError(Exception):
        pass

    def stop(done, _total):
        if done == 3:
            raise KilledError

    with pytest.raises(KilledError):
        make_flow(prepared, KIND, stop)
    assert load_flow(prepared, KIND) is None
    part = prepared.folder / f".{KIND.name}.part"
    assert len((part / DONE).read_text("utf-8").splitlines()) == 3
    told = []

    stored = make_flow(prepared, KIND, lambda *progress: told.append(progress))

    assert told == [(done, 6) for done in (3, 4, 5, 6)]
    assert not part.exists()
    whole = make_flow(prepared, KIND, quiet, overwrite=True)
    assert np.array_equal(stored.bytes, whole.bytes)


def test_what_was_begun_for_other_videos_is_not_continued(prepared):
    """The part says of which videos and by which OpenCV it is."""
    part = prepared.folder / f".{KIND.name}.part"
    part.mkdir()
    (part / FACTS).write_text("{}", "utf-8")
    (part / DONE).write_text("".join(f"{s.id}\n" for s in prepared.samples), "utf-8")
    (part / FIELDS).write_bytes(b"")

    stored = make_flow(prepared, KIND, quiet)

    assert stored.bytes.any()


def test_frames_and_flow_stay_when_the_same_videos_are_prepared_again(prepared, source):
    """The files may have moved; what was computed of them is the same."""
    before = make_flow(prepared, KIND, quiet)

    again = prepare_videos(load_dataset("folder"), source, prepared.folder.parent, quiet).prepared

    assert np.array_equal(load_flow(again, KIND).bytes, before.bytes)


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (lambda folder: (folder / FIELDS).write_bytes(b"0"), "has 1 bytes instead of"),
        (lambda folder: (folder / FACTS).write_text("{"), "cannot be read"),
        (lambda folder: (folder / FACTS).unlink(), "No such file"),
        (
            lambda folder: (folder / FACTS).write_text(
                (folder / FACTS).read_text().replace('"videos":"', '"videos":"f')
            ),
            "of other videos",
        ),
    ],
    ids=["short", "not JSON", "no facts", "other videos"],
)
def test_damaged_flow_is_refused_with_what_makes_it_again(prepared, spoil, problem):
    """Never read as if it were whole."""
    make_flow(prepared, KIND, quiet)
    spoil(prepared.folder / KIND.name)

    with pytest.raises(DataError, match=problem) as caught:
        load_flow(prepared, KIND)

    assert "harness data flow folder" in caught.value.fix
    assert "--overwrite" in caught.value.fix


@pytest.fixture
def images(prepared, tmp_path):
    """Frames and flow in the field's layout."""
    make_flow(prepared, KIND, quiet)
    assert main(["data", "flow", "folder", f"--data={tmp_path}", "--short-side=24",
                 f"--export={tmp_path / 'images'}"]) == 0  # fmt: skip
    return tmp_path / "images"


def test_the_fields_layout_is_written_and_read(prepared, images, tmp_path):
    """N images of frames and N - 1 of each direction; JPEG loses a few grey values."""
    sample = prepared.samples[2]
    written = sorted(path.name for path in (images / sample.id).iterdir())
    names = [f"img_{n:05d}.jpg" for n in range(1, sample.frames + 1)]
    names += [f"flow_{axis}_{n:05d}.jpg" for n in range(1, sample.frames) for axis in "xy"]
    assert written == sorted(names)
    before = np.array(load_flow(prepared, KIND).bytes)

    words = ["data", "flow", "folder", f"--data={tmp_path}", "--short-side=24", "--overwrite"]
    assert main([*words, f"--import={images}", "--jobs=1"]) == 0

    after = load_flow(load_videos(load_dataset("folder"), tmp_path), KIND)
    assert after.facts.origin == "imported"
    assert np.abs(after.bytes.astype(int) - before).mean() < 3


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (lambda here: (here / "flow_y_00004.jpg").unlink(), "lacks flow_y_00004.jpg"),
        (lambda here: (here / "flow_x_00099.jpg").touch(), "has flow_x_00099.jpg"),
        (lambda here: (here / "flow_x_00002.jpg").write_bytes(b"?"), "is no image"),
        (
            lambda here: cv2.imwrite(str(here / "flow_x_00002.jpg"), np.zeros((9, 9), np.uint8)),
            "different sizes",
        ),
        (lambda here: here.rename(here.with_name("elsewhere")), "has no folder"),
    ],
    ids=["missing", "surplus", "not an image", "other size", "no folder"],
)
def test_images_that_do_not_fit_the_video_are_refused_by_its_name(prepared, images, spoil, problem):
    """Flow and frames of different lengths, missing and damaged images."""
    spoil(images / prepared.samples[0].id)

    with pytest.raises(DataError, match=problem) as caught:
        make_flow(prepared, KIND, quiet, images=images, overwrite=True)

    assert f"'{prepared.samples[0].id}'" in caught.value.problem


def test_tvl1_says_what_to_install(monkeypatch):
    """Where OpenCV comes without its extra modules."""
    monkeypatch.delattr(cv2, "optflow", raising=False)

    with pytest.raises(DataError) as caught:
        measure_flow(moving_texture(1, 0), [0], "tvl1", (64, 64))

    assert "opencv-contrib-python" in caught.value.fix


def test_flow_is_made_from_the_command_line_at_the_size_of_the_frames(prepared, tmp_path, capsys):
    """It says what it takes before it starts; a second time there is nothing to do."""
    words = ["data", "flow", "folder", f"--data={tmp_path}", "--jobs=1"]
    assert main(words) == 2
    assert "give --short-side" in capsys.readouterr().err
    assert main(["data", "decode", "folder", f"--data={tmp_path}", "--short-side=24"]) == 0
    capsys.readouterr()

    assert main(words) == 0

    said = capsys.readouterr().out
    assert "6 videos, 48 pairs of frames" in said
    assert "about" in said
    assert main(words) == 0
    assert "already there" in capsys.readouterr().out
    facts = json.loads((prepared.folder / KIND.name / FACTS).read_text("utf-8"))
    assert facts["kind"] == {"method": "dis", "bound": 20, "short_side": 24}


@pytest.mark.parametrize(
    "words",
    [["--method=brox"], ["--bound=0"], ["--bound=many"], ["--short-side=-3"], ["--jobs=none"]],
    ids=" ".join,
)
def test_flow_that_means_nothing_is_refused(prepared, tmp_path, capsys, words):
    """Two lines and exit code 2."""
    command = ["data", "flow", "folder", f"--data={tmp_path}", "--short-side=24", *words]

    assert main(command) == 2
    assert "fix:" in capsys.readouterr().err


@pytest.mark.slow
def test_extraction_is_limited_by_opencv(tmp_path):
    """Far more than half the pairs a second of calling it in a bare loop on one core.

    On a quiet machine it is about 85 % (``harness bench data``); a test beside other
    work can tell a fault of ours from a loop bounded by OpenCV, not 83 from 85.
    """
    for number in range(12):
        path = tmp_path / "own" / ("sit", "stand")[number % 2] / f"take {number}.avi"
        write_video(path, 40, seed=number, size=(320, 240))
    dataset, scratch = load_dataset("folder"), tmp_path / "scratch"
    prepare_videos(dataset, tmp_path / "own", tmp_path, quiet)
    scratch.mkdir()

    (entry,) = find_entries(dataset, tmp_path, scratch)
    race = hold(entry, rounds=3, turn_s=0.0)

    assert race.ours.turns[0].samples == 12 * 39
    assert race.ratio.high >= 0.6


def test_the_flow_that_is_raced_is_kept_and_is_all_of_it(prepared, source, tmp_path):
    """Both sides compute as many pairs; ours lies on disk afterwards."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()

    (entry,) = find_entries(prepared.dataset, tmp_path, scratch)

    assert entry.ours.run() == entry.theirs.run() == 2 * sum(length - 1 for length in LENGTHS)
    (stored,) = scratch.glob("flow-*")
    assert (stored / FIELDS).stat().st_size > 0
    assert load_flow(prepared, FLOW_KIND) is None  # the data set is left as it was
