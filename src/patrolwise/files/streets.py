"""How a street map, as GeoJSON or OpenStreetMap XML, becomes ways in metres with their tags."""

import gzip
import io
import json
import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np
import polars as pl
import shapely

from patrolwise.errors import InputError, check_faults
from patrolwise.files.fix_parts import FixTally, NotThisFormatError
from patrolwise.files.xml_fixes import XmlFormat, walk
from patrolwise.places import to_national_grid
from patrolwise.planning.street_rules import STREETS
from patrolwise.tables import make_table

_TAGS = [name for name in STREETS.names if name not in ("way_id", "geometry")]
_OSM = XmlFormat("OpenStreetMap XML", frozenset({"osm"}), frozenset({"node", "way"}))
_LINES = ("LineString", "MultiLineString")
_GZIP = b"\x1f\x8b"
_PBF = b"OSMHeader"  # a few bytes into any such file
_HSTORE = re.compile(r'"((?:[^"\\]|\\.)*)"\s*=>\s*"((?:[^"\\]|\\.)*)"')
_WGS84 = ("4326", "CRS84")
_UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, IndexError)
# West, south, east, north of the United Kingdom, generously.
_WEST, _SOUTH, _EAST, _NORTH = -9.0, 49.0, 2.5, 61.5


@dataclass(frozen=True, kw_only=True)
class StreetsRead:
    """What was read: the ways, and what was left out on the way."""

    streets: pl.DataFrame  # STREETS
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Way:
    way_id: str
    tags: Mapping[str, Any]
    lines: list[list[tuple[float, float]]]  # longitude, latitude


def read_streets(path: str | Path) -> StreetsRead:
    r"""Return the ways of a street map that have a class (`highway`).

    Parameters
    ----------
    path : str or Path
        GeoJSON of lines in longitude and latitude, whose properties are the map's tags (further
        ones in `other_tags` are read too); or OpenStreetMap XML. Either may be gzip. Ways meet
        where they share a vertex.

    Returns
    -------
    StreetsRead
        `streets` is (n, 11) STREETS in the order of the file, metres.

    Raises
    ------
    InputError
        The file cannot be read, is cut short, is neither format (of PBF it says how to convert
        it), has no way with a class, or lies outside the United Kingdom.

    References
    ----------
    OpenStreetMap data are (c) OpenStreetMap contributors, under the Open Database Licence; keep
    that beside what is made of them.

    Examples
    --------
    >>> import tempfile
    >>> street = {
    ...     "type": "Feature", "properties": {"osm_id": "7", "highway": "residential"},
    ...     "geometry": {"type": "LineString", "coordinates": [[-1.133, 52.636], [-1.132, 52.637]]},
    ... }
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "streets.geojson"
    ...     _ = file.write_text(json.dumps({"type": "FeatureCollection", "features": [street]}))
    ...     read_streets(file).streets["highway"].to_list()
    ['residential']
    """
    path = Path(path)
    data = _load(path)
    if _PBF in data[:64]:
        raise InputError(
            f"{path.name} is OpenStreetMap PBF, which is not read. Convert it: osmium cat "
            f"{path.name} -o streets.osm.gz, and give that."
        )
    notes: list[str] = []
    is_xml = data[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
    ways = _xml_ways(data, path.name, notes) if is_xml else _json_ways(data, path.name, notes)
    found = [way for way in ways if way.lines and way.tags.get("highway")]
    if not found:
        raise InputError(
            f"{path.name} has no line with a class of street (highway). Export the streets."
        )
    if left_out := len(ways) - len(found):
        notes.append(f"{path.name}: {left_out} lines without a class of street were left out.")
    return StreetsRead(streets=_make_streets(found, path.name), notes=tuple(notes))


def _load(path: Path) -> bytes:
    try:
        data = path.read_bytes()
        return gzip.decompress(data) if data.startswith(_GZIP) else data
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputError(f"{path.name} is cut short or damaged. Fetch it again.") from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(f"{path.name} cannot be read: {reason}. Check the path.") from error


def _json_ways(data: bytes, name: str, notes: list[str]) -> list[_Way]:
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise InputError(f"{name} is no GeoJSON: {error}. Export it again.") from error
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list):
        raise InputError(f"{name} is no FeatureCollection. Export it again as GeoJSON.")
    _check_crs(document.get("crs"), name)
    ways, faults = [], []
    for number, feature in enumerate(features, start=1):
        try:
            way = _way_of(feature, number)
        except _UNREADABLE as error:
            faults.append(f"Feature {number} cannot be read ({error}). Draw it again.")
            continue
        if way is not None:
            ways.append(way)
    check_faults(name, faults)
    if other := len(features) - len(ways):
        notes.append(f"{name}: {other} features that are no lines were left out.")
    return ways


