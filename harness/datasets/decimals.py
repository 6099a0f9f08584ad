"""Decimal numbers at known places of a text, all at once.

Eight bytes are read as one 64-bit word, so that a column of numbers costs a handful of
array operations instead of a call for each number.
"""

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.intp]
_Words = NDArray[np.uint64]

_WIDTH = 8  # bytes of a word
_POWERS = 10.0 ** np.arange(_WIDTH + 1)
_BLOCK = 4096  # numbers, so that what is made of them stays in the processor's cache
_EXACT = 2.0**53  # whole numbers below it are exact in float64


def _each(byte: int) -> np.uint64:
    """A word of eight equal bytes."""
    return np.uint64(byte * 0x0101010101010101)


# By number of digits: the bytes of a word that they take, the last digit in the highest one.
_KEPT = np.array(
    [((1 << 64) - 1) ^ ((1 << 8 * (_WIDTH - digits)) - 1) for digits in range(_WIDTH + 1)],
    dtype=np.uint64,
)


def parse_decimals(text: bytes, starts: Places, ends: Places) -> NDArray[np.float64]:
    """Numbers as ``float`` reads them, to the bit.

    A number of at most seven digits before its point and eight behind it is the quotient
    of two whole numbers that float64 holds exactly, hence rounded right; any other is
    handed to ``float``.

    Args:
        text: The text.
        starts: First place of each number.
        ends: Place behind the last of each.

    Raises:
        ValueError: One of them is no number.
    """
    if not len(starts):
        return np.empty(0)
    if starts.min() < _WIDTH or ends.max() > len(text) - _WIDTH:  # words must lie in the text
        edge = b" " * _WIDTH
        return parse_decimals(edge + text + edge, starts + _WIDTH, ends + _WIDTH)
    words: _Words = np.ndarray(len(text) - _WIDTH + 1, "<u8", text, strides=(1,))
    blocks = (slice(first, first + _BLOCK) for first in range(0, len(starts), _BLOCK))
    return np.concatenate([_parse_block(text, words, starts[at], ends[at]) for at in blocks])


def _parse_block(text: bytes, words: _Words, starts: Places, ends: Places) -> NDArray[np.float64]:
    negative = (words[starts] & np.uint64(0xFF)) == ord("-")
    digits_from = starts + negative
    point = digits_from + _find_point(words[digits_from])
    before, after = point - digits_from, ends - point - 1
    plain = (before > 0) & (before < _WIDTH) & (after > 0) & (after <= _WIDTH)
    before, after = np.where(plain, before, 0), np.where(plain, after, 0)
    whole, is_whole = _read_digits(words[point - _WIDTH], before)
    fraction, is_fraction = _read_digits(words[ends - _WIDTH], after)
    scale = _POWERS[after]
    digits = whole * scale + fraction
    values = np.where(negative, -1.0, 1.0) * (digits / scale)
    plain &= is_whole & is_fraction & (digits < _EXACT)
    for at in np.flatnonzero(~plain):
        values[at] = _read_one(text[starts[at] : ends[at]])
    return values


def _find_point(words: _Words) -> Places:
    """Which byte of a word is the first point; eight where none is."""
    others = words ^ _each(ord("."))  # a point is a zero byte, and the lowest one found so is one
    found = (others - _each(1)) & ~others & _each(0x80)
    below = (found & -found) - np.uint64(1)
    counts = ((below & _each(1)) * _each(1)) >> np.uint64(56)
    return np.where(found == 0, _WIDTH, counts.astype(np.intp) - 1)


def _read_digits(words: _Words, digits: Places) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Whole numbers in the upper bytes of words, and whether they are digits and nothing else."""
    zeros, high = _each(ord("0")), _each(0xF0)
    kept = _KEPT[digits]
    words = (words & kept) | (zeros & ~kept)
    sound = ((words & high) == zeros) & (((words + _each(6)) & high) == zeros)
    words = words - zeros
    words = (words * np.uint64(10) + (words >> np.uint64(8))) & np.uint64(0x00FF00FF00FF00FF)
    words = (words * np.uint64(100) + (words >> np.uint64(16))) & np.uint64(0x0000FFFF0000FFFF)
    words = (words * np.uint64(10000) + (words >> np.uint64(32))) & np.uint64(0xFFFFFFFF)
    return words.astype(np.float64), sound


def _read_one(token: bytes) -> float:
    if b"_" in token:  # which float allows between digits
        raise ValueError(f"{token[:20]!r} is no number")
    return float(token)
