"""What every recipe promises and can be read from its files: no torch, no data, no GPU.

``harness check`` and the tests ask the same promises. Those that need a model are in
:mod:`harness.run.trial`.
"""

import ast
import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from harness.catalog import (
    DEFAULT_VARIANT,
    Recipe,
    dataset_keys,
    find_variants,
    load_dataset,
    load_recipe,
    recipe_folders,
)
from harness.claims import Citation, Claim, Evidence, Ordering, Paper, Protocol
from harness.errors import CatalogError, HarnessError, suggest
from harness.findings import Finding, Promise, find_name, find_text, python_files, read_tree
from harness.forms import is_fusion
from harness.metrics import METRICS
from harness.plan import load_config, make_plans
from harness.records import Json

RESERVED = frozenset({"timm", "torchvision", "mmcls", "mmpretrain"})  # MMAction2 imports them
STREAMS = frozenset({"joint", "bone", "joint-motion", "bone-motion"})
MARK = "FILL IN"
SHARED_WORKS = "recipes._shared.works"  # works that several recipes cite
MOST_PERCENT, MOST_M, MOST_G = 100.0, 10_000.0, 100_000.0
# Keys of MMAction2's transforms that a protocol's field decides.
DECIDED: Mapping[str, str] = {
    "clip_len": "clip_len",
    "frame_interval": "frame_interval",
    "num_clips": "num_clips",
    "num_person": "persons",
    "crop_size": "crop_size",
    "size": "crop_size",
}


def load_what_loads(key: str) -> Recipe:
    """A recipe, without its claims where its ``paper.py`` cannot be loaded.

    Raises:
        CatalogError: There is no such recipe.
    """
    folders = recipe_folders()
    if key not in folders:
        raise CatalogError(f"there is no recipe '{key}'", fix=suggest(key, folders))
    try:
        return load_recipe(key)
    except CatalogError:
        work = Citation(key=key, title="", authors=(), venue="", year=0)
        folder = folders[key]
        return Recipe(
            key=key,
            folder=folder,
            paper=Paper(method=key, citation=work),
            claims=(),
            variants=find_variants(folder),
        )


def find_in_schema(recipe: Recipe) -> Iterator[Finding]:
    """The paper loads, from claims and works alone; there is a default variant, or claims only."""
    for path, tree in python_files(recipe):
        for name, line in _imports(tree) if path.name == "paper.py" else ():
            if name not in ("harness.claims", SHARED_WORKS):
                yield Finding(
                    problem=f"paper.py imports {name}",
                    fix=f"import from harness.claims and {SHARED_WORKS} alone: what a paper says "
                    "does not depend on what we built",
                    file=str(path),
                    line=line,
                )
    load_recipe(recipe.key)
    if recipe.key in RESERVED:
        yield Finding(
            problem=f"a recipe is called {recipe.key}, which MMEngine imports as a package",
            fix="rename the folder",
            file=str(recipe.folder),
        )
    if recipe.variants and recipe.variants[0] != DEFAULT_VARIANT:
        yield Finding(
            problem=f"there is no {DEFAULT_VARIANT}.py, the variant that runs by the name alone",
            fix=f"rename one of {', '.join(recipe.variants)}",
            file=str(recipe.folder),
        )
    if not recipe.variants:
        strays = {path.name for path in recipe.folder.glob("*.py")} - {"__init__.py", "paper.py"}
        if strays or not recipe.claims:
            what = ", ".join(sorted(strays)) or "the folder"
            yield Finding(
                problem="without a variant a folder holds what the paper says, and no more",
                fix=f"add {DEFAULT_VARIANT}.py, or drop {what}",
                file=str(recipe.folder),
            )


def _imports(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Modules that a file imports, and on which line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or ""), node.lineno
        elif isinstance(node, ast.Import):
            yield from ((item.name, node.lineno) for item in node.names)


def find_in_citation(recipe: Recipe) -> Iterator[Finding]:
    """The folder begins with the paper it is for."""
    path, work = recipe.folder / "__init__.py", recipe.paper.citation
    text = " ".join((ast.get_docstring(read_tree(path)) or "").split()).casefold()
    for what in (work.title, str(work.year)):
        if what and what.casefold() not in text:
            yield Finding(
                problem=f"the docstring of __init__.py does not say '{what}'",
                fix="cite the paper there as PAPER in paper.py does",
                file=str(path),
                line=1,
            )


