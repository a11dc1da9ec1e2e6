"""What the door for fixes takes and answers, as an OpenAPI document."""

from typing import Any

from patrolwise import __version__
from patrolwise.web.field.ingest_rules import IngestRule

_TEXT = {"text/plain": {"schema": {"type": "string"}}}
_REAL: dict[str, Any] = {"type": "number", "exclusiveMinimum": -1e300, "exclusiveMaximum": 1e300}
_DIGITS = r"[+-]?(\d{1,9}(\.\d{0,9})?|\.\d{1,9})([eE][+-]?\d{1,2})?"
_TYPED = {"type": "string", "pattern": f"^{_DIGITS}$"}
_BLANK = {"type": "string", "pattern": f"^({_DIGITS})?$"}
_NUMBER: dict[str, Any] = {"anyOf": [_REAL, _TYPED]}
_MAYBE: dict[str, Any] = {"anyOf": [_REAL, _BLANK, {"type": "null"}]}
_MOMENT: dict[str, Any] = {
    "anyOf": [
        {"type": "string", "pattern": r"^(\+?\d{1,13}|-\d{1,9})(\.\d{0,9})?([eE]-?[01])?$"},
        {"type": "string", "format": "date-time"},
    ]
}
_TOKEN = {
    "name": "token",
    "in": "path",
    "required": True,
    "description": "The device's own, or a forwarding server's; shown once when it was given: the "
    "whole of the sign-in.",
    "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{43}$"},
}
_RETRY = {
    "Retry-After": {
        "description": "Seconds to wait.",
        "schema": {"type": "integer", "minimum": 1},
    }
}
_GZIP = {
    "Accept-Encoding": {
        "description": "What is read.",
        "schema": {"type": "string", "const": "gzip"},
    }
}
_CALENDAR = {"minimum": -62_135_596_800, "maximum": 253_402_300_799}  # seconds from 1970
_PLACE = ("lat", "lon")
_NAMES = "names the tracker, where the token is a forwarding server's."
_TIME = (
    "Seconds (below 2147483647) or milliseconds from 1970 UTC, or ISO 8601 with its zone. "
    "Absent: now."
)
_QUERY: dict[str, tuple[dict[str, Any], str]] = {
    "lat": (_TYPED, "Latitude, WGS 84 degrees. Or location, with a comma before the longitude."),
    "lon": (_TYPED, "Longitude, WGS 84 degrees."),
    "timestamp": (_MOMENT, _TIME),
    "speed": (_BLANK, "Knots."),
    "accuracy": (_BLANK, "Radius in metres that holds the truth 68 times in 100. Or hdop."),
    "mock": ({"type": "string"}, "true where an app made the place up: kept, never credited."),
    "id": (
        {"type": "string"},
        "The app's own; only with a forwarding server's token it says whose the fix is.",
    ),
}


def describe_door(rule: IngestRule) -> dict[str, Any]:
    """Return the document.

    Parameters
    ----------
    rule : IngestRule

    Returns
    -------
    dict
        OpenAPI 3.1, to be written as JSON.
    """
    return {
        "openapi": "3.1.0",
        "info": {"title": "Patrolwise: fixes", "version": __version__, "description": _tell(rule)},
        "paths": {
            "/in/osmand/{token}": {
                "parameters": [_TOKEN],
                "get": {**_osmand("reportByQuery"), "parameters": _list_query()},
                "post": {**_osmand("reportByBody"), "requestBody": _osmand_body()},
            },
            "/in/owntracks/{token}": {"parameters": [_TOKEN], "post": _owntracks()},
            "/in/traccar/{token}": {"parameters": [_TOKEN], "post": _traccar()},
            "/in/batch/{token}": {"parameters": [_TOKEN], "post": _batch(rule)},
        },
        "components": {"schemas": _list_schemas()},
    }


def _tell(rule: IngestRule) -> str:
    late, ahead = rule.late_us // 86_400_000_000, rule.ahead_us // 60_000_000
    return (
        "2xx is answered only after the fixes are on the disk. A fix of the same device and time "
        "is kept once, so what was not answered can be sent again. Fixes may come late, up to "
        f"{late} days, and in any order; a time more than {ahead} minutes ahead is refused with "
        "409, since it can be sent again later. A fix that can never be kept (place 0, 0, out of "
        "range, an accuracy worse than "
        f"{rule.worst_accuracy_m:,.0f} m, too old) is answered 200 with a sentence, since a phone "
        "would otherwise send it for ever and nothing after it. An unknown token, and one that "
        "ended, are 404. Posts that come too often are 429, and 503 means that nothing was kept: "
        "both say when to send again. Methods that are not described are 405, with Allow. The "
        "content type is looked at only where it says JSON or GeoJSON. A device may send "
        f"{rule.device_rate:g} posts a second, with {rule.device_burst:g} at once; a server that "
        f"forwards for many trackers {rule.forwarder_rate:g}, with {rule.forwarder_burst:g} at "
        "once. With its token each position names its tracker: device.uniqueId of Traccar, user "
        "and device of the topic of OwnTracks or else tid, id of OsmAnd, device_id of Traccar "
        "Client. A tracker that is not registered with that server is 403, and nothing is kept."
    )


