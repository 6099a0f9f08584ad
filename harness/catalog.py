"""Find and load recipes, data sets and campaigns by scanning folders."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

import recipes as recipes_package
from harness.claims import Claim, Ordering, Paper, Statement
from harness.errors import CatalogError, suggest

if TYPE_CHECKING:
    from harness.datasets.definition import Dataset

# Files of a recipe that the harness looks for, and that are not variants; no more are those that
# begin with "_" or define functions or classes.
PARTS = frozenset({"__init__", "paper", "model", "weights", "observe", "figures", "races", "rival"})
DEFAULT_VARIANT = "config"
DATASETS = Path(__file__).parent / "datasets"


@dataclass(frozen=True, kw_only=True, slots=True)
class Recipe:
    """A paper's folder, loaded as far as its claims.

    Args:
        key: Name of the folder.
        folder: Where it is.
        paper: What paper it is.
        claims: What the paper says.
        variants: Names of its config files, the default first; none where there
            are claims only.
        statements: What the paper says of topics, besides its numbers.
    """

    key: str
    folder: Path
    paper: Paper
    claims: tuple[Claim | Ordering, ...]
    variants: tuple[str, ...]
    statements: tuple[Statement, ...] = ()

    def variant_file(self, variant: str) -> Path:
        """Config file of a variant.

        Raises:
            CatalogError: There is no such variant, or there are claims only.
        """
        if not self.variants:
            raise CatalogError(
                f"recipe '{self.key}' has claims only: nothing of it can be run yet",
                fix=f"see what it says: harness show {self.key}",
            )
        if variant not in self.variants:
            raise CatalogError(
                f"recipe '{self.key}' has no variant '{variant}'",
                fix=suggest(variant, self.variants),
            )
        return self.folder / f"{variant}.py"

    def claim(self, key: str) -> Claim | Ordering:
        """One of its claims.

        Raises:
            CatalogError: There is no such claim.
        """
        for claim in self.claims:
            if claim.key == key:
                return claim
        raise CatalogError(
            f"recipe '{self.key}' has no claim '{key}'",
            fix=suggest(key, (claim.key for claim in self.claims)),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class CampaignRuns:
    """Runs of one recipe in a campaign.

    Args:
        recipe: Key of the recipe.
        variants: Its variants.
        seeds: Seeds.
        splits: Splits; empty for those that the variant names.
        set: Overrides, as ``--set`` takes them.
    """

    recipe: str
    variants: tuple[str, ...]
    seeds: tuple[int, ...]
    splits: tuple[str, ...] = ()
    set: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Campaign:
    """A named list of variants × splits × seeds.

    Args:
        key: Name of its file.
        title: What it is, in a phrase.
        question: What it is to find out.
        runs: What it runs.
        searches: Campaigns that tried settings for its methods.
        pdf: Whether its document stands beside its pages, as ``harness report --pdf`` makes it.
    """

    key: str
    title: str
    question: str
    runs: tuple[CampaignRuns, ...]
    searches: tuple[str, ...] = ()
    pdf: bool = False


def roots() -> tuple[Path, ...]:
    """Folders of recipes: the repository's, then those outside that have joined."""
    return tuple(Path(root) for root in recipes_package.__path__)


def recipe_folders() -> dict[str, Path]:
    """Folders that hold a paper, by name.

    Raises:
        CatalogError: Two have the same name.
    """
    return _by_name(
        "recipe",
        (
            (folder.name, folder)
            for root in roots()
            for folder in root.iterdir()
            if not folder.name.startswith(("_", ".")) and (folder / "paper.py").is_file()
        ),
    )


def _by_name(what: str, found: Iterable[tuple[str, Path]]) -> dict[str, Path]:
    """What was found, in alphabetical order.

    Raises:
        CatalogError: Two have the same name.
    """
    places: dict[str, Path] = {}
    for name, place in found:
        if (other := places.setdefault(name, place)) != place:
            raise CatalogError(
                f"two {what}s are called '{name}': {other} and {place}",
                fix="rename one of them, or leave its folder out of --recipes, $HARNESS_RECIPES "
                "and the installed packages",
            )
    return dict(sorted(places.items()))


def recipe_keys() -> tuple[str, ...]:
    """Names of the recipes, in alphabetical order."""
    return tuple(recipe_folders())


def load_recipe(key: str) -> Recipe:
    """A recipe by its folder's name; imports its ``paper.py`` and no torch.

    Raises:
        CatalogError: There is no such recipe, or its paper cannot be loaded.
    """
    folders = recipe_folders()
    if key not in folders:
        raise CatalogError(f"there is no recipe '{key}'", fix=suggest(key, folders))
    folder = folders[key]
    try:
        module = import_module(f"recipes.{key}.paper")
        paper, claims = module.PAPER, tuple(module.CLAIMS)
        statements = tuple(getattr(module, "STATEMENTS", ()))
    except Exception as error:
        raise CatalogError(
            f"{folder / 'paper.py'} cannot be loaded: {error!r}",
            fix="mend that file; it defines PAPER and CLAIMS, and STATEMENTS where it has some",
        ) from error
    return Recipe(
        key=key,
        folder=folder,
        paper=paper,
        claims=claims,
        variants=find_variants(folder),
        statements=statements,
    )


