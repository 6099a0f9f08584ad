"""Prepared videos: every file is a sample or is named, and frames decoded once are the same."""

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from sbu_sources import ignore_progress
from video_sources import cut, vary_frame_rate, write_sound, write_video

from harness.cli import main
from harness.datasets.collecting import (
    VideoSummary,
    decode_once,
    decoded_bytes,
    prepare_videos,
    verify_videos,
)
from harness.datasets.decoding import decode
from harness.datasets.folder import DATASET
from harness.datasets.synthetic import CAMERA, find_videos
from harness.datasets.synthetic import DATASET as SYNTHETIC
from harness.datasets.videos import PreparedVideos, VideoSample, load_videos
from harness.errors import DataError

SLOW = """
import sys, time
from pathlib import Path
from harness.datasets.collecting import decode_once, prepare_videos
from harness.datasets.folder import DATASET
from harness.datasets.videos import load_videos

def wait(done, total):
    if done == 4:
        print("working", flush=True)
        time.sleep(60)

source, root = map(Path, sys.argv[2:])
if sys.argv[1] == "prepare":
    prepare_videos(DATASET, source, root, wait)
else:
    decode_once(load_videos(DATASET, root), 24, wait)
"""


@pytest.fixture(scope="module")
def _source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = tmp_path_factory.mktemp("videos")
    for label, name in enumerate(("wave", "Ärger zu Fuß")):
        for number in range(5):
            kind = ("mp4", "avi")[label]
            write_video(source / name / f"take {number}.{kind}", 8 + number, 10 * label + number)
    return source


