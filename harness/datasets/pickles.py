"""Pickles of plain values and NumPy arrays, read as data: nothing in them is ever called.

A pickle is a program for a small stack machine. The one here knows the instructions that
make numbers, texts, lists, tuples, dicts and sets, and of all the functions that a pickle
may name only those by which NumPy writes arrays and numbers, whose effect it imitates.
Long strings of bytes stay in the file until an array is asked for.
"""

import math
import pickletools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Literal, cast

import numpy as np
from numpy.typing import NDArray

MOST_ARRAY_BYTES = 1 << 28
_LONG = 256  # bytes
_LONGEST_LINE = 1 << 26
_MARK = object()
_KINDS = frozenset("biuf")  # of numbers: bool, int, unsigned, float
_MODULES = ("numpy.core", "numpy._core")
_BUILTINS = ("builtins", "__builtin__")


class PickleError(ValueError):
    """What is wrong with a pickle, as the end of a sentence."""


@dataclass(frozen=True, slots=True)
class _Blob:
    """Bytes in the file."""

    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class _Global:
    """A function or class that the pickle names."""

    name: str


@dataclass(slots=True)
class _DType:
    """Kind of number that an array has."""

    code: str
    order: Literal["<", ">", "|", "="] = "<"

    def make(self) -> np.dtype[Any]:
        """NumPy's."""
        try:
            found = np.dtype(self.code).newbyteorder(self.order)
        except (TypeError, ValueError) as error:
            raise PickleError(f"has an array of {self.code[:20]!r}") from error
        if found.kind not in _KINDS:
            raise PickleError(f"has an array of {self.code[:20]!r}, which are no numbers")
        return found


@dataclass(slots=True)
class StoredArray:
    """An array whose numbers lie in the file."""

    shape: tuple[int, ...] = ()
    kind: _DType | None = None
    fortran: bool = False
    content: bytes | bytearray | _Blob = b""

    def load(self, stream: BinaryIO) -> NDArray[Any]:
        """Read its numbers.

        Args:
            stream: The pickle's file.

        Raises:
            PickleError: It has not as many as its shape says.
        """
        dtype = (self.kind or _DType("")).make()
        size = math.prod(self.shape) * dtype.itemsize
        content = self.content
        if isinstance(content, _Blob):
            if content.size != size or size > MOST_ARRAY_BYTES:
                raise PickleError(f"has an array of {content.size} bytes for {self.shape}")
            stream.seek(content.offset)
            content = stream.read(size)
        if len(content) != size:
            raise PickleError(f"has an array of {len(content)} bytes for {self.shape}")
        flat = np.frombuffer(content, dtype=dtype)
        return flat.reshape(self.shape, order="F" if self.fortran else "C")


def read_pickle(path: Path) -> Any:
    """Read a pickle's value; its arrays are :class:`StoredArray`.

    Raises:
        PickleError: It names anything but NumPy's arrays, or is damaged.
        OSError: It cannot be read.
    """
    with path.open("rb") as stream:
        source = _Source(stream, path.stat().st_size)
        machine = _Machine()
        try:
            for operation, argument, _at in pickletools.genops(cast(BinaryIO, source)):
                if operation.name == "STOP":
                    return machine.pop()
                if isinstance(argument, bytes | bytearray) and len(argument) > _LONG:
                    argument = _Blob(source.at - len(argument), len(argument))
                machine.run(operation.name, argument)
        except PickleError:
            raise
        except (ValueError, TypeError, KeyError, IndexError, OverflowError) as error:
            raise PickleError(f"is damaged: {error}") from error
        except RecursionError as error:
            raise PickleError("is nested too deeply") from error
    raise PickleError("is cut off")


class _Source:
    """A file that gives no more than it has, whatever length is claimed."""

    def __init__(self, stream: BinaryIO, size: int) -> None:
        self.stream, self.size, self.at = stream, size, 0

    def read(self, count: int) -> bytes:
        """Bytes, fewer at the end."""
        content = self.stream.read(max(0, min(count, self.size - self.at)))
        self.at += len(content)
        return content

    def readline(self) -> bytes:
        """A line of an instruction that is text."""
        content = self.stream.readline(_LONGEST_LINE)
        self.at += len(content)
        return content

    def tell(self) -> int:
        """Place in the file."""
        return self.at


