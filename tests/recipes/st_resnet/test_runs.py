"""All stages of the training, end to end on the embedded actions, and by MMAction2's own runner."""

import pytest

from harness.catalog import load_dataset, load_recipe
from harness.cli import main
from harness.datasets.collecting import prepare_videos
from harness.scores import unpack
from harness.store import OBSERVATIONS, ResultStore

STOCK = """
import sys
import harness  # repairs MMAction2, as the installed package does by itself
from mmengine.config import Config
from mmengine.runner import Runner
config = Config.fromfile(sys.argv[1], lazy_import=True)
config.work_dir = sys.argv[2]
config.train_cfg.max_epochs = 1
config.train_dataloader.batch_size = 2
for part in ('train', 'val', 'test'):
    config[f'{part}_dataloader'].dataset.limit = 4
runner = Runner.from_cfg(config)
runner.train()
print('trained', runner.iter)
print('tested', *sorted(runner.test()))
"""


@pytest.mark.slow
def test_every_stage_starts_from_the_one_before(tmp_path):
    """Streams, both, ST-ResNet, ST-ResNet*; each record names the weights that it began with."""
    places = [f"--{name}={tmp_path / name}" for name in ("data", "results", "work")]
    words = ["run", "st_resnet", "--variant", "synthetic_star", "--limit", "16", "--jobs", "1"]

    assert main([*words, *places]) == 0

    runs = {
        run.record.plan.variant: run for run in ResultStore(tmp_path / "results").runs("st_resnet")
    }
    weights = {variant: run.record.weights_sha256 for variant, run in runs.items()}
    began = {variant: run.record.input_weights for variant, run in runs.items()}
    assert began["synthetic_two_streams"] == {
        name: weights[name] for name in ("synthetic_appearance", "synthetic_motion")
    }
    assert began["synthetic"] == {"synthetic_two_streams": weights["synthetic_two_streams"]}
    assert began["synthetic_star"] == {"synthetic": weights["synthetic"]}
    kept = runs["synthetic_star"].folder / OBSERVATIONS
    assert unpack(kept.read_bytes(), source=str(kept))["strengths"].shape[1] == 4


@pytest.mark.slow
def test_mmaction2s_own_runner_trains_and_tests_it(python, tmp_path):
    """Frames and flow go through stock transforms, preprocessor, recognizer and loops."""
    prepare_videos(load_dataset("synthetic"), None, tmp_path / "data", lambda *_: None)
    file = load_recipe("st_resnet").variant_file("synthetic")

    done = python(STOCK, file, tmp_path / "work", HARNESS_DATA=tmp_path / "data")

    assert done.returncode == 0, done.stderr[-2000:]
    assert "trained 2" in done.stdout
    assert "tested acc/mean1 acc/top1 acc/top5" in done.stdout
