"""The architecture: who may import what."""

import ast
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
STANDARD = sys.stdlib_module_names

JUDGING = {"claims", "metrics", "records", "intervals", "compare", "errors", "scores"}
PLANNING = {
    "catalog",
    "forms",
    "findings",
    "contract",
    "plan",
    "request",
    "store",
    "documents",
    "freshness",
    "evidence",
}
FACTS = {f"harness.{name}" for name in JUDGING | PLANNING | {"places", "openmm", "fusion"}}
FACTS |= {
    f"harness.{name}" for name in ("settings", "differences", "variations", "authors_weights")
}
FACTS |= {
    "harness.rivals",
    "harness.benches",
    "harness.data_benches",
    "harness.stresses",
    "harness.throughputs",
    "harness.diagrams",
    "harness.cache",
    "harness.hits",
}
FACTS |= {f"harness.{name}" for name in ("outside", "findings", "contract", "citing", "drafting")}


def facts(*names):
    return {f"harness.{name}" for name in names}


RULES = {
    # module or room: (modules of ours it may import, packages it may import)
    "harness": (facts("openmm"), set()),
    "harness.__main__": (facts("cli"), set()),
    "harness.errors": (set(), set()),
    "harness.metrics": (set(), set()),
    "harness.openmm": (set(), set()),
    "harness.places": (set(), set()),
    "harness.settings": (set(), set()),
    "harness.differences": (facts("settings"), set()),
    "harness.variations": (facts("settings"), set()),
    "harness.claims": (facts("metrics", "errors"), set()),
    "harness.records": (facts("claims"), set()),
    "harness.cache": ({"harness"}, {"msgspec"}),
    "harness.documents": (facts("claims", "errors", "records"), {"msgspec"}),
    "harness.outside": (facts("errors"), set()),
    "harness.catalog": (facts("claims", "errors") | {"recipes"}, {"msgspec"}),
    "harness.forms": (facts("claims", "errors", "records"), set()),
    "harness.plan": (facts("catalog", "errors", "forms", "records"), {"mmengine.config"}),
    "harness.request": (facts("catalog", "claims", "errors", "forms", "plan", "records"), set()),
    "harness.findings": (facts("catalog", "errors"), set()),
    "harness.contract": (
        facts("catalog", "claims", "errors", "findings", "forms", "metrics", "plan", "records"),
        set(),
    ),
    "harness.citing": (facts("claims", "errors"), {"pybtex"}),
    "harness.drafting": (
        facts("catalog", "claims", "contract", "errors", "findings", "plan"),
        set(),
    ),
    "harness.scores": (facts("errors"), {"numpy", "scipy"}),
    "harness.hits": (facts("cache", "scores"), {"msgspec", "numpy"}),
    "harness.store": (facts("documents", "errors", "hits", "records", "scores"), set()),
    "harness.freshness": (
        facts("catalog", "claims", "errors", "forms", "plan", "records", "store") | {"harness"},
        set(),
    ),
    "harness.fusion": (facts("errors", "records", "scores"), {"numpy"}),
    "harness.intervals": (facts("cache"), {"msgspec", "numpy", "scipy"}),
    "harness.compare": (
        facts("claims", "intervals", "metrics", "records", "store"),
        {"numpy", "scipy"},
    ),
    "harness.evidence": (
        facts("catalog", "compare", "errors", "freshness", "plan", "store"),
        set(),
    ),
    "harness.authors_weights": (facts("claims", "compare", "records"), set()),
    "harness.rivals": (facts("catalog", "errors", "records"), set()),
    "harness.benches": (facts("documents", "errors", "records", "rivals", "store"), set()),
    "harness.throughputs": (
        facts("benches", "documents", "errors", "records", "store"),
        set(),
    ),
    "harness.data_benches": (
        facts("benches", "documents", "errors", "records", "store"),
        set(),
    ),
    "harness.stresses": (facts("benches", "documents", "errors", "records"), set()),
    "harness.generated_records": (FACTS, {"numpy"}),
    "harness.publication": (FACTS | {"harness.datasets", "harness.report"}, set()),
    "harness.datasets": (
        facts("claims", "documents", "errors", "records") | {"harness"},
        {"numpy", "scipy", "cv2"},
    ),
    "harness.diagrams": (facts("errors"), {"msgspec"}),
    "harness.run": (
        FACTS | {"harness.datasets", "harness"},
        {"torch", "mmengine", "mmaction", "mmcv", "numpy", "scipy"},
    ),
    "harness.run.machine": (set(), {"threadpoolctl"}),
    # Data pipelines of others are also bare loops over OpenCV.
    "harness.run.racing": (FACTS | {"harness.datasets", "harness.run"}, {"cv2", "torch"}),
    "harness.run.flow_methods": (
        facts("data_benches", "errors") | {"harness.datasets", "harness.run"},
        {"cv2", "numpy"},
    ),
    "harness.run.races.clips": (
        FACTS | {"harness.datasets", "harness.run"},
        {"cv2", "mmaction"},
    ),
    "harness.run.races.skeletons": (
        FACTS | {"harness.datasets", "harness.run"},
        {"mmaction", "numpy"},
    ),
    "harness.report": (
        FACTS,
        {"pandas", "jinja2", "markupsafe", "matplotlib", "msgspec", "numpy"},
    ),
    "harness.verbs": (
        FACTS
        | {"harness", "harness.datasets", "harness.publication", "harness.report", "harness.run"}
        | {"harness.generated_records"},
        {"rich", "msgspec"},
    ),
    "harness.verbs.page_process": (
        facts("catalog", "cli", "generated_records", "places")
        | {"harness", "harness.verbs", "recipes"},
        set(),
    ),
    "harness.reference": (facts("catalog", "claims", "cli", "metrics", "records"), set()),
    "harness.cli": (
        facts("cache", "errors", "outside", "places") | {"harness", "recipes"},
        set(),
    ),
}
MODULES = sorted((ROOT / "harness").rglob("*.py"))


