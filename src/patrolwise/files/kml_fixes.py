"""Which fixes a KML file holds: its gx:Track elements, and placemarks with a time."""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import isinf, isnan
from typing import BinaryIO

from patrolwise.files.fix_parts import (
    BAD_NUMBER,
    BAD_TIME,
    NO_POSITION,
    NO_TIME,
    FixTally,
    NotThisFormatError,
    RawFix,
)
from patrolwise.files.fix_texts import Told, make_fix, read_measure, read_number, read_time
from patrolwise.files.xml_fixes import Met, XmlFormat, walk

KML = XmlFormat("KML", roots=frozenset({"kml"}))

UNPAIRED = "of a track whose times and positions differ in number"

_NAN, _INF = float("nan"), float("inf")
_NO_TIME, _BAD_TIME = -(2**63), -(2**63) + 1  # no instant that a file can write
_MEASURES = ("accuracy", "speed")
_SPEED_UNIT = 'The values named "speed" are taken as metres a second.'
_OTHER_LENGTH = 'The values named "{name}" are fewer or more than the fixes, and are left out.'
_STAY_GAPS = "The file asks to draw lines between its tracks (gx:interpolate): they stay gaps."
_LEFT_OUT = "The {what} of the file have no times and are left out: {number}."
_NO_TIMES = (
    "It is KML but has no times: no gx:Track, and no placemark with a point and a TimeStamp. "
    "Export it as a track with times, or as GPX."
)


def read_kml(stream: BinaryIO, tally: FixTally) -> Iterator[RawFix]:
    """Yield the fixes of the tracks of a KML file, and of its placemarks that have a time.

    In a track the first time belongs to the first position, and so on; where their numbers
    differ nobody can say which belong together, and the whole track is dropped. Only when the
    file breaks off inside a track are the pairs before the break kept. A line or a placemark
    without a time is counted in a remark. A time without a zone is UTC, with a remark.

    Parameters
    ----------
    stream : binary stream
        Read once, forwards. One track at a time is held: 24 to 40 bytes a fix, as the times of
        a track come before all its positions, and the measures after.
    tally : FixTally
        Is told what was left out, and why.

    Yields
    ------
    RawFix
        `starts_segment` is true of the first fix of each track, whatever `gx:interpolate` says,
        and of the first placemark after a track. `accuracy_m` and `speed_m_s` are the values of
        a `gx:SimpleArrayData` of the name accuracy (metres, taken as a 68 % radius) or speed
        (taken as metres a second, with a remark), where there is one value for each fix.

    Raises
    ------
    NotThisFormatError
        It is not KML, or holds no times at all; no fix has been yielded then.

    References
    ----------
    OGC 12-007r2, KML 2.3; Google, KML extension namespace 2.2 (gx:Track).

    Examples
    --------
    >>> import io
    >>> text = b'''<kml xmlns:gx="http://www.google.com/kml/ext/2.2"><Placemark><gx:Track>
    ... <when>1970-01-01T00:00:01Z</when><gx:coord>-1.13 52.63 60</gx:coord>
    ... </gx:Track></Placemark></kml>'''
    >>> [(f.time_us, f.latitude) for f in read_kml(io.BytesIO(text), FixTally("walk.kml"))]
    [(1000000, 52.63)]
    """
    reading = _Reading(tally)
    for met in walk(stream, tally, KML):
        if met.what == "start":
            reading.begin(met)
        elif met.what == "cut":
            yield from reading.break_off()
        elif met.name == "Track":
            yield from reading.end_track()
        elif met.name == "Placemark":
            yield from reading.end_placemark()
        else:
            reading.end_part(met)
    reading.conclude()


@dataclass
class _Track:
    """The parts of one gx:Track, as plain numbers; NaN where a value is missing."""

    # In quotes, as Python 3.11 cannot subscript array.
    times: "array[int]" = field(default_factory=lambda: array("q"))
    longitudes: "array[float]" = field(default_factory=lambda: array("d"))  # infinite: unreadable
    latitudes: "array[float]" = field(default_factory=lambda: array("d"))
    measures: "dict[str, array[float]]" = field(default_factory=dict)

    def add_time(self, text: str, tally: FixTally) -> None:
        """Keep the text of a `when`."""
        time_us = read_time(text, tally)
        self.times.append((_BAD_TIME if text else _NO_TIME) if time_us is None else time_us)

    def add_position(self, text: str) -> None:
        """Keep the text of a `gx:coord`: longitude, latitude and perhaps height."""
        parts = text.split()
        numbers = [read_number(part) for part in parts]
        longitude, latitude = numbers[:2] if len(parts) in (2, 3) else (None, None)
        if longitude is None or latitude is None:
            longitude = latitude = _INF if parts else _NAN
        self.longitudes.append(longitude)
        self.latitudes.append(latitude)

    def fixes(self, tally: FixTally) -> Iterator[RawFix]:
        """Yield a fix for each pair that can be read; drop the others."""
        accuracy, speed = (self._measure(name, tally) for name in _MEASURES)
        pairs = zip(self.times, self.longitudes, self.latitudes, strict=False)
        for number, (time_us, longitude, latitude) in enumerate(pairs):
            if isnan(longitude):
                tally.drop(NO_POSITION)
            elif isinf(longitude):
                tally.drop(BAD_NUMBER)
            elif time_us == _BAD_TIME:
                tally.drop(BAD_TIME)
            else:
                tally.points += 1
                yield RawFix(
                    row=tally.points,
                    time_us=None if time_us == _NO_TIME else time_us,
                    longitude=longitude,
                    latitude=latitude,
                    accuracy_m=_value(accuracy, number),
                    speed_m_s=_value(speed, number),
                )

    def _measure(self, name: str, tally: FixTally) -> "array[float] | None":
        values = self.measures.get(name)
        if values is None:
            return None
        if len(values) != min(len(self.times), len(self.longitudes)):
            tally.remark(_OTHER_LENGTH.format(name=name))
            return None
        if name == "speed":
            tally.remark(_SPEED_UNIT)
        return values


