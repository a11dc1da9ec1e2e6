"""What a plan is made from: each form read and held, travel times, and all faults at once."""

import hashlib
from datetime import UTC, date, datetime
from itertools import accumulate

import numpy as np
import pytest

from patrolwise.errors import InputError, RefusedError
from patrolwise.study.plan_sources import read_plan_sources

from .plan_worlds import (
    AREA_IDS,
    MONDAY,
    PLAN_HEAD,
    SERVICES,
    SUNDAY,
    PlanWorld,
    base_form,
    centres,
    late_rota,
    plan_row,
    street_map,
)


@pytest.fixture
def world(tmp_path):
    return PlanWorld(tmp_path)


def test_without_forms_there_are_empty_tables_and_straight_lines(world):
    sources = read_plan_sources(world.read())
    for name in (
        *("leave", "requests", "availability", "burden", "priorities", "events"),
        *("bases", "decided", "allocation"),
    ):
        assert getattr(sources, name).is_empty(), name
    assert sources.rota is None
    assert [one.staff_id for one in sources.staff] == ["o1", "o2", "o3", "o4", "p1", "p2"]
    assert tuple(sources.spots.areas["area_id"]) == AREA_IDS
    assert set(sources.travel["mode"]) == {"walking"}
    assert set(sources.travel["from_id"]) == set(AREA_IDS)
    (note,) = sources.notes
    assert note.startswith("Travel times are straight lines with a detour of 1.3 on foot;")


def test_each_form_is_read_and_held(world):
    world.planning = {
        "allocation": '"days.csv"',
        "arms": '{ patrol = ["police"], none = [] }',
    }
    (world.folder / "days.csv").write_text(
        "area_id,day,block,arm,is_washout\nsaltgate,2024-06-02,1,none,no\n", encoding="utf-8"
    )
    world.forms = {
        "leave": "staff_id,first,last,kind\no4,2024-06-02,2024-06-03,leave\n",
        "requests": "request_id,staff_id,day,wants\nr1,o1,2024-06-04,off\n",
        "availability": ("service,unit_id,start,end\npolice,,2024-06-02 14:00,2024-06-03 00:00\n"),
        "burden": "staff_id,contracted,evenings,weekends,worst_min\no1,20,9,4,310.5\n",
        "priorities": (
            "area_id,weekdays,from_clock,until_clock,weight\nsaltgate,Sun,16:00,18:00,2\n"
        ),
        "events": (
            "event_id,area_id,start,end,effect,weight,note\n"
            "fair,mill-race,2024-06-02 12:00,2024-06-02 21:00,closed,,\n"
        ),
        "bases": base_form(),
        "decided": PLAN_HEAD
        + plan_row("outreach late", "outreach-1", "saltgate", "15:00", "15:40", "yes"),
        "rota": late_rota(),
    }
    sources = read_plan_sources(world.read())
    assert sources.leave.rows() == [("o4", SUNDAY, MONDAY, "leave")]
    assert sources.requests.rows() == [("r1", "o1", date(2024, 6, 4), "off", 1)]
    service, unit_id, start, end = sources.availability.row(0)
    assert (service, unit_id) == ("police", None)
    # 14:00 and midnight on the wall are an hour less by the sun
    assert (start, end) == (
        datetime(2024, 6, 2, 13, tzinfo=UTC),
        datetime(2024, 6, 2, 23, tzinfo=UTC),
    )
    assert sources.burden.rows() == [("o1", 20.0, 9, 4, 310.5)]
    assert sources.priorities.select("area_id", "weekdays", "weight").rows() == [
        ("saltgate", [7], 2.0)
    ]
    assert sources.events.select("event_id", "start", "effect").rows() == [
        ("fair", datetime(2024, 6, 2, 11, tzinfo=UTC), "closed")
    ]
    assert list(sources.bases["place_id"]) == ["depot"]
    assert sources.decided.select("area_id", "is_locked").rows() == [("saltgate", True)]
    assert sources.rota["staff_id"].to_list() == ["o1", "o2", "o3", "o4", "p1", "p2"]
    assert sources.allocation.rows() == [("saltgate", SUNDAY, "1", "none", False)]
    assert "depot" in set(sources.travel["to_id"])


