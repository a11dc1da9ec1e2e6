"""How a batch of fixes is read: a JSON array, a document a line, or GeoJSON; packed or not."""

import json
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from patrolwise.files.fix_parts import FixTally, NotThisFormatError, RawFix
from patrolwise.files.geojson_fixes import read_geojson_fixes
from patrolwise.files.json_fixes import read_json_items
from patrolwise.files.json_values import (
    MILLISECOND,
    NOT_JSON,
    TOO_DEEP,
    JsonDecoder,
    LeftOutError,
    above_zero,
    any_time,
    is_true,
    not_negative,
    position,
)
from patrolwise.files.osmand_fixes import parse_osmand_json
from patrolwise.files.owntracks_fixes import parse_owntracks
from patrolwise.files.traccar_fixes import parse_traccar
from patrolwise.web.field.ingest_judging import Judge, KeptFix
from patrolwise.web.field.ingest_rules import IngestRule
from patrolwise.web.field.posts import LastReasonTally

NOT_A_FIX = "It is no JSON object."
NOT_READ = "It cannot be read: {reason}."
BROKEN = "It cannot be read to its end. Nothing of it was kept: send it again, whole."

_STRAY_BYTES = re.compile("[\udc80-\udcff]")  # what surrogateescape makes of invalid UTF-8
_LAST_SECOND, _FAR = 2**31, 10**14
_NAMES = ('"time"', '"lon"', '"lat"')
_GZIP = b"\x1f\x8b"
_FEATURES = ("FeatureCollection", "Feature")


