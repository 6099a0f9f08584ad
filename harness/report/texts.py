"""Other people's words on our pages: shown as text, never obeyed."""

import re

_MARKUP = re.compile(r"([\\`*_\[\]|~$])")
# Without line ends and tabs; marks that turn the direction of what follows, or cannot be seen.
_HIDDEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
)
_BLANK = re.compile(r"[\x00-\x20]")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_FOLLOWED = frozenset({"http", "https"})
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def reveal(text: str) -> str:
    """Text in which control characters and marks of direction are seen, and do nothing."""
    if text.isascii() and text.isprintable():  # as nearly all is
        return text
    return _HIDDEN.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", text)


#: Begins an address that names runs and leads nowhere; documents name the runs instead.
RUNS = "#runs="


def clean_address(href: str) -> str:
    """An address that a click may follow; ``""`` for one that would run a script or open a file."""
    if href.startswith(RUNS):
        return ""
    squeezed = _BLANK.sub("", href)  # as browsers read a scheme
    scheme = _SCHEME.match(squeezed)
    return "" if scheme and scheme[1].lower() not in _FOLLOWED else href.strip()


def escape_markdown(text: str) -> str:
    """Text that Markdown shows as it is, also inside a table."""
    text = _MARKUP.sub(r"\\\1", " ".join(reveal(text).split()))
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def render_link(text: str, href: str) -> str:
    """Text in Markdown, linked where there is an address."""
    shown, target = escape_markdown(text), reveal(clean_address(href))
    for letter, code in ((" ", "%20"), ("(", "%28"), (")", "%29"), ("<", "%3C"), (">", "%3E")):
        target = target.replace(letter, code)
    target = target.replace("|", "%7C").replace("\n", "").replace("\r", "")
    return f"[{shown}]({target})" if target else shown


def guard_csv(text: str) -> str:
    """Text that a spreadsheet does not take for a formula; numbers stay numbers."""
    text = reveal(text)
    if not text.startswith(_FORMULA):
        return text
    try:
        float(text)
    except ValueError:
        return f"'{text}"
    return text
