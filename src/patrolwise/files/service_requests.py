"""How requests to owners of assets are written in GeoReport v2's form, and their answers read."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring
from zoneinfo import ZoneInfo

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from patrolwise.errors import InputError, check_faults
from patrolwise.partnership.service_requests import OwnerAnswer, ServiceRequest

# GET Service Requests, GeoReport v2, in the order of its table
FIELDS = (
    "service_request_id",
    "status",
    "status_notes",
    "service_name",
    "service_code",
    "description",
    "agency_responsible",
    "service_notice",
    "requested_datetime",
    "updated_datetime",
    "expected_datetime",
    "address",
    "address_id",
    "zipcode",
    "lat",
    "long",
    "media_url",
)
MOST_ANSWERS = 1_000  # of one file, as the standard's own limit of an answer
MOST_BYTES = 2_000_000
_LOCAL = ZoneInfo("Europe/London")
_DIGITS = 5  # of degrees: about a metre


def format_requests_json(requests: Sequence[ServiceRequest]) -> str:
    """Return requests as GeoReport v2's JSON.

    Parameters
    ----------
    requests : sequence of ServiceRequest

    Returns
    -------
    str
        A list; what is not known is null. `media_url` always is: no photograph leaves the site.

    References
    ----------
    Open311 GeoReport v2, wiki.open311.org/GeoReport_v2, GET Service Requests.

    Examples
    --------
    >>> format_requests_json([])
    '[]'
    """
    return json.dumps([_tell(one) for one in requests], ensure_ascii=False, indent=1)


def format_requests_xml(requests: Sequence[ServiceRequest]) -> str:
    """Return requests as GeoReport v2's XML.

    Parameters
    ----------
    requests : sequence of ServiceRequest

    Returns
    -------
    str
        What is not known is an empty element.

    References
    ----------
    Open311 GeoReport v2, wiki.open311.org/GeoReport_v2, GET Service Requests.

    Examples
    --------
    >>> format_requests_xml([]).endswith("<service_requests />")
    True
    """
    root = Element("service_requests")
    for one in requests:
        row = SubElement(root, "request")
        for name, value in _tell(one).items():
            SubElement(row, name).text = None if value is None else str(value)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(root, encoding="unicode")}'


def read_answers(data: bytes) -> list[OwnerAnswer]:
    """Return what an owner answers, from GeoReport v2's JSON or XML.

    Parameters
    ----------
    data : bytes
        UTF-8. Each request needs its `service_request_id` and `status`; `expected_datetime` and
        `updated_datetime` count where they are given. Notes are not read: they may name people.

    Returns
    -------
    list of OwnerAnswer

    Raises
    ------
    InputError
        With all that is wrong.

    Examples
    --------
    >>> read_answers(b'[{"service_request_id": "place-issue-7", "status": "open"}]')[0].status
    'open'
    """
    if len(data) > MOST_BYTES:
        raise InputError(f"Answers: {len(data):,} bytes; {MOST_BYTES:,} are the most.")
    try:
        rows = _read_xml(data) if data.lstrip().startswith(b"<") else _read_json(data)
    except (ValueError, RecursionError, ParseError, DefusedXmlException) as error:
        raise InputError(
            "Answers: the file is neither JSON nor XML. Send GeoReport v2's service requests."
        ) from error
    if not rows or len(rows) > MOST_ANSWERS:
        raise InputError(f"Answers: {len(rows)} requests. Send 1 to {MOST_ANSWERS:,}.")
    faults: list[str] = []
    found = [_read_row(number, row, faults) for number, row in enumerate(rows, start=1)]
    check_faults("Answers", faults)
    return found


def _tell(request: ServiceRequest) -> dict[str, Any]:
    known = asdict(request)
    told: dict[str, Any] = {}
    for name in FIELDS:
        value = known.get(name)
        if isinstance(value, datetime):
            value = value.isoformat(timespec="seconds")
        elif isinstance(value, float):
            value = round(value, _DIGITS)
        told[name] = value
    return told


def _read_json(data: bytes) -> list[Mapping[str, Any]]:
    rows = json.loads(data.decode("utf-8-sig"))
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError("not a list of requests")
    return rows


def _read_xml(data: bytes) -> list[Mapping[str, Any]]:
    root = fromstring(data, forbid_dtd=True)
    if root.tag != "service_requests":
        raise ValueError("not a list of requests")
    return [{one.tag: one.text for one in row} for row in root.findall("request")]


def _read_row(number: int, row: Mapping[str, Any], faults: list[str]) -> OwnerAnswer:
    days: dict[str, date | None] = {}
    for name in ("expected_datetime", "updated_datetime"):
        days[name] = None
        if row.get(name):
            try:
                days[name] = _read_day(str(row[name]))
            except ValueError:
                faults.append(
                    f"Request {number} has a {name} that is no time with its zone, such as "
                    "2026-03-20T17:00:00Z."
                )
    return OwnerAnswer(
        service_request_id=_read_word(row, "service_request_id"),
        status=_read_word(row, "status").lower(),
        expected=days["expected_datetime"],
        updated=days["updated_datetime"],
    )


def _read_word(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return "" if value is None else str(value).strip()[:80]


def _read_day(text: str) -> date:
    at = datetime.fromisoformat(text.strip())
    if at.tzinfo is None:
        raise ValueError("no time zone")
    return at.astimezone(_LOCAL).date()
