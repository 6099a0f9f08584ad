"""What a page says of variants: their settings, and in what they differ."""

import re
from dataclasses import replace

import pytest

from harness.catalog import load_recipe
from harness.plan import load_config
from harness.report.derivation import find_parents
from harness.report.networks import describe_network
from harness.report.settings_tables import MARKDOWN_VARIANTS, fusions_table, settings_matrices


def network(backbone="recipes.walker.model.Walker", **more):
    return {
        "type": "mmaction.models.recognizers.RecognizerGCN",
        "backbone": {"type": backbone, **more},
        "cls_head": {"type": "mmaction.models.heads.GCNHead", "num_classes": 2},
    }


@pytest.fixture
def page(site):
    """Makes a page of variants: name → what is added to a common configuration."""

    def make(**variants):
        common = site.page().configs["config"]
        configs = {name: common | added for name, added in variants.items()}
        return replace(site.page(), configs=configs)

    return make


@pytest.fixture
def rendered(site):
    """Makes the HTML and the Markdown of a page."""

    def make(page):
        pages = site.pages(page)
        return pages["walker.html"], pages["walker.md"]

    return make


def cells(table):
    return {row.cells[0].value or row.cells[0].text: row.cells[1:] for row in table.rows}


def test_settings_are_compared_within_a_data_set(page):
    """A column a variant, a row a setting; other data have a table of their own."""
    elsewhere = {"protocol": {"dataset": "leaps", "modality": "joint", "classes": 2}}
    found = settings_matrices(
        page(
            config={"model": network(gate=True)},
            plain={"model": network(gate=False)},
            leaps=elsewhere | {"model": network(gate=True)},
        )
    )

    (matrix,) = found
    assert [column.label for column in matrix.table.columns] == ["Setting", "config", "plain"]
    assert [c.text for c in cells(matrix.table)["model.backbone.gate"]] == ["True", "False"]
    assert "Steps" in matrix.table.caption


def test_whose_code_runs_is_said_of_each_variant(page, rendered):
    """MMAction2's own network beside ours, also where nothing else differs."""
    made = page(
        config={"model": network()},
        zoo={"model": network("mmaction.models.backbones.STGCN")},
    )

    table = cells(settings_matrices(made)[0].table)
    assert [(c.text, c.note) for c in table["Network code"]] == [
        ("this recipe", "Walker"),
        ("MMAction2", "STGCN"),
    ]
    assert [c.text for c in table["Head code"]] == ["MMAction2", "MMAction2"]
    assert [c.text for c in table["Recognizer code"]] == ["MMAction2", "MMAction2"]
    for text in rendered(made):
        assert "network code: this recipe (Walker)" in text
        assert "network code: MMAction2 (STGCN)" in text


@pytest.mark.parametrize(
    ("package", "whose"),
    [
        ("mmaction.models", "MMAction2"),
        ("recipes.walker.model", "this recipe"),
        ("recipes._shared.graphs", "this recipe"),
        ("mmactions_of_mine", "this recipe"),
        ("torchvision.models", "torchvision"),
        ("harness.run.models", "the harness"),
    ],
)
def test_code_belongs_to_its_package(package, whose):
    """The package of the class decides, and nothing else."""
    parts = describe_network({"model": network(f"{package}.Net")})

    assert {part.name: part.code for part in parts}["network"] == whose


def test_each_variant_shows_its_differences(page, rendered):
    """Collapsed in HTML, with a link to what it is compared with in Markdown."""
    html, markdown = rendered(
        page(config={"model": network(gate=True)}, plain={"model": network(gate=False)})
    )

    assert "<summary>Settings that differ from config (1)</summary>" in html
    assert "Settings that differ from [config](#variant-config):" in markdown
    assert "| gate<br>model.backbone | True | False |" in markdown


def test_equal_variants_say_so(page, rendered):
    """A variant that only another name tells apart has no empty table."""
    html, markdown = rendered(page(config={}, plain={}))

    assert 'The same settings as <a href="#variant-config">config</a>' in html
    assert "The same settings as [config](#variant-config)." in markdown


