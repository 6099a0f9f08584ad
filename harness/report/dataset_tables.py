"""A data set's splits, classes and protocols → tables."""

from dataclasses import asdict

from harness.claims import Protocol
from harness.report.dataset_views import DatasetView
from harness.report.protocol_texts import name_condition, say_condition
from harness.report.tables import Cell, Column, Link, Row, Table, anchor, missing_cell


def splits_table(view: DatasetView, role: str) -> Table:
    """One row a split of the complete data set.

    Args:
        view: The data set.
        role: Which splits: ``reported`` or ``inner``.
    """
    splits = view.facts.splits if view.facts else ()
    captions = {
        "reported": "The authors' splits, which tables report.",
        "inner": (
            "Splits inside the training data of a reported one: settings are chosen on them, and "
            "what they test is what they hold out."
        ),
    }
    return Table(
        key=f"{role}-splits-table",
        caption=captions[role],
        columns=(
            Column(key="split", label="Split"),
            Column(key="train", label="Training samples", is_number=True),
            Column(key="val", label="Validation samples", is_number=True),
            Column(key="test", label="Test samples", is_number=True),
            Column(key="note", label="Note"),
        ),
        rows=tuple(
            Row(
                cells=(
                    Cell(text=split.name),
                    *(_count_cell(n) for n in (split.train, split.val, split.test)),
                    Cell(text=split.note),
                )
            )
            for split in splits
            if split.role == role
        ),
    )


def classes_table(view: DatasetView) -> Table:
    """One row a class, with its number of samples where that is known."""
    names, counts = (view.facts.classes, view.facts.class_counts) if view.facts else ((), ())
    return Table(
        key="classes-table",
        caption="The classes, in the order of their labels, and the samples of the complete data.",
        columns=(
            Column(key="label", label="Label", is_number=True),
            Column(key="class", label="Class"),
            Column(key="samples", label="Samples", is_number=True),
        ),
        rows=tuple(
            Row(
                cells=(
                    Cell(text=str(label), value=label),
                    Cell(text=name),
                    _count_cell(counts[label] if counts else None),
                )
            )
            for label, name in enumerate(names)
        ),
    )


def _count_cell(count: int | None) -> Cell:
    """A number of samples, or that it is not known."""
    if count is None:
        return missing_cell("not known")
    return Cell(text=str(count), value=count)


def protocols_table(view: DatasetView, kind: str) -> Table:
    """One row for each of the conditions that claims and variants state.

    What all of them say alike stands in the caption.
    """
    protocols = view.protocols
    values = [asdict(protocol) for protocol in protocols]
    names = [name for name in (values[0] if values else {}) if name != "dataset"]
    varying = [name for name in names if len({found[name] for found in values}) > 1]
    alike = [f"{name_condition(n).lower()} {say_condition(n, values[0][n])}" for n in names
             if n not in varying and values[0][n] is not None]  # fmt: skip
    return Table(
        key="protocols-table",
        caption=(
            "The conditions of measurement. Only numbers under equal ones are compared. Alike in "
            f"all of them: {', '.join(alike) or 'nothing'}."
        ),
        columns=(
            Column(key="protocol", label="Protocol"),
            *(Column(key=name, label=name_condition(name)) for name in varying),
            Column(key="recipes", label="Claims and variants of"),
        ),
        rows=tuple(
            Row(
                cells=(
                    Cell(text=name),
                    *(Cell(text=say_condition(key, getattr(protocol, key))) for key in varying),
                    Cell(text="", links=_users(view, protocol, kind)),
                ),
                anchor=anchor("protocol", name),
            )
            for protocol, name in protocols.items()
        ),
    )


def _users(view: DatasetView, protocol: Protocol, kind: str) -> tuple[Link, ...]:
    pages = [page for page, verdict in view.verdicts if verdict.claim.protocol == protocol]
    pages += [item.page for item in view.variants if item.protocol == protocol]
    return tuple(dict.fromkeys(page.link(kind) for page in pages))
