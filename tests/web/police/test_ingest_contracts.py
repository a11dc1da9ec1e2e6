"""Whatever the door for fixes answers is described, and what it describes is what it takes."""

import gzip
import json
from datetime import datetime
from urllib.parse import parse_qsl

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from patrolwise.web.field.ingest_answers import _METHODS, Reply
from patrolwise.web.field.ingest_openapi import describe_door
from patrolwise.web.field.ingest_rules import IngestRule

from .test_ingest_door import NOW_S, batch, make_device, make_door, osmand, post

DOCUMENT = json.loads(json.dumps(describe_door(IngestRule())))
ISO = "2026-09-21T14:13:20Z"
PLACE = {"lat": 52.6, "lon": -1.1}
COORDS = {"latitude": 52.6, "longitude": -1.1}
JSON, GEOJSON = "application/json", "application/geo+json"
FORM = "application/x-www-form-urlencoded"
# form, type of content, body: each as the description has it, and taken
GOOD = [
    *[("osmand", FORM, {"timestamp": time, "lat": "52.6", "lon": "-1.1"})
      for time in (str(NOW_S), "+1", "-9", f"{NOW_S}000", "1e1", f"{NOW_S}.5", ISO)],
    ("osmand", FORM, {"lat": "+5.26e1", "lon": "-.1", "speed": "", "accuracy": "8", "mock": "x"}),
    ("osmand", JSON, {"location": {"timestamp": ISO, "coords": {**COORDS, "accuracy": None}}}),
    ("owntracks", JSON, {"_type": "location", "tst": NOW_S, **PLACE, "acc": "8", "vel": None}),
    ("owntracks", JSON, {"_type": "location", "tst": -62_135_596_800, **PLACE}),
    ("owntracks", JSON, {"_type": "lwt"}),
    ("traccar", JSON, {"position": {"fixTime": ISO, **COORDS, "speed": "", "accuracy": 0}}),
    ("traccar", JSON, {"position": {"fixTime": ISO, **COORDS}, "device": 7}),
    ("owntracks", JSON, {"_type": "location", "tst": NOW_S, **PLACE, "topic": 7, "tid": [None]}),
    ("batch", JSON, []),
    ("batch", JSON, [{"time": NOW_S, **PLACE}, 7, None, {"time": "x", **PLACE}]),
    ("batch", JSON, {"time": ISO, **PLACE}),
    ("batch", GEOJSON, {"type": "FeatureCollection", "features": [
        {"geometry": {"type": "Point", "coordinates": [-1.1, 52.6]}, "properties": {"t": NOW_S}}]}),
]  # fmt: skip
# each not as the description has it, and refused
BAD = [
    *[("osmand", FORM, {**PLACE, "timestamp": time})
      for time in ("x", "", "-99999999999e1", "9e99", "2026-09-21 14:13:20")],
    *[("osmand", FORM, given)
      for given in ({"lat": "1"}, {"lat": "NaN", "lon": "1"}, {"lat": "", "lon": "1"}, {})],
    ("osmand", JSON, {"location": {"timestamp": ISO}}),
    ("osmand", JSON, {"location": {"timestamp": 7, "coords": COORDS}}),
    ("osmand", JSON, []),
    ("owntracks", JSON, {"_type": "location", **PLACE}),
    ("owntracks", JSON, {"_type": "location", "tst": 253_402_300_800, **PLACE}),
    ("owntracks", JSON, {**PLACE, "tst": NOW_S}),
    ("owntracks", JSON, 7),
    ("traccar", JSON, {"position": {"fixTime": "yesterday", **COORDS}}),
    ("traccar", JSON, {"position": {"fixTime": ISO, "latitude": 52.6}}),
    ("traccar", JSON, {"position": {}}),
    ("batch", JSON, "text"),
    ("batch", JSON, 7),
    ("batch", GEOJSON, {"type": "FeatureCollection", "features": 7}),
    ("batch", GEOJSON, [{"time": NOW_S, **PLACE}]),
]  # fmt: skip
FORMATS = FormatChecker()


@FORMATS.checks("date-time", ValueError)
def is_moment(value):
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@pytest.fixture
def device(db):
    return make_device()


def operation(form, method="POST"):
    return DOCUMENT["paths"][f"/in/{form}/{{token}}"][method.lower()]


