"""What the papers say of a topic → texts side by side, and one table."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.claims import Amount, Aspect, Claim, Reading, Statement, Topic
from harness.report.dataset_names import name_dataset
from harness.report.digits import show_signed
from harness.report.inputs import PageInput
from harness.report.page_files import claim_address
from harness.report.printed_numbers import ShownNumber, measured_parts, say_splits
from harness.report.provenance import doubts, show_source
from harness.report.tables import Cell, Column, Link, Row, Table, anchor
from harness.report.verdict_texts import show_printed

THREE_D, SKELETONS, OTHERS = "3D CNNs", "Skeleton models", "Other video networks"


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """A statement as pages show it.

    Args:
        anchor: Name that links lead to.
        paper: Whose recipe it stands in.
        cited: Author and year of the work that says it, where it is another one.
        text: What is said.
        dataset: Name of the data set; ``""`` for none or several.
        numbers: Numbers that are said with it.
        known: How we know it, and where it stands.
        marks: Whether it is only recalled.
    """

    anchor: str
    paper: Link
    cited: str
    text: str
    dataset: str
    numbers: tuple[ShownNumber, ...]
    known: str
    marks: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Side:
    """What one family of networks' papers say of an aspect."""

    family: str
    said: tuple[Said, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Beside:
    """What all families' papers say of one aspect."""

    aspect: str
    anchor: str
    sides: tuple[Side, ...]


def beside(inputs: Sequence[PageInput], topic: Topic, kind: str) -> tuple[Beside, ...]:
    """What is said of a topic, aspect by aspect, the families of networks side by side.

    Args:
        inputs: The recipes.
        topic: The topic.
        kind: Which pages to link to: ``html`` or ``md``.
    """
    families = dict.fromkeys((THREE_D, SKELETONS, OTHERS))
    present = [name for name in families if any(_family(p) == name for p, _ in _on(inputs, topic))]
    return tuple(
        Beside(
            aspect=str(aspect),
            anchor=anchor(topic, str(aspect).replace(" ", "-")),
            sides=tuple(
                Side(
                    family=family,
                    said=tuple(
                        _said(page, statement, kind)
                        for page, statement in _on(inputs, topic)
                        if statement.aspect is aspect and _family(page) == family
                    ),
                )
                for family in present
            ),
        )
        for aspect in Aspect
        if any(statement.aspect is aspect for _, statement in _on(inputs, topic))
    )


def _on(inputs: Sequence[PageInput], topic: Topic) -> Iterator[tuple[PageInput, Statement]]:
    for page in inputs:
        for statement in page.recipe.statements:
            if statement.topic is topic:
                yield page, statement


def _family(page: PageInput) -> str:
    topics = page.recipe.paper.topics
    return SKELETONS if "skeletons" in topics else THREE_D if "3D convolution" in topics else OTHERS


def _said(page: PageInput, statement: Statement, kind: str) -> Said:
    paper, key = page.recipe.paper, page.recipe.key
    works = {work.key: work.short for work in paper.references}
    claims = {claim.key: claim for claim in page.recipe.claims if isinstance(claim, Claim)}
    return Said(
        anchor=anchor("said", key, statement.key),
        paper=page.link(kind),
        cited=works.get(statement.cites, ""),
        text=statement.text,
        dataset=page.dataset_title(statement.dataset) if statement.dataset else "",
        numbers=(
            *(_amount(amount, claims) for amount in statement.amounts),
            *_claimed(page, [claims[name] for name in statement.claims if name in claims], kind),
        ),
        known=_known(statement),
        marks=doubts(Reading(printed="0", evidence=statement.evidence, source="-")),
    )


def _amount(amount: Amount, claims: dict[str, Claim]) -> ShownNumber:
    first, *others = amount.readings
    notes = [f"also {r.printed}: {show_source(r.evidence, r.source)}" for r in others]
    notes += [_against(amount, claims[amount.against])] if amount.against in claims else []
    return ShownNumber(
        what=amount.what,
        number=Link(text=_show(amount), href=""),
        marks=doubts(first),
        also="; ".join(notes),
    )


def _show(amount: Amount) -> str:
    about = "about " if amount.about else ""
    return f"{about}{amount.readings[0].printed} {amount.unit}".rstrip()


def _against(amount: Amount, claim: Claim) -> str:
    difference = amount.readings[0].value - claim.value
    return f"{show_signed(difference, 1)} {claim.quantity.gap_unit} to {claim.readings[0].printed}"


def _claimed(page: PageInput, claims: list[Claim], kind: str) -> Iterator[ShownNumber]:
    """Numbers of claims, each with what sets it apart; what is common to all is in the first."""
    parts = [(claim.method, *measured_parts(page, claim)) for claim in claims]
    if len(set(parts)) < len(parts):  # then the places alone tell them apart
        parts = [(*its, _place(claim)) for claim, its in zip(claims, parts, strict=True)]
    common = set(parts[0]).intersection(*parts) if len(parts) > 1 else set()
    for index, (claim, its) in enumerate(zip(claims, parts, strict=True)):
        own = [part for part in its if part not in common or index == 0]
        yield ShownNumber(
            what=", ".join(own),
            number=Link(
                text=show_printed(claim),
                href=claim_address(claim, page.file(kind)),
            ),
            marks=doubts(claim.readings[0]),
        )


def _place(claim: Claim) -> str:
    """Where a number stands, or who passes it on."""
    return claim.place.where or claim.readings[0].source or claim.key


def _known(statement: Statement) -> str:
    """How a statement is known and where it stands, each once."""
    place, source = statement.place, statement.source
    if not place.where:
        return f"{show_source(statement.evidence, source)}; place unknown"
    if place.evidence is not statement.evidence:
        known = show_source(statement.evidence, source)
        return f"{known}; place: {place.where} ({place.evidence})"
    where = "" if place.where in source else place.where
    return show_source(statement.evidence, "; ".join(part for part in (source, where) if part))


def contrast_table(inputs: Sequence[PageInput], topic: Topic, kind: str) -> Table:
    """Where a number on training data and one on held-out data are both printed.

    Args:
        inputs: The recipes.
        topic: The topic of the statements.
        kind: Which pages to link to: ``html`` or ``md``.
    """
    return Table(
        key="contrast-table",
        caption=(
            "Accuracy on training against held-out data, where both are printed; the largest "
            "difference first."
        ),
        columns=(
            Column(key="method", label="Network"),
            Column(key="dataset", label="Data set"),
            Column(key="training", label="Training", is_number=True),
            Column(key="held_out", label="Held out", is_number=True),
            Column(key="difference", label="Difference", is_number=True),
            Column(key="paper", label="Statement of"),
        ),
        rows=tuple(
            sorted(_contrasts(inputs, topic, kind), key=lambda row: -float(row.cells[4].value or 0))
        ),
    )


def families_without_contrast(inputs: Sequence[PageInput], topic: Topic) -> tuple[str, ...]:
    """Families of networks of which no number on training data is known beside a held-out one."""
    said = {_family(page): False for page, _ in _on(inputs, topic)}
    for page, statement in _on(inputs, topic):
        said[_family(page)] |= any(amount.against for amount in statement.amounts)
    return tuple(family for family, has_both in said.items() if not has_both)


def _contrasts(inputs: Sequence[PageInput], topic: Topic, kind: str) -> Iterator[Row]:
    for page, statement in _on(inputs, topic):
        claims = {c.key: c for c in page.recipe.claims if isinstance(c, Claim)}
        for amount in statement.amounts:
            if amount.against in claims:
                yield _contrast(page, statement, amount, claims[amount.against], kind)


def _contrast(
    page: PageInput, statement: Statement, amount: Amount, claim: Claim, kind: str
) -> Row:
    difference = amount.readings[0].value - claim.value
    file = page.file(kind)
    pretrain = claim.protocol.pretrain
    start = "from scratch" if pretrain == "none" else f"from {name_dataset(pretrain)}"
    return Row(
        cells=(
            Cell(text=claim.method, note=start),
            Cell(
                text=page.dataset_title(claim.protocol.dataset),
                note=say_splits(claim.splits),
            ),
            Cell(
                text=_show(amount),
                value=amount.readings[0].value,
                href=f"#{anchor('said', page.recipe.key, statement.key)}",
                marks=doubts(amount.readings[0]),
            ),
            Cell(
                text=show_printed(claim),
                value=claim.value,
                href=claim_address(claim, file),
                marks=doubts(claim.readings[0]),
            ),
            Cell(text=f"{show_signed(difference, 1)} {claim.quantity.gap_unit}", value=difference),
            Cell(text=page.recipe.paper.method, href=file),
        )
    )
