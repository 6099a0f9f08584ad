"""The same short run on a GPU."""

import pytest
import torch
from short_runs import SHORT


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="torch sees no GPU")
def test_a_run_on_a_gpu_says_so_and_repeats(bench):
    """Device, driver and memory are in the record; the same plan gives close scores again."""
    assert bench.run(*SHORT, "--device", "cuda:0").returncode == 0
    assert bench.run(*SHORT, "--device", "cuda:0", "--fresh").returncode == 0

    first, second = bench.runs
    assert first.record.environment.device_kind == "cuda"
    assert first.record.timing.peak_memory_gib > 0
    assert abs(first.scores.scores - second.scores.scores).max() < 1e-3
