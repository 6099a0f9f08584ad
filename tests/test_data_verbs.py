"""``data prepare``, ``verify`` and ``export`` of a crowded data set, at the command line."""

import pickle

import pytest

from harness.cli import main
from harness.datasets.imitation import list_samples, write_ntu
from harness.datasets.ntu import SIXTY


@pytest.fixture
def source(tmp_path):
    """Six files, one of them damaged."""
    names = list_samples(SIXTY, [1], 1)[:6]
    write_ntu(tmp_path / "source", names, distinct=3)
    bad = tmp_path / "source" / f"{names[5]}.skeleton"
    bad.unlink()
    bad.write_text("text\n")
    return tmp_path / "source"


def test_what_is_bad_is_left_out_named_and_exported_around(source, tmp_path, capsys):
    """Refused at first; then the rest is prepared, verified as incomplete, and exported."""
    where = ["--source", str(source), "--data", str(tmp_path / "data")]
    data, bad = where[2:], sorted(source.iterdir())[5].stem

    assert main(["data", "prepare", "ntu60", *where, "--partial"]) == 2
    refused = capsys.readouterr().err
    assert main(["data", "prepare", "ntu60", *where, "--partial", "--skip-bad"]) == 0
    prepared = capsys.readouterr().out
    missing = tmp_path / "missing.txt"
    assert main(["data", "verify", "ntu60", *data, "--missing", str(missing)]) == 1
    verified = " ".join(capsys.readouterr().out.split())
    assert main(["data", "export", "ntu60", *data, "--pickle", str(tmp_path / "x.pkl")]) == 0

    assert f"{bad}.skeleton, line 1: 'text' is no number of frames" in refused
    assert "--skip-bad" in refused
    assert f"left out: {bad}.skeleton" in prepared
    assert "5 samples" in prepared
    assert f"left out: {bad}.skeleton" in verified
    assert bad in missing.read_text().split()
    exported = pickle.loads((tmp_path / "x.pkl").read_bytes())
    assert [row["frame_dir"] for row in exported["annotations"]] == [
        file.stem for file in sorted(source.iterdir())[:5]
    ]


def test_an_export_that_cannot_be_written_is_two_lines(source, tmp_path, capsys):
    """A folder that is not there; data that are not prepared."""
    data = ["--data", str(tmp_path / "data")]
    assert main(["data", "export", "ntu60", *data, "--pickle", "x.pkl"]) == 2
    assert "is not prepared" in capsys.readouterr().err
    words = ["--source", str(source), *data, "--partial", "--skip-bad"]
    main(["data", "prepare", "ntu60", *words])
    assert main(["data", "export", "ntu60", *data, "--pickle", str(tmp_path / "no" / "x.pkl")]) == 2
    assert "cannot write" in capsys.readouterr().err
