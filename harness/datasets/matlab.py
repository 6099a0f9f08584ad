"""One array from a file in MATLAB 5's format.

The format: MathWorks, "MAT-File Format", "Level 5 MAT-File Format". It is read here,
and a single real numeric array alone, because SciPy's reader crashes Python where a
damaged file has a type number that does not exist.
"""

import struct
import zlib
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

# Of the format: types of elements, the classes of an array in the order of their numbers,
# how the numeric ones are stored, and the mark of complex numbers.
_BYTES, _INTEGERS, _FLAGS, _ARRAY, _PACKED = 1, 5, 6, 14, 15
_CLASSES = (
    *("unknown", "cell", "struct", "object", "char", "sparse", "double", "single"),
    *("int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"),
    *("function", "opaque"),
)
_STORED = {2: "u1", 4: "<u2", 7: "<f4", 9: "<f8"}
_COMPLEX = 8

MAX_FRAMES = 1000
"""Longest last dimension that is believed."""


class DamageError(ValueError):
    """What is wrong with a file, in words that follow its name."""


def parse_array(
    content: bytes,
    variable: str,
    classes: Mapping[str, Sequence[str]],
    shape: tuple[int, int],
    most_bytes: int,
) -> NDArray[np.generic]:
    """The one array of a file, of three dimensions.

    Args:
        content: The file.
        variable: Name of the array.
        classes: MATLAB's classes that it may be of, the usual one first, and as what
            NumPy types the numbers of each may be stored: MATLAB keeps whole numbers
            of class ``double`` as integers.
        shape: Its first two dimensions.
        most_bytes: Largest size that is believed, packed and unpacked.

    Returns:
        The array, of the shape ``(*shape, T)``, little-endian.

    Raises:
        DamageError: It is no such file, is cut off or damaged, or holds anything else.
    """
    parts = _split(_unpack(content, variable, most_bytes))
    if [kind for kind, _ in parts[:3]] != [_FLAGS, _INTEGERS, _BYTES] or len(parts[0][1]) != 8:
        raise DamageError("holds something that is no array of numbers")
    (_, flags), (_, dimensions), (_, name), *numbers = parts
    if name != variable.encode("ascii"):
        shown = name[:63].decode("ascii", "backslashreplace")
        raise DamageError(f"holds '{shown}' instead of '{variable}'")
    allowed = _check_class(flags, variable, classes)
    frames = _check_shape(dimensions, variable, shape)
    stored = [(_STORED.get(kind, ""), body) for kind, body in numbers]
    if len(stored) == 1 and stored[0][0] in allowed:
        dtype, body = np.dtype(stored[0][0]), stored[0][1]
        if len(body) == shape[0] * shape[1] * frames * dtype.itemsize:
            return np.frombuffer(body, dtype).reshape((*shape, -1), order="F")
    raise DamageError(f"is damaged: the numbers of {variable} are not those of its class and shape")


def _unpack(content: bytes, variable: str, most_bytes: int) -> bytes:
    """Give the one array of a file, without its tag."""
    if not content:
        raise DamageError("is empty")
    if content.startswith(b"MATLAB 7.3"):
        raise DamageError("is in MATLAB 7.3's format instead of MATLAB 5's")
    if not content.startswith(b"MATLAB 5.0 MAT-file"):
        raise DamageError("is not in MATLAB 5's format")
    if content[124:128] != b"\0\1IM":
        raise DamageError("has no header of MATLAB 5's format, or is cut off there")
    elements = _split(content[128:])
    if [kind for kind, _ in elements] == [_PACKED]:
        elements = _split(_inflate(elements[0][1], most_bytes))
    if [kind for kind, _ in elements] != [_ARRAY]:
        raise DamageError(f"does not hold just one array, '{variable}'")
    return elements[0][1]


def _inflate(packed: bytes, most_bytes: int) -> bytes:
    stream = zlib.decompressobj()
    try:
        content = stream.decompress(packed, most_bytes)
    except zlib.error as error:
        raise DamageError(f"cannot be unpacked: {error}") from error
    if not stream.eof:
        full = len(content) == most_bytes
        raise DamageError(
            f"is larger than {most_bytes} bytes when unpacked" if full else "is cut off"
        )
    return content


def _split(content: bytes) -> list[tuple[int, bytes]]:
    """Split into elements: type and content of each, of which small ones lie in the tag."""
    elements = []
    at = 0
    while at < len(content):
        tag = content[at : at + 8]
        if len(tag) < 8:
            raise DamageError("is cut off")
        kind, size = struct.unpack("<II", tag)
        if small := kind >> 16:
            kind, size, body = kind & 0xFFFF, small, tag[4 : 4 + small]
            at += 8
        else:
            body = content[at + 8 : at + 8 + size]
            at += 8 + size + (0 if kind == _PACKED else -size % 8)
        if len(body) < size:
            raise DamageError("is cut off")
        elements.append((kind, body))
    return elements


def _check_class(
    flags: bytes, variable: str, classes: Mapping[str, Sequence[str]]
) -> Sequence[str]:
    """Give the types in which an array's numbers, which must be real, may be stored."""
    number, marks = flags[0], flags[1]
    kind = _CLASSES[number] if number < len(_CLASSES) else f"{number}"
    if marks & _COMPLEX:
        kind = f"complex {kind}"
    if kind not in classes:
        raise DamageError(
            f"has {variable} of MATLAB's class '{kind}' instead of '{next(iter(classes))}'"
        )
    return classes[kind]


def _check_shape(content: bytes, variable: str, wanted: tuple[int, int]) -> int:
    """Give the number of frames of an array, whose other dimensions must be as wanted."""
    if len(content) % 4:
        raise DamageError(f"is damaged: {variable} has no shape")
    shape: tuple[int, ...] = struct.unpack(f"<{len(content) // 4}i", content)
    if len(shape) != 3 or shape[:2] != wanted:
        found = " × ".join(map(str, shape[:4]))
        raise DamageError(
            f"has {variable} of the shape {found} instead of {wanted[0]} × {wanted[1]} × T"
        )
    if not 1 <= shape[2] <= MAX_FRAMES:
        raise DamageError(f"has {shape[2]} frames instead of 1 to {MAX_FRAMES}")
    return shape[2]