class _Machine:
    """The stack, and what the pickle keeps by number."""

    def __init__(self) -> None:
        self.stack: list[Any] = []
        self.kept: dict[int, Any] = {}

    def pop(self) -> Any:
        """The topmost value."""
        if not self.stack or self.stack[-1] is _MARK:
            raise PickleError("is damaged: a value is missing")
        return self.stack.pop()

    def pop_marked(self) -> list[Any]:
        """All values above the topmost mark."""
        for at in range(len(self.stack) - 1, -1, -1):
            if self.stack[at] is _MARK:
                values = self.stack[at + 1 :]
                del self.stack[at:]
                return values
        raise PickleError("is damaged: a mark is missing")

    def run(self, name: str, argument: Any) -> None:
        """Do one instruction."""
        if name in _ATOMS:
            self.stack.append(argument)
        elif name in _CONSTANTS:
            self.stack.append(_CONSTANTS[name]())
        elif name in _KEEP:
            self.kept[len(self.kept) if argument is None else int(argument)] = self.stack[-1]
        elif name in _RECALL:
            self.stack.append(self.kept[int(argument)])
        elif name in _FILL:
            kind, one = _FILL[name]
            self._fill(kind, self._take(one) if one else self.pop_marked())
        elif name in _TUPLES:
            self.stack.append(tuple(self._take(_TUPLES[name])))
        elif name not in _IGNORED:
            self._run_rare(name, argument)

    def _run_rare(self, name: str, argument: Any) -> None:
        match name:
            case "TUPLE":
                self.stack.append(tuple(self.pop_marked()))
            case "LIST":
                self.stack.append(self.pop_marked())
            case "DICT":
                values = self.pop_marked()
                self.stack.append({})
                self._fill(dict, values)
            case "FROZENSET":
                self.stack.append(frozenset(self.pop_marked()))
            case "DUP":
                self.stack.append(self.stack[-1])
            case "POP":
                self.stack.pop()
            case "POP_MARK":
                self.pop_marked()
            case "GLOBAL":
                self.stack.append(_find_global(argument.replace(" ", ".")))
            case "STACK_GLOBAL":
                module, function = self._take(2)
                self.stack.append(_find_global(f"{module}.{function}"))
            case "REDUCE":
                self._call(*self._take(2))
            case "BUILD":
                self._build(self.pop())
            case _:
                raise PickleError(f"has the instruction {name}, which plain values do not need")

    def _take(self, count: int) -> list[Any]:
        """The topmost values, the topmost last."""
        return [self.pop() for _ in range(count)][::-1]

    def _fill(self, kind: type[Any], values: list[Any]) -> None:
        """Add values to the list, dict or set that is now on top."""
        target = self.stack[-1] if self.stack else None
        if type(target) is not kind:
            raise PickleError(f"is damaged: there is no {kind.__name__} to add to")
        if isinstance(target, list):
            target.extend(values)
        elif isinstance(target, dict):
            target.update(zip(values[::2], values[1::2], strict=True))
        elif isinstance(target, set):
            target.update(values)

    def _call(self, function: Any, arguments: Any) -> None:
        if not isinstance(function, _Global) or not isinstance(arguments, tuple):
            raise PickleError("calls what is no function")
        self.stack.append(_GLOBALS[function.name](*arguments))

    def _build(self, state: Any) -> None:
        target = self.stack[-1] if self.stack else None
        if isinstance(target, StoredArray):
            _fill_array(target, *state)
        elif isinstance(target, _DType):
            _fill_dtype(target, *state)
        else:
            raise PickleError("sets the state of what is no array")


