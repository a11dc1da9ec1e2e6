"""Which elements an XML file of fixes holds, one by one, whatever its bytes are.

A file of any size is read in little memory: an element is let go once it has been handed over.
The walk ends in one of three ways: at the end of the file, with a remark that the file is cut
short, or with `NotThisFormatError` before anything was handed over.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Literal, NamedTuple, Protocol
from xml.etree.ElementTree import Element

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse

from patrolwise.files.fix_parts import CUT_SHORT, FixTally, NotThisFormatError

DEEPEST = 100  # elements within each other; the formats need about ten
MOST_HELD = 10_000  # elements within one that is handed over whole; the formats need about fifty
LONGEST_SILENCE = 16 * 2**20  # bytes without a tag; a picture inside a description needs less

_BLANKS_FIRST = re.compile(rb"\A(\xef\xbb\xbf)?[ \t\r\n]+(?=<\?xml)")
_PACKED = {
    b"PK\x03\x04": "It is a zip archive (a KMZ is one): unpack it and give the file inside.",
    b"\x1f\x8b": "It is packed with gzip: unpack it and give the file inside.",
}
_DECLARES = (
    "It declares a document type or entities (<!DOCTYPE …>), which no {form} file needs and which "
    "can do harm. Export it again, or delete the declaration if you trust its source."
)
_WEB_PAGE = (
    "It is a web page, perhaps a sign-in page saved in place of the file. Download the {form} "
    "file again."
)


class ByteSource(Protocol):
    """What the parser reads from."""

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes, none at the end."""


@dataclass(frozen=True)
class XmlFormat:
    """What a format is called, how its documents begin, and what is handed over whole."""

    name: str
    roots: frozenset[str]
    whole: frozenset[str] = frozenset()
    join: Callable[[ByteSource], ByteSource] | None = None  # many documents under one made root


class Met(NamedTuple):
    """An element that begins or ends, or the place where the file breaks off."""

    what: Literal["start", "end", "cut"]
    name: str  # without its namespace
    element: Element  # at its start only its attributes are sure; at its end, its text too
    within: tuple[str, ...]  # names of the elements round it, outermost first


class _UnreadableError(Exception):
    """The rest of the file cannot be read; the message is a phrase that says why."""


# LookupError, ValueError, Warning: a declared encoding that Python does not know or cannot use.
_FAULTS = (ParseError, LookupError, ValueError, Warning, _UnreadableError)


class _Watched:
    """The stream, with its beginning kept and a limit on bytes that bring no tag."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.beginning = b""
        self.is_at_end = False
        self.silent = 0  # bytes since the last tag; the walk sets it back

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes; more at a time while no tag comes, or expat turns quadratic."""
        if self.silent > LONGEST_SILENCE:
            raise _UnreadableError(f"no tag in {LONGEST_SILENCE // 2**20} MiB")
        data = self._stream.read(max(size, self.silent))
        if not self.beginning:
            while data and len(data) < 512 and (more := self._stream.read(512)):
                data += more
            # Some exporters write blanks before the declaration, where XML allows none.
            data = _BLANKS_FIRST.sub(rb"\1", data)
            self.beginning = data[:512]
        self.silent += len(data)
        self.is_at_end = not data
        return data


def walk(stream: BinaryIO, tally: FixTally, form: XmlFormat) -> Iterator[Met]:
    """Yield each element as it begins and as it ends, and let it go afterwards.

    Of an element in `form.whole` only its own beginning and end are yielded; at its end it holds
    all that it has. When the file breaks off, a last `Met` says "cut", so that the reader can
    hand over what it has; after that the walk makes the remark.

    Parameters
    ----------
    stream : binary stream
        Read once, forwards.
    tally : FixTally
        Takes the remark when the file is cut short; its counts say how many fixes were kept.
    form : XmlFormat
        What to expect.

    Yields
    ------
    Met

    Raises
    ------
    NotThisFormatError
        Before anything is yielded: the file is empty, is not XML, begins with another element,
        or declares a document type or entities.
    """
    source = _Watched(stream)
    has_begun = False
    try:
        for met in _steps(source, form):
            has_begun = True
            yield met
        if not has_begun:  # a made root alone is no error to the parser
            raise _UnreadableError("no element found")
    except NotThisFormatError:
        raise
    except _FAULTS as error:
        if not has_begun:
            raise NotThisFormatError(_what_it_is(source.beginning, error, form)) from error
        yield Met("cut", "", Element("cut"), ())
        kept = tally.points - tally.dropped.total()
        tally.remark(CUT_SHORT.format(where=_where(error, source), points=kept))


