"""The folder that a new recipe begins with: it keeps the contract, trains, and says what is left.

What is to be filled in is marked; ``harness check`` finds each mark.
"""

import ast
import json
import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from string import Template
from textwrap import fill
from typing import Any

from harness.catalog import DEFAULT_VARIANT, Recipe, dataset_keys, load_dataset, recipe_folders
from harness.claims import Citation, Protocol
from harness.contract import MARK, RESERVED, registered
from harness.errors import CatalogError
from harness.findings import read_tree
from harness.plan import load_config

DRAFTS = Path(__file__).parent / "drafts"
KINDS: Mapping[str, tuple[str, ...]] = {  # by kind: folders of drafts
    "skeleton": ("skeleton",),
    "video": ("video",),
    "two-stream": ("skeleton", "two_stream"),
}
_SKELETON = Protocol(
    dataset="synthetic", modality="joint", classes=10, clip_len=16, joints=25, persons=1
)
_VIDEO = Protocol(
    dataset="synthetic", modality="depth", classes=10, clip_len=8, frame_interval=2, crop_size=48
)
PROTOCOLS = {"skeleton": _SKELETON, "video": _VIDEO, "two-stream": _SKELETON}


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """What a new recipe is to be.

    Args:
        method: Name of the method, as tables print it.
        citation: The paper; ``None`` where it is not known yet.
        arxiv: arXiv identifier of a paper that nothing else is known of yet.
        kind: One of :data:`KINDS`.
        like: A recipe to begin from instead.
    """

    method: str
    citation: Citation | None = None
    arxiv: str = ""
    kind: str = "skeleton"
    like: Recipe | None = None

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[A-Za-z][\w+.()\- ]*", self.method, re.ASCII):
            raise CatalogError(
                f"'{self.method}' cannot be made a folder's name",
                fix="begin with a letter; letters, digits, spaces and + - . ( ) may follow",
            )

    @property
    def key(self) -> str:
        """Name of the folder."""
        words = re.sub(r"[^a-z0-9]+", "_", self.method.lower().replace("+", "p"))
        return words.strip("_")

    @property
    def class_prefix(self) -> str:
        """What the names of its classes begin with."""
        words = re.findall(r"[A-Za-z0-9]+", self.method.replace("+", "P"))
        return "".join(word[0].upper() + word[1:] for word in words)


def write_draft(draft: Draft, home: Path) -> Path:
    """Write the folder of a new recipe, whole or not at all.

    Args:
        draft: What it is to be.
        home: The folder that it comes into.

    Raises:
        CatalogError: There is a recipe or a folder of that name, or none can have it.
    """
    target = home / draft.key
    taken = recipe_folders().get(draft.key) or (target if target.exists() else None)
    if taken or draft.key in RESERVED:
        raise CatalogError(
            f"'{draft.key}' is taken: {taken or 'a package that MMAction2 imports'}",
            fix="give the method another name, or fill in what is there",
        )
    texts = _copy(draft, draft.like) if draft.like else _fill(draft)
    home.mkdir(parents=True, exist_ok=True)
    staged = Path(tempfile.mkdtemp(prefix=f".{draft.key}-", dir=home))
    try:
        for name, text in texts.items():
            (staged / name).write_text(text, encoding="utf-8")
        staged.chmod(0o755)
        staged.rename(target)
    except BaseException:
        shutil.rmtree(staged, ignore_errors=True)
        raise
    return target


def _fill(draft: Draft) -> dict[str, str]:
    """Files of a draft's kind, by name."""
    protocol = PROTOCOLS[draft.kind]
    folders = [DRAFTS, *(DRAFTS / name for name in KINDS[draft.kind])]
    return {
        path.name.removesuffix(".txt"): _fill_in(path, draft, protocol)
        for folder in folders
        for path in sorted(folder.glob("*.txt"))
    }


def _fill_in(path: Path, draft: Draft, protocol: Protocol) -> str:
    lines = _write_protocol(protocol)
    words = {
        "method": draft.method,
        "quoted_method": json.dumps(draft.method),
        "key": draft.key,
        "name": draft.class_prefix,
        "protocol": lines,
        "fused_protocol": lines.replace('modality="joint"', 'modality="joint+bone"'),
        "citation": _write_citation(draft),
        "docstring": _write_docstring(draft),
    }
    return Template(path.read_text(encoding="utf-8")).substitute(words)