@pytest.fixture
def source(_source: Path, tmp_path: Path) -> Path:
    """Ten videos of two classes, to be damaged."""
    return Path(shutil.copytree(_source, tmp_path / "own videos"))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Where videos are prepared."""
    return tmp_path / "data"


def _prepare(source: Path, root: Path, **words: bool) -> VideoSummary:
    return prepare_videos(DATASET, source, root, ignore_progress, **words)


def _visible(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if not path.name.endswith(".lock")}


def test_each_file_becomes_a_sample(source: Path, root: Path) -> None:
    """What each file holds is in the index, and nothing is wrong."""
    summary = _prepare(source, root)
    prepared = load_videos(DATASET, root)

    assert not summary.difference and not summary.unchanged
    assert prepared.index.defects == ()
    assert prepared.known is None
    assert prepared.classes == ("wave", "Ärger zu Fuß")
    assert [sample.frames for sample in prepared.subset("own", "train")] == [8, 9, 10, 11] * 2
    assert [sample.id for sample in prepared.subset("own", "test")] == [
        "wave/take 4.mp4",
        "Ärger zu Fuß/take 4.avi",
    ]
    assert {(s.width, s.height, s.fps) for s in prepared.samples} == {(48, 32, 25.0)}
    starts = [sample.start for sample in prepared.samples]
    assert starts == [sum(s.frames for s in prepared.samples[:at]) for at in range(10)]
    assert verify_videos(DATASET, root, ignore_progress).problems == ()
    assert _visible(root / "folder-videos") == {"index.json", "videos"}


def test_several_processes_find_the_same(source: Path, root: Path, tmp_path: Path) -> None:
    """The index and the decoded frames do not depend on the number of processes."""
    one = prepare_videos(DATASET, source, root, ignore_progress).prepared
    two = prepare_videos(DATASET, source, tmp_path / "two", ignore_progress, jobs=2).prepared

    assert one.index == two.index
    a = decode_once(one, 24, ignore_progress)
    b = decode_once(two, 24, ignore_progress, jobs=2)
    assert a.read_bytes() == b.read_bytes()


def test_nothing_is_dropped_in_silence(source: Path, root: Path) -> None:
    """Whatever is wrong with a file is said by its name, and what is lost is counted."""
    wave = source / "wave"
    (wave / "take 1.mp4").write_bytes(b"")
    cut(wave / "take 2.mp4", 0.5)
    cut(write_video(source / "Ärger zu Fuß" / "take 1.avi", 60), 0.7)
    write_sound(wave / "take 4.mp4")
    write_video(wave / "take 5 of one frame.mkv", 1)
    vary_frame_rate(wave / "take 3.mp4", [512, 1536] * 5 + [512])
    said = {
        "wave/take 1.mp4": "is empty",
        "wave/take 2.mp4": "holds no video that can be decoded",
        "wave/take 4.mp4": "holds no video that can be decoded",
    }

    with pytest.raises(DataError, match="not the complete videos of 'folder'") as caught:
        _prepare(source, root)
    assert not (root / "folder-videos").exists()
    assert "--partial" in caught.value.fix
    for path, problem in said.items():
        assert f"{path} {problem}" in str(caught.value)

    summary = _prepare(source, root, partial=True)

    prepared = summary.prepared
    assert prepared.known is False
    lost = {defect.path: defect.problem for defect in prepared.index.defects if defect.lost}
    assert lost == said
    assert summary.difference.missing == tuple(said)
    (kept,) = (defect for defect in prepared.index.defects if defect.kept)
    assert kept.path == "Ärger zu Fuß/take 1.avi"
    assert kept.problem.startswith("declares 60 frames, of which ")
    frames = {sample.id: sample.frames for sample in prepared.samples}
    assert len(frames) + len(lost) == 11
    assert frames["wave/take 5 of one frame.mkv"] == 1
    assert frames["wave/take 3.mp4"] == 11
    assert 0 < frames["Ärger zu Fuß/take 1.avi"] < 60
    assert prepared.count_unreadable("own", "test") == 1  # take 4 is the fifth
    assert prepared.count_unreadable("own", "train") == 2
    found = verify_videos(DATASET, root, ignore_progress)
    assert found.intact
    assert "wave: 3 samples, 6 expected" in found.problems


def test_a_video_that_is_cut_off_is_not_the_authors(source: Path, root: Path) -> None:
    """It is kept, and named, and the whole is no longer called complete."""
    cut(write_video(source / "wave" / "take 1.avi", 60), 0.7)

    prepared = _prepare(source, root, partial=True).prepared

    assert prepared.lost == ()
    assert [defect.path for defect in prepared.index.defects] == ["wave/take 1.avi"]
    assert prepared.known is False


def test_the_verb_names_what_is_left_out(
    source: Path, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A line for each defect, up to twenty; then their number, and where all of them stand."""
    for number in range(30):
        (source / "wave" / f"empty {number:02d}.mp4").touch()
    words = ("data", "prepare", "folder", "--source", str(source), "--data", str(root))

    assert main([*words]) == 2
    assert main([*words, "--partial"]) == 0

    told = " ".join(capsys.readouterr().out.split())
    assert "left out: wave/empty 00.mp4 is empty" in told
    assert told.count("left out:") == 20
    assert "and 10 more; of 30 in all, 30 are samples that are missing" in told
    assert main(["data", "verify", "folder", "--data", str(root)]) == 1


def test_a_video_shorter_than_a_clip(source: Path, root: Path) -> None:
    """A video shorter than a clip gives its frames as often as they are asked for."""
    prepared = _prepare(source, root).prepared
    short = prepared.samples[0]

    clip = prepared.read(short, np.arange(64) % short.frames, None)

    assert clip.shape == (64, 32, 48, 3)
    assert np.array_equal(clip[: short.frames], clip[short.frames : 2 * short.frames])


@pytest.mark.parametrize("side", [24, 32, 80])
def test_decoded_once_is_decoded_on_the_fly(source: Path, root: Path, side: int) -> None:
    """The same values, and as many bytes as were announced."""
    prepared = _prepare(source, root).prepared
    fresh = {s.id: prepared.read(s, range(s.frames), side) for s in prepared.samples}
    path = decode_once(prepared, side, ignore_progress)

    again = load_videos(DATASET, root)
    mapped = again.decoded(side)

    assert mapped is not None and not mapped.bytes.flags.writeable
    assert path.stat().st_size == decoded_bytes(prepared, side)
    for sample in again.samples:
        assert np.array_equal(mapped.frames_of(sample), fresh[sample.id])
        assert np.array_equal(again.read(sample, [3, 0, 3], side), fresh[sample.id][[3, 0, 3]])
    assert again.decoded(side + 1) is None