def _steps(source: _Watched, form: XmlFormat) -> Iterator[Met]:
    names: list[str] = []
    around: list[Element] = []
    whole_at = DEEPEST  # number of elements round the one that is handed over whole
    held = 0
    has_root = False
    made = 0 if form.join is None else 1  # roots that are not the file's own
    joined = source if form.join is None else form.join(source)
    for what, element in iterparse(joined, events=("start", "end"), forbid_dtd=True):
        source.silent = 0
        if what == "start":
            name = local_name(element)
            if made <= len(names) <= whole_at:
                if not has_root:
                    _check_root(name, form)
                    has_root = True
                yield Met("start", name, element, tuple(names[made:]))
                if name in form.whole and whole_at == DEEPEST:
                    whole_at, held = len(names), 0
            held += 1
            names.append(name)
            around.append(element)
            _check_shape(len(names), held if whole_at < DEEPEST else 0)
        else:
            name = names.pop()
            around.pop()
            if made <= len(names) <= whole_at:
                whole_at = DEEPEST
                yield Met("end", name, element, tuple(names[made:]))
                if around:
                    around[-1].remove(element)


def _check_root(name: str, form: XmlFormat) -> None:
    if name in form.roots:
        return
    if name.lower() == "html":
        raise NotThisFormatError(_WEB_PAGE.format(form=form.name))
    wanted = " or ".join(f"<{root}>" for root in sorted(form.roots))
    raise NotThisFormatError(
        f"It is XML but not {form.name}: it begins with <{name[:40]}>, not with {wanted}. Give it "
        f"the name of its own format, or export it again as {form.name}."
    )


def _check_shape(depth: int, held: int) -> None:
    if depth > DEEPEST:
        raise _UnreadableError(f"more than {DEEPEST} elements within each other")
    if held > MOST_HELD:
        raise _UnreadableError(f"one element holds more than {MOST_HELD} others")


def _what_it_is(beginning: bytes, error: Exception, form: XmlFormat) -> str:
    if not beginning:
        return f"It is empty. Export it again as {form.name}."
    if b"<!doctype html" in beginning.lower():
        return _WEB_PAGE.format(form=form.name)
    if isinstance(error, DefusedXmlException) or b"<!doctype" in beginning.lower():
        return _DECLARES.format(form=form.name)
    for magic, text in _PACKED.items():
        if beginning.startswith(magic):
            return text
    found = ascii(beginning[:40].decode("utf-8", "replace"))
    return (
        f"It is not {form.name}: it cannot be read as XML ({_reason(error)}) and begins with "
        f"{found}. Give it the name of its own format, or export it again as {form.name}."
    )


def _reason(error: Exception) -> str:
    return str(error).split(":", maxsplit=1)[0].removesuffix(" (invalid token)")


def _where(error: Exception, source: _Watched) -> str:
    if not isinstance(error, ParseError):
        return f"({error})"
    line = error.position[0]
    return f"in line {line}, its last" if source.is_at_end else f"at line {line} ({_reason(error)})"


def local_name(element: Element) -> str:
    """Return the name of an element without its namespace.

    Parameters
    ----------
    element : Element

    Returns
    -------
    str

    Examples
    --------
    >>> local_name(Element("{urn:made-up}trkpt"))
    'trkpt'
    """
    return element.tag.rpartition("}")[2]


def child(element: Element, *path: str) -> Element | None:
    """Return the first descendant along a path of names, whatever their namespaces.

    Parameters
    ----------
    element : Element
    *path : str
        Local names: a child's, then one of its own children's, and so on.

    Returns
    -------
    Element or None
        None when a name on the path is missing.

    Examples
    --------
    >>> from defusedxml.ElementTree import fromstring
    >>> child(fromstring("<a><b><c>1</c></b></a>"), "b", "c").text
    '1'
    """
    found: Element | None = element
    for name in path:
        if found is None:
            return None
        found = next((each for each in found if local_name(each) == name), None)
    return found


def text_at(element: Element, *path: str) -> str | None:
    """Return the text of the first descendant along a path of names.

    Parameters
    ----------
    element : Element
    *path : str
        As for `child`.

    Returns
    -------
    str or None
        Without blanks round it; None when it is missing or blank.

    Examples
    --------
    >>> from defusedxml.ElementTree import fromstring
    >>> text_at(fromstring("<a><b> 1 </b></a>"), "b")
    '1'
    >>> text_at(fromstring("<a><b> </b></a>"), "b") is None
    True
    """
    found = child(element, *path)
    return None if found is None else (found.text or "").strip() or None
