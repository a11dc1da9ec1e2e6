"""What bytes a file of fixes holds, unpacked while they are read and never without end."""

import gzip
import hashlib
import io
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, BinaryIO, cast

from patrolwise.files.fix_parts import NotThisFormatError
from patrolwise.files.sources import UNREADABLE, Source

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_GZIP = b"\x1f\x8b"
_ALWAYS_FINE = 256 << 20  # bytes unpacked
_MOST_UNPACKED = 100  # times the bytes packed; GPS text packs to a fifth or a twentieth
_PART = 1 << 20


class UnpackedFile(io.RawIOBase):
    """The bytes of a packed file; where it is damaged they end, and `damage` says why."""

    def __init__(self, packed: gzip.GzipFile | zipfile.ZipExtFile, limit: int) -> None:
        super().__init__()
        self._packed = packed
        self._limit = limit
        self._given = 0
        self.damage = ""

    def readable(self) -> bool:
        """Return true: it is for reading."""
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Fill a buffer; return how many bytes were put into it, 0 at the end or at damage."""
        view = memoryview(buffer).cast("B")
        try:
            data = self._packed.read1(len(view))
        except UNREADABLE as error:
            self.damage = str(error) or type(error).__name__
            return 0
        self._given += len(data)
        if self._given > self._limit:
            raise NotThisFormatError(
                f"It unpacks to more than {self._limit >> 20:,} MiB, over {_MOST_UNPACKED} times "
                "its size, which no file of fixes does. Unpack it yourself if you trust it."
            )
        view[: len(data)] = data
        return len(data)


@contextmanager
def open_content(source: Source) -> Iterator[BinaryIO]:
    """Open a file for reading, unpacked where it is a zip's member or gzip.

    Parameters
    ----------
    source : Source

    Yields
    ------
    BinaryIO
        `damage_of` tells what, if anything, ended it too early.

    Raises
    ------
    NotThisFormatError
        While it is read: it unpacks to more than any file of fixes would.
    OSError
        It cannot be opened.
    """
    with ExitStack() as stack:
        stream, packed_bytes = _open_stored(source, stack)
        if stream.peek(2)[:2] == _GZIP:
            unpacked = stack.enter_context(gzip.GzipFile(fileobj=stream))
            stream = io.BufferedReader(UnpackedFile(unpacked, _limit(packed_bytes)))
        yield cast(BinaryIO, stream)


def damage_of(stream: BinaryIO) -> str:
    """Return why a stream ended before its file did; empty when it did not.

    Parameters
    ----------
    stream : BinaryIO
        From `open_content`.

    Returns
    -------
    str
    """
    return str(getattr(getattr(stream, "raw", None), "damage", ""))


def hash_contents(source: Source) -> tuple[str, str]:
    """Return the SHA-256 of a file as it is stored, and of what it holds unpacked.

    Parameters
    ----------
    source : Source

    Returns
    -------
    str, str
        Equal for a file that is not gzip. For a member of a zip, of the member.

    Raises
    ------
    NotThisFormatError
        It unpacks to more than any file of fixes would.
    OSError
        It cannot be opened.
    """
    with ExitStack() as stack:
        stream, _ = _open_stored(source, stack)
        is_gzip = stream.peek(2)[:2] == _GZIP
        stored = _hash(stream)
    if not is_gzip:
        return stored, stored
    with open_content(source) as content:
        return stored, _hash(content)


def _open_stored(source: Source, stack: ExitStack) -> tuple[io.BufferedReader, int]:
    """Return a stream of the bytes as they are stored, and how many there are on the disk."""
    if source.archive is None:
        file = stack.enter_context(source.path.open("rb"))
        return file, source.path.stat().st_size
    try:
        member = stack.enter_context(source.archive.open(source.member))
    except UNREADABLE as error:  # such as a member under a password
        raise OSError(str(error)) from error
    packed = source.archive.getinfo(source.member).compress_size
    unpacked = UnpackedFile(cast(zipfile.ZipExtFile, member), _limit(packed))
    return io.BufferedReader(unpacked), packed


def _limit(packed_bytes: int) -> int:
    return max(_ALWAYS_FINE, _MOST_UNPACKED * packed_bytes)


def _hash(stream: io.BufferedReader | BinaryIO) -> str:
    digest = hashlib.sha256()
    while part := stream.read(_PART):
        digest.update(part)
    return digest.hexdigest()