def test_frames_of_another_size_are_refused(source: Path, root: Path) -> None:
    """A file of frames that is too short or long is not used."""
    prepared = _prepare(source, root).prepared
    cut(decode_once(prepared, 24, ignore_progress), 0.9)

    with pytest.raises(DataError, match=r"frames-24\.bin has \d+ bytes instead of \d+") as caught:
        load_videos(DATASET, root).read(prepared.samples[0], [0], 24)

    assert "--overwrite" in caught.value.fix
    words = ["data", "decode", DATASET.key, "--short-side", "24", f"--data={root}", "--overwrite"]
    assert main(words) == 0, "what the message says to do"
    whole = load_videos(DATASET, root).decoded(24)
    assert whole is not None and len(whole.frames_of(prepared.samples[0]))


def test_files_that_moved_are_said(source: Path, root: Path, tmp_path: Path) -> None:
    """Reading and verifying name a file that is gone, and decoded frames do without it."""
    prepared = _prepare(source, root).prepared
    decode_once(prepared, 24, ignore_progress)
    source.rename(tmp_path / "elsewhere")
    moved = load_videos(DATASET, root)

    with pytest.raises(DataError, match=r"wave/take 0\.mp4 is not there"):
        moved.read(moved.samples[0], [0], None)
    assert len(moved.read(moved.samples[0], [0], 24)) == 1
    assert not verify_videos(DATASET, root, ignore_progress).intact

    summary = _prepare(tmp_path / "elsewhere", root)

    assert summary.unchanged
    assert summary.prepared.decoded(24) is not None
    assert len(summary.prepared.read(moved.samples[0], [0], None)) == 1
    assert verify_videos(DATASET, root, ignore_progress).problems == ()


def test_a_file_that_changed_is_found(source: Path, root: Path) -> None:
    """Another video of the same name is not the one that was prepared."""
    prepared = _prepare(source, root).prepared
    write_video(source / "wave" / "take 0.mp4", 3)

    found = verify_videos(DATASET, root, ignore_progress)

    assert not found.intact
    assert "prepare it again" in found.problems[0]
    with pytest.raises(DataError, match="ends before frame 3"):
        prepared.read(prepared.samples[0], [7], None)


def test_other_videos_need_overwrite(source: Path, root: Path) -> None:
    """What is prepared is replaced only when asked for, and its decoded frames go with it."""
    decode_once(_prepare(source, root).prepared, 24, ignore_progress)
    write_video(source / "wave" / "take 5.mp4")

    with pytest.raises(DataError, match="other videos of 'folder'") as caught:
        _prepare(source, root)
    assert "--overwrite" in caught.value.fix
    assert len(load_videos(DATASET, root).samples) == 10

    prepared = _prepare(source, root, overwrite=True).prepared

    assert len(prepared.samples) == 11
    assert prepared.decoded(24) is None


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (lambda text: text[: len(text) // 2], "damaged"),
        (lambda text: "", "damaged"),
        (lambda text: "[" * 200_000, "damaged"),
        (lambda text: text.replace('"dataset": "folder"', '"dataset": "ucf101"'), "data set"),
        (lambda text: text.replace('"format_version": 1', '"format_version": 9'), "version"),
        (lambda text: text.replace("take 1.mp4", "take 0.mp4"), "one of them twice"),
        (lambda text: text.replace('"label": 1', '"label": 2'), "a label without a class"),
        (lambda text: text.replace('"frames": 8', '"frames": "8"'), "damaged"),
    ],
)
def test_a_damaged_index_is_refused(source: Path, root: Path, change, match: str) -> None:
    """It says that it is, and to prepare again, which heals it."""
    _prepare(source, root)
    path = root / "folder-videos" / "index.json"
    path.write_text(change(path.read_text()))

    with pytest.raises(DataError, match=match) as caught:
        load_videos(DATASET, root)
    assert "harness data prepare folder" in caught.value.fix

    assert len(_prepare(source, root).prepared.samples) == 10