def test_each_file_is_named_with_the_hash_of_its_bytes(world):
    world.forms = {"leave": "staff_id,first,last,kind\no4,2024-06-02,2024-06-02,leave\n"}
    sources = read_plan_sources(world.read())
    assert [one.name for one in sources.inputs] == ["hot-spots.geojson", "staff.csv", "leave.csv"]
    for one in sources.inputs:
        data = (world.folder / one.name).read_bytes()
        assert one.sha256 == hashlib.sha256(data).hexdigest()


def walks(sources, mode="walking"):
    """Return metres by (from, to)."""
    own = sources.travel.filter(sources.travel["mode"] == mode)
    return {(one, other): metres for one, other, metres in own.select(
        "from_id", "to_id", "metres").iter_rows()}  # fmt: skip


def test_ways_go_along_the_streets_that_are_given(world):
    spots = [centres()[area_id] for area_id in AREA_IDS]
    world.planning = {"streets": '"streets.geojson"'}
    (world.folder / "streets.geojson").write_text(street_map(spots), encoding="utf-8")
    sources = read_plan_sources(world.read())
    assert sources.notes == ()  # nothing was assumed, nothing left out
    assert set(sources.travel["source"]) == {"streets"}
    # one street leads past all hot spots, in their order: each way is as long as what lies between
    legs = np.hypot(*np.diff(spots, axis=0).T)
    places = dict(zip(AREA_IDS, accumulate([0.0, *legs]), strict=True))
    for (one, other), metres in walks(sources).items():
        assert metres == pytest.approx(abs(places[one] - places[other]), rel=1e-3, abs=0.5)


def test_streets_that_do_not_connect_are_left_out_for_each_way_of_going_and_told(world):
    spots = [centres()[area_id] for area_id in AREA_IDS]
    x, y = spots[0] + (3000, 3000)
    world.parts[0] = SERVICES.replace("is_wished = true", 'mode = "driving"')
    world.planning = {"streets": '"streets.geojson"'}
    (world.folder / "streets.geojson").write_text(
        street_map(spots, [(x, y), (x + 400, y)]), encoding="utf-8"
    )
    sources = read_plan_sources(world.read())
    assert sources.notes == tuple(
        "0.8 km of streets, each direction counted, in 1 parts are left out for "
        f"{mode}: they do not connect with the others."
        for mode in ("driving", "walking")
    )
    assert walks(sources) == pytest.approx(walks(sources, "driving"))


def test_what_was_left_out_of_the_street_map_is_told(world):
    spots = [centres()[area_id] for area_id in AREA_IDS]
    world.planning = {"streets": '"streets.geojson"'}
    text = street_map(spots).replace(
        '"features": [', '"features": [{"type": "Feature", "properties": {}, "geometry": null}, '
    )
    (world.folder / "streets.geojson").write_text(text, encoding="utf-8")
    assert read_plan_sources(world.read()).notes == (
        "streets.geojson: 1 features that are no lines were left out.",
    )


def test_the_faults_of_all_files_are_told_at_once(world):
    world.staff = "staff_id,service,weekdays\no1,outreach,Someday\n"
    world.planning = {"streets": '"streets.geojson"'}
    (world.folder / "streets.geojson").write_text("{}", encoding="utf-8")
    world.forms = {
        "bases": "base_id,longitude,latitude\ndepot,52.6,-1.1\n",
        "leave": "staff_id,first,last,kind\no4,soon,2024-06-03,leave\n",
        "events": (
            "event_id,area_id,start,end,effect,weight\n"
            "fair,mill-race,2024-06-02 12:00,2024-06-02 21:00,jolly,\n"
        ),
        "decided": PLAN_HEAD
        + plan_row("outreach late", "outreach-1", "saltgate", "15:40", "15:00", "yes"),
    }
    with pytest.raises(InputError) as caught:
        read_plan_sources(world.read())
    told = str(caught.value)
    assert told.startswith("programme.toml")
    for words in (
        "staff.csv",
        "bases.csv",
        "Are the two swapped?",
        "leave.csv",
        "events.csv",
        "write closed or priority",
        "decided.csv",
        "streets.geojson is no FeatureCollection",
    ):
        assert words in told, words


def test_a_form_with_names_of_persons_is_refused_and_the_other_faults_are_told_too(world):
    world.staff = "staff_id,service,name\no1,outreach,A. Person\n"
    world.forms = {"leave": "staff_id,first,last,kind\no4,soon,2024-06-03,leave\n"}
    with pytest.raises(RefusedError) as caught:
        read_plan_sources(world.read())
    assert "staff.csv" in str(caught.value)
    assert "leave.csv" in str(caught.value)
    assert "A. Person" not in str(caught.value)
