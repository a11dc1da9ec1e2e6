"""How a part of a word processor's file is opened: a ZIP archive of XML, from anybody."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple
from xml.etree.ElementTree import Element

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from patrolwise.errors import InputError
from patrolwise.files.sources import UNREADABLE

MOST_BYTES = 64 * 2**20  # of one part unpacked; a book of a thousand pages needs a tenth
_PROTECTED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # what encrypted files and the old .doc begin with
_BROKEN = (*UNREADABLE, ValueError)  # the last is zipfile's too, for names that cannot be
_SAVE = "Open it in a word processor and save it again as .docx, or as plain text in UTF-8."


class Step(NamedTuple):
    """An element that begins or ends, or text between."""

    what: Literal["start", "text", "end"]
    name: str  # of the element, without its namespace; of text: the element that it stands in
    text: str = ""  # of an element that begins: what comes before its first child
    kind: str = ""  # the element's attribute "type"


def open_archive(path: Path) -> zipfile.ZipFile:
    """Return the archive of a word processor's file.

    Parameters
    ----------
    path : Path

    Returns
    -------
    zipfile.ZipFile
        Held in memory: the file itself is closed.

    Raises
    ------
    InputError
        It cannot be read, is protected by a password, is of another kind, or is cut short.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path.name} cannot be read: {error.strerror}.") from error
    if content.startswith(_PROTECTED):
        raise InputError(
            f"{path.name} is protected by a password, or is an old .doc file. "
            "Save it without a password as .docx."
        )
    if content.startswith(b"%PDF"):
        raise InputError(
            f"{path.name} is a PDF under another name. Give the file that it was made from, or "
            "copy its text into a .txt file."
        )
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except _BROKEN as error:
        raise InputError(
            f"{path.name} is no word processor's file, or is cut short. {_SAVE}"
        ) from error


def has_part(archive: zipfile.ZipFile, name: str) -> bool:
    """Return whether an archive has a part of that name.

    Parameters
    ----------
    archive : zipfile.ZipFile
    name : str

    Returns
    -------
    bool
    """
    return name in archive.namelist()


def read_part(archive: zipfile.ZipFile, name: str, file: str) -> bytes:
    """Return one part of an archive, unpacked.

    Parameters
    ----------
    archive : zipfile.ZipFile
    name : str
    file : str
        The archive's name, for who reads the error.

    Returns
    -------
    bytes

    Raises
    ------
    InputError
        The part is missing, encrypted, damaged or far too large.
    """
    if not has_part(archive, name):
        raise InputError(f"{file} lacks {name}, which holds the text. {_SAVE}")
    try:
        if archive.getinfo(name).flag_bits & 1:
            raise InputError(f"{file} is protected by a password. Save it without one.")
        with archive.open(name) as part:
            content = part.read(MOST_BYTES + 1)
    except _BROKEN as error:
        raise InputError(f"{file} is damaged or cut short ({name}). {_SAVE}") from error
    if len(content) > MOST_BYTES:
        raise InputError(
            f"{file} unpacks to more than {MOST_BYTES // 2**20} MiB ({name}), which no press "
            "release does. Copy its text into a .txt file."
        )
    return content


def walk_part(content: bytes, name: str, file: str) -> Iterator[Step]:
    """Yield each element of a part as it begins and ends, and the text between, in order.

    Parameters
    ----------
    content : bytes
        XML.
    name, file : str
        Of the part and of its archive, for who reads the error.

    Yields
    ------
    Step

    Raises
    ------
    InputError
        It is no XML, or declares a document type or entities.
    """
    try:
        root = fromstring(content, forbid_dtd=True)
    except DefusedXmlException as error:
        raise InputError(
            f"{file} declares a document type or entities ({name}), which can do harm and which "
            f"no word processor writes. {_SAVE}"
        ) from error
    except (ParseError, LookupError, ValueError) as error:
        raise InputError(f"{file} is damaged ({name}: {error}). {_SAVE}") from error
    return _walk(root)


def _walk(root: Element) -> Iterator[Step]:
    """Yield the steps of a tree; without recursion, for a file may nest as deeply as it likes."""
    yield _begin(root)
    held: list[tuple[Element, Iterator[Element]]] = [(root, iter(root))]
    while held:
        element, children = held[-1]
        child = next(children, None)
        if child is not None:
            yield _begin(child)
            held.append((child, iter(child)))
            continue
        held.pop()
        yield Step("end", _name(element))
        if held:
            yield Step("text", _name(held[-1][0]), element.tail or "")


def _begin(element: Element) -> Step:
    kind = next((v for k, v in element.attrib.items() if k.rpartition("}")[2] == "type"), "")
    return Step("start", _name(element), element.text or "", kind)


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
