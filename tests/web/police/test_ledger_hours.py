"""Hours for the ledger: a service's verified minutes as the file that the partnership reads."""

from datetime import date, timedelta

import pytest

from patrolwise.partnership.ledger_counts import read_counts
from patrolwise.web.audit.models import Event
from patrolwise.web.livemap.models import CountedDay, DayDose

from .patrol_rows import DAY, NOON

PAGE = "/insight/ledger/"
ASKED = {"service": "police", "first": f"{DAY}", "last": f"{DAY + timedelta(1)}"}


def add_dose(area, day=DAY, service="police", **more):
    given = {
        "visits": 2, "pass_throughs": 1, "patrol_min": 40.4, "patrol_low_min": 39.0,
        "patrol_high_min": 42.0, "person_min": 80.8, "pass_through_min": 0.5, "unknown_min": 3.0,
    } | more  # fmt: skip
    return DayDose.objects.create(
        spot_set_id=1, area_id=area, day=day, service=service, counted=NOON, **given
    )


@pytest.fixture
def doses(db):
    add_dose("a")
    add_dose("b", patrol_min=0.3, person_min=0.6)  # less than half a minute
    add_dose("b", DAY + timedelta(1), patrol_min=12.5, person_min=12.4)
    add_dose("a", service="outreach", patrol_min=99.0)
    add_dose("a", DAY + timedelta(2), patrol_min=77.0)
    CountedDay.objects.create(
        spot_set_id=1, device_id=1, day=DAY, unit_id="P1", service="police", start=NOON, end=NOON,
        fixes=9, counted=NOON,
    )  # fmt: skip


def ask(client, do="save", **more):
    return client.post(PAGE, ASKED | {"do": do} | more)


def test_the_file_has_whole_minutes_of_one_service_by_hot_spot_and_day(doses, sign_in, people):
    client = sign_in("analyst")
    page = ask(client, "look").content.decode()
    assert "2 rows: 52 patrol-minutes, 93 person-minutes." in page
    assert "Of 2 days, 1 has no counted tracker" in page
    answer = ask(client, stream="HR24")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    read = read_counts(answer.content)
    assert (read.service, f"{read.window.first}") == ("police", f"{DAY}")
    told = [(one.hot_spot, one.day, one.patrol_minutes, one.person_minutes) for one in read.counts]
    assert told == [("a", DAY, 40, 81), ("b", DAY + timedelta(1), 12, 12)]
    assert {(one.basis, one.stream) for one in read.counts} == {("tracker", "HR24")}
    event = Event.objects.get(action="ledger hours taken")
    assert (event.actor_id, event.detail["rows"]) == (people["analyst"].pk, 2)


def test_a_day_that_is_not_over_is_refused_and_of_no_minutes_there_is_no_file(doses, sign_in):
    client = sign_in("coordinator")
    tomorrow = f"{date.today() + timedelta(2)}"
    assert "is not over" in ask(client, first=tomorrow, last=tomorrow).content.decode()
    assert "Swap the two dates" in ask(client, last="2020-01-01").content.decode()
    assert "more than 92 days" in ask(client, first="2025-01-01").content.decode()
    assert "Enter a valid value" in ask(client, stream="John's money").content.decode()
    none = ask(client, first="2020-01-01", last="2020-01-02")
    assert "There is no file to save" in none.content.decode()
    assert not Event.objects.filter(action="ledger hours taken").exists()


@pytest.mark.parametrize("role", ["officer", "partner", "administrator"])
def test_who_does_not_see_insight_gets_no_file(role, doses, sign_in):
    assert ask(sign_in(role)).status_code == 404


def test_many_rows_are_asked_for_at_once_and_shown_in_part(
    doses, sign_in, django_assert_max_num_queries
):
    for k in range(120):
        add_dose(f"s{k}")
    client = sign_in("evaluator")
    ask(client, "look")
    with django_assert_max_num_queries(15):
        page = ask(client, "look").content.decode()
    assert "And 22 more, in the file." in page
