"""Promises of exported bundles."""

import hashlib
import json
import re
import zipfile
from pathlib import Path, PurePosixPath

import pytest

from harness.cli import main
from harness.store import ResultStore

RUN = "20261120T194400Z-ef4cc582"


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    """A bundle of one stored run."""
    path = tmp_path_factory.mktemp("bundle") / "run.zip"
    assert main(["export", str(path), "--run", RUN]) == 0
    with zipfile.ZipFile(path) as archive:
        return path, {name: archive.read(name) for name in archive.namelist()}


def test_a_bundle_has_recipe_record_environment_and_pages(bundle):
    """All that a reader needs who has only the file."""
    _, files = bundle

    for name in (
        f"results/sta_lstm/{RUN}/record.json",
        "recipes/sta_lstm/paper.py",
        "recipes/sta_lstm/model.py",
        "harness/datasets/sbu.py",
        "reports/index.html",
        "reports/sta_lstm.html",
        f"reports/runs/{RUN}.html",
    ):
        assert name in files
    assert b"torch==" in files["environment/requirements-1.txt"]


def test_its_manifest_names_fingerprints_and_digests(bundle):
    """Every file can be checked, and the run's plan, code and data are named."""
    _, files = bundle
    about = json.loads(files["MANIFEST.json"])

    (run,) = about["runs"]
    record = json.loads(files[f"results/sta_lstm/{RUN}/record.json"])
    assert run["run"] == RUN and run["plan"] == record["plan_digest"]
    assert run["data"] == record["data"]["fingerprint"]
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    del digests["MANIFEST.json"]
    assert about["sha256"] == digests


def test_its_pages_lead_to_nothing_that_it_lacks(bundle):
    """They speak of its runs alone: no link to a record or page elsewhere."""
    _, files = bundle

    for name, data in files.items():
        if not name.endswith(".html"):
            continue
        here = PurePosixPath(name).parent
        for href in re.findall(r'href="([^"#:]+)(?:#[^"]*)?"', data.decode()):
            parts: list[str] = []
            for part in (here / href).parts:
                parts = parts[:-1] if part == ".." else [*parts, part]
            assert "/".join(parts) in files, f"{name}: {href}"


def test_same_runs_same_bundle(bundle, tmp_path):
    """Nothing of the day or the machine is in it."""
    path, _ = bundle
    again = tmp_path / "again.zip"

    assert main(["export", str(again), "--run", RUN]) == 0
    assert again.read_bytes() == path.read_bytes()


def test_a_campaign_without_runs_is_refused(tmp_path, capsys):
    """No empty archive."""
    path = tmp_path / "none.zip"

    words = ("--campaign", "sbu", "--results", str(tmp_path / "results"))
    assert main(["export", str(path), *words]) == 2
    assert "nothing of campaign sbu was run" in capsys.readouterr().err
    assert not path.exists()


@pytest.mark.slow
def test_a_fusion_brings_its_streams(tmp_path):
    """The runs whose scores it averages are in its bundle."""
    fused = next(
        run for run in ResultStore(Path("results")).runs() if len(run.record.plan.inputs) > 1
    )
    path = tmp_path / "fusion.zip"

    assert main(["export", str(path), "--run", fused.record.run_id]) == 0
    with zipfile.ZipFile(path) as archive:
        about = json.loads(archive.read("MANIFEST.json"))
    plans = {run["plan"] for run in about["runs"]}
    assert {given.digest for given in fused.record.plan.inputs} <= plans
