"""Which formats of fixes there are, and which one a file is in, by its content before its name."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from patrolwise.files.cot_fixes import read_cot
from patrolwise.files.fit_fixes import read_fit
from patrolwise.files.fix_parts import FixReader
from patrolwise.files.geojson_fixes import read_geojson_fixes, read_mf_json
from patrolwise.files.gpx_fixes import read_gpx
from patrolwise.files.kml_fixes import read_kml
from patrolwise.files.nmea_fixes import read_nmea
from patrolwise.files.osmand_fixes import read_osmand_json, read_osmand_log
from patrolwise.files.owntracks_fixes import read_owntracks_json, read_owntracks_rec
from patrolwise.files.plt_fixes import read_plt
from patrolwise.files.taip_fixes import read_taip
from patrolwise.files.tcx_fixes import read_tcx
from patrolwise.files.traccar_fixes import read_traccar_json

START_BYTES = 4096  # of a file that are looked at
_BOM = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_COMMENT = re.compile(rb"<!--.*?(-->|$)", re.DOTALL)
_ELEMENT = re.compile(rb"<(?:[\w.-]+:)?([A-Za-z][\w.-]*)")
# a sentence stands at the start of its line, or after the time at which it was logged
_NMEA = re.compile(rb"^[^,;$\r\n]{0,40}[$!](?:[A-Z]{5}|P[A-Z0-9]{3,}),", re.MULTILINE)
_TAIP = re.compile(rb">R[A-Z]{2}[0-9]")
_QUERY = re.compile(rb"(?=.*\b(?:lat|location)=-?[0-9.])(?=.*\b(?:id|deviceid)=)")
_REC_LINE = re.compile(rb"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z?\t")
_PLT_STARTS = (b"ozi", b"geolife trajectory")


@dataclass(frozen=True, kw_only=True)
class FixFormat:
    """One format: what it is called, how it is known and what reads it."""

    name: str
    endings: tuple[str, ...]
    is_start: Callable[[bytes], bool] | None = None  # of the first bytes; None: by name only
    read: FixReader | None = None  # None: not one fix after another from a stream


def _is_xml(*roots: bytes) -> Callable[[bytes], bool]:
    def is_start(start: bytes) -> bool:
        if not start.lstrip().startswith(b"<"):
            return False
        found = _ELEMENT.search(_COMMENT.sub(b"", start))
        return found is not None and found[1] in roots

    return is_start


def _is_json(pattern: bytes) -> Callable[[bytes], bool]:
    keys = re.compile(pattern)

    def is_start(start: bytes) -> bool:
        return start.lstrip().startswith((b"{", b"[")) and keys.search(start) is not None

    return is_start


def _is_fit(start: bytes) -> bool:
    return start[8:12] == b".FIT"


def _is_nmea(start: bytes) -> bool:
    return _NMEA.search(start) is not None


def _is_taip(start: bytes) -> bool:
    return _TAIP.search(start) is not None


def _is_plt(start: bytes) -> bool:
    return start[:40].lower().startswith(_PLT_STARTS)


def _is_rec(start: bytes) -> bool:
    return _REC_LINE.match(start) is not None


def _is_query_log(start: bytes) -> bool:
    return not start.lstrip().startswith((b"{", b"[", b"<")) and _QUERY.search(start) is not None


def _is_parquet(start: bytes) -> bool:
    return start.startswith(b"PAR1")


def _is_zip(start: bytes) -> bool:
    return start.startswith(b"PK\x03\x04")


STORE = FixFormat(name="fix store", endings=(".parquet",), is_start=_is_parquet)
WORKBOOK = FixFormat(name="Excel", endings=(".xlsx",), is_start=_is_zip)
CSV = FixFormat(name="CSV", endings=(".csv", ".tsv"))

# The first that fits is taken: what has a signature, then what is known by a key.
FORMATS: tuple[FixFormat, ...] = (
    STORE,
    WORKBOOK,
    FixFormat(name="FIT", endings=(".fit",), is_start=_is_fit, read=read_fit),
    FixFormat(name="GPX", endings=(".gpx",), is_start=_is_xml(b"gpx"), read=read_gpx),
    FixFormat(name="KML", endings=(".kml",), is_start=_is_xml(b"kml"), read=read_kml),
    FixFormat(
        name="TCX",
        endings=(".tcx",),
        is_start=_is_xml(b"TrainingCenterDatabase"),
        read=read_tcx,
    ),
    FixFormat(
        name="Cursor on Target",
        endings=(".cot", ".xml"),
        is_start=_is_xml(b"event", b"events"),
        read=read_cot,
    ),
    FixFormat(name="PLT", endings=(".plt",), is_start=_is_plt, read=read_plt),
    FixFormat(
        name="OwnTracks recorder", endings=(".rec",), is_start=_is_rec, read=read_owntracks_rec
    ),
    FixFormat(
        name="MF-JSON",
        endings=(".mfjson",),
        is_start=_is_json(rb'"(?:Moving[A-Z][A-Za-z]+|temporalGeometry)"'),
        read=read_mf_json,
    ),
    FixFormat(
        name="GeoJSON",
        endings=(".geojson",),
        is_start=_is_json(rb'"type"\s*:\s*"Feature(?:Collection)?"'),
        read=read_geojson_fixes,
    ),
    FixFormat(
        name="OwnTracks JSON",
        endings=(),
        is_start=_is_json(rb'"_type"\s*:'),
        read=read_owntracks_json,
    ),
    FixFormat(
        name="Traccar JSON",
        endings=(),
        is_start=_is_json(rb'"(?:fixTime|deviceTime|serverTime)"\s*:'),
        read=read_traccar_json,
    ),
    FixFormat(
        name="Traccar Client JSON",
        endings=(),
        is_start=_is_json(rb'"coords"\s*:|"device_id"\s*:'),
        read=read_osmand_json,
    ),
    FixFormat(name="OsmAnd log", endings=(), is_start=_is_query_log, read=read_osmand_log),
    FixFormat(name="NMEA 0183", endings=(".nmea", ".nma"), is_start=_is_nmea, read=read_nmea),
    FixFormat(name="TAIP", endings=(".taip",), is_start=_is_taip, read=read_taip),
    CSV,
)
# Files of these endings may hold several formats; what they hold is seen when they are opened.
_FURTHER_ENDINGS = (".json", ".txt", ".log")


def find_format(name: str, start: bytes) -> FixFormat | None:
    r"""Return the format of a file; None when neither its content nor its name says.

    Parameters
    ----------
    name : str
        Of the file; ``.gz`` is passed over.
    start : bytes
        Its first bytes, unpacked, some thousands.

    Returns
    -------
    FixFormat or None

    Examples
    --------
    >>> find_format("walk.txt", b"$GPRMC,120000,A,5238.0,N,00108.0,W\r\n").name
    'NMEA 0183'
    >>> find_format("walk.gpx", b"").name
    'GPX'
    >>> find_format("walk.txt", b"we walked") is None
    True
    """
    plain = _as_utf8(start)
    plain_name = name.casefold().removesuffix(".gz")
    by_content = (one for one in FORMATS if one.is_start and one.is_start(plain))
    by_name = (one for one in FORMATS if plain_name.endswith(one.endings))
    return next(by_content, None) or next(by_name, None)


def is_fix_name(name: str) -> bool:
    """Return whether a file of a folder or zip is opened, to see what it holds.

    Parameters
    ----------
    name : str

    Returns
    -------
    bool
    """
    plain_name = name.casefold().removesuffix(".gz")
    endings = {ending for one in FORMATS for ending in one.endings}
    return plain_name.endswith((*endings, *_FURTHER_ENDINGS))


def list_formats() -> str:
    """Return the formats that are read, for a message.

    Returns
    -------
    str
    """
    return ", ".join(one.name for one in FORMATS)


def _as_utf8(start: bytes) -> bytes:
    if start.startswith(_UTF16):
        return start.decode("utf-16", "replace").encode()
    return start.removeprefix(_BOM)
