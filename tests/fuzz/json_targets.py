"""What a fuzz run of the JSON readers starts from: readers, samples, mutants and what must hold.

All samples are made up. Load with `runpy.run_path`, as the tests do.
"""

import io
import json

from hypothesis import strategies as st

from patrolwise.files.fix_parts import FixTally, NotThisFormatError, RawFix
from patrolwise.files.geojson_fixes import read_geojson_fixes, read_mf_json
from patrolwise.files.osmand_fixes import read_osmand_json, read_osmand_log
from patrolwise.files.owntracks_fixes import read_owntracks_json, read_owntracks_rec
from patrolwise.files.traccar_fixes import read_traccar_json

READERS = {
    "owntracks_rec": read_owntracks_rec,
    "owntracks_json": read_owntracks_json,
    "traccar_json": read_traccar_json,
    "osmand_log": read_osmand_log,
    "osmand_json": read_osmand_json,
    "geojson": read_geojson_fixes,
    "mf_json": read_mf_json,
}

LOCATION = {
    "_type": "location",
    "lat": 52.63,
    "lon": -1.13,
    "tst": 1717250400,
    "acc": 8,
    "vel": 4,
    "t": "u",
    "tid": "a1",
    "topic": "owntracks/unit/a1",
}
_PING = {**LOCATION, "t": "p", "tst": 1717250430}
_LWT = {"_type": "lwt", "tst": 1717250000}
FORWARDED = {
    "position": {
        "id": 1,
        "deviceId": 4,
        "fixTime": "2024-06-01T14:00:00.000+00:00",
        "outdated": False,
        "valid": True,
        "latitude": 52.63,
        "longitude": -1.13,
        "speed": 2.5,
        "accuracy": 6.0,
        "attributes": {"motion": True, "mock": False},
    },
    "device": {"id": 4, "uniqueId": "radio-4", "attributes": {}},
}
CLIENT = {
    "device_id": "phone-7",
    "location": {
        "timestamp": "2024-06-01T14:00:00.000Z",
        "coords": {"latitude": 52.63, "longitude": -1.13, "accuracy": 5.5, "speed": 1.2},
        "is_moving": True,
        "battery": {"level": 0.5, "is_charging": False},
        "mock": False,
    },
}
QUERIES = (
    "id=7&lat=52.63&lon=-1.13&timestamp=1717250400&speed=2&accuracy=6\n"
    "deviceid=7&location=52.63,-1.13&timestamp=2024-06-01T14%3A00%3A30Z&hdop=1.2&valid=1\n"
    '10.0.0.1 - - [01/Jun/2024:14:01:00 +0000] "GET /?id=7&lat=52.64&lon=-1.12'
    '&timestamp=1717250460000&mock=true HTTP/1.1" 200 0 "-" "client"\n'
    '10.0.0.1 - - [01/Jun/2024:14:01:00 +0000] "GET /favicon.ico HTTP/1.1" 404 0\n'
    "id=7&lat=52.63&lon=-1.13&timestamp=2024-06-01 14:02:00\n"
)
POINT = {
    "type": "Feature",
    "geometry": {"type": "Point", "coordinates": [-1.13, 52.63, 60.0]},
    "properties": {"time": "2024-06-01T14:00:00Z", "device": "radio-4", "acc": 7, "speed": 1.1},
}
LINE = {
    "type": "Feature",
    "geometry": {"type": "LineString", "coordinates": [[-1.13, 52.63], [-1.131, 52.631]]},
    "properties": {"coordTimes": ["2024-06-01T14:00:00Z", 1717250430]},
}
LINES = {
    "type": "Feature",
    "geometry": {"type": "MultiLineString", "coordinates": [[[-1.1, 52.6]], [[-1.2, 52.7]]]},
    "properties": {"coordinateProperties": {"times": [[1717250400], [1717250430000]]}},
}
MOVING = {
    "type": "Feature",
    "id": "radio-4",
    "properties": {},
    "temporalGeometry": {
        "type": "MovingPoint",
        "datetimes": [1717250400000, "2024-06-01T14:00:30Z"],
        "coordinates": [[-1.13, 52.63], [-1.131, 52.631]],
        "interpolation": "Linear",
    },
    "temporalProperties": [
        {"datetimes": [1717250400000], "accuracy_m": {"type": "Measure", "values": [4.3]}}
    ],
}
CRS_84 = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}


