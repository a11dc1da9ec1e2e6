"""Whatever the tables answer is described: its status, its headers, its content and their shape."""

import errno
import json
from datetime import UTC, datetime

import pytest
from django.db import OperationalError
from django.test import Client
from jsonschema import Draft202012Validator

from patrolwise.web.insight import actions, api_doors
from patrolwise.web.insight import api_tables as tables
from patrolwise.web.insight.api import describe_tables
from patrolwise.web.livemap.counting import count_day
from patrolwise.web.livemap.rules import find_book
from patrolwise.web.livemap.spots import find_spots
from patrolwise.web.records.models import DayCount

from .patrol_rows import DAY, NOON, make_book, make_device, make_plan, make_set, make_shift, send

DOCUMENT = json.loads(json.dumps(describe_tables(), default=str))
SET = "/api/hot-spot-sets/{set_id}/{version}/"
PATHS = tuple(DOCUMENT["paths"])
PAGED = ("/api/doses/", "/api/day-counts/", "/api/planned-visits/")


@pytest.fixture
def filled(db):
    spots = make_set()
    make_book()
    send(make_device(), NOON, 16)
    count_day(DAY, find_spots(), find_book(), now=NOON)
    DayCount.objects.create(
        spot_set=spots, area_id="a", definition="all-crime@1", day=DAY, crimes=2, harm=None
    )
    plan = make_plan(DAY, DAY)
    make_shift(plan, start=datetime(2026, 3, 3, 9, tzinfo=UTC), visits=[("a", 0, 30)])


@pytest.fixture
def bearer(people):
    return f"Bearer {actions.make_token(by=people['evaluator'], name='notebook')}"


def check(response, path, status):
    """Hold an answer against what the description says of its status."""
    assert response.status_code == status, response.content[:300]
    told = DOCUMENT["paths"][path]["get"]["responses"][str(status)]
    for name, header in told.get("headers", {}).items():
        value = response.headers[name]
        given = int(value) if header["schema"]["type"] == "integer" else value
        Draft202012Validator(header["schema"]).validate(given)
    if response.content:
        kind = response.headers["Content-Type"].partition(";")[0]
        shape = told["content"][kind]["schema"]
        body = response.json() if kind == "application/json" else response.content.decode()
        whole = {**shape, "components": DOCUMENT["components"]}
        Draft202012Validator(whole).validate(body)
    return response


def fill(path, set_id="squares", version=1):
    return path.format(set_id=set_id, version=version)


def ask(path, bearer, query="", **headers):
    given = {"Authorization": bearer, **headers} if bearer else headers
    return Client().get(fill(path), headers=given, QUERY_STRING=query)


def test_the_description_is_sound_and_each_status_is_in_it_once(filled, bearer):
    text = Client().get("/api/openapi.json", headers={"Authorization": bearer}).content
    names = []
    json.loads(text, object_pairs_hook=lambda pairs: names.append([key for key, _ in pairs]))
    assert all(len(set(keys)) == len(keys) for keys in names)
    assert json.loads(text) == DOCUMENT
    for shape in DOCUMENT["components"]["schemas"].values():
        Draft202012Validator.check_schema(shape)
    assert {"token": []} in DOCUMENT["security"]


@pytest.mark.parametrize("path", PATHS)
def test_each_table_is_as_described_and_holds_rows(path, filled, bearer):
    body = check(ask(path, bearer), path, 200).json()
    assert body["rows"] if path in PAGED else body
    lower = check(ask(path, bearer.replace("Bearer", "bearer  ")), path, 200)
    assert lower.json() == body
    head = Client().head(fill(path), headers={"Authorization": bearer})
    assert (head.status_code, head.content) == (200, b"")


@pytest.mark.parametrize("path", PATHS)
def test_each_value_at_its_limits_is_taken(path, filled, bearer):
    for one in DOCUMENT["paths"][path]["get"]["parameters"]:
        shape = one["schema"]
        limits = [shape.get(key) for key in ("default", "minimum", "maximum")]
        for value in [limit for limit in limits if limit is not None and one["in"] == "query"]:
            check(ask(path, bearer, f"{one['name']}={value}"), path, 200)
    assert SET in PATHS
    for set_id, version in (("a", 1), ("a" * 80, 1_000_000)):
        given = {"Authorization": bearer}
        response = Client().get(fill(SET, set_id, version), headers=given)
        assert check(response, SET, 404).json()["detail"].startswith("There is no such set")


