"""Which variant each variant is a change of."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

from harness.catalog import DEFAULT_VARIANT
from harness.forms import is_fusion
from harness.records import Json


def find_parents(folder: Path, configs: Mapping[str, Json]) -> dict[str, str]:
    """The variant that each is best read as a change of; some have none.

    That is the one which its file inherits with ``read_base``. Where it
    inherits none, it is the default variant; or, on another data set than the
    default's, the one that most of its data set inherit from. A fusion is a
    change of another fusion only.

    Args:
        folder: Folder of the config files.
        configs: Resolved configuration by variant.
    """
    inherited = {
        variant: base
        for variant in configs
        if (base := _find_base(folder / f"{variant}.py", configs))
        and is_fusion(configs[base]) == is_fusion(configs[variant])
    }
    parents = dict(inherited)
    for members in group_by_dataset(configs).values():
        roots = [variant for variant in members if variant not in inherited]
        if not roots:
            continue
        centre = max(roots, key=lambda root: _rank(root, inherited))
        parents |= {variant: centre for variant in roots if variant != centre}
        if centre != DEFAULT_VARIANT and DEFAULT_VARIANT in configs:
            parents[centre] = DEFAULT_VARIANT
    return parents


def group_by_dataset(configs: Mapping[str, Json]) -> dict[str, tuple[str, ...]]:
    """Variants that have a model, by data set."""
    groups: dict[str, tuple[str, ...]] = {}
    for variant, config in configs.items():
        if not is_fusion(config):
            dataset = config.get("protocol", {}).get("dataset", "")
            groups[dataset] = (*groups.get(dataset, ()), variant)
    return groups


def _rank(root: str, inherited: Mapping[str, str]) -> tuple[bool, int]:
    """The default first, then who has the most heirs; the first of equals is taken."""
    return root == DEFAULT_VARIANT, sum(_root_of(heir, inherited) == root for heir in inherited)


def _root_of(variant: str, inherited: Mapping[str, str]) -> str:
    while variant in inherited:
        variant = inherited[variant]
    return variant


def _find_base(file: Path, variants: Mapping[str, Json]) -> str:
    """The first variant that a config file inherits, itself or by files that are none."""
    for name in _bases(file):
        if name in variants:
            return name
        if found := _find_base(file.with_name(f"{name}.py"), variants):
            return found
    return ""


def _bases(file: Path) -> Iterator[str]:
    """Names of the files that a config file inherits."""
    tree = ast.parse(file.read_text(encoding="utf-8")) if file.is_file() else ast.Module([], [])
    for block in tree.body:
        if isinstance(block, ast.With) and "read_base" in ast.unparse(block.items[0]):
            for node in block.body:
                if isinstance(node, ast.ImportFrom):
                    yield (node.module or "").rpartition(".")[-1]