def _write_protocol(protocol: Protocol) -> str:
    """Keywords of a protocol, those without their default, a line each."""
    return "\n".join(
        f"    {field.name}={_literal(getattr(protocol, field.name))},"
        for field in fields(Protocol)
        if getattr(protocol, field.name) != field.default
    )


def _literal(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def _write_citation(draft: Draft) -> str:
    """Keywords of the citation, a line each; unknown ones are marked."""
    work = draft.citation
    if work is None:
        rows = [
            ("key", draft.key, "author, year and first word, as in BibTeX"),
            ("title", draft.method, "the paper's title, as printed; also in __init__.py"),
            ("authors", ("Unknown",), "full names, in printed order"),
            ("venue", "", "where it was published"),
            ("year", 2000, "the year of that; also in __init__.py"),
            ("arxiv", draft.arxiv, ""),
        ]
        return "\n".join(
            f"        {name}={_value(value)},{f'  # {MARK}: {todo}' if todo else ''}"
            for name, value, todo in rows
            if value or todo
        )
    lines = []
    for field in fields(Citation):
        value = getattr(work, field.name)
        todo = f"  # {MARK}: where it was published" if field.name == "venue" and not value else ""
        if value or todo:
            lines.append(f"        {field.name}={_value(value)},{todo}")
    return "\n".join(lines)


def _value(value: Any) -> str:
    if isinstance(value, tuple) and len(value) > 1:
        return "(\n" + "".join(f"            {_literal(item)},\n" for item in value) + "        )"
    return f"({_literal(value[0])},)" if isinstance(value, tuple) else _literal(value)


def _write_docstring(draft: Draft) -> str:
    work = draft.citation
    if work is None:
        return f"{MARK}: authors, title, venue and year of the paper. {draft.method}. 2000."
    authors = ", ".join(work.authors)
    words = f"{authors}. {work.title}. {work.venue} {work.year}. {work.link}"
    return fill(words.replace("\\", "").replace('"""', "").strip(), width=98)


def _copy(draft: Draft, like: Recipe) -> dict[str, str]:
    """Files of another recipe that its default and its embedded variant need, renamed."""
    if not like.variants:
        raise CatalogError(
            f"recipe '{like.key}' has claims only", fix="name one with a model, or none"
        )
    embedded = [name for name in like.variants if _is_embedded(like, name)]
    embedded = ["synthetic"] if "synthetic" in embedded else embedded[:1]
    names = _needed(like, [DEFAULT_VARIANT, *embedded])
    classes = {name for name, path, _ in registered(like) if path.stem in names}
    texts = {}
    for name in sorted(names):
        text = (like.folder / f"{name}.py").read_text(encoding="utf-8")
        text = text.replace(f"recipes.{like.key}.", f"recipes.{draft.key}.")
        for kind in classes:
            text = re.sub(rf"\b{kind}\b", f"{draft.class_prefix}{kind}", text)
        mark = f"  # {MARK}: these are of {like.key}"
        texts[f"{name}.py"] = re.sub(r"(?m)^((?:choices|departures) = \[)$", rf"\1{mark}", text)
    texts[f"{DEFAULT_VARIANT}.py"] += f"# {MARK}: copied from {like.key}; change what is yours\n"
    config = load_config(like, (embedded or [DEFAULT_VARIANT])[0])
    protocol = Protocol(**config["protocol"])
    for path in DRAFTS.glob("*.txt"):
        texts[path.name.removesuffix(".txt")] = _fill_in(path, draft, protocol)
    return texts


def _is_embedded(recipe: Recipe, variant: str) -> bool:
    config = load_config(recipe, variant)
    key = config["protocol"]["dataset"]
    return "model" in config and key in dataset_keys() and load_dataset(key).embedded


def _needed(recipe: Recipe, variants: Iterable[str]) -> set[str]:
    """Files of a recipe, without their suffix, that some variants import, inherit or start from."""
    waiting, found = [*variants, "weights"], set[str]()
    while waiting:
        name = waiting.pop()
        path = recipe.folder / f"{name}.py"
        if name in found or not path.is_file():
            continue
        found.add(name)
        if name in recipe.variants:
            config = load_config(recipe, name)
            waiting += [*config["inputs"], *config.get("fusion", ())]
        for node in ast.walk(read_tree(path)):
            if isinstance(node, ast.ImportFrom):
                module = node.module or ""
                ours = f"recipes.{recipe.key}."
                if node.level == 1 or module.startswith(ours):
                    waiting.append(module.removeprefix(ours))
    return found
