"""What tests of recipes need alike."""

import pytest
import torch


@pytest.fixture(autouse=True, scope="module")
def one_thread():
    """Small inputs gain nothing from threads, and lose much where others run."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)