def holds(shape, value):
    """Return whether a value has a described shape; formats count."""
    whole = {**shape, "components": DOCUMENT["components"]}
    return Draft202012Validator(whole, format_checker=FORMATS).is_valid(value)


def check(reply, form, method="POST"):
    """Hold an answer against what is described: status, headers, content and its shape."""
    told = operation(form, method)["responses"][str(reply.status)]
    headers = dict(reply.headers)
    assert set(headers) == {name.lower() for name in told.get("headers", {})}
    for name, header in told.get("headers", {}).items():
        value = headers[name.lower()]
        is_whole = header["schema"]["type"] == "integer"
        assert holds(header["schema"], int(value) if is_whole else value)
    content = told["content"][reply.content_type.partition(";")[0]]
    is_json = reply.content_type == JSON
    assert holds(content["schema"], json.loads(reply.body) if is_json else reply.body.decode())
    return reply.status


def send(door, device, form, kind, body):
    """Send a body as its kind of content is written; return the answer."""
    if kind == FORM:
        text = "&".join(f"{name}={str(value).replace('+', '%2B')}" for name, value in body.items())
        assert dict(parse_qsl(text, keep_blank_values=True)) == {
            name: str(value) for name, value in body.items()
        }
        return post(door, form, device.token, body=text.encode(), content_type=kind)
    return post(door, form, device.token, body=json.dumps(body).encode(), content_type=kind)


@pytest.mark.parametrize(("form", "kind", "body"), GOOD)
def test_what_is_as_described_is_taken_and_answered_as_described(form, kind, body, device):
    door, _ = make_door()
    assert holds(operation(form)["requestBody"]["content"][kind]["schema"], body)
    assert check(send(door, device, form, kind, body), form) == 200
    if kind == FORM:
        by_name = {one["name"]: one["schema"] for one in operation(form, "GET")["parameters"]}
        assert all(holds(by_name[name], value) for name, value in body.items())


@pytest.mark.parametrize(("form", "kind", "body"), BAD)
def test_what_is_not_as_described_is_refused_as_described(form, kind, body, device):
    door, _ = make_door()
    assert not holds(operation(form)["requestBody"]["content"][kind]["schema"], body)
    assert check(send(door, device, form, kind, body), form) == 400


@pytest.mark.parametrize("form", sorted(_METHODS))
def test_each_refusal_of_each_address_is_as_described(form, device):
    method = _METHODS[form][0]
    query = osmand() if method == "GET" else ""
    door, _ = make_door()

    def ask(door, token=device.token, **given):
        return check(post(door, form, token, **({"query": query} | given)), form, method)

    assert ask(door, token="x" * 43) == 404
    assert ask(door, coding="br") == 415
    assert ask(door, length=2**30) == 413
    assert ask(door, body=b"{", query="") == 400
    assert ask(door, body=gzip.compress(bytes(33 * 2**20)), query="") == 413
    assert ask(door, body=b"\x1f\x8bno", query="") == 400
    assert ask(make_door(device_burst=0.5)[0]) == 429
    assert ask(make_door(address_burst=0.5)[0]) == 429
    assert check(door.busy(), form, method) == 503
    for other in ("PUT", "DELETE", "HEAD", "OPTIONS", "TRACE", "PATCH"):
        reply = post(door, form, device.token, method=other)
        allowed = {key.upper() for key in DOCUMENT["paths"][f"/in/{form}/{{token}}"]}
        assert reply.status == 405
        assert set(dict(reply.headers)["allow"].split(", ")) == allowed - {"PARAMETERS"}


def test_a_time_ahead_and_a_message_that_is_encrypted_are_answered_as_described(device):
    door, _ = make_door()
    assert (
        check(post(door, "osmand", device.token, query=osmand(NOW_S + 999)), "osmand", "GET") == 409
    )
    ahead = {"_type": "location", "tst": NOW_S + 999, **PLACE}
    assert check(send(door, device, "owntracks", JSON, ahead), "owntracks") == 409
    assert check(send(door, device, "owntracks", JSON, {"_type": "encrypted"}), "owntracks") == 422
    nowhere = post(door, "osmand", device.token, query="lat=0&lon=0")
    assert (check(nowhere, "osmand", "GET"), nowhere.body[:9]) == (200, b"Not kept.")
    told = post(door, "batch", device.token, body=batch(NOW_S, NOW_S + 999))
    assert check(told, "batch") == 200
    assert isinstance(told, Reply)
