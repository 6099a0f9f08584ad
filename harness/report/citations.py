"""The bibliography of a page, and the anchors that cite it."""

from collections.abc import Iterable
from dataclasses import dataclass

from harness.claims import Citation
from harness.report.inputs import PageInput
from harness.report.tables import Link, anchor


@dataclass(frozen=True, kw_only=True, slots=True)
class Reference:
    """A work in the bibliography.

    Args:
        number: Its number on the page.
        anchor: Name that citations lead to.
        text: Authors, title, venue, year.
        links: Its DOI, arXiv entry or page.
        roles: Why it is listed.
    """

    number: int
    anchor: str
    text: str
    links: tuple[Link, ...]
    roles: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Bibliography:
    """The works that a page cites, in order of first mention.

    Args:
        references: Them, by key.
        works: Their citations, by key.
    """

    references: dict[str, Reference]
    works: dict[str, Citation]

    def cite(self, key: str) -> Link:
        """A citation that leads to the bibliography."""
        if key not in self.references:
            return Link(text=f"[{key}]", href="#bibliography", cites=key)
        entry = self.references[key]
        return Link(text=f"[{entry.number}]", href=f"#{entry.anchor}", cites=key)

    def find(self, work: Citation) -> Link:
        """A citation of a work that may be listed under another key."""
        return self.named(_key_of(work, self.works))

    def named(self, key: str) -> Link:
        """A citation by author and year."""
        cited = self.cite(key)
        who = f"{self.works[key].short} " if key in self.works else ""
        return Link(text=f"{who}{cited.text}", href=cited.href, cites=key)


def make_bibliography(page: PageInput) -> Bibliography:
    """The works of a recipe's page: the paper, what it cites, the data sets."""
    paper = page.recipe.paper
    roles: dict[str, list[str]] = {paper.citation.key: ["the paper"]}
    works = {paper.citation.key: paper.citation}
    for work in paper.references:
        works.setdefault(work.key, work)
        roles.setdefault(work.key, []).extend(_roles(page, work.key))
    for _, facts in sorted(page.datasets.items()):
        if facts.citation is not None:
            key = _key_of(facts.citation, works)
            if key not in works or not works[key].link:
                works[key] = facts.citation
            roles.setdefault(key, []).append(f"introduces {facts.title}")
    references = {
        key: Reference(
            number=number,
            anchor=anchor("ref", key),
            text=reference_text(work),
            links=reference_links(work),
            roles=tuple(dict.fromkeys(roles[key])),
        )
        for number, (key, work) in enumerate(works.items(), start=1)
    }
    return Bibliography(references=references, works=works)


def _key_of(work: Citation, works: dict[str, Citation]) -> str:
    """Key that a work has on the page already, or its own."""
    title = work.title.casefold()
    same = (key for key, known in works.items() if known.title.casefold() == title)
    return next(same, work.key)


def _roles(page: PageInput, key: str) -> Iterable[str]:
    if key in page.recipe.paper.cites:
        yield "cited by the paper"
    if key in page.recipe.paper.compares_with:
        yield "compared with in its tables"


def reference_text(work: Citation) -> str:
    """Authors, title, venue, volume, pages and year."""
    where = work.venue
    if work.volume:
        where += f" {work.volume}"
    if work.pages:
        where += f", pp. {work.pages.replace('--', '–')}"
    end = "" if work.title.endswith(("?", "!", ".")) else "."
    return f"{join_names(work.authors)}. {work.title}{end} {where}, {work.year}."


def join_names(names: tuple[str, ...]) -> str:
    """Names in running text."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def reference_links(work: Citation) -> tuple[Link, ...]:
    """DOI, arXiv entry and page of a work, those that it has."""
    links = []
    if work.doi:
        links.append(Link(text=f"doi:{work.doi}", href=f"https://doi.org/{work.doi}"))
    if work.arxiv:
        links.append(Link(text=f"arXiv:{work.arxiv}", href=f"https://arxiv.org/abs/{work.arxiv}"))
    if work.url:
        links.append(Link(text=work.url, href=work.url))
    return tuple(links)