def test_a_fusion_shows_streams_and_weights(page, rendered):
    """It has no network, no training and no column among those that have."""
    fused = {"fusion": {"config": 1.0, "bone": 0.6}, "inputs": {"config": "scores"}}
    made = page(config={"model": network()}, bone={"model": network()}, both=fused)

    assert [c.label for c in settings_matrices(made)[0].table.columns][1:] == ["config", "bone"]
    assert [row.cells[3].text for row in fusions_table(made).rows] == ["config (1), bone (0.6)"]
    for text in rendered(made):
        assert "late fusion of config (1), bone (0.6)" in text
        assert "starts from" not in text


def test_wide_tables_are_cut_for_markdown(page, rendered):
    """No table has more columns than fit; every variant stands in one of them."""
    names = [f"v{index:02}" for index in range(16)]
    made = page(**{name: {"model": network(width=index)} for index, name in enumerate(names)})

    pieces = settings_matrices(made)[0].pieces

    assert [c.label for piece in pieces for c in piece.columns[1:]] == names
    assert [len(piece.columns) - 1 for piece in pieces] == [5, 5, 6]
    assert max(len(piece.columns) - 1 for piece in pieces) <= MARKDOWN_VARIANTS
    settings = rendered(made)[1].partition("## Choices and departures")[0]
    assert settings.count("| width<br>model.backbone |") == len(pieces)


def test_a_setting_that_a_piece_lacks_is_not_in_it(page):
    """A row of dashes says nothing."""
    names = [f"v{index:02}" for index in range(9)]
    made = {name: {"model": network(width=index)} for index, name in enumerate(names)}
    made["v08"]["optim_wrapper"] = {"clip_grad": {"max_norm": 1.0}}

    first, second = settings_matrices(page(**made))[0].pieces

    assert "optim_wrapper.clip_grad.max_norm" not in cells(first)
    assert "optim_wrapper.clip_grad.max_norm" in cells(second)


def test_markup_in_a_setting_is_shown_not_obeyed(page, rendered):
    """A value is text, in both kinds of page."""
    html, markdown = rendered(
        page(config={"model": network(name="<i>|a")}, plain={"model": network(name="b")})
    )

    assert "&lt;i&gt;|a" in html and "<i>" not in html
    row = next(line for line in markdown.splitlines() if line.startswith("| name<br>"))
    assert len(re.findall(r"(?<!\\)\|", row)) == 4


def test_a_variant_is_a_change_of_the_one_that_it_inherits():
    """``read_base`` says so; who inherits none is compared with the default of its data set."""
    recipe = load_recipe("sta_lstm")
    configs = {variant: load_config(recipe, variant) for variant in recipe.variants}

    parents = find_parents(recipe.folder, configs)

    assert "config" not in parents
    assert parents["lstm"] == parents["as_printed"] == "end_to_end"
    assert parents["end_to_end"] == parents["temporal_stage"] == "config"
    assert parents["synthetic"] == "config"
    assert parents["lstm_synthetic"] == "synthetic"


def test_inheritance_is_followed_through_files_that_are_no_variants(tmp_path):
    """And no chain of changes ends in itself."""
    files = {"config": "_base", "a": "_base", "b": "_mine", "_mine": "a", "x": "_base", "y": "x"}
    for name, base in files.items():
        text = f"with read_base():\n    from .{base} import *\n"
        (tmp_path / f"{name}.py").write_text(text)
    configs = {
        name: {"protocol": {"dataset": "far" if name in "xyz" else "near"}}
        for name in ("config", "a", "b", "x", "y", "z")
    }

    assert find_parents(tmp_path, configs) == {
        "a": "config", "b": "a", "x": "config", "y": "x", "z": "x",
    }  # fmt: skip


def test_a_fusion_is_a_change_of_fusions_only(tmp_path):
    """Beside a network it would differ in everything."""
    for name, base in {"two": "config", "four": "two"}.items():
        (tmp_path / f"{name}.py").write_text(f"with read_base():\n    from .{base} import *\n")
    near = {"protocol": {"dataset": "near"}}
    fused = near | {"fusion": {"config": 1.0}}

    assert find_parents(tmp_path, {"config": near, "two": fused, "four": fused}) == {"four": "two"}