class BatchError(ValueError):
    """Nothing of a batch can be used; the message is a whole sentence, and the status HTTP's."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


@dataclass
class ReadBatch:
    """The fixes of a batch, and what was left out of it."""

    most_told: int
    fixes: list[KeptFix] = field(default_factory=list)
    items: int = 0
    refused: Counter[str] = field(default_factory=Counter)  # sentence → items
    told: list[tuple[int, str]] = field(default_factory=list)  # number of the item, from 1

    def refuse(self, item: int, sentence: str) -> None:
        """Count an item that is left out, and tell the first of them one by one."""
        self.refused[sentence] += 1
        if len(self.told) < self.most_told:
            self.told.append((item, sentence))


def unpack(body: bytes, rule: IngestRule, *, is_gzip: bool) -> bytes:
    """Return a body unpacked, if it is packed.

    Parameters
    ----------
    body : bytes
    rule : IngestRule
    is_gzip : bool
        What the header says; a body that begins as gzip does is gzip too.

    Returns
    -------
    bytes

    Raises
    ------
    BatchError
        It is not gzip, it is damaged, or it unpacks to too much.
    """
    if not is_gzip and body[:2] != _GZIP:
        return body
    unpacker = zlib.decompressobj(wbits=31)
    try:
        data = unpacker.decompress(body, rule.unpacked_bytes + 1)
    except zlib.error:
        raise BatchError(400, "The body is not gzip, or is damaged.") from None
    if len(data) > rule.unpacked_bytes:
        most = rule.unpacked_bytes >> 20
        raise BatchError(413, f"The body unpacks to more than {most} MB. Send it in parts.")
    if not unpacker.eof or unpacker.unused_data:
        raise BatchError(400, "The body is gzip that is cut short, or has something after it.")
    return data


def read_batch(
    body: bytes, judge: Judge, rule: IngestRule, *, is_geojson: bool = False
) -> ReadBatch:
    """Read the fixes of a batch, the good ones whatever the others are.

    Parameters
    ----------
    body : bytes
        Unpacked. Items are messages of OwnTracks, Traccar or Traccar Client, or have `time` (ISO
        8601 with its zone, or seconds or milliseconds from 1970), `lon`, `lat`, and may have
        `accuracy` (m), `speed` (m/s) and `mock`.
    judge : Judge
    rule : IngestRule
    is_geojson : bool
        Whether it says that it is GeoJSON, and so has to be.

    Returns
    -------
    ReadBatch

    Raises
    ------
    BatchError
        It is no JSON, is not whole, or holds too many.
    """
    found = ReadBatch(rule.told)
    items = None if is_geojson else _decode_quickly(body)
    if items is not None:
        return _judge_quickly(items, found, judge, rule)
    text = body.decode("utf-8-sig", "surrogateescape")
    first = _first_document(text)
    if isinstance(first, Mapping) and first.get("type") in _FEATURES:
        if not isinstance(first.get("features", []), list):
            raise BatchError(400, "The features are not a list.")
        raw = _fixes_of_geojson(body, found)
    elif is_geojson:
        raise BatchError(400, "It is no GeoJSON: a FeatureCollection, or a Feature a line.")
    elif isinstance(first, list):
        raw = _fixes_of(enumerate(first, 1), found)
    elif first is not None:
        raw = _fixes_of(_lines(text, found), found)
    else:
        raw = _fixes_one_by_one(body, found)
    return _judge_all(raw, found, judge, rule)


def _judge_quickly(items: list[Any], found: ReadBatch, judge: Judge, rule: IngestRule) -> ReadBatch:
    """Take the items that are as most are at once, and the careful way those that are not."""
    _check_number(len(items), rule)
    keep_plain, kept = judge.keep_plain, found.fixes.append
    for row, item in enumerate(items, 1):
        fix = keep_plain(item) if type(item) is dict else None
        if fix is not None:
            found.items += 1
            kept(fix)
        else:
            _judge_all(_fixes_of(((row, item),), found), found, judge, rule)
    return found


def _check_number(items: int, rule: IngestRule) -> None:
    if items > rule.batch_fixes:
        raise BatchError(413, f"A batch holds at most {rule.batch_fixes:,} fixes. Send parts.")


def _judge_all(
    raw: Iterable[RawFix], found: ReadBatch, judge: Judge, rule: IngestRule
) -> ReadBatch:
    keep, kept = judge.keep, found.fixes.append
    for fix in raw:
        judged = keep(fix)
        if isinstance(judged, str):
            found.refuse(fix.row, judged)
        else:
            kept(judged)
        _check_number(found.items, rule)
    return found


def _decode_quickly(body: bytes) -> list[Any] | None:
    """Return the items of an array in which nothing asks for care; else None.

    The careful decoder is called back for each object and number, which takes three times as long.
    """
    if body[:1] != b"[":
        return None
    try:
        text = body.decode("utf-8")
        items = json.loads(text)
    except (ValueError, RecursionError):
        return None
    is_named_twice = any(text.count(name) > len(items) for name in _NAMES)
    return None if is_named_twice else items


def _first_document(text: str) -> Any:
    """Return the whole document, or that of the first line; None to read it with more patience."""
    decoder, start = JsonDecoder(), text.lstrip()
    head = start.partition("\n")[0]
    if start[:1] not in ("[", "{"):
        raise BatchError(400, NOT_READ.format(reason=NOT_JSON))
    for part in (head, start) if start[0] == "{" else (start,):
        try:
            return decoder.decode(part)
        except LeftOutError as fault:
            reason = str(fault)
    if reason in (NOT_JSON, TOO_DEEP) and not _STRAY_BYTES.search(text):
        raise BatchError(400, NOT_READ.format(reason=reason))
    return None


def _lines(text: str, found: ReadBatch) -> Iterator[tuple[int, Any]]:
    """Yield the documents of a text, one a line; or the one that it is."""
    decoder = JsonDecoder()
    try:
        yield 1, decoder.decode(text)
        return
    except LeftOutError:
        pass
    for row, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                value = decoder.decode(line)
            except LeftOutError as fault:
                found.items += 1
                found.refuse(row, NOT_READ.format(reason=fault))
                continue
            yield row, value


def _fixes_of(items: Iterable[tuple[int, Any]], found: ReadBatch) -> Iterator[RawFix]:
    tally = LastReasonTally("batch")
    for row, item in items:
        found.items += 1
        if not isinstance(item, dict):
            found.refuse(row, NOT_A_FIX)
            continue
        fix = _parse(item, tally, row)
        if fix is None:
            found.refuse(row, NOT_READ.format(reason=tally.reason))
        else:
            yield fix


def _parse(item: Mapping[str, Any], tally: LastReasonTally, row: int) -> RawFix | None:
    if "lon" in item and "_type" not in item:  # most are: asked first
        return _parse_plain(item, tally, row)
    if "_type" in item:
        return parse_owntracks(item, tally, row)
    if "position" in item or "event" in item or "fixTime" in item:
        return parse_traccar(item, tally, row)
    if "location" in item:
        return parse_osmand_json(item, tally, row)
    return _parse_plain(item, tally, row)


def _parse_plain(item: Mapping[str, Any], tally: LastReasonTally, row: int) -> RawFix | None:
    get = item.get
    longitude, latitude, time = get("lon"), get("lat"), get("time")
    accuracy, speed, mock = get("accuracy"), get("speed"), get("mock")
    try:
        if type(longitude) is not float or type(latitude) is not float:
            longitude, latitude = position(longitude, latitude)
        if type(time) is int and _LAST_SECOND < time < _FAR:  # milliseconds, as most are
            time_us = time * MILLISECOND
        else:
            time_us = any_time(time)
        return RawFix(
            row,
            time_us,
            longitude,
            latitude,
            None,
            None if accuracy is None else above_zero(accuracy),
            None if speed is None else not_negative(speed),
            mock is not None and bool(is_true(mock)),
        )
    except LeftOutError as fault:
        tally.drop(str(fault))
        return None


class _TellingTally(FixTally):
    """A tally that tells the batch of each point that is left out."""

    batch: ReadBatch

    def drop(self, reason: str, points: int = 1) -> None:
        """Tell it."""
        super().drop(reason, points)
        self.batch.items += points
        self.batch.refuse(self.batch.items, NOT_READ.format(reason=reason))

    def break_off(self, sentence: str) -> None:
        """Refuse it whole: what was answered as done is not sent again."""
        raise BatchError(400, BROKEN)


def _telling(found: ReadBatch) -> _TellingTally:
    tally = _TellingTally("The batch")
    tally.batch = found
    return tally


def _fixes_of_geojson(body: bytes, found: ReadBatch) -> Iterator[RawFix]:
    try:
        for fix in read_geojson_fixes(BytesIO(body), _telling(found)):
            found.items += 1
            yield fix
    except NotThisFormatError as error:
        if not found.items:
            raise BatchError(400, str(error)) from None


def _fixes_one_by_one(body: bytes, found: ReadBatch) -> Iterator[RawFix]:
    """Yield the fixes of a batch in which an item has bytes or names that cannot be."""
    items = read_json_items(BytesIO(body), _telling(found))
    yield from _fixes_of(((item.row, item.value) for item in items), found)
