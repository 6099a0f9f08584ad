"""Other people's words in LaTeX: shown as text, never obeyed, in letters that every pdfTeX has."""

import re
import unicodedata

from harness.report.texts import clean_address, reveal

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",  # BibTeX counts braces, escaped ones too
    "}": r"\textbraceright{}",
    "$": r"\$",
    "&": r"\&",
    "%": r"\%",
    "#": r"\#",
    "_": r"\_\allowbreak{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "`": r"\textasciigrave{}",
    "/": r"/\allowbreak{}",
    "\u00a0": "~",
    "\u202f": r"\,",
    "–": r"\textendash{}",
    "—": r"\textemdash{}",
    "…": r"\ldots{}",
    "“": r"\textquotedblleft{}",
    "”": r"\textquotedblright{}",
    "‘": r"\textquoteleft{}",
    "’": r"\textquoteright{}",
    "€": r"\texteuro{}",
    "©": r"\textcopyright{}",
    "§": r"\S{}",
    "°": r"\textdegree{}",
    "•": r"\textbullet{}",
    "¿": r"\textquestiondown{}",
    "¡": r"\textexclamdown{}",
    "ß": r"{\ss}",
    "ı": r"{\i}",
    "ł": r"{\l}",
    "Ł": r"{\L}",
    "ø": r"{\o}",
    "Ø": r"{\O}",
    "æ": r"{\ae}",
    "Æ": r"{\AE}",
    "œ": r"{\oe}",
    "Œ": r"{\OE}",
    "đ": r"{\dj}",
    "Đ": r"{\DJ}",
    "ð": r"{\dh}",
    "Ð": r"{\DH}",
    "þ": r"{\th}",
    "Þ": r"{\TH}",
}
_MATHS = {
    "−": "-",
    "±": r"\pm",
    "×": r"\times",
    "·": r"\cdot",
    "√": r"\surd",
    "≤": r"\le",
    "≥": r"\ge",
    "≠": r"\ne",
    "≈": r"\approx",
    "∞": r"\infty",
    "∈": r"\in",
    "∼": r"\sim",
    "→": r"\rightarrow",
    "←": r"\leftarrow",
    "↑": r"\uparrow",
    "↓": r"\downarrow",
    "⟨": r"\langle",
    "⟩": r"\rangle",
    "²": "^2",
    "³": "^3",
    "¹": "^1",
    "½": r"\frac12",
    "α": r"\alpha",
    "β": r"\beta",
    "γ": r"\gamma",
    "δ": r"\delta",
    "ε": r"\epsilon",
    "η": r"\eta",
    "θ": r"\theta",
    "κ": r"\kappa",
    "λ": r"\lambda",
    "μ": r"\mu",
    "µ": r"\mu",
    "ν": r"\nu",
    "π": r"\pi",
    "ρ": r"\rho",
    "σ": r"\sigma",
    "τ": r"\tau",
    "φ": r"\phi",
    "χ": r"\chi",
    "ψ": r"\psi",
    "ω": r"\omega",
    "Δ": r"\Delta",
    "Σ": r"\Sigma",
    "Ω": r"\Omega",
    "Λ": r"\Lambda",
    "Π": r"\Pi",
    "Φ": r"\Phi",
}
_ACCENTS = {
    "\u0300": "`",
    "\u0301": "'",
    "\u0302": "^",
    "\u0303": "~",
    "\u0304": "=",
    "\u0306": "u",
    "\u0307": ".",
    "\u0308": '"',
    "\u030a": "r",
    "\u030b": "H",
    "\u030c": "v",
    "\u0323": "d",
    "\u0327": "c",
    "\u0328": "k",
}
_DIGITS = ("Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")
MOST_UNBROKEN = 18  # letters that a narrow column holds


def escape_latex(text: str) -> str:
    """Text that LaTeX shows as it is, written in ASCII, that breaks where its column ends.

    Letters that pdfTeX's fonts lack are shown by their code point.
    """
    whole = reveal(unicodedata.normalize("NFC", re.sub(r"[\t\n\r]+", " ", text)))
    return " ".join(map(_escape_word, whole.split(" ")))


def _escape_word(word: str) -> str:
    parts, since = [], 0
    for letter in word:
        shown = _escape_letter(letter)
        since = 0 if "allowbreak" in shown or letter in "\u00a0-" else since + 1
        parts.append(shown)
        if since == MOST_UNBROKEN:
            parts.append(r"\allowbreak{}")
            since = 0
    return re.sub(r"(?<=([-',]))(?=\1)", "{}", "".join(parts))  # two are two, not a dash


def _escape_letter(letter: str) -> str:
    if letter in _SPECIAL:
        return _SPECIAL[letter]
    if letter in _MATHS:
        return rf"\ensuremath{{{_MATHS[letter]}}}"
    if letter.isascii():
        return letter
    parts = unicodedata.normalize("NFD", letter)
    base, mark = parts[:1], parts[1:]
    if base.isascii() and base.isalpha() and mark in _ACCENTS:
        return rf"{{\{_ACCENTS[mark]}{{{base}}}}}"
    plain = unicodedata.normalize("NFKC", letter)
    if plain.isascii():
        return escape_latex(plain) if plain.strip() else " "
    return rf"\ensuremath{{\langle}}U+{ord(letter):04X}\ensuremath{{\rangle}}\allowbreak{{}}"


def escape_heading(text: str) -> str:
    """Text for a heading, which PDF readers also show in a list without formulas."""
    plain = unicodedata.normalize("NFKD", reveal(text)).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9 .,:;()+*/?!-]", "", plain)
    return rf"\texorpdfstring{{{escape_latex(text)}}}{{{plain}}}"


def escape_address(href: str) -> str:
    r"""An address as ``\href`` takes it; ``""`` for one that must not be followed."""
    address = clean_address(href)
    address = re.sub(r"[^!-~]", lambda found: _percent(found[0]), address)
    address = re.sub(r'[\\{}^`"<>|]', lambda found: _percent(found[0]), address)
    return re.sub(r"([%#&~_$])", r"\\\1", address)


def _percent(letter: str) -> str:
    return "".join(f"%{byte:02X}" for byte in letter.encode("utf-8", "replace"))


def link_latex(text: str, href: str) -> str:
    """Text, linked where there is an address of the web."""
    address = escape_address(href)
    is_web = address.startswith(("http://", "https://"))
    return rf"\href{{{address}}}{{{escape_latex(text)}}}" if is_web else escape_latex(text)


def join_letters(*names: str) -> str:
    """Names as one word of letters alone, as macros are called: digits are written out."""
    spelled = re.sub(r"\d", lambda found: f" {_DIGITS[int(found[0])]} ", " ".join(names))
    words = re.findall(r"[A-Za-z]+", spelled)
    return "".join(word[0].upper() + word[1:] for word in words)


def comment(text: str) -> str:
    """Text in one comment line."""
    return "% " + " ".join(reveal(text).split()).encode("ascii", "backslashreplace").decode()
