"""The tables that programs read: by session or token, complete, and nothing that is concealed."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from patrolwise.web.insight import actions, api_doors
from patrolwise.web.insight.models import ReadToken
from patrolwise.web.livemap.counting import count_day
from patrolwise.web.livemap.rules import find_book
from patrolwise.web.livemap.spots import find_spots
from patrolwise.web.records.models import DayCount

from .patrol_rows import DAY, NOON, make_book, make_device, make_plan, make_set, make_shift, send

TABLES = (
    "openapi.json",
    "hot-spot-sets/",
    "hot-spot-sets/squares/1/",
    "doses/",
    "day-counts/",
    "planned-visits/",
)


@pytest.fixture
def filled(db):
    spots = make_set()
    make_book()
    send(make_device(), NOON, 16)
    count_day(DAY, find_spots(), find_book(), now=NOON)
    DayCount.objects.create(
        spot_set=spots, area_id="a", definition="all-crime@1", day=DAY, crimes=2, harm=9.0
    )


@pytest.fixture
def token(people):
    return actions.make_token(by=people["evaluator"], name="notebook")


def ask(path, token, **query):
    return Client().get(f"/api/{path}", query, headers={"Authorization": f"Bearer {token}"})


def test_doses_are_all_rows_with_the_rule_they_were_held_against(filled, token):
    page = ask("doses/", token).json()
    assert (len(page["rows"]), page["next_offset"]) == (3, None)
    row = next(one for one in page["rows"] if one["area_id"] == "a" and one["owed_min"])
    assert (row["set_id"], row["version"], row["met"], round(row["patrol_min"])) == (
        "squares",
        1,
        "yes",
        16,
    )
    assert ask("doses/", token, first="2026-03-04").json()["rows"] == []


def test_counts_and_sets_are_given_as_they_are_kept(filled, token):
    (row,) = ask("day-counts/", token, definition="all-crime@1").json()["rows"]
    assert (row["crimes"], row["harm"], row["set_id"]) == (2, 9.0, "squares")
    assert ask("day-counts/", token, definition="other@1").json()["rows"] == []
    assert ask("hot-spot-sets/", token).json()[0]["state"] == "published"
    assert len(ask("hot-spot-sets/squares/1/", token).json()["features"]) == 3
    assert ask("hot-spot-sets/squares/9/", token).status_code == 404


def test_days_of_an_experiment_stay_concealed_from_who_may_not_know(people, token):
    soon = datetime.now(UTC) + timedelta(days=3)
    plan = make_plan(soon.date(), soon.date(), has_experiment=True)
    make_shift(plan, start=soon, visits=[("a", 0, 30), ("", 40, 10)])
    assert len(ask("planned-visits/", token).json()["rows"]) == 1
    analysts = actions.make_token(by=people["analyst"], name="mine")
    assert ask("planned-visits/", analysts).json()["rows"] == []


@pytest.mark.parametrize("path", TABLES)
def test_no_token_that_ended_or_was_made_up_opens_anything(path, filled, token, people):
    assert ask(path, token).status_code == 200
    assert ask(path, "made-up").status_code == 401
    basic = Client().get(f"/api/{path}", headers={"Authorization": "Basic abc"})
    assert basic.status_code == 401
    assert Client().get(f"/api/{path}").status_code == 401
    page = Client().get(f"/api/{path}", headers={"Accept": "text/html,*/*"})
    assert page.status_code == 302
    people["evaluator"].role = "officer"
    people["evaluator"].save()
    assert ask(path, token).status_code == 404
    people["evaluator"].is_active = False
    people["evaluator"].save()
    assert ask(path, token).status_code == 401
    ReadToken.objects.update(ended=NOON)
    assert ask(path, token).status_code == 401


def test_a_token_cannot_ask_without_end(token, monkeypatch, db):
    monkeypatch.setattr(api_doors, "A_MINUTE", 1)
    monkeypatch.setattr(api_doors.time, "time", lambda: 1e9)
    assert [ask("hot-spot-sets/", token).status_code for _ in range(3)] == [200, 429, 429]


def test_who_is_signed_in_reads_without_a_token(filled, sign_in):
    assert len(sign_in("evaluator").get("/api/doses/").json()["rows"]) == 3
    assert sign_in("officer").get("/api/doses/").status_code == 404
