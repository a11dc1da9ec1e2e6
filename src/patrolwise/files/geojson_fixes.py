"""How GeoJSON and moving features (MF-JSON) become fixes, and fixes moving features."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import polars as pl

from patrolwise.errors import check_faults
from patrolwise.files.fix_parts import (
    BAD_NUMBER,
    NO_POSITION,
    NO_TIME,
    FixTally,
    NotThisFormatError,
    RawFix,
)
from patrolwise.files.json_fixes import read_json_items
from patrolwise.files.json_values import (
    MILLISECOND,
    LeftOutError,
    above_zero,
    any_time,
    identity,
    is_true,
    not_negative,
    part,
    position,
)
from patrolwise.files.whole_files import write_whole
from patrolwise.places import to_longitude_latitude
from patrolwise.tables import FIXES, check_columns

NOT_PAIRED = "not as many times as positions"
NO_COLLECTIONS = "a MovingGeometryCollection, which is not read"

_TIME_NAMES = ("time", "timestamp", "datetime", "t")
_DEVICE_NAMES = ("device_id", "device", "unit", "id")
_ACCURACY_NAMES = ("accuracy", "acc")
_DECIMALS = 7  # of a degree: 1 cm
_MARK = "simulated"  # a member of the file, of a feature or of its properties
_WGS_84 = re.compile(r"(CRS:?84|EPSG:+(?:[\d.]*:)?4326|EPSG/0/4326)$", re.IGNORECASE)
# Temporal properties: what a position does not hold.
_ACCURACY, _SPEED, _MOCK = "accuracy_m", "speed_m_s", "is_mock"
_UNITS = {_ACCURACY: "MTR", _SPEED: "MTS"}  # codes of UN/CEFACT, as the standard asks


class _Sample(NamedTuple):
    """One position of a feature as the file gave it."""

    coordinates: object
    time: object
    accuracy: object = None
    speed: object = None
    is_mock: object = None


@dataclass(frozen=True, kw_only=True)
class _Run:
    """Positions that follow one another, of one device."""

    device_id: str | None
    samples: Iterable[_Sample]
    starts_segment: bool
    unit_us: int | None = None  # of times that are counts; None: seconds or milliseconds


_RunsOf = Callable[[Mapping[str, Any], FixTally], Iterator[_Run]]


def read_geojson_fixes(stream: BinaryIO, tally: FixTally) -> Iterator[RawFix]:
    """Yield the fixes of GeoJSON: points with a time, lines with a list of times.

    A collection, a feature, or a feature a line. The time is the property `time`, `timestamp`,
    `datetime` or `t` (ISO 8601 with its zone, or a count from 1970), of a line the property
    `coordTimes`, or `times` among `coordinateProperties`. The device is the property `device_id`,
    `device`, `unit` or `id`; the 68 % radius in metres is `accuracy` or `acc`; `speed` is in
    metres a second; `mock` marks a position that an app made up. `simulated` of the file, of a
    feature or of its properties marks the whole file.

    Parameters
    ----------
    stream : binary stream
    tally : FixTally
        A point is a position, or a feature that has none.

    Yields
    ------
    RawFix
        `row` is the number of the point, from 1. A line begins a segment.

    Raises
    ------
    NotThisFormatError
        It is no JSON, has no positions, no position has a time, or the positions are not WGS 84.

    References
    ----------
    RFC 7946; coordTimes and coordinateProperties as togeojson writes them.
    """
    yield from _fixes_of_features(stream, tally, _runs_of_geojson)


def read_mf_json(stream: BinaryIO, tally: FixTally) -> Iterator[RawFix]:
    """Yield the fixes of moving features: moving points, and trajectories (lines with datetimes).

    A time is ISO 8601 with its zone, or milliseconds from 1970. The device is named as in
    `read_geojson_fixes`, else by the feature's id. What `write_mf_json` writes is read in full.
    A MovingGeometryCollection is not read.

    Parameters
    ----------
    stream : binary stream
    tally : FixTally
        A point is a position, or a feature that has none.

    Yields
    ------
    RawFix
        `row` is the number of the point, from 1. A feature begins a segment.

    Raises
    ------
    NotThisFormatError
        As `read_geojson_fixes`.

    References
    ----------
    OGC 19-045r3, Moving Features Encoding Extension: JSON, 6 (Trajectory) and 7 (MovingPoint).
    """
    yield from _fixes_of_features(stream, tally, _runs_of_mf_json)


def write_mf_json(path: str | Path, fixes: pl.DataFrame, *, simulated: bool = False) -> None:
    """Write fixes as moving points, one feature for each device and segment, in WGS 84.

    For an exchange of shifts; the whole file is held in memory while it is written. The source and
    the row of a fix are left behind.

    Parameters
    ----------
    path : str or Path
    fixes : (n, 10) FIXES, any order
    simulated : bool
        Whether to mark the file and each feature as simulated; a `source` of "simulated" in any
        row has the same effect.

    Raises
    ------
    InputError
        The columns are not those of FIXES, a position is not a number, a device has two fixes at
        the same time, or the file cannot be written.
    """
    check_columns(fixes, FIXES, name="fixes")
    twice = fixes.select("device_id", "time").is_duplicated().sum()
    lost = fixes.filter(~(pl.col("x").is_finite() & pl.col("y").is_finite())).height
    faults = []
    if twice:
        faults.append(
            f"{twice} fixes share device and time with another; a moving point is in one place at "
            "a time. Clean the fixes first."
        )
    if lost:
        faults.append(f"{lost} fixes have no position. Leave them out.")
    check_faults("fixes", faults)
    is_simulated = simulated or (fixes["source"] == "simulated").any()
    marks: dict[str, Any] = {_MARK: True} if is_simulated else {}
    features = [_feature(rows, marks) for rows in _segments(fixes)]
    document = {"type": "FeatureCollection", **marks, "features": features}
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    write_whole(Path(path), text.encode())


def _fixes_of_features(stream: BinaryIO, tally: FixTally, runs_of: _RunsOf) -> Iterator[RawFix]:
    timed = 0
    for item in read_json_items(stream, tally, unwrap="features"):
        feature = item.value
        if not isinstance(feature, Mapping):
            tally.drop("not a feature")
            continue
        _check_crs(feature, tally)
        if any(is_true(holder.get(_MARK)) for holder in (feature, part(feature, "properties"))):
            tally.simulated = True
        if feature.get("type") == "FeatureCollection" and "features" not in feature:
            continue  # its features came before
        for run in runs_of(feature, tally):
            starts = run.starts_segment
            for sample in run.samples:
                timed += sample.time not in (None, "")
                try:
                    fix = _fix(sample, run, tally.points + 1)
                except LeftOutError as fault:
                    tally.drop(str(fault))
                    continue
                tally.points += 1
                yield fix._replace(starts_segment=starts)
                starts = False
    _check_timed(timed, tally)


def _fix(sample: _Sample, run: _Run, row: int) -> RawFix:
    if sample.time in (None, ""):
        raise LeftOutError(NO_TIME)
    if not isinstance(sample.coordinates, list | None):
        raise LeftOutError(BAD_NUMBER)
    if not sample.coordinates or len(sample.coordinates) < 2:
        raise LeftOutError(NO_POSITION)
    longitude, latitude = position(sample.coordinates[0], sample.coordinates[1])
    return RawFix(
        row=row,
        time_us=any_time(sample.time, run.unit_us),
        longitude=longitude,
        latitude=latitude,
        device_id=run.device_id,
        accuracy_m=above_zero(sample.accuracy),
        speed_m_s=not_negative(sample.speed),
        is_mock=bool(is_true(sample.is_mock)),
    )


def _check_timed(timed: int, tally: FixTally) -> None:
    """Refuse a file of which no position has a time."""
    if timed:
        return
    if tally.dropped[NO_COLLECTIONS]:
        why = f"has {NO_COLLECTIONS}. Write each of its members as a MovingPoint"
    elif tally.dropped[NO_TIME] or tally.dropped[NOT_PAIRED]:
        why = "has positions without times. Export it with the time of each position"
    else:
        why = "has no positions with times. Give a file of tracks or of dated points"
    raise NotThisFormatError(f"{tally.name} {why}.")


def _check_crs(feature: Mapping[str, Any], tally: FixTally) -> None:
    """Refuse coordinates that are said to be other than longitude and latitude."""
    for holder in (feature, part(feature, "temporalGeometry")):
        crs = holder.get("crs")
        if crs is None:
            continue
        properties = part(crs, "properties") if isinstance(crs, Mapping) else {}
        name = properties.get("name", properties.get("href"))
        if not isinstance(name, str) or not _WGS_84.search(name.strip()):
            said = identity(name) or "of another kind"
            raise NotThisFormatError(
                f"{tally.name} says that its coordinates are {said}, "
                "not longitude and latitude. Project it to WGS 84 (EPSG:4326) and export it again."
            )


def _device_id(properties: Mapping[str, Any], tally: FixTally) -> str | None:
    for name in _DEVICE_NAMES:
        device_id = identity(properties.get(name))
        if device_id is not None:
            if name == "id":
                tally.remark("The property id of its features is taken for the device.")
            return device_id
    return None


def _first_of(properties: Mapping[str, Any], names: tuple[str, ...]) -> object:
    found = (properties[name] for name in names if properties.get(name) is not None)
    return next(found, None)


def _runs_of_geojson(feature: Mapping[str, Any], tally: FixTally) -> Iterator[_Run]:
    geometry = part(feature, "geometry")
    properties = part(feature, "properties")
    coordinates = geometry.get("coordinates")
    kind = geometry.get("type")
    device_id = _device_id(properties, tally)
    if kind == "Point":
        sample = _Sample(
            coordinates,
            _first_of(properties, _TIME_NAMES),
            _first_of(properties, _ACCURACY_NAMES),
            properties.get("speed"),
            properties.get("mock"),
        )
        yield _Run(device_id=device_id, samples=[sample], starts_segment=False)
    elif kind in ("LineString", "MultiLineString"):
        times = properties.get("coordTimes", part(properties, "coordinateProperties").get("times"))
        lines = [(coordinates, times)]
        if kind == "MultiLineString":
            lines = _paired(coordinates, times, tally)
        for line in lines:
            samples = [_Sample(*pair) for pair in _paired(*line, tally)]
            yield _Run(device_id=device_id, samples=samples, starts_segment=True)
    else:
        tally.drop(NO_POSITION)


def _runs_of_mf_json(feature: Mapping[str, Any], tally: FixTally) -> Iterator[_Run]:
    properties = part(feature, "properties")
    moving = part(feature, "temporalGeometry")
    geometry = part(feature, "geometry")
    if moving.get("type") == "MovingPoint":
        pairs = _paired(moving.get("coordinates"), moving.get("datetimes"), tally)
    elif not moving and geometry.get("type") == "LineString":
        pairs = _paired(geometry.get("coordinates"), properties.get("datetimes"), tally)
    else:
        is_collection = moving.get("type") == "MovingGeometryCollection"
        tally.drop(NO_COLLECTIONS if is_collection else "a feature that is not a moving point")
        return
    accuracy, speed, mock = (
        _by_time(feature.get("temporalProperties"), name, tally)
        for name in (_ACCURACY, _SPEED, _MOCK)
    )
    samples = []
    for coordinates, time in pairs:
        key = str(time)
        samples.append(_Sample(coordinates, time, accuracy.get(key), speed.get(key), mock.get(key)))
    yield _Run(
        device_id=_device_id(properties, tally) or identity(feature.get("id")),
        samples=samples,
        starts_segment=is_true(properties.get("starts_segment")) is not False,
        unit_us=MILLISECOND,
    )


def _paired(coordinates: object, times: object, tally: FixTally) -> list[tuple[Any, Any]]:
    """Return positions with their times; none without positions, or when the numbers differ."""
    if not isinstance(coordinates, list):
        tally.drop(NO_POSITION)
        return []
    if times is None:
        return [(place, None) for place in coordinates]
    if not isinstance(times, list) or len(times) != len(coordinates):
        tally.drop(NOT_PAIRED, len(coordinates))
        return []
    return list(zip(coordinates, times, strict=True))


def _by_time(groups: object, name: str, tally: FixTally) -> dict[str, Any]:
    """Return what temporal properties say of one name, by the time as it is written."""
    found: dict[str, Any] = {}
    for group in groups if isinstance(groups, list) else []:
        if not isinstance(group, Mapping) or name not in group:
            continue
        times, values = group.get("datetimes"), part(group, name).get("values")
        if isinstance(times, list) and isinstance(values, list) and len(times) == len(values):
            found |= {str(time): value for time, value in zip(times, values, strict=True)}
        else:
            tally.remark(f"Its {name} has not as many values as times and is not used.")
    return found


def _segments(fixes: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Yield the rows of each device and segment, in order of time, with what is written of them."""
    ordered = fixes.sort("device_id", "time")
    longitude, latitude = to_longitude_latitude(ordered["x"], ordered["y"])
    numbered = ordered.with_columns(
        pl.Series("longitude", longitude).round(_DECIMALS),
        pl.Series("latitude", latitude).round(_DECIMALS),
        pl.col("time").dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ").alias("written"),
        pl.col("starts_segment").fill_null(False).cum_sum().over("device_id").alias("segment"),
        # by way of text, so that a radius of 4.3 stays 4.3 in a longer number
        *(pl.col(name).cast(pl.String).cast(pl.Float64) for name in _UNITS),
    )
    yield from numbered.partition_by("device_id", "segment", maintain_order=True)


