"""Owners of assets: told by a file, their answer taken in whole, and a second walk verifies."""

# ruff: noqa: F811  (fixtures come in by name)

import json
from datetime import UTC, date, datetime

import pytest
from defusedxml.ElementTree import fromstring
from django.core.files.uploadedfile import SimpleUploadedFile

from patrolwise.files.service_requests import FIELDS
from patrolwise.web.audit.models import Event
from patrolwise.web.problems.models import PlaceIssue

from .patrol_rows import make_set
from .problem_rows import add_audit
from .tasking_worlds import at  # noqa: F401
from .test_problems_plans import read
from .test_problems_walks import walked

MARCH = datetime(2026, 3, 9, 20, tzinfo=UTC)
OWNER = "/problems/owners/Council / lighting/"


@pytest.fixture
def issues(people, at):
    """Return two faults of a place that nobody was told of."""
    make_set(2)
    at(MARCH)
    return list(add_audit("a", MARCH).issues.order_by("id"))


def answer(client, rows):
    text = rows if isinstance(rows, bytes) else json.dumps(rows).encode()
    return read(client, OWNER, answers=SimpleUploadedFile("answer.json", text))


def test_an_owner_is_told_by_a_file_answers_by_one_and_a_dark_walk_verifies(issues, sign_in, at):
    client, lighting = sign_in("officer"), issues[0]
    assert "Nobody was told of a fault yet" in read(client, "/problems/owners/")
    page = f"/problems/issues/{lighting.pk}/"
    assert "Give it, or tell them by the file" in read(client, page, owner="Council / lighting")
    read(client, page, owner="Council / lighting", by_file="on")
    read(client, f"/problems/issues/{issues[1].pk}/", owner="council /  LIGHTING", by_file="on")
    assert "have yet to say by when" in read(client, page)
    assert "Council / lighting 2 2 0 0" in read(client, "/problems/owners/")
    told = json.loads(client.get(f"{OWNER}requests.json").content)
    assert [list(one) for one in told] == [list(FIELDS)] * 2
    number = f"place-issue-{lighting.pk}"
    first = told[0]
    assert (first["service_request_id"], first["status"]) == (number, "open")
    assert first["address"] == "Square A"
    assert 49 < first["lat"] < 61
    assert -8 < first["long"] < 2
    assert first["requested_datetime"] == "2026-03-09T00:00:00+00:00"
    root = fromstring(client.get(f"{OWNER}requests.xml").content)
    assert [one.tag for one in root[0]] == list(FIELDS)
    row = {"service_request_id": number, "status": "open", "status_notes": "Ask Mrs Brown"}
    at(datetime(2026, 3, 20, 9, tzinfo=UTC))
    said = answer(client, [{**row, "expected_datetime": "2026-03-25T17:00:00Z"}])
    assert "Faults that it changed: 1" in said
    assert "25 Mar 2026" in said
    at(datetime(2026, 4, 9, 22, tzinfo=UTC))
    assert "1 overdue" in read(client, "/problems/owners/")
    closed = {**row, "status": "closed", "updated_datetime": "2026-04-01T10:00:00+01:00"}
    answer(client, [closed])
    lighting.refresh_from_db()
    assert (lighting.state, lighting.fixed) == ("said to be fixed", date(2026, 4, 1))
    walk = f"/problems/walks/{lighting.audit_id}/walk/"
    read(client, walk, **walked("dark", "2026-04-08"))
    told = json.loads(client.get(f"{OWNER}requests.json").content)
    assert "second walk saw" in told[0]["status_notes"]
    assert told[0]["updated_datetime"].startswith("2026-04-08")
    kept = Event.objects.filter(action="owner's answer kept").values_list("detail", flat=True)
    assert [one["state"] for one in kept] == ["reported", "said to be fixed"]
    assert "Brown" not in str(list(PlaceIssue.objects.values())) + str(list(kept))


def test_an_answer_with_a_fault_changes_nothing_and_one_who_only_reads_sends_none(issues, sign_in):
    PlaceIssue.objects.filter(pk=issues[0].pk).update(
        owner="Council / lighting", reported=MARCH.date(), state="reported", reference="r"
    )
    client, number = sign_in("coordinator"), f"place-issue-{issues[0].pk}"
    good = {"service_request_id": number, "status": "closed"}
    other = {"service_request_id": f"place-issue-{issues[1].pk}", "status": "closed"}
    assert "none of this owner" in answer(client, [good, other])
    assert "neither JSON nor XML" in answer(client, b"%PDF")
    assert "Choose the file" in read(client, OWNER, answers="")
    evaluator = sign_in("evaluator")
    assert "Take in their answer" not in answer(evaluator, [good])
    assert PlaceIssue.objects.get(pk=issues[0].pk).state == "reported"
    for way in ("Nobody/", "Nobody/requests.json", "Council / lighting/requests.pdf"):
        assert client.get(f"/problems/owners/{way}").status_code == 404
    assert sign_in("partner").get(f"{OWNER}requests.json").status_code == 404
