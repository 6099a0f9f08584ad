"""Files of a data set as its authors give it: a folder, an archive, or both.

An archive is read where it lies, member by member; nothing is unpacked.
"""

import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from harness.errors import DataError

MAX_DEPTH = 8
"""Folders below the source that are looked into."""

VIDEO_ENDINGS = (
    *(".avi", ".mp4", ".mkv", ".mov", ".webm", ".m4v", ".mpg", ".mpeg", ".wmv", ".flv"),
    *(".3gp", ".ogv", ".ts", ".mts", ".m2ts"),
)
"""How the names of video files end, in small letters."""

_UNPACK = "unpack or download it again"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of a source.

    Args:
        name: Path below the source with ``/`` between its parts; an archive
            counts as a folder.
        folder: The folder that holds it, unless it lies in an archive.
        archive: The open archive that holds it.
    """

    name: str
    folder: Path | None = None
    archive: zipfile.ZipFile | None = None
    member: zipfile.ZipInfo | None = None

    def read(self, limit: int) -> bytes:
        """Read the whole file.

        Args:
            limit: Largest size that is believed, in bytes.

        Raises:
            DataError: It is larger, or cannot be read.
        """
        try:
            content = self._read(limit + 1)
        except (OSError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
            raise DataError(f"{self.name} cannot be read: {error}", fix=_UNPACK) from error
        if len(content) > limit:
            raise DataError(f"{self.name} is larger than {limit} bytes", fix=_UNPACK)
        return content

    def _read(self, size: int) -> bytes:
        if self.archive is not None and self.member is not None:
            with self.archive.open(self.member) as stream:
                return stream.read(size)
        with Path(self.folder or ".", self.name).open("rb") as stream:
            return stream.read(size)


@contextmanager
def open_source(source: Path) -> Iterator[tuple[SourceFile, ...]]:
    """List the files of a folder or zip archive, those in a folder's archives last.

    Hidden files and macOS's ``__MACOSX`` shadows are left out.

    Args:
        source: The folder or archive.

    Raises:
        DataError: It is neither, or an archive is damaged.
    """
    with ExitStack() as stack:
        if source.is_dir():
            yield _folder_files(source, stack)
        elif source.is_file():
            yield _members(source, "", stack)
        else:
            raise DataError(f"there is no {source}", fix="give the folder or zip file of the data")


def list_files(source: Path, endings: tuple[str, ...]) -> tuple[str, ...]:
    """List the files of a folder by how their names end, in order of their names.

    Hidden files are left out.

    Args:
        source: The folder.
        endings: Endings of names, in small letters; names may have capitals.

    Returns:
        Paths below the folder, with ``/`` between their parts.

    Raises:
        DataError: A name is no text.
    """
    names = [name for name in _walk(source) if _is_plain(name) and name.lower().endswith(endings)]
    for name in names:
        if any("\ud800" <= letter <= "\udfff" for letter in name):
            raise DataError(f"{name!a} is not a name in UTF-8", fix="rename it, and prepare again")
    return tuple(sorted(names))


def read_lines(source: Path, name: str) -> tuple[tuple[str, str], ...]:
    """Read a text file's lines that are not empty, each with its place for messages.

    Args:
        source: The folder.
        name: The file's path below it.

    Returns:
        Pairs of ``file:line`` and the line without blanks around it.

    Raises:
        DataError: It cannot be read, or is no UTF-8 text.
    """
    try:
        text = (source / name).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{name} cannot be read: {error}", fix=_UNPACK) from error
    lines = ((f"{name}:{number}", line.strip()) for number, line in enumerate(text.split("\n"), 1))
    return tuple((place, line) for place, line in lines if line)


def _folder_files(source: Path, stack: ExitStack) -> tuple[SourceFile, ...]:
    names = [path for path in _walk(source) if _is_plain(path)]
    plain = [SourceFile(name, folder=source) for name in names if not name.endswith(".zip")]
    for name in names:
        if name.endswith(".zip"):
            plain += _members(source / name, f"{name}/", stack)
    return tuple(plain)


def _walk(source: Path) -> list[str]:
    """Find files below a folder, following links but never in a circle."""
    found = []
    seen = set()
    for here, folders, files in os.walk(source, followlinks=True):
        real = os.path.realpath(here)
        relative = Path(here).relative_to(source)
        if real in seen or len(relative.parts) >= MAX_DEPTH:
            folders.clear()
        if real in seen:
            continue
        seen.add(real)
        folders.sort()
        found += [(relative / file).as_posix() for file in sorted(files)]
    return found


def _members(path: Path, prefix: str, stack: ExitStack) -> tuple[SourceFile, ...]:
    try:
        archive = stack.enter_context(zipfile.ZipFile(path))
    except (OSError, zipfile.BadZipFile) as error:
        raise DataError(
            f"{path} is not a readable zip file: {error}", fix="download it again"
        ) from error
    return tuple(
        SourceFile(prefix + member.filename, archive=archive, member=member)
        for member in archive.infolist()
        if not member.is_dir() and _is_plain(member.filename)
    )


def _is_plain(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return "__MACOSX" not in parts and not parts[-1].startswith(".")
