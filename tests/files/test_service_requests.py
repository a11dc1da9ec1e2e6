"""Requests to owners: GeoReport v2's fields, both forms, and answers that are read back."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from defusedxml.ElementTree import fromstring

from patrolwise.errors import InputError
from patrolwise.files.service_requests import (
    FIELDS,
    MOST_BYTES,
    format_requests_json,
    format_requests_xml,
    read_answers,
)
from patrolwise.partnership.environment_audits import Issue, IssueState
from patrolwise.partnership.service_requests import (
    OwnerAnswer,
    RequestPlace,
    RequestWords,
    make_request,
)

# GeoReport v2, GET Service Requests: what an answer has, in its order; and what may not be returned
SPEC = [
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
]
MAY_LACK = {"status_notes", "agency_responsible", "service_notice", "expected_datetime"}
ISSUE = Issue(
    item="lighting", severity=3, found=datetime(2026, 3, 9, 20, tzinfo=UTC), owner="City council",
    reference="L-17", reported=date(2026, 3, 10), target=date(2026, 4, 20),
    state=IssueState.REPORTED,
)  # fmt: skip
WORDS = RequestWords(request_id="place-issue-7", title="Street lighting", text="Lamp 7 & 8 <out>")
PLACE = RequestPlace(address="Market Square", lat=52.634512345, long=-1.13)


def test_both_forms_have_the_fields_of_the_standard_in_its_order_and_say_the_same():
    requests = [
        make_request(ISSUE, WORDS, PLACE),
        make_request(ISSUE, WORDS, RequestPlace(address="x")),
    ]
    assert list(FIELDS) == SPEC
    (first, second) = told = json.loads(format_requests_json(requests))
    assert list(first) == SPEC
    text = format_requests_xml(requests)
    assert text.startswith('<?xml version="1.0" encoding="utf-8"?>')
    root = fromstring(text)
    assert (root.tag, [one.tag for one in root]) == ("service_requests", ["request"] * 2)
    as_json = [{k: None if v is None else str(v) for k, v in row.items()} for row in told]
    assert [{one.tag: one.text for one in row} for row in root] == as_json
    assert first["description"] == "Lamp 7 & 8 <out>"
    assert (first["lat"], first["long"], second["lat"]) == (52.63451, -1.13, None)
    assert first["requested_datetime"] == first["updated_datetime"] == "2026-03-10T00:00:00+00:00"
    assert first["expected_datetime"] == "2026-04-20T23:59:00+01:00"
    known = {name for name, value in first.items() if value is not None}
    assert set(SPEC) - known - MAY_LACK == {"address_id", "zipcode", "media_url"}


def test_no_photograph_is_ever_told_of():
    assert [
        row["media_url"]
        for row in json.loads(format_requests_json([make_request(ISSUE, WORDS, PLACE)]))
    ] == [None]


@pytest.mark.parametrize("write", [format_requests_json, format_requests_xml])
def test_what_is_written_is_read_back_as_an_answer(write):
    requests = [make_request(ISSUE, WORDS, PLACE), make_request(
        replace(ISSUE, state=IssueState.FIXED, fixed=date(2026, 4, 1), target=None),
        replace(WORDS, request_id="place-issue-8"), PLACE,
    )]  # fmt: skip
    assert read_answers(write(requests).encode()) == [
        OwnerAnswer(
            service_request_id="place-issue-7", status="open", expected=date(2026, 4, 20),
            updated=date(2026, 3, 10),
        ),
        OwnerAnswer(service_request_id="place-issue-8", status="closed", updated=date(2026, 4, 1)),
    ]  # fmt: skip


def test_times_of_an_answer_are_days_where_the_place_is():
    row = {"service_request_id": 7, "status": "OPEN", "expected_datetime": "2026-06-01T23:30:00Z"}
    data = json.dumps([row]).encode()
    (answer,) = read_answers(data)
    assert (answer.service_request_id, answer.status, answer.expected) == (
        "7",
        "open",
        date(2026, 6, 2),
    )


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "neither JSON nor XML"),
        (b"\xff\xfe", "neither JSON nor XML"),
        (b'{"a": 1}', "neither JSON nor XML"),
        (b"[" * 100_000, "neither JSON nor XML"),
        (b"<requests/>", "neither JSON nor XML"),
        (b"<service_requests>", "neither JSON nor XML"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><service_requests/>', "neither JSON nor XML"),
        (b"<service_requests/>", "0 requests"),
        (b"[]", "0 requests"),
        (json.dumps([{}] * 1001).encode(), "1001 requests"),
        (b" " * (MOST_BYTES + 1), "are the most"),
        (b'[{"expected_datetime": "soon"}]', "no time with its zone"),
        (
            b'[{"expected_datetime": "2026-03-20T17:00:00", "updated_datetime": "x"}]',
            "2 faults",
        ),
    ],
)  # fmt: skip
def test_answers_that_cannot_be_read_are_refused(data, told):
    with pytest.raises(InputError, match=told):
        read_answers(data)
