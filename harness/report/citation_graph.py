"""All works that recipes and data sets cite, once each, and who cites whom."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from harness.claims import Citation, Claim
from harness.report.citations import reference_links, reference_text
from harness.report.inputs import PageInput
from harness.report.tables import ABSENT, Cell, Column, Link, Row, Table, anchor


@dataclass(kw_only=True, slots=True)
class Work:
    """A work that recipes or data sets cite, and which of them.

    Args:
        key: BibTeX key.
        citation: The work.
        papers: Recipes that it is the paper of, by key.
        cited_by: Recipes whose paper cites it.
        compared_by: Recipes whose paper has its numbers in a table.
        quoted: How many of the numbers recorded here are taken from it.
        introduces: Titles of the data sets that it introduces.
        methods: Names of the recipes' methods, by key.
    """

    key: str
    citation: Citation
    papers: list[str] = field(default_factory=list)
    cited_by: list[str] = field(default_factory=list)
    compared_by: list[str] = field(default_factory=list)
    quoted: int = 0
    introduces: list[str] = field(default_factory=list)
    methods: dict[str, str] = field(default_factory=dict)

    @property
    def anchor(self) -> str:
        """Name that links lead to."""
        return anchor("ref", self.key)

    @property
    def text(self) -> str:
        """Authors, title, venue, volume, pages and year."""
        return reference_text(self.citation)

    @property
    def links(self) -> tuple[Link, ...]:
        """DOI, arXiv entry and page."""
        return reference_links(self.citation)

    @property
    def roles(self) -> str:
        """Why it is listed."""
        parts = [f"introduces {', '.join(self.introduces)}"] if self.introduces else []
        cited, compared = dict.fromkeys(self.cited_by), dict.fromkeys(self.compared_by)
        named = (
            ("the paper of", self.papers),
            ("cited and compared with by", [key for key in cited if key in compared]),
            ("cited by", [key for key in cited if key not in compared]),
            ("compared with by", [key for key in compared if key not in cited]),
        )
        parts += [
            f"{how} {', '.join(self.methods.get(key, key) for key in keys)}"
            for how, keys in named
            if keys
        ]
        return "; ".join(parts)

    @property
    def order(self) -> tuple[str, int, str]:
        """What bibliographies are sorted by."""
        first = self.citation.authors[0].split()[-1].casefold()
        return first, self.citation.year, self.citation.title.casefold()


def collect_works(inputs: Sequence[PageInput]) -> tuple[Work, ...]:
    """All works of the recipes and their data sets, once each, by first author and year."""
    works: dict[str, Work] = {}
    keys: dict[str, str] = {}  # by title: a data set may give a work another key
    for page in inputs:
        paper, recipe = page.recipe.paper, page.recipe.key
        own = {  # a recipe may give a work another key, too
            citation.key: _find(citation, works, keys)
            for citation in (paper.citation, *paper.references)
        }
        own[paper.citation.key].papers.append(recipe)
        for key in dict.fromkeys(paper.cites):
            own[key].cited_by.append(recipe)
        for key in dict.fromkeys(paper.compares_with):
            own[key].compared_by.append(recipe)
        for claim in page.recipe.claims:
            if isinstance(claim, Claim) and claim.cites in own:
                own[claim.cites].quoted += 1
        for facts in page.datasets.values():
            if facts.citation is not None:
                introduced = _find(facts.citation, works, keys).introduces
                introduced += [facts.title] if facts.title not in introduced else []
    methods = {page.recipe.key: page.recipe.paper.method for page in inputs}
    for work in works.values():
        work.methods = methods
    return tuple(sorted(works.values(), key=lambda work: work.order))


def _find(citation: Citation, works: dict[str, Work], keys: dict[str, str]) -> Work:
    key = keys.setdefault(citation.title.casefold(), citation.key)
    work = works.setdefault(key, Work(key=key, citation=citation))
    if not work.citation.link:
        work.citation = citation
    return work


def citations_table(works: Sequence[Work], inputs: Sequence[PageInput], kind: str) -> Table:
    """Who cites whom: one row a work, which papers of ours cite or compare with it.

    Args:
        works: The works.
        inputs: The recipes.
        kind: Which pages to link to: ``html`` or ``md``.
    """
    links = {
        page.recipe.key: Link(text=page.recipe.paper.method, href=f"{page.recipe.key}.{kind}")
        for page in inputs
    }
    return Table(
        key="citations-table",
        caption=(
            "Who cites whom, as far as it is known: papers that have a recipe here, and the works "
            "that they cite or have numbers of in their tables. The last column counts the "
            "printed numbers here that are taken from the work."
        ),
        columns=(
            Column(key="work", label="Work"),
            Column(key="recipe", label="Has the recipe"),
            Column(key="cited_by", label="Cited by"),
            Column(key="compared_by", label="Compared with by"),
            Column(key="introduces", label="Introduces"),
            Column(key="quoted", label="Numbers taken", is_number=True),
        ),
        rows=tuple(
            Row(
                cells=(
                    Cell(
                        text=work.citation.short,
                        value=work.key,
                        href=f"#{work.anchor}",
                        note=work.citation.title,
                    ),
                    _linked(work.papers, links),
                    _linked(work.cited_by, links),
                    _linked(work.compared_by, links),
                    Cell(text=", ".join(work.introduces) or ABSENT),
                    Cell(text=str(work.quoted) if work.quoted else ABSENT, value=work.quoted),
                )
            )
            for work in works
        ),
    )


def _linked(recipes: Sequence[str], links: dict[str, Link]) -> Cell:
    if not recipes:
        return Cell(text=ABSENT, value="")
    return Cell(text="", value=" ".join(recipes), links=tuple(links[key] for key in recipes))
