"""Hours for the ledger: a pair's minutes by hot spot and day; nothing of anybody who was met."""

import datetime as dt

import pytest

from patrolwise.partnership.ledger_counts import COLUMNS, read_counts
from patrolwise.web.audit.models import Event
from patrolwise.web.street import clock
from patrolwise.web.street.models import HotSpotMinutes

from .streets import START, TODAY, make_place, make_shift

PAGE = "/ledger-hours/"
DAYS = {"first": f"{TODAY}", "last": f"{TODAY}", "service": "outreach", "do": "save"}
FEW = {"hot_spot", "day", "service", "stream", "basis", "patrol_minutes", "person_minutes"}


def add_minutes(spot="hs-1", start=START, minutes=40.2, **more):
    return HotSpotMinutes.objects.create(
        hot_spot_id=spot, date=start.date(), shift_start=start.time(), visits=2, minutes=minutes,
        least=minutes - 1, most=minutes + 1, rule="visits 1", reckoned_at=start,
        **{"is_tracked": True, **more},
    )  # fmt: skip


@pytest.fixture
def street(people, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: START + dt.timedelta(days=2))
    make_place()
    late = START + dt.timedelta(hours=6)
    make_shift(people["worker"], people["lead"])
    make_shift(people["worker"], unit_id="out-2", start=late)
    add_minutes()
    add_minutes(start=late, minutes=10.0)
    add_minutes("hs-2", minutes=15.4, is_tracked=False)
    add_minutes("hs-3", minutes=0.0)
    add_minutes("hs-1", START + dt.timedelta(days=1), 33.0)


def test_the_file_has_a_pairs_minutes_by_hot_spot_and_day_and_no_other_column(street, sign_in):
    client = sign_in("lead")
    page = client.post(PAGE, DAYS | {"do": "look"}).content.decode()
    assert "2 rows: 65 patrol-minutes, 121 person-minutes of workers." in page
    assert (page.count("by tracker"), page.count("by the workers themselves")) == (1, 1)
    read = read_counts(client.post(PAGE, DAYS | {"stream": "OUT-1"}).content)
    told = [
        (one.hot_spot, one.basis, one.patrol_minutes, one.person_minutes) for one in read.counts
    ]
    # two workers for 40.2 minutes, one for 10; where nobody verified, it says so
    assert told == [("hs-1", "tracker", 50, 90), ("hs-2", "self-reported", 15, 31)]
    assert {one.stream for one in read.counts} == {"OUT-1"}
    assert set(COLUMNS) == FEW
    assert Event.objects.get(action="ledger hours taken").detail["rows"] == 2


def test_a_shifts_time_and_who_worked_it_are_not_in_the_file(street, sign_in, people):
    file = sign_in("lead").post(PAGE, DAYS).content.decode()
    for word in ("out-1", "14:00", *(one.name for one in people.values()), "visits"):
        assert word not in file


def test_of_pairs_of_several_sizes_the_smaller_is_told(street, sign_in, people):
    make_shift(people["worker"], unit_id="out-3")
    (first, _) = read_counts(sign_in("lead").post(PAGE, DAYS).content).counts
    assert (first.patrol_minutes, first.person_minutes) == (50, 50)


def test_only_a_lead_takes_it_of_days_that_are_over(street, sign_in):
    for role in ("worker", "safeguarding", "protection", "partner", "evaluator", "administrator"):
        assert sign_in(role).post(PAGE, DAYS).status_code == 404
    client = sign_in("lead")
    running = {"last": f"{TODAY + dt.timedelta(days=2)}"}
    assert "is not over" in client.post(PAGE, DAYS | running).content.decode()
    none = {"first": "2026-01-01", "last": "2026-01-02"}
    assert "There is no file to save" in client.post(PAGE, DAYS | none).content.decode()
    for field, wrong, told in (
        ("service", "Ann; B", "then - and _ and spaces may be among them"),
        ("stream", "HR 24", "then - and _ may be among them, but no space"),
    ):
        page = client.post(PAGE, DAYS | {field: wrong}).content.decode()
        assert "Give up to 40 letters and digits, a letter or digit first" in page
        assert told in page
    assert client.get(PAGE).status_code == 200