_ATOMS = frozenset(
    {"INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4", "FLOAT", "BINFLOAT"}
    | {"STRING", "BINSTRING", "SHORT_BINSTRING", "BINBYTES", "SHORT_BINBYTES", "BINBYTES8"}
    | {"BYTEARRAY8", "UNICODE", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8"}
)
_CONSTANTS: dict[str, Callable[[], Any]] = {
    "NONE": lambda: None,
    "NEWTRUE": lambda: True,
    "NEWFALSE": lambda: False,
    "EMPTY_LIST": list,
    "EMPTY_DICT": dict,
    "EMPTY_SET": set,
    "EMPTY_TUPLE": tuple,
    "MARK": lambda: _MARK,
}
_KEEP = frozenset({"PUT", "BINPUT", "LONG_BINPUT", "MEMOIZE"})
_RECALL = frozenset({"GET", "BINGET", "LONG_BINGET"})
_FILL: dict[str, tuple[type[Any], int]] = {  # with how many values; 0 for all above the mark
    "APPEND": (list, 1),
    "APPENDS": (list, 0),
    "SETITEM": (dict, 2),
    "SETITEMS": (dict, 0),
    "ADDITEMS": (set, 0),
}
_TUPLES = {"TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}
_IGNORED = frozenset({"PROTO", "FRAME"})


def _find_global(name: str) -> _Global:
    if name not in _GLOBALS:
        raise PickleError(f"names {name[:60]!r}; arrays and plain values need nothing of it")
    return _Global(name)


def _make_dtype(code: Any, *_flags: Any) -> _DType:
    if not isinstance(code, str) or len(code) > 8:
        raise PickleError("has an array of no simple kind")
    return _DType(code)


def _make_array(*_arguments: Any) -> StoredArray:
    return StoredArray()


def _view_bytes(content: Any, kind: Any, shape: Any, order: Any) -> StoredArray:
    found = StoredArray()
    _fill_array(found, 1, shape, kind, order == "F", content)
    return found


def _make_number(kind: Any, content: Any) -> Any:
    if not isinstance(kind, _DType) or not isinstance(content, bytes):
        raise PickleError("has a number of no simple kind")
    (number,) = np.frombuffer(content, dtype=kind.make())
    return number.item()


def _encode(text: Any, encoding: Any = "latin1") -> bytes:
    if not isinstance(text, str) or encoding not in ("latin1", "latin-1"):
        raise PickleError("has bytes in an unknown form")
    return text.encode("latin1")


def _keep_bytes(content: Any) -> bytes | _Blob:
    if not isinstance(content, bytes | _Blob):
        raise PickleError("has bytes in an unknown form")
    return content


def _refuse_call(*_arguments: Any) -> None:
    raise PickleError("makes an array in an unknown way")


def _fill_array(
    array: StoredArray, _version: Any, shape: Any, kind: Any, fortran: Any, content: Any
) -> None:
    sizes = isinstance(shape, tuple) and all(type(size) is int and size >= 0 for size in shape)
    held = isinstance(content, bytes | bytearray | _Blob)
    if not sizes or not isinstance(kind, _DType) or not held:
        raise PickleError("has an array in an unknown form")
    array.shape, array.kind, array.fortran, array.content = shape, kind, bool(fortran), content


def _fill_dtype(kind: _DType, _version: Any, order: Any, *_rest: Any) -> None:
    if order not in ("<", ">", "|", "="):
        raise PickleError("has an array of an unknown byte order")
    kind.order = order


_GLOBALS: dict[str, Callable[..., Any]] = {
    "numpy.ndarray": _refuse_call,
    "numpy.dtype": _make_dtype,
    "_codecs.encode": _encode,
    **{f"{module}.set": set for module in _BUILTINS},
    **{f"{module}.frozenset": frozenset for module in _BUILTINS},
    **{f"{module}.bytearray": _keep_bytes for module in _BUILTINS},
    **{f"{module}.multiarray._reconstruct": _make_array for module in _MODULES},
    **{f"{module}.multiarray.scalar": _make_number for module in _MODULES},
    **{f"{module}.numeric._frombuffer": _view_bytes for module in _MODULES},
}
