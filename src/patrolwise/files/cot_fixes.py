"""Which fixes a log of Cursor on Target events holds: the positions of units (TAK)."""

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO
from xml.etree.ElementTree import Element

from patrolwise.files.fix_parts import NO_POSITION, FixTally, RawFix
from patrolwise.files.fix_texts import Told, make_fix, read_measure, read_number
from patrolwise.files.xml_fixes import ByteSource, XmlFormat, child, walk

NOT_A_UNIT = "not a position of a unit"
BY_HAND = "entered by hand, not measured"
UNKNOWN_ERROR_M = 9_999_999.0  # how the format writes an error that is not known

_DECLARATION = re.compile(rb"<\?xml\s[^>]{0,200}?\?>")
_DECLARATION_BEGUN = re.compile(rb"<(?:\?(?:x(?:m(?:l[^>]{0,200})?)?)?)?\Z")


class _Joined:
    """Many documents as one: a root round them all, and no XML declaration but the first."""

    def __init__(self, source: ByteSource) -> None:
        self._source = source
        self._decoder: codecs.IncrementalDecoder | None = None
        self._kept = b""  # perhaps the beginning of a declaration
        self._has_begun = False
        self._has_ended = False

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes of the one document, none at its end."""
        while not self._has_ended:
            data = self._source.read(size)
            self._has_ended = not data
            joined = self._go_on(data) if self._has_begun else self._begin(data)
            if joined:
                return joined
        return b""

    def _begin(self, data: bytes) -> bytes:
        self._has_begun = True
        if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            self._decoder = codecs.getincrementaldecoder("utf-16")("replace")
            return b"<joined>" + self._without_declarations(data)
        data = data.removeprefix(codecs.BOM_UTF8)
        # The first declaration stays: it may name the encoding of all of them.
        first = _DECLARATION.match(data)
        declared = first.group() if first else b""
        return declared + b"<joined>" + self._without_declarations(data[len(declared) :])

    def _go_on(self, data: bytes) -> bytes:
        return self._without_declarations(data) + (b"" if data else b"</joined>")

    def _without_declarations(self, data: bytes) -> bytes:
        is_last = self._has_ended
        if self._decoder is not None:
            data = self._decoder.decode(data, is_last).encode("utf-8")
        text = _DECLARATION.sub(b"", self._kept + data)
        begun = None if is_last else _DECLARATION_BEGUN.search(text)
        self._kept = begun.group() if begun else b""
        return text[: len(text) - len(self._kept)]


COT = XmlFormat(
    "Cursor on Target",
    roots=frozenset({"event", "events"}),
    whole=frozenset({"event"}),
    join=_Joined,
)


def read_cot(stream: BinaryIO, tally: FixTally) -> Iterator[RawFix]:
    """Yield the positions of units in a log of Cursor on Target events, in its order.

    The log may be one document, or one document after another, as a TAK server or a client
    writes its stream. Events that are not positions of units (type not beginning "a-"), and
    positions that a person entered (how beginning "h-"), are dropped.

    Parameters
    ----------
    stream : binary stream
        Read once, forwards, in little memory.
    tally : FixTally
        Is told what was left out, and why.

    Yields
    ------
    RawFix
        The time is the event's `time`; one without a zone is UTC, with a remark. `device_id` is
        the `uid`. `accuracy_m` is the circular error `ce`, taken as a 68 % radius, or None where
        it is 9999999, "unknown"; a position of 0, 0 with it is no position. `speed_m_s` is that
        of `track`. No fix starts a segment: a log of events has none.

    Raises
    ------
    NotThisFormatError
        It is not a log of such events; no fix has been yielded then.

    References
    ----------
    MITRE, Cursor on Target event schema, version 2.0: `ce` is one sigma of a normal error; that
    68 of 100 lie within it is our reading.

    Examples
    --------
    >>> import io
    >>> text = b'''<event uid="radio-7" type="a-f-G-U-C" time="1970-01-01T00:00:01Z" how="m-g">
    ... <point lat="52.63" lon="-1.13" hae="0" ce="9.5" le="9999999"/></event>'''
    >>> [(f.device_id, f.accuracy_m) for f in read_cot(io.BytesIO(text), FixTally("tak.xml"))]
    [('radio-7', 9.5)]
    """
    for met in walk(stream, tally, COT):
        if met.what == "end" and met.name == "event":
            fix = _read_event(met.element, tally)
            if fix is not None:
                yield fix


def _read_event(event: Element, tally: FixTally) -> RawFix | None:
    point = child(event, "point")
    longitude, latitude, radius = (
        None if point is None else point.get(name) for name in ("lon", "lat", "ce")
    )
    error_m = read_measure(radius, tally)
    if error_m is not None and error_m >= UNKNOWN_ERROR_M:
        error_m = None
    is_null = error_m is None and all(
        read_number(each or "") == 0 for each in (longitude, latitude)
    )
    track = child(event, "detail", "track")
    if not event.get("type", "").startswith("a-"):
        tally.drop(NOT_A_UNIT)
    elif event.get("how", "").startswith("h-"):
        tally.drop(BY_HAND)
    elif is_null:
        tally.drop(NO_POSITION)
    else:
        speed = read_measure(None if track is None else track.get("speed"), tally)
        device_id = event.get("uid", "").strip() or None
        told = Told(longitude, latitude, event.get("time"), error_m, speed, device_id)
        return make_fix(told, tally)
    return None
