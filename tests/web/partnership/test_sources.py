"""Records of other agencies on the site: terms, counts, places, and what is dropped when."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.urls import reverse

from patrolwise.errors import RefusedError
from patrolwise.partnership.agency_sources import SourceTerms
from patrolwise.web.audit.models import Event
from patrolwise.web.commons import clock
from patrolwise.web.sources import actions, demo, queries
from patrolwise.web.sources.models import AgencyRecord, AgencySource, Batch
from patrolwise.web.sources.waiting import list_todos

NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)
TERMS = {
    "name": "Custody suite", "kind": "custody", "controller": "Force", "lawful_basis": "a section",
    "purpose": "place counts", "agreement": "ISA 9", "first": date(2026, 1, 1),
    "last": date(2027, 12, 31), "keep_months": 24, "location_days": 90, "least_count": 10,
}  # fmt: skip
HEADER = "row_id,site_code,day,hour,category,place,longitude,latitude\n"
SECRET = "behind the Zqueen Inn"


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def source(people, hot_spot):
    return actions.agree_terms(SourceTerms(**TERMS), people["programme"], NOW)


def lines(number, words="clock tower steps", first=0, point=","):
    return "".join(
        f"{n},C1,2026-11-{1 + n % 20:02},22,affray,{words},{point}\n"
        for n in range(first, first + number)
    )


def take(source, people, text, now=NOW):
    return actions.take_file(source, "a.csv", (HEADER + text).encode(), people["analyst"], now)


def send(client, source, text, name="a.csv"):
    file = SimpleUploadedFile(name, (HEADER + text).encode())
    return client.post(reverse("source", args=[source.pk]), {"file": file})


def test_an_analyst_sees_counts_and_others_see_none_below_the_least(source, people, sign_in):
    assert send(sign_in("analyst"), source, lines(9)).status_code == 302
    address = reverse("source", args=[source.pk])

    def shown(role):
        table = queries.count_by_month(source, people[role], NOW.date())
        assert sign_in(role).get(address).status_code == 200
        return [row.shown[-1] for row in table.rows]

    assert (shown("analyst"), shown("commissioner"), shown("evaluator")) == (["9"], ["*"], ["*"])
    send(sign_in("analyst"), source, lines(4, first=9))
    assert (shown("analyst"), shown("programme")) == (["13"], ["15"])
    assert "Take in a file" not in sign_in("commissioner").get(address).content.decode()
    assert sign_in("agency").get(address).status_code == 404
    assert (
        sign_in("commissioner").get(reverse("source-unplaced", args=[source.pk])).status_code == 404
    )


def test_rows_that_are_here_are_passed_over_and_a_file_is_not_taken_twice(source, people, sign_in):
    take(source, people, lines(3))
    batch = take(source, people, lines(5))
    assert (batch.rows, batch.known, AgencyRecord.objects.count()) == (5, 3, 5)
    with pytest.raises(RefusedError, match="here already"):
        take(source, people, lines(5))
    client = sign_in("analyst")
    address = reverse("source-undo", args=[batch.pk])
    assert client.post(address, {"why": " "}).status_code == 200
    assert client.post(address, {"why": "Sent by mistake."}).status_code == 302
    assert AgencyRecord.objects.count() == 3
    assert client.get(address).status_code == 404
    assert "Sent by mistake" in client.get(reverse("source", args=[source.pk])).content.decode()
    assert take(source, people, lines(5)).known == 3


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("1,C1,2026-11-01,25,affray,,,\n", "hour is 25"),
        ("1,C1,2026-11-29,2,affray,,,\n", "still to come"),
        ("", "no rows"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_kept(text, told, source, sign_in):
    assert told in send(sign_in("analyst"), source, text).content.decode()
    assert not Batch.objects.exists()


def test_words_stay_sealed_until_somebody_says_where_it_was(source, people, sign_in):
    take(source, people, lines(1, SECRET) + lines(1, "clock tower", 1) + lines(1, "n/a", 2))
    kept = {one.row_id: (one.place, one.placed_by) for one in AgencyRecord.objects.all()}
    assert kept == {"0": (SECRET, ""), "1": ("", "words"), "2": ("", "none")}
    with connection.cursor() as cursor:
        cursor.execute("SELECT place FROM sources_agencyrecord WHERE place IS NOT NULL")
        assert [SECRET.encode() in bytes(row[0]) for row in cursor.fetchall()] == [False]
    record = AgencyRecord.objects.get(row_id="0")
    client = sign_in("analyst")
    assert SECRET in client.get(reverse("source-unplaced", args=[source.pk])).content.decode()
    address = reverse("source-place", args=[record.pk])
    assert client.get(address).status_code == 200
    assert client.post(address, {"hot_spot_id": "hs-1"}).status_code == 302
    record = AgencyRecord.objects.get(row_id="0")
    assert (record.hot_spot_id, record.placed_by, record.place) == ("hs-1", "hand", "")
    assert "placed already" in client.post(address, {"hot_spot_id": "outside"}).content.decode()
    assert SECRET not in str(list(Event.objects.values_list("detail", flat=True)))
    assert (
        "Nothing is left"
        in client.get(reverse("source-unplaced", args=[source.pk])).content.decode()
    )


def test_coordinates_find_the_hot_spot_and_are_not_kept(source, people):
    take(source, people, lines(1, "", point="-1.133,52.635") + lines(1, "", 1, "-1.0,52.0"))
    found = AgencyRecord.objects.order_by("row_id").values_list("hot_spot_id", "placed_by")
    assert list(found) == [("hs-1", "point"), ("", "point")]
    assert not {"longitude", "latitude"} & {one.name for one in AgencyRecord._meta.fields}


def test_words_go_after_their_days_and_rows_after_their_months(source, people, capsys):
    take(source, people, lines(2, SECRET))
    assert actions.drop_old(NOW + timedelta(days=89)) == {"words": 0, "rows": 0}
    assert actions.drop_old(NOW + timedelta(days=90)) == {"words": 2, "rows": 0}
    assert not AgencyRecord.objects.filter(place__isnull=False).exists()
    assert actions.drop_old(datetime(2028, 11, 27, 9, tzinfo=UTC)) == {"words": 0, "rows": 0}
    assert actions.drop_old(datetime(2028, 11, 28, 9, tzinfo=UTC)) == {"words": 0, "rows": 2}
    assert Event.objects.filter(action="old records dropped").count() == 2
    call_command("drop_old_records")
    assert "Dropped: words of 0 records, 0 rows." in capsys.readouterr().out


def test_shorter_terms_hold_for_what_is_here_already_and_longer_ones_do_not(source, people):
    take(source, people, lines(1, SECRET))
    for days in (120, 30):  # 120 is refused, so that 90 stays the longest
        given = {**TERMS, "location_days": min(days, 90)}
        actions.agree_terms(SourceTerms(**given), people["programme"], NOW)
    assert actions.drop_old(NOW + timedelta(days=30))["words"] == 1
    assert AgencySource.objects.filter(is_current=True).count() == 1


def test_nothing_is_taken_in_without_terms_that_hold_today(source, people, sign_in):
    ended = {**TERMS, "last": date(2026, 11, 27)}
    new = actions.agree_terms(SourceTerms(**ended), people["programme"], NOW)
    for one in (source, new):
        one.refresh_from_db()
        with pytest.raises(RefusedError, match="do not hold today"):
            take(one, people, lines(1))
    assert [todo.number for todo in list_todos(people["programme"], NOW)] == [1]
    assert "Ended" in sign_in("protection").get("/sources/").content.decode()
    with pytest.raises(RefusedError, match="sends custody records"):
        actions.agree_terms(SourceTerms(**{**TERMS, "kind": "housing"}), people["programme"], NOW)


def test_terms_are_agreed_on_the_site_with_all_faults_told(people, sign_in, hot_spot):
    client = sign_in("protection")
    assert "No source was agreed yet" in client.get("/sources/").content.decode()
    wrong = {**TERMS, "location_days": 91, "least_count": 3}
    told = client.post("/sources/new/", wrong).content.decode()
    assert "91" in told
    assert "count shown is 3" in told
    answer = client.post("/sources/new/", TERMS)
    assert answer.status_code == 302
    assert "No event in a hot spot" in client.get(answer["Location"]).content.decode()
    again = client.get("/sources/new/?again=Custody suite").content.decode()
    assert "ISA 9" in again
    assert sign_in("commissioner").get("/sources/new/").status_code == 404


def test_the_demonstration_has_records_to_place_and_good_and_bad_places(people, hot_spot):
    assert demo.fill(NOW, people) == 240
    told = {todo.title: todo.number for todo in list_todos(people["analyst"], NOW)}
    assert told["Record to place by hand"] == 40
    quality = queries.sum_quality(AgencySource.objects.get())
    assert all(row["usable"] != "100 %" for row in quality)


@pytest.mark.parametrize("day", [date(2026, 12, 2), date(2026, 3, 31)], ids=["twice", "never"])
def test_the_demonstration_is_made_also_where_one_of_its_hours_came_twice_or_never(
    people, hot_spot, day
):
    """Clocks went back on 25 October, and forward on 29 March."""
    assert demo.fill(datetime.combine(day, NOW.time(), UTC), people) == 240