@pytest.mark.parametrize("verb", ["prepare", "decode"])
@pytest.mark.parametrize("kind", [signal.SIGKILL, signal.SIGINT])
def test_a_kill_leaves_nothing_half_made(
    source: Path, root: Path, verb: str, kind: signal.Signals
) -> None:
    """After a kill there is all or nothing, and the next try succeeds."""
    if verb == "decode":
        _prepare(source, root)
    words = [sys.executable, "-c", SLOW, verb, str(source), str(root)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"working\n"
        process.send_signal(kind)
        process.wait(20)
    if verb == "prepare":
        with pytest.raises(DataError, match="not prepared"):
            load_videos(DATASET, root)

    prepared = _prepare(source, root).prepared

    assert prepared.decoded(24) is None
    decode_once(prepared, 24, ignore_progress)
    assert _visible(root / "folder-videos") == {"index.json", "videos", "frames-24.bin"}
    assert _visible(root) == {"folder-videos"}


def test_no_room_for_frames(source: Path, root: Path) -> None:
    """The error says how much is needed, and nothing stays."""
    prepared = _prepare(source, root).prepared
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, hard))
    try:
        with pytest.raises(DataError, match=r"cannot write \d+\.\d GB") as caught:
            decode_once(prepared, 80, ignore_progress)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "--short-side" in caught.value.fix
    assert _visible(root / "folder-videos") == {"index.json", "videos"}


