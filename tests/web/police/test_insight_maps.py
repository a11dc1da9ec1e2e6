"""Minutes and crimes of each hot spot as maps."""

import io
import json
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta

import polars as pl
import pytest
from django.urls import reverse

from patrolwise.web.livemap.counting import count_day, patrol_day_of
from patrolwise.web.livemap.rules import find_book
from patrolwise.web.livemap.spots import find_spots
from patrolwise.web.records.models import DayCount

from .patrol_rows import make_book, make_device, make_set, make_upload, send


def add_crimes(spots, definition, harm, counts):
    for k, crimes in enumerate(counts):
        DayCount.objects.create(
            spot_set=spots, area_id="a", definition=definition, day=date(2025, 1 + k, 1),
            is_month=True, crimes=crimes, harm=harm and harm * crimes,
        )  # fmt: skip


@pytest.fixture
def filled(db):
    now = datetime.now(UTC)
    spots = make_set()
    make_book()
    noon = datetime.combine(patrol_day_of(now) - timedelta(days=1), time(12), UTC)
    send(make_device(), noon, 16)
    count_day(noon.date(), find_spots(), find_book(), now=now)
    make_upload(kind="crimes", first_day=date(2025, 1, 1), last_day=date(2026, 1, 31))
    add_crimes(spots, "all-crime@1", None, [5, 6] * 6)
    add_crimes(spots, "violence@1", 2.0, [1, 2] * 6)


def layer_of(client, name, **query):
    answer = client.get(reverse("insight-map", args=[name]), query)
    assert f'filename="{name}"' in answer["Content-Disposition"]
    return answer.content


def test_a_map_has_minutes_and_crimes_of_each_hot_spot(filled, sign_in, tmp_path):
    client = sign_in("evaluator")
    content = layer_of(client, "hot-spots.gpkg", weeks="4")
    with closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(content)
        names = [row[0] for row in database.execute("SELECT table_name FROM gpkg_contents")]
        assert set(names) == {"hot_spots", "dose", "crimes"}
        dose = database.execute(
            "SELECT name, days_counted, visits, patrol_min, days_met, hot_spot_set FROM dose "
            "WHERE area_id = 'a' AND service = 'police'"
        ).fetchall()
        assert dose == [("Square A", 1, 1, 16.0, 1, "squares@1")]
        crimes = database.execute(
            "SELECT definition, area_id, first_day, last_day, months, crimes, harm, "
            "crimes_newest_month FROM crimes WHERE area_id <> 'b' ORDER BY 1, 2"
        ).fetchall()
    year = ("2025-02-01", "2026-01-31", 12)
    assert crimes == [
        ("all-crime@1", "a", *year, 61, None, 0),
        ("all-crime@1", "c", *year, 0, None, 0),
        ("violence@1", "a", *year, 17, 34.0, 0),
        ("violence@1", "c", *year, 0, 0.0, 0),
    ]
    features = json.loads(layer_of(client, "dose.geojson"))["features"]
    told = [(one["properties"]["area_id"], one["properties"]["service"]) for one in features]
    assert told == [("a", "police"), ("b", "police"), ("c", "police")]
    frame = pl.read_parquet(io.BytesIO(layer_of(client, "crimes.parquet")))
    assert frame["crimes"].sum() == 61 + 17
    for name in ("dose.gpkg", "other.geojson", "hot-spots.csv"):
        assert client.get(reverse("insight-map", args=[name])).status_code == 404
    assert sign_in("officer").get(reverse("insight-map", args=["dose.geojson"])).status_code == 404


def test_a_map_without_anything_counted_has_no_rows_and_without_a_set_is_refused(sign_in):
    client = sign_in("commissioner")
    refused = client.get(reverse("insight-map", args=["hot-spots.gpkg"]))
    assert refused.status_code == 409
    assert "No hot spot set is in force" in refused.content.decode()
    spots = make_set()
    add_crimes(spots, "all-crime@1", None, [5])
    assert json.loads(layer_of(client, "dose.geojson"))["features"] == []
    assert json.loads(layer_of(client, "crimes.geojson"))["features"] == []