def _value(values: "array[float] | None", number: int) -> float | None:
    return None if values is None or isnan(values[number]) else values[number]


@dataclass
class _Reading:
    """What has been met so far."""

    tally: FixTally
    track: _Track | None = None
    time: str | None = None  # of the placemark
    place: str | None = None  # coordinates of the placemark's point
    has_tracks: bool = False
    starts: bool = True
    lines: int = 0
    undated: int = 0  # placemarks with a point but no time
    is_cut: bool = False
    measure: "array[float] | None" = None

    def begin(self, met: Met) -> None:
        """Note an element that begins."""
        if met.name == "Track":
            self.track, self.measure, self.has_tracks = _Track(), None, True
        elif met.name == "Placemark":
            self.time = self.place = None
        elif met.name == "LineString":
            self.lines += 1
        elif met.name == "SimpleArrayData" and self.track is not None:
            name = met.element.get("name", "").lower()
            self.measure = array("d") if name in _MEASURES else None
            if self.measure is not None:
                self.track.measures[name] = self.measure

    def end_part(self, met: Met) -> None:
        """Keep what an element inside a track or a placemark says."""
        text = (met.element.text or "").strip()
        match (*met.within[-2:], met.name):
            case (_, "Track", "when") if self.track is not None:
                self.track.add_time(text, self.tally)
            case (_, "Track", "coord") if self.track is not None:
                self.track.add_position(text)
            case (_, "SimpleArrayData", "value") if self.measure is not None:
                value = read_measure(text, self.tally)
                self.measure.append(_NAN if value is None else value)
            case ("Placemark", "TimeStamp", "when"):
                self.time = text or None
            case ("Placemark", "Point", "coordinates"):
                self.place = text
            case (_, "MultiTrack", "interpolate") if text in ("1", "true"):
                self.tally.remark(_STAY_GAPS)

    def end_track(self) -> Iterator[RawFix]:
        """Yield the fixes of the track that ends, unless its parts do not fit together."""
        track, self.track, self.measure = self.track, None, None
        if track is None:
            return
        if len(track.times) != len(track.longitudes):
            self.tally.drop(UNPAIRED, max(len(track.times), len(track.longitudes)))
            return
        yield from self._started(track)

    def break_off(self) -> Iterator[RawFix]:
        """Yield the pairs of the track in which the file breaks off."""
        self.is_cut = True
        if self.track is None:
            return
        yield from self._started(self.track)
        surplus = len(self.track.times) - len(self.track.longitudes)
        if surplus:
            self.tally.drop(NO_POSITION if surplus > 0 else NO_TIME, abs(surplus))

    def _started(self, track: _Track) -> Iterator[RawFix]:
        is_first = True
        for fix in track.fixes(self.tally):
            yield fix._replace(starts_segment=is_first)
            is_first = False
        self.starts = True

    def end_placemark(self) -> Iterator[RawFix]:
        """Yield the fix of a placemark with a point and a time."""
        if self.place is None:
            return
        if self.time is None:
            self.undated += 1
            return
        fix = make_fix(_told(self.place, self.time), self.tally)
        if fix is not None:
            yield fix._replace(starts_segment=self.starts)
            self.starts = False

    def conclude(self) -> None:
        """Say what was left out; refuse a file that holds no times."""
        if not (self.is_cut or self.has_tracks or self.tally.points):
            raise NotThisFormatError(_NO_TIMES)
        for what, number in (("lines", self.lines), ("placemarks", self.undated)):
            if number:
                self.tally.remark(_LEFT_OUT.format(what=what, number=number))


def _told(place: str, time: str) -> Told:
    if not place:
        return Told(None, None, time)
    parts = place.split(",")
    if len(parts) not in (2, 3) or len(place.split()) != 1:
        return Told("?", "?", time)  # no numbers: dropped as such
    return Told(longitude=parts[0], latitude=parts[1], time=time)
