"""A whole LaTeX document, or sections to paste: its files, as a function of the records."""

from collections.abc import Collection, Mapping, Sequence
from importlib.resources import files
from pathlib import Path

from harness.catalog import Campaign
from harness.claims import Citation
from harness.errors import CatalogError, suggest
from harness.report.campaign_runs import campaigns_with_runs
from harness.report.citation_graph import collect_works
from harness.report.inputs import PageInput
from harness.report.latex_sections import (
    appendix,
    campaign_appendix,
    campaign_section,
    measured_section,
    over_fitting_section,
    paper_section,
    papers_section,
    statistics_section,
    stress_section,
    topic_section,
)
from harness.report.latex_texts import escape_heading, escape_latex
from harness.report.manuscript import Manuscript
from harness.store import write_replacing

MAIN = "main.tex"
TITLE = "Action recognition, reproduced"
AUTHOR = "Written by harness report from the stored records"
_PREAMBLE = files("harness.report").joinpath("templates/preamble.tex").read_text(encoding="utf-8")


def write_files(files: Mapping[str, bytes], out: Path) -> Path:
    """Write the files of a document and return the one to compile.

    Args:
        files: Their bytes by name.
        out: Folder of the document; made where it is missing.
    """
    for name, data in files.items():
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_replacing(path, data)
    return out / MAIN


def make_document(
    inputs: Sequence[PageInput], campaigns: Sequence[Campaign], topics: Collection[str] = ()
) -> dict[str, bytes]:
    """The files of a document by name: same records, same bytes.

    Args:
        inputs: All recipes, in the order of the sections.
        campaigns: All campaigns; those with runs have sections.
        topics: Only the recipes that carry all of these; all recipes for none.

    Raises:
        CatalogError: No recipe carries the topics.
    """
    pages = [page for page in inputs if set(topics) <= set(page.recipe.paper.topics)]
    if topics and not pages:
        raise _no_topic(inputs, topics)
    manuscript = Manuscript(works=_works(inputs))
    keys = {page.recipe.key for page in pages}
    ran = [
        found
        for found in campaigns_with_runs(campaigns, inputs)
        if any(block.recipe in keys for block in found[0].runs)
    ]
    sections = {"topic": topic_section(tuple(topics), pages, manuscript)} if topics else {}
    sections |= {f"paper-{p.recipe.key}": paper_section(p, manuscript) for p in pages}
    sections |= {f"campaign-{found[0].key}": campaign_section(found, manuscript) for found in ran}
    sections["over-fitting"] = over_fitting_section(pages, manuscript)
    sections["stress"] = stress_section(pages, manuscript)
    sections["statistics"] = statistics_section(manuscript)
    sections["appendix"] = appendix(pages, manuscript)
    about = f": {' and '.join(topics)}" if topics else ""
    written = {name: text for name, text in sections.items() if text}
    return _files(written, manuscript, f"{TITLE}{about}")


def make_campaign_document(
    inputs: Sequence[PageInput], campaigns: Sequence[Campaign], key: str
) -> dict[str, bytes]:
    """The files of a document of one campaign by name: same records, same bytes.

    Args:
        inputs: All recipes.
        campaigns: All campaigns.
        key: The one.

    Raises:
        CatalogError: No method of the campaign has an accuracy.
    """
    ran = {found[0].key: found for found in campaigns_with_runs(campaigns, inputs)}
    manuscript = Manuscript(works=_works(inputs))
    text = ""
    if key in ran:
        searches = [ran[name][0] for name in ran[key][0].searches if name in ran]
        text = campaign_section(ran[key], manuscript, searches)
    if not text:
        raise CatalogError(
            f"campaign '{key}' has no accuracy to write of",
            fix=f"harness reproduce --campaign {key}; or {suggest(key, ran)}",
        )
    campaign, entrants = ran[key]
    pages = list({entrant.page.recipe.key: entrant.page for entrant in entrants}.values())
    datasets = sorted({entrant.dataset for entrant in entrants})
    runs = {
        item.record.run_id
        for name in (key, *campaign.searches)
        for entrant in (ran[name][1] if name in ran else ())
        for item in (*entrant.runs, *entrant.others)
    }
    sections = {
        f"campaign-{key}": text,
        "papers": papers_section(pages, datasets, manuscript),
        "over-fitting": measured_section(pages, datasets, manuscript),
        "stress": stress_section(pages, manuscript, datasets),
        "statistics": statistics_section(manuscript),
        "appendix": campaign_appendix(pages, manuscript, runs),
    }
    written = {name: text for name, text in sections.items() if text}
    return _files(written, manuscript, campaign.title)


def _no_topic(inputs: Sequence[PageInput], topics: Collection[str]) -> CatalogError:
    known = sorted({topic for page in inputs for topic in page.recipe.paper.topics})
    return CatalogError(
        f"no recipe carries {' and '.join(topics)}", fix=f"topics are: {', '.join(known)}"
    )


def _works(inputs: Sequence[PageInput]) -> dict[str, Citation]:
    return {work.key: work.citation for work in collect_works(inputs)}


def _files(sections: Mapping[str, str], manuscript: Manuscript, title: str) -> dict[str, bytes]:
    made = {f"{name}.tex": f"{text}\n" for name, text in sections.items()}
    made["numbers.tex"] = manuscript.render_numbers()
    made["preamble.tex"] = _PREAMBLE
    made["references.bib"] = manuscript.render_references()
    made[MAIN] = _main(sections, manuscript, title)
    return {name: text.encode("ascii") for name, text in made.items()} | manuscript.files


def _main(sections: Mapping[str, str], manuscript: Manuscript, title: str) -> str:
    body = [rf"\input{{{name}}}" for name in sections if name != "appendix"]
    works = (r"\bibliographystyle{plainnat}", r"\bibliography{references}")
    return "\n".join(
        (
            r"\documentclass[11pt,a4paper]{article}",
            r"\ifdefined\pdftrailerid\pdftrailerid{}\fi  % equal sources, equal bytes",
            r"\input{preamble}",
            r"\input{numbers}",
            rf"\title{{{escape_heading(title)}}}",
            rf"\author{{{escape_latex(AUTHOR)}}}",
            r"\date{}",
            r"\begin{document}",
            r"\maketitle",
            *body,
            *(works if manuscript.has_citations else ()),
            r"\appendix",
            r"\input{appendix}",
            r"\end{document}",
            "",
        )
    )