def test_frames_that_cannot_fit_are_not_begun(
    source: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where too little is free, that is said before any work."""
    prepared = _prepare(source, root).prepared
    usage = shutil.disk_usage(root)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)

    with pytest.raises(DataError, match="the frames need"):
        decode_once(prepared, 24, lambda done, total: pytest.fail("began"))


def test_sources_that_are_none(source: Path, root: Path, tmp_path: Path) -> None:
    """No source, a missing one, a file, or a place that cannot be written to: plain errors."""
    with pytest.raises(DataError, match="need a source"):
        prepare_videos(DATASET, None, root, ignore_progress)
    with pytest.raises(DataError, match="there is no folder"):
        _prepare(tmp_path / "none", root)
    with pytest.raises(DataError, match="there is no folder"):
        _prepare(source / "wave" / "take 0.mp4", root)
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match="cannot write to"):
        _prepare(source, tmp_path / "file")


def test_a_link_to_nowhere_is_named(source: Path, root: Path) -> None:
    """It is a video that is not there."""
    (source / "wave" / "take 6.mp4").symlink_to("nowhere")

    summary = _prepare(source, root, partial=True)

    (defect,) = summary.prepared.index.defects
    assert (defect.path, defect.problem) == ("wave/take 6.mp4", "is not there")


@pytest.fixture(scope="module")
def few_drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first twenty rendered clips of the synthetic actions."""
    made = tmp_path_factory.mktemp("drawn")
    for file, _ in zip(find_videos(made, made), range(20), strict=False):
        assert file.made
    return made


def test_rendered_clips_are_the_skeletons(few_drawn: Path) -> None:
    """Same samples, same lengths; a person, bright on black, who moves inside the frame."""
    samples = {s.id: s for s, _ in zip(SYNTHETIC.skeletons.read(None), range(20), strict=False)}
    size = CAMERA.width, CAMERA.height
    for name, sample in samples.items():
        file, length = few_drawn / f"{name}.avi", len(sample.keypoints)
        frames = decode(file, range(length), size, 1)[..., 0]
        drawn = (frames > 40).mean(axis=(1, 2))
        assert drawn.min() > 0.01
        assert drawn.max() < 0.25
        assert (frames[0] != frames[-1]).any()
        with pytest.raises(DataError, match="ends before frame"):
            decode(file, [length], size, 1)


def test_rendered_clips_are_the_same_each_time(few_drawn: Path, tmp_path: Path) -> None:
    """Drawing again gives the same files to the byte."""
    for file, _ in zip(find_videos(tmp_path, tmp_path), range(5), strict=False):
        assert (tmp_path / file.path).read_bytes() == (few_drawn / file.path).read_bytes()


@pytest.fixture(scope="module")
def drawn_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where all rendered clips are prepared; not to be changed."""
    root = tmp_path_factory.mktemp("synthetic")
    prepare_videos(SYNTHETIC, None, root, ignore_progress)
    return root


@pytest.mark.slow
def test_the_synthetic_videos_are_whole(drawn_root: Path) -> None:
    """All 840, with the ids, labels, groups and splits of the skeletons."""
    prepared = load_videos(SYNTHETIC, drawn_root)

    assert verify_videos(SYNTHETIC, drawn_root, ignore_progress).problems == ()
    assert len(prepared.subset("fixed", "train")) == 480
    for video, skeleton in zip(prepared.samples, SYNTHETIC.skeletons.read(None), strict=True):
        assert (video.id, video.label, video.group, video.frames) == (
            skeleton.id,
            skeleton.label,
            skeleton.group,
            len(skeleton.keypoints),
        )


@pytest.mark.slow
@pytest.mark.parametrize(("ordered", "low", "high"), [(False, 40, 65), (True, 70, 95)])
def test_the_order_of_rendered_frames_matters(
    drawn_root: Path, ordered: bool, low: float, high: float
) -> None:
    """A linear model that ignores the order stays below 65 %; one that sees it does not."""
    prepared = load_videos(SYNTHETIC, drawn_root)
    tables = []
    for subset in ("train", "test"):
        samples = prepared.subset("fixed", subset)
        rows = np.stack([_look(prepared, sample, ordered) for sample in samples])
        tables.append((rows, np.array([sample.label for sample in samples])))
    (train, labels), (test, wanted) = tables
    mean, deviation = train.mean(axis=0), train.std(axis=0) + 1
    train, test = ((rows - mean) / deviation for rows in (train, test))
    dual = np.linalg.solve(train @ train.T + 1000 * np.eye(len(train)), np.eye(10)[labels])

    accuracy = 100 * ((test @ (train.T @ dual)).argmax(axis=1) == wanted).mean()

    assert low < accuracy < high


def _look(prepared: PreparedVideos, sample: VideoSample, ordered: bool) -> NDArray[np.float64]:
    """Pixels about the person: of eight frames, or averages and extremes of all."""
    frames = prepared.read(sample, range(sample.frames), None)[..., 0].astype(float)
    rows = np.flatnonzero((frames > 40).any(axis=(0, 2)))
    column = int(np.median(np.nonzero(frames[0] > 40)[1]))
    row = (rows[0] + rows[-1]) // 2
    frames = np.pad(frames, ((0, 0), (24, 24), (24, 24)))[:, row : row + 48, column : column + 48]
    frames = frames.reshape(len(frames), 16, 3, 16, 3).mean(axis=(2, 4))
    if ordered:
        return frames[np.linspace(0, len(frames) - 1, 8).round().astype(int)].ravel()
    return np.concatenate([f(frames, axis=0).ravel() for f in (np.mean, np.std, np.min, np.max)])


def test_no_room_for_rendered_clips(tmp_path: Path) -> None:
    """Clips that could not be written whole are no data set."""
    few = replace(
        SYNTHETIC,
        videos=replace(
            SYNTHETIC.videos,
            find=lambda source, made: (
                file for file, _ in zip(find_videos(source, made), range(3), strict=False)
            ),
        ),
    )
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 13, hard))
    try:
        with pytest.raises(DataError, match="cannot be read to its end") as caught:
            prepare_videos(few, None, tmp_path, ignore_progress)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "make room" in caught.value.fix
    assert _visible(tmp_path) == set()


def test_the_index_is_one_line_a_sample(source: Path, root: Path) -> None:
    """It is JSON, and reads well in an editor."""
    _prepare(source, root)
    text = (root / "folder-videos" / "index.json").read_text()

    assert len(json.loads(text)["samples"]) == 10
    assert sum('"checksum"' in line for line in text.splitlines()) == 10
    assert os.fspath(source.resolve()) in json.loads(text)["source"]