def find_in_claim_keys(recipe: Recipe) -> Iterator[Finding]:
    """A key names one claim, and one statement."""
    for things in (recipe.claims, recipe.statements):
        seen: set[str] = set()
        for thing in things:
            if thing.key in seen:
                yield Finding(
                    problem=f"two of the same kind have the key '{thing.key}'",
                    fix="give each a key of its own",
                    file=str(recipe.folder / "paper.py"),
                    line=find_text(recipe.folder / "paper.py", thing.key, last=True),
                )
            seen.add(thing.key)


def find_in_places(recipe: Recipe) -> Iterator[Finding]:
    """What was read in the paper or the authors' code says where."""
    for claim in recipe.claims:
        if claim.place.where or claim.kind == "exploration":
            continue
        known = claim.evidence if isinstance(claim, Ordering) else claim.readings[0].evidence
        has_source = isinstance(claim, Ordering) or claim.readings[0].source
        if known is Evidence.PAPER or (known is Evidence.REPOSITORY and not has_source):
            yield _of_claim(
                recipe,
                claim,
                f"claim '{claim.key}' was read in the {known} and does not say where",
                "give place=Place(where='Table 2, row Ours', evidence=…), or an evidence that is "
                "true: recalled, a secondary source, unknown",
            )


def find_in_units(recipe: Recipe) -> Iterator[Finding]:
    """Printed numbers are in the unit of their metric."""
    most = {"%": MOST_PERCENT, "M": MOST_M, "G": MOST_G}
    for claim in recipe.claims:
        if not isinstance(claim, Claim):
            continue
        unit = claim.quantity.unit
        for reading in claim.readings:
            fraction = unit == "%" and reading.value <= 1
            if fraction or not 0 <= reading.value <= most.get(unit, float("inf")):
                fix = f"{100 * reading.value:g}" if fraction else "the number in that unit"
                yield _of_claim(
                    recipe,
                    claim,
                    f"claim '{claim.key}' says {reading.printed}; {claim.metric} is in {unit}",
                    f"write {fix}",
                    reading.printed,
                )


def _of_claim(
    recipe: Recipe, claim: Claim | Ordering, problem: str, fix: str, text: str = ""
) -> Finding:
    """A finding at the line that has the claim's key, or a text of its."""
    path = recipe.folder / "paper.py"
    line = (find_text(path, text) if text else 0) or find_text(path, claim.key)
    return Finding(problem=problem, fix=fix, file=str(path), line=line)


def find_in_references(recipe: Recipe) -> Iterator[Finding]:
    """Claims and statements name works, claims and orderings that there are."""
    path, works = recipe.folder / "paper.py", {"", *(work.key for work in recipe.paper.references)}
    claims = {claim.key: claim for claim in recipe.claims}
    for claim in recipe.claims:
        if isinstance(claim, Claim) and claim.cites not in works:
            problem = f"claim '{claim.key}' cites '{claim.cites}', which is no reference"
            yield _of_claim(recipe, claim, problem, "add it to PAPER.references", claim.cites)
        elif isinstance(claim, Ordering) and claim.explores:
            yield from _find_in_exploration(recipe, claim)
    for said in recipe.statements:
        known = {amount.against for amount in said.amounts if amount.against} | set(said.claims)
        strange = sorted({said.cites} - works) + sorted(known - set(claims))
        strange += [
            f"{amount.against} in {amount.unit}"
            for amount in said.amounts
            if amount.against in claims and _unit(claims[amount.against]) != amount.unit
        ]
        if strange:
            yield Finding(
                problem=f"statement '{said.key}' names {', '.join(strange)}, which is not there",
                fix="name works of PAPER.references and keys of CLAIMS, in their units",
                file=str(path),
                line=find_text(path, said.key),
            )


def _unit(claim: Claim | Ordering) -> str:
    return METRICS[claim.metric].unit


def _find_in_exploration(recipe: Recipe, claim: Ordering) -> Iterator[Finding]:
    printed = recipe.claim(claim.explores)
    own = {other.protocol.dataset for other in recipe.claims if other.is_own}
    if printed.kind != "ordering" or printed.metric != claim.metric:
        yield _of_claim(
            recipe,
            claim,
            f"'{claim.key}' explores '{printed.key}', which is no ordering by {claim.metric}",
            "name a printed ordering by the same metric",
        )
    if claim.protocol.dataset in own:
        yield _of_claim(
            recipe,
            claim,
            f"'{claim.key}' explores on '{claim.protocol.dataset}', which the paper used itself",
            "make it an ordering, or explore on other data",
        )


