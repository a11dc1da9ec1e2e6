"""What became of a plan: made-up patrols of a week, beside plans written for those days."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from patrolwise.errors import InputError
from patrolwise.planning.plan_and_done import UNPLANNED_VISITS
from patrolwise.planning.plan_sums import PLAN_SUMS, SEPARATION_DONE
from patrolwise.planning.plan_tables import PLANNED_VISITS
from patrolwise.study.patrol_measures import measure_patrols
from patrolwise.study.patrol_simulation import SimulationRule, write_simulated_programme
from patrolwise.study.plan_done import compare_with_tracks, tell_plan_done, write_plan_done
from patrolwise.study.reading import read_patrol_programme
from patrolwise.tables import make_table

AFTERWARDS = datetime(2024, 7, 1, tzinfo=UTC)
UNIT, POLICE = "simulated-outreach-1", "simulated-police-1"


def measured(folder, **given):
    rule = SimulationRule(weeks=1, refresh_s=60.0, seed=3, **given)
    write_simulated_programme(folder, rule)
    programme = read_patrol_programme(folder / "programme.toml")
    tables = measure_patrols(programme, progress=lambda step: None, now=AFTERWARDS)
    return programme, tables


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """Return the programme and tables of a week with outreach and police."""
    return measured(tmp_path_factory.mktemp("done") / "both")


def plan(*rows):
    """Return visits of (unit, hot spot or None, start, minutes)."""
    table = pl.DataFrame(
        [
            (start.date(), "late", unit.split("-")[1], unit, area, start, end, False)
            for unit, area, start, minutes in rows
            for end in [start + timedelta(minutes=minutes)]
        ],
        schema=PLANNED_VISITS.schema,
        orient="row",
    )
    return make_table(PLANNED_VISITS, table)


def whole_minute(time):
    return time.replace(second=0, microsecond=0)


def visits_of(tables, unit):
    """Return the longest visits of a unit, each as (hot spot, start)."""
    own = tables.unit_visits.filter(pl.col("unit_id") == unit)
    return own.sort("patrol_s", descending=True).select("area_id", "start").rows()


@pytest.fixture(scope="module")
def done(both):
    """Return what became of a plan: one visit as it was, one too late, one missed, a break."""
    programme, tables = both
    (area, start), (other, later), *_ = visits_of(tables, UNIT)
    planned = plan(
        (UNIT, area, whole_minute(start), 30),
        (UNIT, other, whole_minute(later) - timedelta(minutes=20), 40),
        (UNIT, area, datetime(2024, 6, 8, 13, tzinfo=UTC), 40),  # a Saturday: nobody is there
        (UNIT, None, datetime(2024, 6, 4, 15, tzinfo=UTC), 30),
        (UNIT, area, datetime(2024, 7, 8, 13, tzinfo=UTC), 40),  # weeks after the trackers
    )
    return compare_with_tracks(programme, planned, tables)


def test_visits_of_tracked_days_are_compared_and_no_others(done):
    table = done.found.planned
    assert table.height == 3
    assert sorted(table["outcome"]) == ["done", "late", "missed"]
    assert table["day"].max() == date(2024, 6, 8)


def test_the_sums_are_those_of_the_visits(done, both):
    row = done.by_service.filter(service="outreach").row(0, named=True)
    assert (row["planned_visits"], row["done"], row["late"], row["missed"]) == (3, 1, 1, 1)
    assert row["credited_min"] == pytest.approx(done.found.planned["credited_min"].sum())
    of_areas = done.by_area.filter(pl.col("service") == "outreach")
    assert of_areas["planned_visits"].sum() == 3
    assert of_areas["unplanned_visits"].sum() == row["unplanned_visits"]
    made = both[1].unit_visits.filter(~pl.col("is_pass_through"))
    assert done.found.unplanned.height == made.height - 2


def test_a_few_lines_say_what_became_of_it(done):
    told = tell_plan_done(done)
    lines = told.splitlines()
    assert lines[0].startswith("! SIMULATED DATA")
    assert "outreach: 3 visits planned: 1 done, 1 late, 1 missed" in lines
    assert any(line.endswith("while tracked, 95 % interval)") for line in lines)
    assert any("minutes were not planned" in line for line in lines)
    assert lines[-1] == "A missed visit cannot be told from one with a silent tracker."


def test_visits_whose_interval_does_not_say_are_counted(both):
    programme, tables = both
    area, start = visits_of(tables, UNIT)[0]
    made = tables.unit_visits.filter(unit_id=UNIT, start=start).row(0, named=True)
    minutes = round(made["patrol_s"] / 60 / 0.9)  # nine tenths of it are what it was
    unsure = compare_with_tracks(programme, plan((UNIT, area, start, minutes)), tables)
    assert unsure.by_service.filter(service="outreach")["unsure"].to_list() == [1]
    assert "  Perhaps too short, as the interval does not say: 1" in tell_plan_done(unsure)
    sure = compare_with_tracks(programme, plan((UNIT, area, start, 20)), tables)
    assert "may be too short" not in tell_plan_done(sure)


def test_how_services_kept_apart_is_told_where_both_came(done):
    table = done.separation
    assert table["asked_min"].unique().to_list() == [5]
    met = table.filter(kept="no").height
    assert table.filter(pl.col("kept") != "not both").height > 0
    expected = f"Services were in one hot spot too near each other on {met} hot spot-days"
    assert expected in tell_plan_done(done)


def test_where_no_two_services_came_nothing_is_said_of_keeping_apart(done):
    without = replace(done, separation=make_table(SEPARATION_DONE))
    assert "too near each other" not in tell_plan_done(without)


def test_the_record_is_plain_and_holds_every_table(done):
    record = done.as_record()
    assert record["schema"] == "patrolwise.plan-done/1"
    assert record["is_simulated"] is True
    assert [len(record[name]) for name in ("services", "hot_spots", "separation", "visits")] == [
        done.by_service.height,
        done.by_area.height,
        done.separation.height,
        3,
    ]
    assert json.loads(json.dumps(record, allow_nan=False, default=str))["visits"]


def test_every_table_is_written_and_marked_as_simulated(done, tmp_path):
    out = tmp_path / "done"
    written = write_plan_done(done, out)
    assert sorted(path.name for path in written) == [
        "plan-by-hot-spot.csv",
        "plan-by-service.csv",
        "plan-done.csv",
        "separation-done.csv",
        "unplanned-visits.csv",
    ]
    table = pl.read_csv(out / "plan-by-service.csv", infer_schema=False)
    assert table.columns == [*PLAN_SUMS.names, "simulated"]
    assert pl.read_csv(out / "plan-done.csv").height == 3


def test_what_is_not_simulated_is_not_called_so(done, tmp_path):
    real = replace(done, is_simulated=False)
    assert tell_plan_done(real).startswith("outreach: 3 visits planned")
    write_plan_done(real, tmp_path)
    assert pl.read_csv(tmp_path / "unplanned-visits.csv").columns == [*UNPLANNED_VISITS.names]


def test_a_folder_that_cannot_be_made_is_said(done, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(InputError):
        write_plan_done(done, tmp_path / "file" / "below")


def test_a_plan_of_other_days_or_of_breaks_alone_is_refused(both):
    programme, tables = both
    for planned in (
        plan((UNIT, "mill-race", datetime(2024, 6, 10, 13, tzinfo=UTC), 40)),
        plan((UNIT, None, datetime(2024, 6, 4, 15, tzinfo=UTC), 30)),
    ):
        with pytest.raises(InputError, match="No planned visit is on a tracked day"):
            compare_with_tracks(programme, planned, tables)


def test_one_service_alone_is_kept_apart_from_nobody(tmp_path):
    programme, tables = measured(tmp_path / "police", outreach_pairs=0)
    assert programme.tracking.separated == ()
    area, start = visits_of(tables, POLICE)[0]
    found = compare_with_tracks(programme, plan((POLICE, area, start, 10)), tables)
    assert found.separation.height == 0
    assert "police: 1 visit planned: 1 done" in tell_plan_done(found)
