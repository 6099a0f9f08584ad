"""The pages of ``docs/`` that follow from the code: ``python -m harness.reference docs``."""

import argparse
import inspect
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import fields
from enum import StrEnum
from pathlib import Path
from typing import Any, get_type_hints

from harness.catalog import Campaign, CampaignRuns
from harness.claims import (
    Amount,
    Citation,
    Claim,
    Evidence,
    Implementation,
    Ordering,
    Paper,
    Place,
    Protocol,
    Reading,
    Row,
    Statement,
)
from harness.cli import make_parser
from harness.metrics import METRICS
from harness.records import (
    SCHEMA_VERSION,
    DataFacts,
    Environment,
    Failure,
    Measurement,
    Plan,
    PlanInput,
    RunRecord,
    SampleCounts,
    Timing,
)

NOTE = "<!-- generated: python -m harness.reference docs -->"
KINDS: tuple[type, ...] = (
    *(RunRecord, Plan, PlanInput, Protocol, Environment, DataFacts, SampleCounts, Timing),
    *(Measurement, Failure),
)
SAID: tuple[type, ...] = (
    *(Paper, Citation, Implementation, Claim, Reading, Place, Ordering, Statement, Amount),
    *(Campaign, CampaignRuns),
)
COMMON = ("--results", "--data", "--recipes")


def render_commands(parser: argparse.ArgumentParser) -> str:
    """The command line, verb by verb, as Markdown."""
    verbs = dict(_leaves(parser, parser.prog))
    first = next(iter(verbs.values()))
    common = [action for action in _options(first) if action.option_strings[0] in COMMON]
    lines = [NOTE, "# The command line", "", "Every verb takes these:", "", *_table(common)]
    for name, verb in verbs.items():
        words = [name, *(_argument(action) for action in verb._get_positional_actions())]
        own = [a for a in _options(verb) if a.option_strings[0] not in COMMON]
        named = [a for a in verb._get_positional_actions() if a.help]
        lines += ["", f"## `{' '.join(words)}`", "", f"{_sentence(verb.description or '')}"]
        lines += ["", *_table([*named, *own])] if named or own else []
    return "\n".join(lines) + "\n"


def _leaves(
    parser: argparse.ArgumentParser, name: str
) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Verbs, and actions of verbs, by their whole names."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for word, verb in action.choices.items():
                yield from _leaves(verb, f"{name} {word}")
            return
    yield name, parser


def _options(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    return [
        action
        for action in parser._get_optional_actions()
        if not isinstance(action, argparse._HelpAction)
    ]


def _argument(action: argparse.Action) -> str:
    name = str(action.metavar or action.dest.upper())
    if action.choices:
        name = "|".join(action.choices)
    return {"*": f"[{name}…]", "?": f"[{name}]"}.get(str(action.nargs), name)


def _table(actions: list[argparse.Action]) -> list[str]:
    rows = ["| option | what it is | without it |", "| :-- | :-- | :-- |"]
    for action in actions:
        name = ", ".join(action.option_strings) or _argument(action)
        if action.option_strings and action.nargs != 0:
            name += f" {_argument(action)}"
        unset = action.default in (None, False, "", []) or action.default is argparse.SUPPRESS
        default = "" if unset else f"`{action.default}`"
        what = (action.help or "").replace("|", "\\|")
        rows.append(f"| `{name.replace('|', '¦')}` | {what} | {default} |")
    return rows


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."


def render_record() -> str:
    """The schema of a run's record, from the dataclasses that read and write it, as Markdown."""
    lines = [
        NOTE,
        "# What a record holds",
        "",
        f"`results/RECIPE/RUN/record.json`, schema version {SCHEMA_VERSION}. Beside it lie "
        "`history.csv` (per epoch: loss, accuracy, learning rate, seconds), `scores.npz` (per test "
        "sample: id, group, label, class scores) and, of some runs, `observations.npz`. A record "
        "is never edited; one that is found wrong is invalidated with a reason. Older schema "
        "versions are read; a newer one is refused.",
    ]
    return "\n".join([*lines, *_describe(KINDS)]) + "\n"


def render_claims() -> str:
    """What ``paper.py`` and a campaign's file hold, from the dataclasses, as Markdown."""
    lines = [
        NOTE,
        "# What a paper's file holds",
        "",
        "`paper.py` sets `PAPER` (a `Paper`), `CLAIMS` (`Claim` and `Ordering`) and, where there "
        "are some, `STATEMENTS`. A `Protocol` is described with "
        "[what a record holds](records.md#protocol). A campaign is a file of TOML, "
        "`recipes/_campaigns/KEY.toml`, with the fields below and `[[runs]]`.",
        "",
        f"`Evidence` is {_choices(Evidence)}; `Row` is {_choices(Row)}. The metrics:",
        "",
        "| metric | what it is | unit |",
        "| :-- | :-- | :-- |",
        *(f"| `{key}` | {metric.label} | {metric.unit} |" for key, metric in METRICS.items()),
    ]
    return "\n".join([*lines, *_describe(SAID)]) + "\n"


def _choices(kind: type[StrEnum]) -> str:
    """Names of what an enumeration may be, with their words."""
    return ", ".join(f"`{item.name}` ({item.value})" for item in kind)


def _describe(kinds: Iterable[type]) -> list[str]:
    """A section with a table of fields for each class."""
    lines = []
    for kind in kinds:
        text = inspect.cleandoc(kind.__doc__ or "").partition("\nArgs:")[0].strip()
        lines += ["", f"## {kind.__name__}", "", _markdown(text), ""]
        lines += ["| field | type | what it is |", "| :-- | :-- | :-- |"]
        said, hints = _said(kind), get_type_hints(kind)
        for field in fields(kind):
            type_text = _type(hints[field.name]).replace("|", "\\|")
            lines.append(f"| `{field.name}` | {type_text} | {said.get(field.name, '')} |")
    return lines


def _said(kind: type) -> dict[str, str]:
    """What a class's docstring says of each field."""
    section = inspect.cleandoc(kind.__doc__ or "").partition("Args:\n")[2]
    found = re.findall(r"(?m)^    (\w+): ((?:.+)(?:\n        .+)*)", section)
    return {name: _markdown(" ".join(text.split())) for name, text in found}


def _markdown(text: str) -> str:
    """Sphinx's marks as Markdown's."""
    text = re.sub(r":\w+:`~?([\w.]+)`", lambda match: f"`{match[1].split('.')[-1]}`", text)
    return text.replace("``", "`")


def _type(hint: Any) -> str:
    text = getattr(hint, "__name__", str(hint)) if isinstance(hint, type) else str(hint)
    text = str(hint) if getattr(hint, "__args__", None) else text
    return re.sub(r"\b(?:\w+\.)+(\w+)", r"\1", text)


def main(folder: Path) -> None:
    """Write the pages into a folder."""
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")


def pages() -> dict[str, str]:
    """The pages by file name."""
    return {
        "commands.md": render_commands(make_parser()),
        "records.md": render_record(),
        "claims.md": render_claims(),
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]))
