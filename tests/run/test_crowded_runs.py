"""From the authors' formats to training: variants on NTU RGB+D and Kinetics-skeleton."""

import json

import pytest
import torch
from mmengine.dataset import pseudo_collate

from harness.catalog import load_recipe
from harness.cli import main
from harness.datasets.imitation import list_samples, write_kinetics, write_ntu
from harness.datasets.kinetics_skeleton import DATASET as KINETICS
from harness.datasets.ntu import SIXTY
from harness.datasets.ntu60 import DATASET as NTU
from harness.datasets.prepared import prepare
from harness.run.loading import SkeletonDataset
from harness.run.models import enter_scope, read_config


@pytest.fixture(scope="session")
def root(tmp_path_factory):
    """Both data sets, a few imitated sequences of each, prepared."""
    folder = tmp_path_factory.mktemp("crowds")
    write_ntu(folder / "ntu", list_samples(SIXTY, [1, 3], 1)[::24], distinct=6)
    for part in ("train", "val"):
        labels = {f"{part}{number}": number for number in range(4)}
        write_kinetics(folder / "kinetics", part, labels, KINETICS.classes)
    for dataset, name in ((NTU, "ntu"), (KINETICS, "kinetics")):
        prepare(dataset, folder / name, folder, lambda done, total: None, partial=True)
    return folder


@pytest.mark.parametrize(
    ("recipe", "variant", "shape"),
    [
        ("stgcn", "released_ntu", (1, 2, 300, 25, 3)),
        ("stgcn", "printed_ntu", (1, 2, 300, 25, 3)),
        ("stgcn", "early_ntu", (1, 2, 300, 25, 3)),
        ("stgcn", "pyskl_ntu", (1, 2, 300, 25, 3)),
        ("stgcn", "zoo_ntu_joint", (1, 2, 100, 25, 3)),
        ("stgcn", "zoo_ntu_bone_motion", (1, 2, 100, 25, 3)),
        ("stgcn", "released_kinetics", (1, 2, 150, 18, 3)),
        ("stgcn", "printed_kinetics", (1, 2, 150, 18, 3)),
        ("sta_lstm", "ntu", (1, 2, None, 25, 3)),
    ],
)
def test_samples_have_the_shape_that_the_network_takes(root, recipe, variant, shape):
    """In training and test, every sample, and with somebody in it."""
    config = read_config(load_recipe(recipe).variant_file(variant))
    enter_scope()
    for loader in (config.train_dataloader, config.test_dataloader):
        loaded = loader.dataset
        samples = SkeletonDataset(
            loaded.dataset, loaded.split, loaded.subset, loaded.pipeline, root=str(root), seed=0
        )
        assert len(samples) > 1
        for sample in samples:
            inputs = sample["inputs"]
            views, *body = inputs.shape
            if loaded.subset == "train":
                assert views == 1
                assert [a for a, b in zip(body, shape[1:], strict=True) if b not in (None, a)] == []
            assert torch.isfinite(inputs).all()
            assert inputs.any()
    assert len(pseudo_collate([samples[0], samples[1]])["inputs"]) == 2


def test_a_variant_trains_and_tests_on_the_authors_files(root, tmp_path, monkeypatch, capsys):
    """By one command; what was seen is counted, and never taken for the complete data set."""
    monkeypatch.chdir(tmp_path)
    words = ["--data", str(root), "--limit", "6", "--set", "train_cfg.max_iters=2"]

    status = main(["run", "sta_lstm", "--variant", "ntu_lstm", "--split", "xview", *words])

    assert status == 0, capsys.readouterr()
    (path,) = (tmp_path / "results").glob("sta_lstm/*/record.json")
    record = json.loads(path.read_text())
    assert record["status"] == "completed"
    assert record["data"]["known"] is False
    assert record["data"]["test"]["scored"] == 6