def rec_line(message, kind="*"):
    return f"2024-06-01T14:00:05Z\t{kind:18}\t{json.dumps(message)}\n"


def _bytes_of(*documents):
    """Each way in which a file may hold documents: by line, as an array, spread over lines."""
    lines = "".join(json.dumps(document) + "\n" for document in documents)
    spread = json.dumps(documents[0], indent=2)
    return [lines.encode(), json.dumps(documents).encode(), spread.encode()]


def _collection(*features):
    whole = {"type": "FeatureCollection", "crs": CRS_84, "features": list(features)}
    return [json.dumps(whole).encode(), json.dumps(whole, indent=1).encode()]


SAMPLES = {
    "owntracks_rec": [
        (rec_line(LOCATION) + rec_line(_PING) + rec_line(_LWT, "-")).encode(),
    ],
    "owntracks_json": _bytes_of(LOCATION, _PING, _LWT),
    "traccar_json": _bytes_of(FORWARDED, FORWARDED["position"], {"event": {}, "position": None}),
    "osmand_log": [QUERIES.encode()],
    "osmand_json": _bytes_of(CLIENT, CLIENT),
    "geojson": _bytes_of(POINT, LINE, LINES) + _collection(POINT, LINE, LINES),
    "mf_json": _bytes_of(MOVING, LINE) + _collection(MOVING),
}
_PIECES = (
    b"\xff,\x00,\xef\xbb\xbf,NaN,-Infinity,1e999,[[[[,{{,},],null,true,\\ud800,\t,\n,&,=,%ff,"
    b'"a":1,9999999999999999999999999999,"crs":{},"features":[,[],{},'
).split(b",")


def mutants(name):
    """A strategy: a sample of that reader, cut, bent, stirred or stuffed a few times."""
    change = st.tuples(
        st.sampled_from(["cut", "flip", "insert", "lines", "drop", "repeat"]),
        st.floats(0, 1),
        st.floats(0, 1),
        st.sampled_from(_PIECES),
    )
    return st.builds(_changed, st.sampled_from(SAMPLES[name]), st.lists(change, max_size=4))


def _changed(data, changes):
    for kind, first, second, piece in changes:
        at = int(first * len(data))
        to = min(len(data), at + 1 + int(second * 40))
        if kind == "cut":
            data = data[:at]
        elif kind == "flip":
            data = data[:at] + bytes([b ^ 1 + int(second * 254) for b in data[at : at + 1]])
            data += b"" if at >= len(data) else data[at + 1 :]
        elif kind == "insert":
            data = data[:at] + piece + data[at:]
        elif kind == "drop":
            data = data[:at] + data[to:]
        elif kind == "repeat":
            data = data[:to] + data[at:]
        else:
            data = b"\n".join(reversed(data.split(b"\n")))
    return data


def read_all(name, data):
    """Read bytes; check what must hold whatever they are; None when the format was refused."""
    tally = FixTally(name)
    fixes, refused = [], None
    reader = READERS[name](io.BytesIO(data), tally)
    try:
        fixes.extend(reader)
    except NotThisFormatError as error:
        refused = str(error)
    assert refused is None or refused.startswith(name)
    assert all(isinstance(fix, RawFix) for fix in fixes)
    assert tally.points == len(fixes) + sum(tally.dropped.values())
    for fix in fixes:
        assert isinstance(fix.time_us, int)
        assert max(abs(fix.longitude), abs(fix.latitude)) < 1e300
        assert fix.accuracy_m is None or fix.accuracy_m > 0
        assert fix.speed_m_s is None or fix.speed_m_s >= 0
        assert fix.device_id is None or fix.device_id.encode()
    return (None if refused else fixes), tally