def _check_crs(crs: object, name: str) -> None:
    about = crs.get("properties") if isinstance(crs, dict) else None
    said = str(about.get("name", "")) if isinstance(about, dict) else str(crs)
    if crs is not None and not said.endswith(_WGS84):
        raise InputError(f"{name} says its crs is {said[:80]}. Export it in EPSG:4326.")


def _way_of(feature: Mapping[str, Any], number: int) -> _Way | None:
    """Return the way that a feature is; None when it is no line."""
    geometry = feature["geometry"]
    if geometry is None or geometry["type"] not in _LINES:
        return None
    tags = dict(feature.get("properties") or {})
    for key, value in _HSTORE.findall(str(tags.pop("other_tags", None) or "")):
        tags.setdefault(key.replace('\\"', '"'), value)
    way_id = next(
        (tags[key] for key in ("osm_id", "way_id", "@id", "id") if tags.get(key) is not None),
        feature.get("id", number),
    )
    given = geometry["coordinates"]
    parts = [given] if geometry["type"] == "LineString" else given
    lines = [[(float(point[0]), float(point[1])) for point in part] for part in parts]
    if any(len(line) == 1 for line in lines):
        raise ValueError("a line of one point")
    return _Way(str(way_id), tags, [line for line in lines if line])


def _xml_ways(data: bytes, name: str, notes: list[str]) -> list[_Way]:
    """Return the ways of OpenStreetMap XML; its nodes may come before them or after."""
    nodes: dict[str, tuple[float, float]] = {}
    drawn: list[tuple[str, dict[str, str], list[str]]] = []
    tally = FixTally(name)
    try:
        for met in walk(cast(BinaryIO, io.BytesIO(data)), tally, _OSM):
            if met.what == "cut":
                raise InputError(f"{name} is cut short. Fetch it again.")
            if met.what == "start":
                continue
            element = met.element
            if met.name == "node":
                nodes[element.attrib["id"]] = (
                    float(element.attrib["lon"]), float(element.attrib["lat"]),
                )  # fmt: skip
            elif met.name == "way":
                tags = {tag.attrib["k"]: tag.attrib["v"] for tag in element.iter("tag")}
                refs = [ref.attrib["ref"] for ref in element.iter("nd")]
                drawn.append((element.attrib["id"], tags, refs))
    except NotThisFormatError as error:
        raise InputError(f"{name}: {error}") from error
    except (KeyError, ValueError) as error:
        raise InputError(
            f"{name} has a node or a way that cannot be read ({error}). Export it again."
        ) from error
    ways = [_Way(way_id, tags, _join(refs, nodes)) for way_id, tags, refs in drawn]
    missing = sum(ref not in nodes for _, _, refs in drawn for ref in refs)
    if missing:
        notes.append(
            f"{name}: {missing} points of ways are not in the file, at the edge of the map: the "
            "ways end there."
        )
    return ways


def _join(
    refs: Iterable[str], nodes: Mapping[str, tuple[float, float]]
) -> list[list[tuple[float, float]]]:
    """Return the runs of points that are known, each at least two long."""
    runs: list[list[tuple[float, float]]] = [[]]
    for ref in refs:
        if ref in nodes:
            runs[-1].append(nodes[ref])
        else:
            runs.append([])
    return [run for run in runs if len(run) > 1]


def _make_streets(ways: list[_Way], name: str) -> pl.DataFrame:
    lines = [line for way in ways for line in way.lines]
    degrees = np.array([point for line in lines for point in line])
    inside = (degrees >= (_WEST, _SOUTH)).all(axis=1) & (degrees <= (_EAST, _NORTH)).all(axis=1)
    if not inside.all():
        x, y = degrees[~inside][0]
        raise InputError(
            f"{name} has {(~inside).sum()} points outside the United Kingdom, the first at "
            f"longitude {x:g}, latitude {y:g}. Export it in EPSG:4326, longitude first."
        )
    metres = np.c_[to_national_grid(degrees[:, 0], degrees[:, 1])]
    made = shapely.linestrings(metres, indices=np.repeat(range(len(lines)), [*map(len, lines)]))
    of_way = np.repeat(range(len(ways)), [len(way.lines) for way in ways])
    geometries = shapely.multilinestrings(made, indices=of_way)
    columns: dict[str, list[Any]] = {
        "way_id": [way.way_id for way in ways],
        "geometry": [bytes(wkb) for wkb in shapely.to_wkb(geometries)],
    }
    for tag in _TAGS:
        said = (way.tags.get(tag) for way in ways)
        columns[tag] = [None if value in (None, "") else str(value) for value in said]
    return make_table(STREETS, pl.DataFrame(columns, schema=STREETS.schema))