def name_of(path):
    """Its name for Python."""
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    return name.removesuffix(".__init__")


NAMES = {name_of(path) for path in MODULES}


def imported(path):
    """What a module imports when it runs, ``from package import module`` as the module."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing_only = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if node in typing_only:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = name_of(path.parents[node.level - 1]) + "." if node.level else ""
            module = above + (node.module or "")
            for alias in node.names:
                whole = f"{module}.{alias.name}"
                yield whole if whole in NAMES else module


def within(used, allowed):
    """Whether a module is an allowed one or inside an allowed package; the root is only itself."""
    return any(
        used == name or (name != "harness" and used.startswith(f"{name}.")) for name in allowed
    )


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_imports_only_what_its_row_allows(path):
    """Also fails for a module that has no row: the table is the architecture."""
    name = name_of(path)
    room = name if name in RULES else ".".join(name.split(".")[:2])
    ours, theirs = RULES[room]

    used = {used for used in imported(path) if used.partition(".")[0] not in STANDARD}

    assert {name for name in used if not within(name, ours | theirs | {room})} == set()


def test_nothing_imports_itself_by_way_of_others():
    """Modules form no cycle, so each can be read after those it imports."""
    graph = {name_of(path): set(imported(path)) & NAMES - {"harness"} for path in MODULES}

    order = tuple(TopologicalSorter(graph).static_order())

    assert set(order) >= NAMES


@pytest.mark.parametrize("path", sorted((ROOT / "recipes").glob("*/*.py")), ids=name_of)
def test_a_recipe_imports_no_other_recipe(path):
    """Deleting a recipe breaks no other one."""
    recipe = name_of(path).split(".")[1]

    strays = {
        used
        for used in imported(path)
        if used.startswith("recipes.") and used.split(".")[1] not in (recipe, "_shared")
    }

    assert strays == set()


@pytest.mark.parametrize("path", sorted((ROOT / "recipes").glob("*/paper.py")), ids=name_of)
def test_a_paper_knows_only_claims(path):
    """What a paper says does not depend on what we built; works are citations alone."""
    assert set(imported(path)) <= {"harness.claims", "recipes._shared.works"}
    assert set(imported(ROOT / "recipes" / "_shared" / "works.py")) == {"harness.claims"}


@pytest.mark.parametrize("path", sorted((ROOT / "recipes").glob("*/figures.py")), ids=name_of)
def test_figures_need_no_weights(path):
    """A page is drawn where torch is not."""
    packages = {used.partition(".")[0] for used in imported(path)}

    assert packages.isdisjoint({"torch", "mmengine", "mmaction", "mmcv"})


def test_starting_runs_imports_no_torch(python):
    """A launcher waits for its workers without a gigabyte of its own."""
    done = python("""
import sys
import harness.run, harness.run.job, harness.run.launch, harness.run.progress, harness.run.session
import harness.run.evaluation
sys.exit('torch' in sys.modules)
""")

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("list",),
        ("list", "claims", "--json"),
        ("list", "runs"),
        ("data", "list"),
        ("compare", "--json"),
        ("run", "sta_lstm", "--variant", "synthetic", "--plan"),
        ("diff", "sta_lstm", "config", "lstm"),
        ("report",),
        ("doctor",),
    ],
    ids=" ".join,
)
def test_a_verb_works_where_torch_cannot_be_imported(without_torch, tmp_path, words):
    """Listing, planning, comparing and reporting need no torch."""
    done = without_torch(
        """
import os
os.chdir(sys.argv.pop())
from harness.cli import main
status = main(sys.argv[1:])
assert 'torch' not in sys.modules
sys.exit(status)
""",
        *words,
        tmp_path,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
