"""Which of the site's campaigns an evaluation and a national comparison are given."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from patrolwise.demo import demo_programme
from patrolwise.study.programme import Comparison, SpotSource
from patrolwise.study.reading import read_programme
from patrolwise.web.insight.national_forms import NationalForm
from patrolwise.web.insight.national_over_time import list_over_time
from patrolwise.web.insight.run_campaigns import list_force_campaigns, list_site_campaigns
from patrolwise.web.tasking.concealing import LOCAL
from patrolwise.web.tasking.models import PlaceEvent

from .patrol_rows import make_set

MARK = {
    "number": 1, "name": "Sceptre", "first": "2023-05-15", "last": "2023-05-21", "where": "Kent",
    "url": "",
}  # fmt: skip
QUARTERS = {
    "unit": "a quarter", "quarters": ["2023/24 Q1"], "values": [3.0], "centre": [2.5],
    "low": [0.0], "high": [7.25], "signals": [], "rebases": [], "is_trial": False,
}  # fmt: skip
LEVEL = {
    "quarters": ["2023/24 Q2"], "counts": [3], "others": [8], "scores": [1.25], "ups": [0.75],
    "downs": [0.0], "moves": [], "threshold": 3.5, "in_control": 100.0, "found_after": 7.4,
}  # fmt: skip


def add_campaign(title, first, days=7, **more):
    begin = datetime(first.year, first.month, first.day, tzinfo=LOCAL)
    return PlaceEvent.objects.create(
        kind="campaign", title=title, first=begin, last=begin + timedelta(days=days),
        made_by_id=1, **more,
    )  # fmt: skip


@pytest.fixture
def programme(db, tmp_path):
    """Return the worked example with the hot spots of the set in force, from a file."""
    path = tmp_path / "set.geojson"
    path.write_text(json.dumps(make_set().document))
    declared = read_programme(demo_programme())
    spots = SpotSource(id="squares", file=path)
    return replace(declared, hot_spots=spots, comparison=Comparison(), rings_m=())


def test_an_evaluation_is_given_the_campaigns_of_its_days(programme):
    add_campaign("Before all", date(2019, 1, 1))
    add_campaign("Sceptre", date(2021, 11, 15))
    add_campaign("Never was", date(2021, 12, 1), withdrawn=datetime(2022, 1, 1, tzinfo=UTC))
    add_campaign("After all", date(2023, 1, 1))
    (one,) = list_site_campaigns(programme)
    assert (one.name, one.first, one.last) == ("Sceptre", date(2021, 11, 15), date(2021, 11, 21))
    assert (one.areas, one.declared_in) == ((), "site")
    # those that were looked at when hot spots were chosen are on the charts too
    longer = read_programme(demo_programme())
    add_campaign("When chosen", date(2020, 3, 1))
    assert [c.name for c in list_site_campaigns(longer)] == ["When chosen", "Sceptre"]


def test_a_campaign_of_some_hot_spots_needs_these_by_their_shape(programme):
    add_campaign("Here", date(2021, 11, 15), area_ids=["a", "gone"])
    add_campaign("There", date(2021, 12, 15), area_ids=["gone"])
    (one,) = list_site_campaigns(programme)
    assert (one.name, one.areas) == ("Here", ("a",))
    document = json.loads(programme.hot_spots.file.read_text())
    first, *others = document["features"]
    first["properties"]["area_id"], others[0]["properties"]["area_id"] = "b", "a"
    plain = {"type": "FeatureCollection", "features": [first, *others], "crs": document.get("crs")}
    programme.hot_spots.file.write_text(json.dumps(plain))
    chosen = replace(programme.hot_spots, chosen_on=programme.before, definition="all-crime@1")
    # the same names on other ground are other hot spots
    assert list_site_campaigns(replace(programme, hot_spots=chosen)) == ()
    # and hot spots that are yet to be chosen are none of the site's
    assert list_site_campaigns(read_programme(demo_programme())) == ()


def test_a_force_has_the_campaigns_that_were_everywhere_and_is_asked_only_then(db):
    assert "campaigns" not in NationalForm().fields
    add_campaign("Local", date(2023, 5, 1), area_ids=["a"])
    assert list_force_campaigns() == ()
    assert "campaigns" not in NationalForm().fields
    add_campaign("Sceptre", date(2023, 5, 15))
    assert list_force_campaigns() == (("Sceptre", "2023-05-15", "2023-05-21"),)
    assert NationalForm().fields["campaigns"].initial is True


def test_a_measures_page_lists_the_campaigns_of_each_chart():
    titles = ("", "Kent, quarter by quarter", "Kent, whether its level moved")
    parts = [{"title": title, "pictures": [{"caption": "c"}]} for title in titles]
    measure = {"over_time": QUARTERS, "level_over_time": LEVEL}
    year, quarters, level = list_over_time(measure, "Kent", parts, [MARK])
    assert quarters.campaigns == ("1: Sceptre, 15 May 2023 to 21 May 2023, Kent",)
    assert (year.campaigns, level.campaigns) == ((), ())  # none in its quarters
    assert list_over_time(measure, "Kent", parts)[1].campaigns == ()