def find_in_claimed_variants(recipe: Recipe) -> Iterator[Finding]:
    """A claim's variant exists and is run under the claim's protocol; its splits are real."""
    for claim in recipe.claims:
        sides = claim.sides if isinstance(claim, Ordering) else ((claim.variant, claim.protocol),)
        for name, protocol in sides:
            if name is None:
                continue
            if name not in recipe.variants:
                problem = (
                    f"claim '{claim.key}' names the variant '{name}', and there is no {name}.py"
                )
                yield _of_claim(recipe, claim, problem, suggest(name, recipe.variants), name)
                continue
            try:
                config = load_config(recipe, name)
            except HarnessError:
                continue  # said of the variant
            tried, matters = Protocol(**config["protocol"]), METRICS[claim.metric].depends_on
            differing = [
                f"{field} ({getattr(protocol, field)} and {getattr(tried, field)})"
                for field in protocol.differences(tried)
                if matters is None or field in matters
            ]
            if differing:
                problem = f"claim '{claim.key}' and its variant '{name}' differ in protocol."
                fix = "correct the one that is wrong; another protocol is another variant"
                yield _of_claim(recipe, claim, problem + ", ".join(differing), fix)
            if strange := sorted(set(claim.splits) - known_splits(config)):
                problem = f"claim '{claim.key}' is of split {', '.join(strange)}"
                fix = suggest(strange[0], known_splits(config))
                yield _of_claim(recipe, claim, problem, fix)


def known_splits(config: Json) -> set[str]:
    """Splits of a variant's data set; its own while nothing reads the data set."""
    key = config["protocol"]["dataset"]
    if key not in dataset_keys():
        return set(config["splits"])
    return {split.name for split in load_dataset(key).splits}


def find_in_variants(recipe: Recipe) -> Iterator[Finding]:
    """Every variant is read as plain JSON without torch; reasons are given; no unknown key."""
    for name in recipe.variants:
        path, had_torch = recipe.variant_file(name), "torch" in sys.modules
        try:
            config = load_config(recipe, name)
        except HarnessError as error:
            yield Finding(
                problem=error.problem, fix=error.fix, file=str(path), line=_blamed(path, error)
            )
            continue
        if "torch" in sys.modules and not had_torch:
            yield Finding(
                problem="reading the variant imports torch", fix="import it in model.py",
                file=str(path),
            )  # fmt: skip
        if json.loads(json.dumps(config, allow_nan=False)) != config:
            yield Finding(
                problem="the variant is not the same once it is stored", fix="use plain values",
                file=str(path),
            )  # fmt: skip
        for kind in ("choices", "departures", "frozen"):
            for item in config.get(kind, ()):
                if set(item) != {"what", "why"} or not all(item.values()):
                    yield Finding(
                        problem=f"{kind} has {item!r}",
                        fix="write dict(what=…, why=…), both in words",
                        file=str(path),
                        line=find_name(path, kind),
                    )


def _blamed(path: Path, error: HarnessError) -> int:
    """Line of the name that a problem with a config is about; 0 where it is not in the file."""
    for name in reversed(re.findall(r"'([\w.]+)'", error.problem)):
        *_, last = name.split(".")
        if line := find_name(path, last):
            return line
        for node in ast.walk(read_tree(path)):
            if isinstance(node, ast.keyword) and node.arg == last:
                return node.value.lineno
    cause = error.__cause__
    return (cause.lineno or 0) if isinstance(cause, SyntaxError) else 0


def relative_imports(tree: ast.Module) -> list[ast.ImportFrom]:
    """Relative imports of a config that do not inherit: MMEngine cannot build from these."""
    inherited = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.With) and "read_base" in ast.unparse(node.items[0])
        for inner in ast.walk(node)
    }
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.level and node not in inherited
    ]


