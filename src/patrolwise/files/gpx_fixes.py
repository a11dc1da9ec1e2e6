"""Which fixes a GPX file holds: the points of its recorded tracks (GPX 1.1 and 1.0)."""

from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO
from xml.etree.ElementTree import Element

from patrolwise.files.fix_parts import NO_SIGNAL, FixTally, RawFix
from patrolwise.files.fix_texts import Told, make_fix, read_measure
from patrolwise.files.xml_fixes import XmlFormat, child, local_name, text_at, walk

GPX = XmlFormat("GPX", roots=frozenset({"gpx"}), whole=frozenset({"trkpt"}))

HDOP_METRES = 5.0  # metres of 68 % radius for each unit of HDOP: a rule of thumb
HDOP_IS_METRES = ("osmand", "locus")  # these apps write the phone's radius in metres as hdop
_ACCURACY = ("accuracy", "acc", "accuracy_horizontal", "horaccur")
_NOT_FIXES = {"wpt": "waypoints", "rtept": "route points"}
_LEFT_OUT = "The {what} of the file are not fixes and are left out: {points}."
_TAKEN_AS_METRES = "The hdop of this app's files is a radius in metres, and is taken as one."


def read_gpx(stream: BinaryIO, tally: FixTally) -> Iterator[RawFix]:
    """Yield the points of the tracks of a GPX file as fixes, in the order of the file.

    Waypoints and route points were not recorded by moving there: they are counted in a remark.
    A point with `fix` "none" is dropped. A time without a zone is UTC, as the standard has it,
    with a remark. The device is never named in GPX.

    Parameters
    ----------
    stream : binary stream
        Read once, forwards, in little memory.
    tally : FixTally
        Is told what was left out, and why.

    Yields
    ------
    RawFix
        `starts_segment` is true of the first fix of each segment. `accuracy_m` is a radius from
        the extensions, in metres, taken as 68 %, or else 5 m times HDOP: a rule of thumb that
        this project has not checked. OsmAnd and Locus write metres as hdop: theirs are taken
        so, with a remark. `speed_m_s` is the point's own `speed` (GPX 1.0) or an extension's,
        taken as metres a second.

    Raises
    ------
    NotThisFormatError
        It is not GPX; no fix has been yielded then.

    References
    ----------
    GPX 1.1 schema documentation, Topografix (2004); OsmAnd issue 6325 (2018), for its hdop.

    Examples
    --------
    >>> import io
    >>> text = b'''<gpx version="1.1"><trk><trkseg>
    ... <trkpt lat="52.63" lon="-1.13"><time>1970-01-01T00:00:01Z</time></trkpt>
    ... </trkseg></trk></gpx>'''
    >>> [(f.time_us, f.latitude) for f in read_gpx(io.BytesIO(text), FixTally("walk.gpx"))]
    [(1000000, 52.63)]
    """
    starts, hdop_m = False, HDOP_METRES
    others: Counter[str] = Counter()
    for met in walk(stream, tally, GPX):
        if met.what == "start":
            starts = starts or met.name in ("trk", "trkseg")
            others[met.name] += met.name in _NOT_FIXES
            if met.name == "gpx" and _writes_metres(met.element):
                hdop_m = 1.0
        elif met.name == "trkpt":
            fix = _read_point(met.element, hdop_m, tally)
            if fix is not None:
                yield fix._replace(starts_segment=starts)
                starts = False
    for name, what in _NOT_FIXES.items():
        if others[name]:
            tally.remark(_LEFT_OUT.format(what=what, points=others[name]))


def _writes_metres(root: Element) -> bool:
    return root.get("creator", "").strip().lower().startswith(HDOP_IS_METRES)


def _read_point(point: Element, hdop_m: float, tally: FixTally) -> RawFix | None:
    if text_at(point, "fix") == "none":
        tally.drop(NO_SIGNAL)
        return None
    told = Told(
        longitude=point.get("lon"),
        latitude=point.get("lat"),
        time=text_at(point, "time"),
        accuracy_m=_accuracy(point, hdop_m, tally),
        speed_m_s=read_measure(text_at(point, "speed") or _extension(point, ("speed",)), tally),
    )
    return make_fix(told, tally)


def _accuracy(point: Element, hdop_m: float, tally: FixTally) -> float | None:
    radius = read_measure(_extension(point, _ACCURACY), tally)
    if radius is not None:
        return radius
    hdop = read_measure(text_at(point, "hdop"), tally)
    if hdop is None:
        return None
    if hdop_m != HDOP_METRES:
        tally.remark(_TAKEN_AS_METRES)
    return hdop_m * hdop


def _extension(point: Element, names: tuple[str, ...]) -> str | None:
    extensions = child(point, "extensions")
    for element in () if extensions is None else extensions.iter():
        if local_name(element) in names:
            return element.text
    return None