@pytest.mark.parametrize(
    "query",
    [
        *("first=0", "first=2026-02-30", "first=2026-01-01T00:00:00", "first=", "last=1790000000"),
        *("last=20260301", "first=2026-03-02&last=2026-03-01", "first=2026-01-01&first=2026-01-02"),
        *(
            "offset=-1",
            "offset=1.0",
            "offset=%2B1",
            "offset=1_0",
            "offset=100000001",
            "offset=%D9%A3",
        ),
        *(
            "frist=2026-03-01",
            "first=%00",
            "first=%ff",
            "%00=1",
            "offset=",
            "first=2026-03-0%EF%BC%91",
        ),
    ],
)
def test_a_query_that_is_not_as_described_is_refused_by_name(query, filled, bearer):
    for path in PAGED:
        (fault,) = check(ask(path, bearer, query), path, 422).json()["detail"]
        assert fault["loc"][0] == "query"
    assert ask("/api/hot-spot-sets/", bearer, query).status_code == 422
    assert ask("/api/openapi.json", bearer, query).status_code == 422


def test_all_faults_of_a_query_are_told_and_what_to_do():
    told = api_doors._find_faults(
        type("Asked", (), {"GET": Client().get("/x?a=1&b=2&b=3").wsgi_request.GET})(),
        frozenset("bc"),
    )
    assert [(one["loc"][1], one["msg"]) for one in told] == [
        ("a", "Known here: b, c."),
        ("b", "Give it once."),
    ]


@pytest.mark.parametrize(
    ("set_id", "version"),
    [("AB", "1"), ("a%0A", "1"), ("a" * 81, "1"), ("a", "0"), ("a", "1.0"), ("a", "-1")],
)
def test_an_address_that_is_not_as_described_is_refused(set_id, version, filled, bearer):
    response = Client().get(fill(SET, set_id, version), headers={"Authorization": bearer})
    (fault,) = check(response, SET, 422).json()["detail"]
    assert fault["loc"][0] == "path"


def test_a_definition_may_be_any_text_but_nul_and_no_longer_than_told(filled, bearer):
    path = "/api/day-counts/"
    for query in (
        "definition=%F0%9F%98%80",
        "definition=%ED%A0%80",
        "definition=%ff",
        "definition=",
    ):
        check(ask(path, bearer, query), path, 200)
    for query in ("definition=%00", f"definition={'a' * 81}"):
        check(ask(path, bearer, query), path, 422)


@pytest.mark.parametrize("path", PATHS)
def test_each_refusal_is_as_described(path, filled, bearer, people, sign_in, monkeypatch):
    for given in ("", "Bearer", "Bearer made-up", "Basic abc", "Bearer \xff", f"{bearer} x"):
        check(ask(path, given), path, 401)
    page = check(ask(path, "", Accept="text/html,*/*"), path, 302)
    assert page.headers["Location"].startswith("/accounts/login/")
    for method in ("post", "put", "patch", "delete", "options", "trace"):
        refused = getattr(Client(), method)(fill(path), headers={"Authorization": bearer})
        assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, HEAD")
        assert refused.json()["detail"]
    check(sign_in("officer").get(fill(path)), path, 404)
    check(sign_in("evaluator").get(fill(path)), path, 200)
    officers = actions.make_token(by=people["officer"], name="theirs")
    check(ask(path, f"Bearer {officers}"), path, 404)
    check(ask(path, bearer, "&".join(f"a{k}=1" for k in range(1_001))), path, 400)
    monkeypatch.setattr(api_doors, "A_MINUTE", 0)
    check(ask(path, bearer), path, 429)


@pytest.mark.parametrize(
    ("error", "status"), [(OperationalError("locked"), 503), (OSError(errno.ENOSPC, "full"), 507)]
)
def test_a_site_that_is_short_of_something_says_so(error, status, filled, bearer, monkeypatch):
    def fail(*given):
        raise error

    monkeypatch.setattr(tables, "list_sets", fail)
    path = "/api/hot-spot-sets/"
    check(ask(path, bearer), path, status)
