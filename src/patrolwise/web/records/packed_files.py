"""Whether a packed file is safe to open: what it unpacks to, where its files would go.

A few kilobytes can unpack to more than any memory holds, and a workbook of two cells can claim
a sheet of seventeen thousand million. All of that is found here by streaming, before any reader
sees the file.
"""

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO

from patrolwise.errors import InputError, check_faults
from patrolwise.files.sources import UNREADABLE

MOST_UNPACKED = 1 << 30  # bytes, of everything in one upload
MOST_WORKBOOK = 512 << 20  # bytes, of a workbook unpacked
MOST_CELLS = 60_000_000  # of a sheet: readers make room for its whole rectangle
MOST_MEMBERS = 10_000
_MOST_DIRECTORY = 8 << 20  # bytes, of the list of a zip's files
_CHUNK = 1 << 20
_GZIP, _ZIP = b"\x1f\x8b", b"PK"
_END, _END_64 = b"PK\x05\x06", b"PK\x06\x06"
_TAIL = 66_000  # the longest comment, and the records before it
_DRIVE = re.compile(r"^[A-Za-z]:")
_CELL = re.compile(rb'<(?:\w+:)?(?:c|row)\b[^>]{0,200}?\br="([A-Z]{0,3})(\d{1,7})"')
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)


def check_packed(path: Path) -> None:
    """Raise when a file unpacks to too much, is locked, or would write outside its folder.

    A file that is not packed passes.

    Parameters
    ----------
    path : Path

    Raises
    ------
    InputError
        All that is wrong, in whole sentences.
    """
    with path.open("rb") as file:
        start = file.read(4)
        file.seek(0)
        if start.startswith(_GZIP):
            _check_size(path.name, _count_gzip(path.name, file), MOST_UNPACKED)
        elif start.startswith(_ZIP):
            _check_directory(path.name, file)
    if start.startswith(_ZIP):
        _check_zip(path)


def check_member_name(name: str, mode: int = 0) -> str | None:
    """Return what is wrong with the name of a file in a zip; None when it is harmless.

    Parameters
    ----------
    name : str
    mode : int
        Its Unix mode, as the zip gives it.

    Returns
    -------
    str or None
        A whole sentence.
    """
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if name.startswith(("/", "\\")) or _DRIVE.match(name) or ".." in parts or "\x00" in name:
        return f"It holds {name!r}, which leads out of its folder. Zip the folder again."
    if stat.S_ISLNK(mode):
        return f"It holds the link {name!r} to another file. Zip the file itself."
    return None


def unpack_into(path: Path, folder: Path) -> None:
    """Unpack a zip that `check_packed` let pass.

    Parameters
    ----------
    path : Path
    folder : Path
        Empty.

    Raises
    ------
    InputError
        It is damaged.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                archive.extract(member, folder)
    except UNREADABLE as error:
        raise InputError(
            f"{path.name} is cut short or damaged ({error}). Send it again."
        ) from error


def is_zip(path: Path) -> bool:
    """Return whether a file begins as a zip does."""
    with path.open("rb") as file:
        return file.read(2) == _ZIP


def _check_directory(name: str, file: BinaryIO) -> None:
    """Raise when the list of a zip's files is itself too long to be read."""
    file.seek(0, 2)
    file.seek(-min(_TAIL, file.tell()), 2)
    tail = file.read()
    at, at_64 = tail.rfind(_END), tail.rfind(_END_64)
    if at < 0 or len(tail) < at + 22:
        raise InputError(f"{name} is no zip, or cut short. Send it again.")
    size = struct.unpack_from("<L", tail, at + 12)[0]
    if 0 <= at_64 <= len(tail) - 56:
        size = max(size if size < 0xFFFFFFFF else 0, struct.unpack_from("<Q", tail, at_64 + 40)[0])
    if size > _MOST_DIRECTORY:
        raise InputError(f"{name} lists far too many files. Zip no more than {MOST_MEMBERS:,}.")


def _check_zip(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            check_faults(path.name, list(_member_faults(members)))
            is_workbook = any(_SHEET.fullmatch(one.filename) for one in members)
            most = MOST_WORKBOOK if is_workbook else MOST_UNPACKED
            _check_size(path.name, _count_zip(archive), most)
            for one in members:
                if is_workbook and _SHEET.fullmatch(one.filename):
                    _check_cells(path.name, archive, one)
    except UNREADABLE as error:
        raise InputError(
            f"{path.name} is cut short or damaged ({error}). Send it again."
        ) from error


def _member_faults(members: list[zipfile.ZipInfo]) -> Iterator[str]:
    if len(members) > MOST_MEMBERS:
        yield f"It holds {len(members):,} files, and {MOST_MEMBERS:,} is the most."
        return
    for one in members:
        if one.flag_bits & 1:
            yield f"It holds {one.filename!r} under a password. Zip it without one."
        if fault := check_member_name(one.orig_filename, one.external_attr >> 16):
            yield fault


def _count_zip(archive: zipfile.ZipFile) -> int:
    """Return how many bytes all files of a zip are when unpacked, gzip among them too.

    A reader of a zip gives no more than the size that its list tells, so that can be trusted.
    """
    total = 0
    for one in archive.infolist():
        total += one.file_size
        if total > MOST_UNPACKED:
            return total
        if one.filename.casefold().endswith(".gz"):
            with archive.open(one) as file:
                total += _count_gzip(one.filename, file)
    return total


def _count_gzip(name: str, file: IO[bytes]) -> int:
    """Return how many bytes gzip unpacks to, or one more than may be, whichever is less."""
    total, unpacker = 0, zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        while data := file.read(_CHUNK):
            while data:
                total += len(unpacker.decompress(data, _CHUNK))
                if total > MOST_UNPACKED:
                    return total
                data = unpacker.unconsumed_tail
                if unpacker.eof and (data := unpacker.unused_data.lstrip(b"\0")):
                    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    except zlib.error as error:
        raise InputError(f"{name} is damaged ({error}). Send it again.") from error
    if not unpacker.eof:
        raise InputError(f"{name} is cut short. Send it again.")
    return total


def _check_size(name: str, size: int, most: int) -> None:
    if size > most:
        raise InputError(
            f"{name} unpacks to more than {most >> 20:,} MB, which no such file needs. "
            "Nothing of it was read. Send months apart."
        )


def _check_cells(name: str, archive: zipfile.ZipFile, sheet: zipfile.ZipInfo) -> None:
    """Raise when a sheet's last cell is so far out that its rectangle fills the memory."""
    last_row = last_column = 0
    with archive.open(sheet) as file:
        kept = b""
        while data := file.read(_CHUNK):
            text = kept + data
            for column, row in _CELL.findall(text):
                last_row = max(last_row, int(row))
                last_column = max(last_column, _column_number(column))
            kept = text[-300:]
    if last_row * last_column > MOST_CELLS:
        raise InputError(
            f"{name} has a sheet of {last_row:,} rows by {last_column:,} columns, almost all "
            f"empty; {MOST_CELLS:,} cells is the most. Delete what lies outside the table."
        )


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
