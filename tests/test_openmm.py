"""Repairs to OpenMMLab packages."""

import pytest

from harness.openmm import REPAIRS

FAKE = """
import sys
sys.path.insert(0, sys.argv[1])
from harness.openmm import repair
print([item.key for item in repair()])
"""


@pytest.fixture
def package(tmp_path):
    """Makes a package that is called mmaction, with or without the module."""

    def make(*modules):
        for module in ("mmaction", "mmaction/models", "mmaction/models/localizers", *modules):
            (tmp_path / module).mkdir()
            (tmp_path / module / "__init__.py").touch()
        return tmp_path

    return make


def test_models_can_be_imported_after_the_harness(python):
    """Import mmaction.models fails with the wheel alone; with the harness it fills the registry."""
    done = python("""
import harness
import mmaction.models
from mmaction.models.localizers import DRN
from mmaction.registry import MODELS
assert 'RecognizerGCN' in MODELS.module_dict
print(DRN.__doc__)
""")

    assert done.returncode == 0, done.stderr
    assert done.stdout == "Not in the mmaction2 1.2.0 wheel.\n"


def test_a_repair_is_applied_where_its_defect_is(python, package):
    """A package without the module gets the stand-in."""
    assert python(FAKE, package()).stdout == "['mmaction2-drn']\n"


def test_a_repair_drops_itself_when_upstream_is_fixed(python, package):
    """A package that has the module is left alone."""
    done = python(FAKE, package("mmaction/models/localizers/drn"))

    assert done.stdout == "[]\n", done.stderr


def test_a_repair_can_be_asked_for_twice(python, package):
    """A second call adds nothing."""
    text = FAKE + "repair()\nprint(sum(type(f).__name__ == '_StandIn' for f in sys.meta_path))"

    assert python(text, package()).stdout.splitlines()[-1] == "1"


@pytest.mark.parametrize("item", REPAIRS, ids=lambda item: item.key)
def test_a_repair_names_its_upstream_issue(item):
    """Who reads a repair can look up whether it is still needed."""
    assert item.issue.startswith("https://github.com/open-mmlab/")
    assert "/issues/" in item.issue or "/pull/" in item.issue
