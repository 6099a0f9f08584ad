"""What the parts of a LaTeX document have in common: its macros, citations and figures."""

import hashlib
import io
import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import matplotlib
from matplotlib.figure import Figure

from harness.claims import Citation
from harness.report.bibtex import render_bibtex
from harness.report.inputs import runs_of_address
from harness.report.latex_texts import comment, escape_latex, join_letters
from harness.report.svg import STYLE
from harness.report.tables import anchor

PAGES = "runs/{run}.html"  # the page of a run, as seen from the pages' folder
# A number by itself, not one in a name such as UCF101, Kinetics-400 or 1.x.
_NUMBER = re.compile(r"(?<![\w.])(?<!\w-)[+−]?\d+(?:,\d{3})*(?:\.\d+)?(?!\w|[.,-]\w)")
# What stands before a number in a cell, and how the number is then called.
_CALLED = {"±": "Std", "n": "N", "τ": "Tau", "h": "H", "p": "P", "[": "Low"}
_FONTS: dict[Any, Any] = {
    "pdf.fonttype": 42
}  # TrueType: letters stay letters for a reader who searches
NO_METADATA = {"CreationDate": None, "Producer": None, "Creator": None}


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """What a number rests on.

    Args:
        runs: Its records, as ``recipe/run``; empty for a printed number.
        what: What else is known of it, in one line.
    """

    runs: tuple[str, ...]
    what: str


@dataclass(kw_only=True)
class Manuscript:
    """Macros, citations and figures, gathered while the parts are written.

    Args:
        works: All works that may be cited, by key.
    """

    works: Mapping[str, Citation]
    files: dict[str, bytes] = field(default_factory=dict)
    _cited: dict[str, str] = field(default_factory=dict)
    _macros: dict[str, tuple[str, Source]] = field(default_factory=dict)

    def cite(self, key: str) -> str:
        r"""A ``\\cite`` of a work, or its key where nothing is known of it."""
        if key not in self.works:
            return escape_latex(f"[{key}]")
        return rf"\cite{{{self._cite_key(key)}}}"

    def cite_work(self, work: Citation) -> str:
        """A citation of a work that may be known under another key."""
        title = work.title.casefold()
        same = (key for key, known in self.works.items() if known.title.casefold() == title)
        return self.cite(next(same, work.key))

    def _cite_key(self, key: str) -> str:
        if key not in self._cited:
            plain = re.sub(r"[^A-Za-z0-9:._+-]", "", key) or "work"
            taken = {name.casefold() for name in self._cited.values()}
            if plain != key or plain.casefold() in taken:
                plain += _digest(key)
            self._cited[key] = plain
        return self._cited[key]

    def numbers(self, text: str, name: Sequence[str], source: Source) -> str:
        """Text whose numbers are macros, each defined once.

        Args:
            text: Such as ``90.65 ± 1.07 % (n = 10)``.
            name: Words that tell these numbers from all others.
            source: What they rest on.
        """
        parts, end = [], 0
        for place, found in enumerate(_NUMBER.finditer(text)):
            before = text[end : found.start()]
            macro = self._define((*name, _call(text[: found.start()], place)), found[0], source)
            parts += [escape_latex(before), rf"\{macro}{{}}"]
            end = found.end()
        return "".join((*parts, escape_latex(text[end:])))

    def counts(self, text: str, name: Sequence[str], over: str) -> str:
        """Words whose numbers are macros that were counted, or fixed, and not measured.

        Args:
            text: A sentence or a caption.
            name: Words that tell these numbers from all others.
            over: What was counted, or where the number is fixed.
        """
        return self.numbers(text, name, Source(runs=(), what=over))

    def _define(self, name: Sequence[str], number: str, source: Source) -> str:
        macro = "Num" + join_letters(*name)
        while not _is_same(self._macros.setdefault(macro, (number, source)), (number, source)):
            macro += "X"
        return macro

    def figure(self, name: str, figure: Figure, caption: str, *, width: float = 1.0) -> str:
        r"""A figure as PDF, and what shows it.

        Args:
            name: Name, unique in the document.
            figure: The drawing.
            caption: What it shows.
            width: Share of the line.
        """
        plain = re.sub(r"[^A-Za-z0-9-]", "-", anchor(name))
        file = f"figures/{plain}.pdf"
        over = f"said of figure {plain}, of what is drawn or of how"
        self.files[file] = render_pdf(figure)
        return "\n".join(
            (
                r"\begin{figure}[htbp]",
                r"  \centering",
                rf"  \includegraphics[width={width:g}\linewidth]{{{file}}}",
                rf"  \caption{{{self.counts(caption, (plain, 'caption'), over)}}}",
                rf"  \label{{fig:{plain}}}",
                r"\end{figure}",
            )
        )

    def render_numbers(self) -> str:
        """The file of macros, those that rest on the same records together."""
        groups: dict[tuple[str, ...], list[str]] = {}
        for macro, (number, source) in self._macros.items():
            line = rf"\newcommand{{\{macro}}}{{{escape_latex(number)}}} {comment(source.what)}"
            groups.setdefault(source.runs, []).append(line)
        head = (
            "Every measured and printed number of the document, once.",
            "Above a group: the records that its numbers rest on, as recipe/run. A record is",
            f"results/RECIPE/RUN/record.json; its page is {PAGES.format(run='RUN')} below the",
            "pages' folder, written by harness report --run RUN. What other people wrote, in",
            "footnotes and quotations, is text: it is in the recipe's paper.py.",
        )
        parts = ["\n".join(map(comment, head))]
        for runs, lines in groups.items():
            what = [f"record {run}" for run in runs] or [
                "printed, counted over many records, or fixed"
            ]
            parts.append("\n".join((*map(comment, what), *lines)))
        return "\n\n".join(parts) + "\n"

    def render_references(self) -> str:
        """The bibliography: what is cited, and nothing else."""
        # One that several recipes cite is known by one of their keys.
        cited = (replace(self.works[key], key=key) for key in self._cited)
        return render_bibtex(cited, self._cited)

    @property
    def has_citations(self) -> bool:
        """Whether anything is cited."""
        return bool(self._cited)


def _is_same(known: tuple[str, Source], new: tuple[str, Source]) -> bool:
    """Whether a number is one that is known; what it rests on may be said in other words."""
    return known[0] == new[0] and known[1].runs == new[1].runs


def source_of(href: str, what: str) -> Source:
    """What a number rests on whose address names its runs."""
    return Source(runs=runs_of_address(href), what=what)


def _call(before: str, place: int) -> str:
    """How the number is called that follows a text."""
    last = re.search(r"([^\s\d=<.]+)[\s=<]*$", before)
    sign = last[1][-1] if last else ""
    if sign == "," and "[" in before:
        return "High"
    if place == 0 and sign not in ("τ", "h"):
        return ""
    return _CALLED.get(sign, _letters(place))


def _letters(place: int) -> str:
    return chr(ord("A") + place % 26) + ("" if place < 26 else _letters(place // 26))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:6]


def render_pdf(figure: Figure) -> bytes:
    """A figure as PDF: same input, same bytes."""
    buffer = io.BytesIO()
    with matplotlib.rc_context({**STYLE, **_FONTS}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", r"Glyph \d+ .* missing from", UserWarning)
        warnings.filterwarnings("ignore", r"Matplotlib currently does not support", UserWarning)
        figure.savefig(buffer, format="pdf", metadata=NO_METADATA)
    return buffer.getvalue()
