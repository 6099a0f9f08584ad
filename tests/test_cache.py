"""What is kept between commands is right, or is made again."""

from pathlib import Path

import pytest

from harness import cache
from harness.cache import find, recall, use_cache
from harness.places import cache_file


@pytest.fixture
def file(tmp_path):
    """Where values are kept."""
    return tmp_path / "deep" / "kept"


@pytest.fixture
def ask(file):
    """Asks for a value in a command of its own; says how often it was made."""

    def run(*parts, value=b"value", kind="test", path=file):
        made = []

        def make():
            made.append(parts)
            return value

        with use_cache(path):
            assert recall(kind, parts, make) == value
            assert recall(kind, parts, make) == value
        return len(made)

    return run


def test_a_value_is_made_once(ask, file):
    """The next command finds it, and does not write the file again."""
    assert ask("a") == 1
    before = file.stat().st_ino
    assert ask("a") == 0
    assert file.stat().st_ino == before
    assert list(file.parent.iterdir()) == [file]


def test_without_a_cache_nothing_is_kept(ask, monkeypatch):
    """A function that is called by itself computes; an empty variable switches it off."""
    monkeypatch.setenv("HARNESS_CACHE", "")

    assert ask("a", path=cache_file()) == 2
    assert find(b"key") is None


@pytest.mark.parametrize(
    "other",
    [("b",), ("a", ""), ("", "a"), ("a", "b"), ("ab",), (b"a", b"b\0")],
    ids=repr,
)
def test_whatever_a_value_follows_from_counts(ask, other):
    """Also where one part ends and the next begins."""
    ask("a")

    assert ask(*other) == 1


def test_kinds_are_kept_apart(ask):
    """The same parts may give several things."""
    ask("a", kind="one", value=b"1")

    assert ask("a", kind="two", value=b"2") == 1


def test_other_code_finds_nothing(ask, monkeypatch, tmp_path):
    """A value that other code computed is not believed, whichever file of it changed."""
    monkeypatch.setattr(cache, "HOME", tmp_path)
    for text in ("x = 1\n", "x = 2\n"):
        (tmp_path / "module.py").write_text(text)
        cache._digest_code.cache_clear()
        assert ask("a") == 1
        assert ask("a") == 0
    cache._digest_code.cache_clear()


def _flip(content, place):
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[:-1],
        lambda content: content[: len(content) // 2],
        lambda content: content + b"x",
        lambda content: _flip(content, 0),
        lambda content: _flip(content, 20),
        lambda content: _flip(content, len(content) - 1),
        lambda content: b"harness cache 0\n" + content[16:],
    ],
    ids=["empty", "short", "half", "long", "form", "digest", "value", "older"],
)
def test_a_damaged_file_is_not_believed(ask, file, damage):
    """It costs the time to make the values again, and is replaced."""
    ask("a")
    file.write_bytes(damage(file.read_bytes()))

    assert ask("a") == 1
    assert ask("a") == 0


def test_a_file_that_cannot_be_read_or_written_stops_nothing(ask, tmp_path):
    """A folder in its place, a file where its folder should be."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "plain").write_text("")

    assert ask("a", path=tmp_path / "folder") == 1
    assert ask("a", path=tmp_path / "plain" / "kept") == 1
    assert {path.name for path in tmp_path.iterdir()} == {"folder", "plain"}


def test_commands_at_the_same_time_lose_nothing(ask, file):
    """Each adds what it made to what the others wrote in the meantime."""
    with use_cache(file):
        recall("test", ("a",), lambda: b"value")
        other = cache.Cache(file)
        other.put(cache.digest_of_parts("test", ("b",)), b"value")
        other.save()

    assert ask("a") == ask("b") == 0


def test_what_was_made_before_a_mistake_is_kept(ask, file):
    """A command that ends with an error has not worked for nothing."""
    with pytest.raises(RuntimeError), use_cache(file):
        recall("test", ("a",), lambda: b"value")
        raise RuntimeError

    assert ask("a") == 0


def test_inside_another_cache_that_one_is_used(file, tmp_path):
    """The outermost decides."""
    with use_cache(file), use_cache(tmp_path / "inner"):
        recall("test", ("a",), lambda: b"value")

    assert file.exists()
    assert not (tmp_path / "inner").exists()


def test_what_was_used_longest_ago_goes_first(ask, file, monkeypatch):
    """The file does not grow for ever."""
    monkeypatch.setattr(cache, "MOST_BYTES", 300)
    ask("old", value=bytes(100))
    ask("used", value=bytes(100))
    with use_cache(file):
        recall("test", ("used",), list)  # never called
        recall("test", ("new",), lambda: bytes(100))

    assert [ask(name, value=bytes(100)) for name in ("used", "new")] == [0, 0]
    assert ask("old", value=bytes(100)) == 1


def test_it_lies_beside_the_results_or_where_the_variable_says(monkeypatch, tmp_path):
    """A folder of its own, which git ignores."""
    monkeypatch.delenv("HARNESS_CACHE", raising=False)
    assert cache_file() == Path(".cache/harness")

    monkeypatch.setenv("HARNESS_CACHE", str(tmp_path))
    assert cache_file() == tmp_path / "harness"
