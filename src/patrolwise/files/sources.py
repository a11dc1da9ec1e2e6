"""Which files a path stands for, and what bytes each holds, unpacked."""

import gzip
import zipfile
import zlib
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from patrolwise.crimes import FileFault

_GZIP = b"\x1f\x8b"
# zipfile raises the last two for members that are locked, or packed in a way it does not know
UNREADABLE = (OSError, EOFError, zlib.error, zipfile.BadZipFile, RuntimeError, NotImplementedError)


@dataclass(frozen=True)
class Source:
    """One file to read: on disk, or a member of a zip."""

    name: str
    path: Path
    archive: zipfile.ZipFile | None = None
    member: str = ""

    def read(self) -> bytes | FileFault:
        """Return its bytes as they are stored, or the reason why there are none."""
        try:
            return self.archive.read(self.member) if self.archive else self.path.read_bytes()
        except UNREADABLE as error:
            return FileFault(
                file=self.name, message=f"It cannot be read ({_reason(error)}). Fetch it again."
            )


@dataclass
class Sources:
    """What was found under the paths given."""

    files: list[Source] = field(default_factory=list)
    faults: list[FileFault] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Wanted:
    """Which files of a folder or zip are read, and what they are called in messages."""

    what: str
    is_wanted: Callable[[str], bool]


def find_sources(
    paths: str | Path | Iterable[str | Path], wanted: Wanted, stack: ExitStack
) -> Sources:
    """Return the files to read under paths: folders are searched to the bottom, zips opened.

    A file named outright is always read, whatever it is called. Other files of a folder or zip
    are listed as ignored, never read by guess.

    Parameters
    ----------
    paths : path or iterable of paths
    wanted : Wanted
    stack : ExitStack
        Closes the zips when the caller is done.

    Returns
    -------
    Sources
        In the order given; within a folder or zip by path.
    """
    found = Sources()
    for path in map(Path, [paths] if isinstance(paths, str | Path) else paths):
        if path.is_dir():
            _search_folder(path, wanted, found, stack)
        elif not path.exists():
            found.faults.append(
                FileFault(
                    file=str(path), message="There is no such file or folder. Check the path."
                )
            )
        elif path.suffix.casefold() == ".zip":
            _search_zip(path, wanted, found, stack)
        else:
            found.files.append(Source(path.name, path))
    return found


def unpack(data: bytes) -> bytes | str:
    """Return the bytes gunzipped where they are gzip, or a sentence that says what is damaged.

    Parameters
    ----------
    data : bytes

    Returns
    -------
    bytes or str

    Examples
    --------
    >>> unpack(b"plain")
    b'plain'
    >>> unpack(gzip.compress(b"plain")[:-4])  # doctest: +ELLIPSIS
    'It is cut short or damaged (Compressed file ended ...). Fetch it again.'
    """
    if not data.startswith(_GZIP):
        return data
    try:
        return gzip.decompress(data)
    except UNREADABLE as error:
        return f"It is cut short or damaged ({_reason(error)}). Fetch it again."


def first_bytes(data: bytes, most: int = 65_536) -> bytes:
    """Return the first bytes, gunzipped where they are gzip; none when they are damaged.

    Parameters
    ----------
    data : bytes
    most : int
        How many at most.

    Returns
    -------
    bytes

    Examples
    --------
    >>> first_bytes(gzip.compress(b"plain"), 2)
    b'pl'
    """
    if not data.startswith(_GZIP):
        return data[:most]
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(data, most)
    except zlib.error:
        return b""


def _search_folder(folder: Path, wanted: Wanted, found: Sources, stack: ExitStack) -> None:
    before = len(found.files) + len(found.faults)
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        if path.suffix.casefold() == ".zip":
            _search_zip(path, wanted, found, stack)
        elif wanted.is_wanted(path.name):
            found.files.append(Source(path.name, path))
        else:
            found.ignored.append(path.name)
    if len(found.files) + len(found.faults) == before:
        found.faults.append(_nothing_in(str(folder), wanted, found.ignored))


def _search_zip(path: Path, wanted: Wanted, found: Sources, stack: ExitStack) -> None:
    try:
        archive = stack.enter_context(zipfile.ZipFile(path))
    except UNREADABLE as error:
        message = f"It is no zip, or cut short ({_reason(error)}). Fetch it again."
        found.faults.append(FileFault(file=path.name, message=message))
        return
    members = sorted(m.filename for m in archive.infolist() if not m.is_dir())
    chosen = [m for m in members if wanted.is_wanted(PurePosixPath(m).name)]
    others = [PurePosixPath(m).name for m in members if m not in set(chosen)]
    found.files += [Source(f"{path.name}/{m}", path, archive, m) for m in chosen]
    found.ignored += others
    if not chosen:
        found.faults.append(_nothing_in(path.name, wanted, others))


def _nothing_in(place: str, wanted: Wanted, others: Sequence[str]) -> FileFault:
    holds = f"it holds {', '.join(others[:3])}" if others else "it is empty"
    return FileFault(
        file=place, message=f"It has no {wanted.what}; {holds}. Give the folder that holds them."
    )


def _reason(error: BaseException) -> str:
    return str(error) or type(error).__name__