def find_in_imports(recipe: Recipe) -> Iterator[Finding]:
    """Configs import classes by their whole names, and nobody imports another recipe."""
    configs = {recipe.variant_file(name) for name in recipe.variants}
    for path, tree in python_files(recipe):
        if path in configs or path.name.startswith("_"):
            for node in relative_imports(tree):
                names = ", ".join(item.name for item in node.names)
                module = f"recipes.{recipe.key}.{node.module or ''}".rstrip(".")
                yield Finding(
                    problem=f"a relative import of {names}, which cannot be built from a config",
                    fix=f"write from {module} import {names}",
                    file=str(path),
                    line=node.lineno,
                )
        for name, line in _imports(tree):
            package, _, rest = name.partition(".")
            other = rest.partition(".")[0]
            if package == "recipes" and other not in (recipe.key, "_shared", "_datasets"):
                yield Finding(
                    problem=f"it imports the recipe '{other}'",
                    fix="copy what it needs, or move it to recipes/_shared",
                    file=str(path),
                    line=line,
                )


def find_in_data(recipe: Recipe) -> Iterator[Finding]:
    """Splits, classes, joints and persons are the data set's, where it is read already."""
    for name in recipe.variants:
        try:
            config = load_config(recipe, name)
        except HarnessError:
            continue  # said of the variant
        path = recipe.variant_file(name)
        for problem, fix in _misfits(config):
            yield Finding(
                problem=problem, fix=fix, file=str(path), line=find_name(path, "protocol")
            )
        for split in {*config["splits"], *config["per_split"]}:
            make_plans(recipe, name, split=split, seed=0)


def _misfits(config: Json) -> Iterator[tuple[str, str]]:
    """What a variant says otherwise than its data set, and what to write."""
    protocol = Protocol(**config["protocol"])
    if protocol.dataset not in dataset_keys():
        return
    dataset = load_dataset(protocol.dataset)
    splits = [split.name for split in dataset.splits]
    if strange := sorted(set(config["splits"]) - set(splits)):
        yield f"'{dataset.key}' has no split {', '.join(strange)}", suggest(strange[0], splits)
    wanted: dict[str, Any] = {"classes": len(dataset.classes)} if dataset.classes else {}
    streams = STREAMS if "skeletons" in protocol.forms else frozenset[str]()
    if "videos" in protocol.forms:
        streams |= {dataset.need_videos().modality, "flow"}
        wanted |= {"joints": None, "persons": None}
    else:
        skeletons = dataset.need_skeletons()
        # Of a crowd the recipe says how many it looks at, where its paper says so.
        is_few = protocol.persons is None or protocol.persons <= skeletons.persons
        persons = protocol.persons if skeletons.crowded and is_few else skeletons.persons
        wanted |= {"joints": skeletons.joints, "persons": persons}
    if strange := sorted(set(protocol.modality.split("+")) - streams):
        yield f"'{dataset.key}' has no {', '.join(strange)}", suggest(strange[0], streams)
    for field, value in wanted.items():
        if (said := getattr(protocol, field)) != value:
            yield (
                f"protocol.{field} is {said!r}, and '{dataset.key}' has {value!r}",
                f"say {value!r}",
            )
    if is_fusion(config):
        return  # it loads no data; its streams do
    for subset in ("train", "val", "test"):
        loaded = config[f"{subset}_dataloader"]["dataset"]
        if loaded["dataset"] != dataset.key or loaded["split"] not in splits:
            yield (
                f"{subset}_dataloader reads {loaded['dataset']}, split {loaded['split']}",
                f"say dataset={dataset.key!r} and one of its splits",
            )
    if (config["val_dataloader"]["dataset"]["subset"], dataset.monitored) == ("val", "test"):
        yield f"'{dataset.key}' has no val samples for val_dataloader to read", "say subset='test'"
    if config["test_dataloader"]["dataset"]["subset"] != "test":
        yield "test_dataloader does not read the test samples", "say subset='test'"


def find_in_protocols(recipe: Recipe) -> Iterator[Finding]:
    """The protocol is stated once, and the test pipeline reads it."""
    for name in recipe.variants:
        try:
            config = load_config(recipe, name)
        except HarnessError:
            continue  # said of the variant
        if not is_fusion(config):
            yield from _find_in_pipeline(recipe, name, config)
    for path, key, value, line in _typed(recipe):
        yield Finding(
            problem=f"the test pipeline says {key}={value} itself, beside the protocol",
            fix=f'write {key}=protocol["{DECIDED[key]}"]',
            file=str(path),
            line=line,
        )


