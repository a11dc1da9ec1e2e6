"""Counts by hot spot and day: made anew at every change of what they stand on, in one go."""

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
import shapely
from django.urls import reverse

from patrolwise.definitions import load_definitions
from patrolwise.hot_spots import HotSpotSet
from patrolwise.places import areas_from_geometries
from patrolwise.tables import CRIMES, make_table
from patrolwise.times import Window
from patrolwise.web.records import jobs, queries
from patrolwise.web.records.day_counting import count_by_definition
from patrolwise.web.records.models import DayCount, Kind, SpotSet, State, Upload
from patrolwise.web.records.spot_documents import add_set
from patrolwise.web.records.stored_files import below_data, write_table_whole

VIOLENCE = "violence-and-sexual-offences"
BOX = shapely.box(458_000, 304_000, 458_200, 304_200)
AREAS = areas_from_geometries(
    ["a", "b"], [BOX, shapely.box(459_000, 304_000, 459_200, 304_200)], ["A", "B"]
)


@pytest.fixture(autouse=True)
def data_folder(settings, tmp_path):
    settings.DATA_FOLDER = tmp_path
    return tmp_path


def make_crimes(rows):
    """Return CRIMES of (x, y, time or month, category or code)."""
    given = []
    for n, (x, y, when, kind) in enumerate(rows):
        timed = isinstance(when, datetime)
        coded = kind[0].isdigit()
        given.append(
            {
                "crime_id": f"c{n}",
                "force": "T",
                "month": (when.date() if timed else when).replace(day=1),
                "time_from": when if timed else None,
                "time_to": when if timed else None,
                "x": x,
                "y": y,
                "category": None if coded else kind,
                "offence_code": kind if coded else None,
                "source": "s",
                "row": n + 2,
            }
        )
    return make_table(CRIMES, pl.DataFrame(given, infer_schema_length=None))


def at(day, hour=12):
    return datetime(2026, 6, day, hour, tzinfo=UTC)


CODED = make_crimes(
    [
        (458_100, 304_100, at(1), "34B"),
        (458_100, 304_100, at(1, 23), "34B"),  # 2 June in London
        (459_100, 304_100, at(3), "8N"),
        (470_000, 304_100, at(3), "8N"),  # in neither
        (None, None, at(3), "8N"),
    ]
)
OPEN = make_crimes(
    [
        (458_100, 304_100, date(2026, 5, 1), "robbery"),
        (458_100, 304_100, date(2026, 6, 1), "robbery"),
        (458_100, 304_100, date(2026, 6, 1), "robbery"),
        (459_100, 304_100, date(2026, 6, 1), "anti-social-behaviour"),
    ]
)


def keep(crimes, first, last, kind=Kind.CRIMES):
    table = below_data(write_table_whole(crimes))
    return Upload.objects.create(
        kind=kind, name="x", sha256="0", size=1, stored="", table=table, state=State.KEPT,
        rows=crimes.height, first_day=first, last_day=last, uploaded=datetime.now(UTC),
        uploaded_by_id=1,
    )  # fmt: skip


@pytest.fixture
def in_force(db):
    spots = HotSpotSet(
        id="s", method="m", window=Window("w", date(2025, 1, 1), date(2025, 12, 31)),
        definition="robbery@1", areas=AREAS,
    )  # fmt: skip
    made = add_set(spots, by_id=1, reason="x")
    SpotSet.objects.update(state="published", published=datetime.now(UTC))
    return made


def counted(definition):
    rows = DayCount.objects.filter(definition=definition, crimes__gt=0)
    return {(r.area_id, r.day, r.is_month): (r.crimes, r.harm) for r in rows}


def test_timed_crimes_count_on_their_london_day_with_their_harm(in_force):
    keep(CODED, date(2026, 6, 1), date(2026, 6, 3))
    jobs.count_days.enqueue()
    found = counted("robbery@1")
    assert {key: crimes for key, (crimes, _) in found.items()} == {
        ("a", date(2026, 6, 1), False): 1,
        ("a", date(2026, 6, 2), False): 1,
    }
    assert all(harm > 0 for _, harm in found.values())
    assert counted(f"{VIOLENCE}@1").keys() == {("b", date(2026, 6, 3), False)}


def test_open_data_counts_by_month_and_has_no_harm(in_force):
    keep(OPEN, date(2026, 5, 1), date(2026, 6, 30))
    jobs.count_days.enqueue()
    assert counted("robbery@1") == {
        ("a", date(2026, 5, 1), True): (1, None),
        ("a", date(2026, 6, 1), True): (2, None),
    }
    assert counted("anti-social-behaviour@1") == {("b", date(2026, 6, 1), True): (1, None)}


def test_only_definitions_that_the_data_supports_are_counted(in_force):
    keep(OPEN, date(2026, 5, 1), date(2026, 6, 30))
    jobs.count_days.enqueue()
    found = queries.counted_definitions()
    assert "serious-violence@1" not in found
    assert "knife-enabled@1" not in found
    assert {"all-crime@1", "robbery@1", "public-order@1"} <= set(found)


