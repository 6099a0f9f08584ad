"""SBU's sequences and the authors' five folds by pair.

A list of the folds in circulation has ``ds02s03`` for ``s02s03``; read literally,
that pair belongs to no fold, and code that takes "all others" for one subset has
it there in every fold.
"""

from collections.abc import Iterator

from harness.datasets.definition import Sample, Split

FOLDS = {
    "fold1": ("s01s02", "s03s04", "s05s02", "s06s04"),
    "fold2": ("s02s03", "s02s07", "s03s05", "s05s03"),
    "fold3": ("s01s03", "s01s07", "s07s01", "s07s03"),
    "fold4": ("s02s01", "s02s06", "s03s02", "s03s06"),
    "fold5": ("s04s02", "s04s03", "s04s06", "s06s02", "s06s03"),
}
_FOLD_SIZES = {"fold1": 55, "fold2": 52, "fold3": 56, "fold4": 54, "fold5": 65}
FOLD_OF = {pair: fold for fold, pairs in FOLDS.items() for pair in pairs}

# By pair and class 01-08 the number of frames of sequences 001, 002, …; - for none.
_FRAMES = """
s01s02 45.24 17.21 17.16 28.30 29 32 22.18.45 24.10
s01s03 20.21 21.21 17.19 22.24 22 23 20 19.19.17
s01s07 13.18 12.17 21.26 31.33 32 44 30.28 20.34
s02s01 19.17.17 22.16.24 22.19.22 40 41 30 24.24 18
s02s03 34.33 23.11 21.18 26.24 - 35 19.27 19
s02s06 21.21 21.18 19.23 23.24 29 24 19.19 17.20
s02s07 24.19 18.13 25.19.29 28.38 46 34 22.30 23.25
s03s02 21.21 21.16 27.19 24 29 26 23.22 22.19
s03s04 24.23 16.17 24.17 36.26 35 41 20.24 24.14
s03s05 21 23.15 28.20 32.28 38 32 28.24 20.20
s03s06 23.26 17.17 16 18.26 - 29 22.16 18.19
s04s02 23.20 10.19 22 29.28 37 23 24.26 27.23
s04s03 21.23 13.18 22.18 22.25 20 26 23.22 21.22
s04s06 20.12 16.23 16.24 22.23 30 26 36.23 22.28
s05s02 30.28 21.18 28.28 30.31.28 - 36 - 22.24
s05s03 21.24 17.16 25 32.25 38 24 25 25.21
s06s02 31.21 16.19 17 22.24 28 24 24.21 27
s06s03 27.24 19.17 15.20 27.25 32 27 17.23 -
s06s04 40.25 17.24 19.30 30.28 36 40 25.34 24.24
s07s01 23.16 19.15 25.20 36.38 40 38 42.34 32.25
s07s03 24.28 23.21 16.18 32.23 40 29 28.31 27.26
"""


def make_manifest() -> Iterator[Sample]:
    """Make the list of the authors' 282 sequences; every ``start`` is 0."""
    for row in _FRAMES.split("\n")[1:-1]:
        pair, *cells = row.split()
        for label, cell in enumerate(cells):
            for number, frames in enumerate(cell.split("."), start=1):
                if frames != "-":
                    yield Sample(
                        id=f"{pair}/{label + 1:02d}/{number:03d}",
                        label=label,
                        start=0,
                        frames=int(frames),
                        group=pair,
                    )


def assign(split: str, sample: Sample) -> str | None:
    """Give the subset of a sample in ``foldK`` or, inside its training data, ``foldK-innerJ``."""
    outer, _, inner = split.partition("-inner")
    fold = FOLD_OF.get(sample.group)
    if fold is None:
        return None
    if not inner:
        return "test" if fold == outer else "train"
    if fold == outer:
        return None
    return "test" if fold == f"fold{inner}" else "train"


def make_splits() -> Iterator[Split]:
    """Make the five folds and, inside the training data of each, four inner ones."""
    total = sum(_FOLD_SIZES.values())
    for fold, size in _FOLD_SIZES.items():
        pairs = " ".join(FOLDS[fold])
        yield Split(
            name=fold, role="reported", train=total - size, val=0, test=size, note=f"tests {pairs}"
        )
    for outer, left_out in _FOLD_SIZES.items():
        for inner, size in _FOLD_SIZES.items():
            if inner != outer:
                yield Split(
                    name=f"{outer}-inner{inner[-1]}",
                    role="inner",
                    train=total - left_out - size,
                    val=0,
                    test=size,
                    note=f"without {outer}, holds out the pairs of {inner}",
                )