def find_variant(recipe: Recipe, name: str) -> tuple[Recipe, str]:
    """A variant as another one calls it: ``VARIANT`` of its own recipe, or ``RECIPE/VARIANT``.

    Args:
        recipe: The recipe of the one that calls it.
        name: What it is called.

    Raises:
        CatalogError: There is no such recipe.
    """
    key, _, variant = name.rpartition("/")
    return (load_recipe(key) if key and key != recipe.key else recipe), variant


def load_recipes() -> tuple[Recipe, ...]:
    """All recipes."""
    return tuple(load_recipe(key) for key in recipe_keys())


def find_variants(folder: Path) -> tuple[str, ...]:
    """Names of a folder's config files, the default first."""
    names = {
        path.stem
        for path in folder.glob("*.py")
        if path.stem not in PARTS
        and not path.name.startswith("_")
        and not _begins_a_line(path, ("def ", "class ", "async def "))
    }
    return tuple(sorted(names, key=lambda name: (name != DEFAULT_VARIANT, name)))


def _begins_a_line(path: Path, words: tuple[str, ...]) -> bool:
    """Whether a line of a file begins with one of some words, as what it defines does."""
    state = path.stat()
    return _read_beginnings(path, words, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=1024)
def _read_beginnings(path: Path, words: tuple[str, ...], _changed_ns: int, _size: int) -> bool:
    """Read once for each state of the file: each record asks."""
    lines = path.read_text("utf-8", errors="replace").splitlines()
    return any(line.startswith(words) for line in lines)


def dataset_keys() -> tuple[str, ...]:
    """Names of the data set files, whether or not the data are here."""
    return tuple(_dataset_files())


def dataset_file(key: str) -> Path:
    """The file that defines a data set.

    Raises:
        CatalogError: There is no such data set.
    """
    files = _dataset_files()
    if key not in files:
        raise CatalogError(f"there is no data set '{key}'", fix=suggest(key, files))
    return files[key]


def _dataset_files() -> dict[str, Path]:
    folders = (DATASETS, *(root / "_datasets" for root in roots()))
    return _by_name(
        "data set",
        (
            (path.stem, path)
            for folder in folders
            for path in folder.glob("*.py")
            if _begins_a_line(path, ("DATASET = ",))
        ),
    )


def load_dataset(key: str) -> "Dataset":
    """A data set's definition.

    Raises:
        CatalogError: There is no such data set, or its file cannot be loaded.
    """
    path = dataset_file(key)
    package = "harness.datasets" if path.parent == DATASETS else "recipes._datasets"
    try:
        dataset: Dataset = import_module(f"{package}.{key}").DATASET
    except Exception as error:
        raise CatalogError(
            f"{path} cannot be loaded: {error!r}", fix="mend that file; it defines DATASET"
        ) from error
    return dataset


def campaign_keys() -> tuple[str, ...]:
    """Names of the campaign files."""
    return tuple(_campaign_files())


def _campaign_files() -> dict[str, Path]:
    return _by_name(
        "campaign",
        ((path.stem, path) for root in roots() for path in (root / "_campaigns").glob("*.toml")),
    )


def load_campaign(key: str) -> Campaign:
    """A campaign by its file's name.

    Raises:
        CatalogError: There is no such campaign, or its file is not one.
    """
    files = _campaign_files()
    if key not in files:
        raise CatalogError(f"there is no campaign '{key}'", fix=suggest(key, files))
    path = files[key]
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        campaign = msgspec.convert(data | {"key": key}, Campaign)
        _refuse_unknown(data)
        if unknown := set(campaign.searches) - set(files):
            raise ValueError(f"there is no campaign {', '.join(sorted(unknown))} to search in")
        return campaign
    except (msgspec.ValidationError, ValueError) as error:
        raise CatalogError(
            f"{path} is not a campaign: {error}",
            fix="give it a title, a question and [[runs]] with recipe, variants and seeds",
        ) from error


def _refuse_unknown(data: dict[str, Any]) -> None:
    """A misspelt key is an error, not a default."""
    known = {item.name for item in fields(Campaign)} - {"key"}
    known_of_runs = {item.name for item in fields(CampaignRuns)}
    unknown = set(data) - known
    for block in data["runs"]:
        unknown |= set(block) - known_of_runs
    if unknown:
        raise ValueError(f"unknown key {', '.join(sorted(unknown))}")