def test_counts_are_those_of_a_slow_count():
    rng = random.Random(7)
    kinds = ["34B", "8N", "9A", "10D", "45"]
    rows = [
        (
            458_000 + rng.randrange(1_400),
            304_000 + rng.randrange(300),
            at(rng.randint(1, 5)),
            rng.choice(kinds),
        )
        for _ in range(400)
    ]
    crimes = make_crimes(rows)
    fast = count_by_definition(crimes, AREAS)
    for key in ("robbery@1", "all-crime@1", "public-order@1"):
        codes = load_definitions()[key].codes if key != "all-crime@1" else kinds
        slow = Counter(
            (area, when.date())
            for x, y, when, kind in rows
            for area, left in (("a", 458_000), ("b", 459_000))
            if left <= x <= left + 200 and y <= 304_200 and kind in codes
        )
        found = {
            (row["area_id"], row["day"]): row["crimes"]
            for row in fast[key].iter_rows(named=True)
            if row["crimes"]
        }
        assert found == slow


def test_without_crimes_or_set_there_are_no_counts(db):
    assert count_by_definition(make_table(CRIMES), AREAS) == {}
    jobs.count_days.enqueue()
    assert not DayCount.objects.exists()
    assert queries.day_counts("robbery@1", date(2026, 1, 1), date(2026, 12, 31)).is_empty()
    assert queries.set_in_force() is None


def test_day_counts_have_a_row_for_each_day_that_is_known(in_force):
    keep(CODED, date(2026, 6, 1), date(2026, 6, 3))
    jobs.count_days.enqueue()
    table = queries.day_counts("robbery@1", date(2026, 1, 1), date(2026, 12, 31))
    assert table.columns == queries.DAY_COUNTS.names
    assert table.height == 2 * 3
    assert table["crimes"].to_list() == [1, 1, 0, 0, 0, 0]
    assert table["harm"].null_count() == 0
    part = queries.day_counts("robbery@1", date(2026, 6, 2), date(2026, 6, 2))
    assert part.select("area_id", "crimes").rows() == [("a", 1), ("b", 0)]
    assert queries.day_counts("robbery@1", date(2027, 1, 1), date(2027, 1, 2)).is_empty()
    assert queries.day_counts("knife-enabled@1", date(2026, 6, 1), date(2026, 6, 3)).is_empty()


def test_a_definition_without_crimes_is_zero_and_not_unknown(in_force):
    keep(CODED, date(2026, 6, 1), date(2026, 6, 3))
    jobs.count_days.enqueue()
    table = queries.day_counts("public-order@1", date(2026, 6, 1), date(2026, 6, 3))
    assert table["crimes"].to_list() == [0] * 6


def test_months_are_one_row_each(in_force):
    keep(OPEN, date(2026, 5, 1), date(2026, 6, 30))
    jobs.count_days.enqueue()
    table = queries.day_counts("robbery@1", date(2026, 5, 10), date(2026, 6, 10))
    assert table["is_month"].all()
    assert table.select("area_id", "day", "crimes").rows() == [
        ("a", date(2026, 5, 1), 1),
        ("a", date(2026, 6, 1), 2),
        ("b", date(2026, 5, 1), 0),
        ("b", date(2026, 6, 1), 0),
    ]
    assert table["harm"].null_count() == 4


def test_counts_are_made_anew_when_an_upload_is_kept_or_undone(in_force, sign_in):
    analyst = sign_in("analyst")
    upload = keep(CODED, date(2026, 6, 1), date(2026, 6, 3))
    Upload.objects.update(state=State.PREVIEW)
    analyst.post(reverse("upload-keep", args=[upload.pk]))
    assert counted("robbery@1")
    analyst.post(reverse("upload-undo", args=[upload.pk]), {"reason": "wrong"})
    assert not DayCount.objects.exists()


def test_counts_are_made_anew_when_another_set_is_published(in_force, sign_in):
    keep(CODED, date(2026, 6, 1), date(2026, 6, 3))
    jobs.count_days.enqueue()
    spots = HotSpotSet(
        id="other", method="m", window=Window("w", date(2025, 1, 1), date(2025, 12, 31)),
        definition="robbery@1", areas=AREAS.head(1).with_columns(area_id=pl.lit("z")),
    )  # fmt: skip
    made = add_set(spots, by_id=1, reason="x")
    sign_in("coordinator").post(reverse("hot-spot-publish", args=[made.pk]), {"reason": "y"})
    assert set(DayCount.objects.values_list("area_id", "spot_set")) == {("z", made.pk)}


def test_a_count_that_was_overtaken_is_made_again(in_force, monkeypatch):
    keep(OPEN, date(2026, 5, 1), date(2026, 6, 30))
    real, calls = jobs.load_kept_crimes, []

    def overtaken():
        crimes = real()
        if not calls:
            keep(CODED, date(2026, 6, 1), date(2026, 6, 3))
        calls.append(1)
        return crimes

    monkeypatch.setattr(jobs, "load_kept_crimes", overtaken)
    jobs.count_days.enqueue()
    assert len(calls) == 2
    assert ("a", date(2026, 6, 2), False) in counted("robbery@1")
    assert ("a", date(2026, 6, 1), True) in counted("robbery@1")


def test_a_count_that_fails_leaves_the_counts_before_it(in_force, monkeypatch):
    keep(OPEN, date(2026, 5, 1), date(2026, 6, 30))
    jobs.count_days.enqueue()
    before = counted("robbery@1")

    def fail(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(DayCount.objects, "bulk_create", fail)
    jobs.count_days.enqueue()
    assert counted("robbery@1") == before


def test_names_print(in_force):
    keep(CODED, date(2026, 6, 1), date(2026, 6, 3) + timedelta(days=0))
    jobs.count_days.enqueue()
    assert str(DayCount.objects.filter(area_id="a", crimes=1).first()).startswith("a 2026-06-0")