def _typed(recipe: Recipe) -> Iterator[tuple[Path, str, object, int]]:
    """File, key, value and line of what a test pipeline types though its protocol decides it."""
    for path, tree in python_files(recipe):
        for node in tree.body:
            names = [ast.unparse(target) for target in getattr(node, "targets", ())]
            for word in ast.walk(node) if "test_pipeline" in names else ():
                if not isinstance(word, ast.keyword) or not isinstance(word.value, ast.Constant):
                    continue
                if word.arg in DECIDED and word.value.value != 1:
                    yield path, str(word.arg), word.value.value, word.value.lineno


def _find_in_pipeline(recipe: Recipe, name: str, config: Json) -> Iterator[Finding]:
    """Where a test pipeline does otherwise than its protocol, though it seems to read one."""
    path, protocol = recipe.variant_file(name), Protocol(**config["protocol"])
    typed = {(key, value) for _, key, value, _ in _typed(recipe)}
    for step in config["test_dataloader"]["dataset"]["pipeline"]:
        samples = str(step["type"]).endswith("SampleFrames")
        given = {"num_clips": 1} | step if samples else step
        for key, field in DECIDED.items():
            said = getattr(protocol, field)
            if said is None or not isinstance(given.get(key), int) or given[key] == said:
                continue
            if (key, given[key]) in typed:
                continue  # said of its line
            yield Finding(
                problem=f"the test pipeline has {key}={given[key]}, and the protocol "
                f"{field}={said}",
                fix=f'write {key}=protocol["{field}"] in {str(step["type"]).split(".")[-1]}',
                file=str(path),
                line=find_name(path, "test_pipeline") or find_name(path, "protocol"),
            )


def registered(recipe: Recipe) -> Iterator[tuple[str, Path, int]]:
    """Name, file and line of each class that a recipe puts into a registry."""
    for path, tree in python_files(recipe):
        for node in ast.walk(tree):
            for item in getattr(node, "decorator_list", ()):
                if "register_module" not in ast.unparse(item):
                    continue
                given = {word.arg: word.value for word in getattr(item, "keywords", ())}
                named = given.get("name")
                said = named.value if isinstance(named, ast.Constant) else None
                yield str(said or node.name), path, node.lineno  # type: ignore[attr-defined]


def find_in_names(recipe: Recipe) -> Iterator[Finding]:
    """Registered names are unique, so that all recipes can be imported into one process."""
    others = {
        name: key
        for key, folder in recipe_folders().items()
        if key != recipe.key
        for name in _registered_in(folder)
    }
    seen: set[str] = set()
    for name, path, line in registered(recipe):
        if name in seen or name in others:
            yield Finding(
                problem=f"'{name}' is registered by {others.get(name, 'this recipe')} already",
                fix="give the class another name",
                file=str(path),
                line=line,
            )
        seen.add(name)


def _registered_in(folder: Path) -> Iterator[str]:
    """Names that a folder registers; a look at the text spares most files a parse."""
    for path in folder.glob("*.py"):
        if "register_module" in (text := path.read_text(encoding="utf-8", errors="replace")):
            yield from re.findall(r"register_module\(.*\)\s*(?:@.*\s*)*class (\w+)", text)


def find_unfilled(recipe: Recipe) -> Iterator[Finding]:
    """Nothing is left to fill in of what ``harness new`` wrote."""
    for path in sorted(recipe.folder.glob("*.py")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if MARK in line:
                yield Finding(
                    problem=f"left to do: {line.partition(MARK)[2].strip(' :#').rstrip()}",
                    fix=f"do it, then delete the words from {MARK} on; or delete what they mark",
                    file=str(path),
                    line=number,
                )


PROMISES = (
    Promise(text="the paper loads, and there is a default variant", find=find_in_schema),
    Promise(text="the folder cites its paper", find=find_in_citation),
    Promise(text="keys name one claim each", find=find_in_claim_keys),
    Promise(text="what was read says where it stands", find=find_in_places),
    Promise(text="printed numbers are in their metric's unit", find=find_in_units),
    Promise(text="claims name works and claims that there are", find=find_in_references),
    Promise(
        text="a claim's variant exists, under the claim's protocol", find=find_in_claimed_variants
    ),
    Promise(
        text="variants are plain data without torch, and every key is known", find=find_in_variants
    ),
    Promise(text="classes are imported by their whole names", find=find_in_imports),
    Promise(text="variants fit their data sets and can be planned", find=find_in_data),
    Promise(
        text="the protocol is stated once, and the test pipeline reads it", find=find_in_protocols
    ),
    Promise(text="registered names are unique", find=find_in_names),
    Promise(text="nothing is left to fill in", find=find_unfilled),
)