def _answers(content: dict[str, Any], *, fault: dict[str, Any] = _TEXT) -> dict[str, Any]:
    return {
        "200": {"description": "Done with: on the disk, or never to be kept.", "content": content},
        "400": {"description": "It cannot be read.", "content": fault},
        "403": {
            "description": "The token is a forwarding server's, and the tracker is not registered "
            "with it; or this is a batch.",
            "content": fault,
        },
        "404": {"description": "No such token.", "content": _TEXT},
        "413": {"description": "The body is too large.", "content": fault},
        "409": {"description": "The time is ahead of the server's.", "content": fault},
        "414": {"description": "The address is longer than a server reads; nothing is said."},
        "415": {
            "description": "The body is packed, and not as gzip.",
            "headers": _GZIP,
            "content": fault,
        },
        "422": {"description": "It is encrypted.", "content": fault},
        "429": {"description": "Too many posts.", "headers": _RETRY, "content": _TEXT},
        "431": {"description": "The headers are longer than a server reads; nothing is said."},
        "503": {"description": "Nothing was kept.", "headers": _RETRY, "content": _TEXT},
    }


def _schema(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def _refer(name: str) -> dict[str, Any]:
    return {"application/json": {"schema": _schema(name)}}


def _osmand(operation: str) -> dict[str, Any]:
    told = "One fix, as OsmAnd and Traccar Client send it"
    more = "A POST without a body is read by its query, as a GET is."
    return {
        "operationId": operation,
        "summary": told,
        "description": more,
        "responses": _answers(_TEXT),
    }


def _list_query() -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "query",
            "required": name in _PLACE,
            "description": told,
            "schema": schema,
        }
        for name, (schema, told) in _QUERY.items()
    ]


def _osmand_body() -> dict[str, Any]:
    members = {name: {**schema, "description": told} for name, (schema, told) in _QUERY.items()}
    form = {"type": "object", "required": list(_PLACE), "properties": members}
    return {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {"schema": form},
            **_refer("TraccarClientFix"),
        },
    }


def _owntracks() -> dict[str, Any]:
    empty = {"application/json": {"schema": {"type": "array", "maxItems": 0}}}
    return {
        "operationId": "ownTracks",
        "summary": "One message of OwnTracks; those that are no location are taken and left",
        "requestBody": {"required": False, "content": _refer("OwnTracksMessage")},
        "responses": _answers(empty, fault=_refer("Fault")),
    }


def _traccar() -> dict[str, Any]:
    return {
        "operationId": "traccar",
        "summary": "One position that a Traccar server forwards",
        "description": "What says that it is not valid, or is outdated, is taken and left.",
        "requestBody": {"required": True, "content": _refer("TraccarPosition")},
        "responses": _answers(_TEXT),
    }


def _batch(rule: IngestRule) -> dict[str, Any]:
    return {
        "operationId": "batch",
        "summary": "Many fixes: an array, a document a line, or GeoJSON; gzip or not",
        "description": (
            f"Up to {rule.batch_fixes:,} fixes, {rule.batch_bytes >> 20} MB as sent and "
            f"{rule.unpacked_bytes >> 20} MB unpacked. The good ones are kept whatever the others "
            "are. Items may also be messages of OwnTracks, Traccar or Traccar Client; with "
            "application/x-ndjson one is on each line, as a Feature of GeoJSON may be too. A batch "
            "that breaks off is refused whole."
        ),
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {
                        "anyOf": [
                            {"type": "array", "items": {"anyOf": [_schema("Fix"), {}]}},
                            {"type": "object"},
                        ]
                    }
                },
                "application/geo+json": {"schema": _schema("Features")},
            },
        },
        "responses": _answers(_refer("BatchAnswer"), fault=_refer("Fault")),
    }


def _record(required: str, **members: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": required.split(), "properties": members}


def _list_schemas() -> dict[str, Any]:
    return {**_list_phones(), **_list_batches()}


def _list_phones() -> dict[str, Any]:
    iso = {"type": "string", "format": "date-time"}
    place = {"latitude": _NUMBER, "longitude": _NUMBER, "accuracy": _MAYBE, "speed": _MAYBE}
    other = {"type": "string", "not": {"enum": ["location", "encrypted"]}}
    return {
        "TraccarClientFix": _record(
            "location",
            device_id={"description": f"This {_NAMES}"},
            location=_record(
                "timestamp coords",
                timestamp=iso,
                coords=_record("latitude longitude", **place),
            ),
        ),
        "OwnTracksMessage": {
            "oneOf": [_schema("OwnTracksLocation"), _record("_type", _type=other)]
        },
        "OwnTracksLocation": _record(
            "_type lat lon tst",
            _type={"const": "location"},
            lat=_NUMBER,
            lon=_NUMBER,
            tst={"type": "number", **_CALENDAR},
            acc=_MAYBE,
            topic={"description": f"owntracks/user/device {_NAMES}"},
            tid={"description": f"Without a topic this {_NAMES}"},
            vel={**_MAYBE, "description": "Kilometres an hour."},
        ),
        "TraccarPosition": _record(
            "position",
            position=_record("fixTime latitude longitude", fixTime=iso, **place),
            device={"description": f"Its member uniqueId {_NAMES}"},
        ),
    }


def _list_batches() -> dict[str, Any]:
    text, whole = {"type": "string"}, {"type": "integer", "minimum": 0}
    refused = {"type": "array", "items": _record("item reason", item=whole, reason=text)}
    return {
        "Fix": _record(
            "time lon lat",
            time={"type": ["number", "string"], "description": _TIME},
            lon=_NUMBER,
            lat=_NUMBER,
            accuracy=_MAYBE,
            speed={**_MAYBE, "description": "Metres a second."},
            mock={"description": "true where an app made the place up."},
        ),
        "Features": _record(
            "type features",
            type={"const": "FeatureCollection"},
            features={"type": "array", "minItems": 1, "items": {}},
        ),
        "Fault": _record("error", error=text),
        "BatchAnswer": _record(
            "items kept refused reasons refused_items",
            items=whole,
            kept=whole,
            refused=whole,
            reasons={"type": "object", "additionalProperties": whole},
            refused_items=refused,
        ),
    }