def _feature(rows: pl.DataFrame, marks: Mapping[str, Any]) -> dict[str, Any]:
    """Return one device's segment as a moving point."""
    first = rows.row(0, named=True)
    changing = []
    for name, unit in _UNITS.items():
        known = rows.filter(pl.col(name).is_finite())
        if not known.is_empty():
            values = {"type": "Measure", "form": unit, "values": known[name].to_list()}
            values["interpolation"] = "Discrete"
            changing.append({"datetimes": known["written"].to_list(), name: values})
    mock = rows.filter(pl.col(_MOCK))
    if not mock.is_empty():
        values = {"type": "Text", "values": ["true"] * mock.height, "interpolation": "Discrete"}
        changing.append({"datetimes": mock["written"].to_list(), _MOCK: values})
    return {
        "type": "Feature",
        "id": f"{first['device_id']}-{first['segment']}",
        "properties": {
            "device_id": first["device_id"],
            "starts_segment": bool(first["starts_segment"]),
            **marks,
        },
        "temporalGeometry": {
            "type": "MovingPoint",
            "datetimes": rows["written"].to_list(),
            "coordinates": [list(pair) for pair in rows.select("longitude", "latitude").rows()],
            "interpolation": "Linear" if rows.height > 1 else "Discrete",
        },
        "temporalProperties": changing,
    }
