"""What a study of patrols reads: cut to the window, names held together, each file hashed."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from patrolwise.errors import InputError, RefusedError
from patrolwise.study.patrol_sources import read_patrol_sources
from patrolwise.study.reading import read_patrol_programme

from .patrol_worlds import MONDAY, SPOTS, TUESDAY, crew, quiet_world, stand

LEDGER = "outreach,2024-06-03,2024-06-04,pay,100,no,"
AWAY = "outreach,o1,north,2024-06-03T16:00:00Z,2024-06-03T16:30:00Z,arrest"
WARDENS = "wardens,south,2024-06-03,30,1,manager,diary"
NEXT_YEAR = datetime(2025, 1, 1, tzinfo=UTC)


@pytest.fixture
def world(tmp_path):
    return quiet_world(tmp_path)


def test_each_file_is_listed_with_its_hash_and_no_path(world):
    world.ledger, world.abstractions = [LEDGER], [AWAY]
    world.tracking = {"cost_kinds": '{ outreach = ["pay"] }'}
    sources = read_patrol_sources(world.read())
    named = [one.name for one in sources.inputs]
    assert named == [
        "fixes.parquet",
        "hot-spots.geojson",
        "crews.csv",
        "abstractions.csv",
        "ledger.csv",
    ]
    assert all(len(one.sha256) == 64 for one in sources.inputs)
    assert sources.inputs[0].rows == sources.fixes.height
    assert (sources.spots.key, sources.spots.hash) == ("two@1", SPOTS.hash)
    assert (sources.abstractions.height, sources.ledger.height) == (1, 1)
    assert sources.faults == ()


def test_forms_that_are_not_declared_are_tables_without_rows(world):
    sources = read_patrol_sources(world.read())
    assert sources.abstractions.height == sources.reported.height == sources.ledger.height == 0
    assert sources.left_blank == 0


def test_a_patrol_day_of_the_window_ends_at_four_in_the_morning(world):
    night = timedelta(hours=14)  # after 14:00 UTC: 04:00 of the next day
    last = datetime(2024, 6, 4, 14, tzinfo=UTC) + night
    before = datetime(2024, 6, 3, 4, tzinfo=UTC)
    edges = pl.concat([stand("d2", MONDAY, ("away", 0, 0))] * 4).with_columns(
        time=pl.Series(
            [before - timedelta(seconds=1), before, last - timedelta(seconds=1), last]
        ).cast(pl.Datetime("us", "UTC"))
    )
    world.fixes.append(edges)
    sources = read_patrol_sources(world.read())
    kept = sources.fixes.filter(pl.col("device_id") == "d2")["time"].to_list()
    assert kept == [before, last - timedelta(seconds=1)]
    assert sources.fixes_outside == 2


def test_rows_of_forms_outside_the_window_are_left_out(world):
    world.services = ("outreach", "police", "wardens")
    world.crews += [crew("o1", "outreach", date(2024, 6, 9), "d1")]
    world.abstractions = [AWAY, AWAY.replace("06-03", "06-07")]
    world.reported = [WARDENS, WARDENS.replace("06-03", "06-07"), "wardens,north,2024-06-04,,,,"]
    sources = read_patrol_sources(world.read())
    assert sources.assignments.height == 1
    assert sources.abstractions["start"].dt.date().to_list() == [MONDAY]
    assert sources.reported["day"].to_list() == [MONDAY]
    assert sources.left_blank == 1


def test_names_that_nobody_declared_are_told_with_the_file(world):
    world.crews += [crew("w1", "wardens", TUESDAY, "d2")]
    world.abstractions = [AWAY.replace("north", "nowhere")]
    world.reported = ["council,south,2024-06-03,30,1,manager,diary"]
    with pytest.raises(InputError) as caught:
        read_patrol_sources(world.read())
    told = str(caught.value)
    assert "3 faults" in told
    assert "tracking.crews names the service 'wardens', which is not known; known are" in told
    assert "tracking.abstractions names the hot spot 'nowhere', which is not known" in told
    assert "tracking.reported names the service 'council'" in told


def test_nobody_reports_a_day_that_has_not_been(world):
    world.services = ("outreach", "wardens")
    world.reported = [WARDENS]
    assert read_patrol_sources(world.read(), NEXT_YEAR).reported.height == 1
    with pytest.raises(InputError, match="that is after 2024-06-02"):
        read_patrol_sources(world.read(), datetime(2024, 6, 2, tzinfo=UTC))


def test_a_form_with_a_column_for_names_is_refused(world):
    path = world.declare()
    crews = world.folder / "crews.csv"
    lines = crews.read_text(encoding="utf-8").splitlines()
    named = "\n".join([f"{lines[0]},officer", f"{lines[1]},A. Name"])
    crews.write_text(named, encoding="utf-8")
    with pytest.raises(RefusedError, match="officer"):
        read_patrol_sources(read_patrol_programme(path))


def test_a_set_with_another_number_of_hot_spots_is_refused(world):
    world.hot_spots += "\nexpected = 7"
    with pytest.raises(InputError, match="expects 7 hot spots, and the set two@1 has 2"):
        read_patrol_sources(world.read())


def test_simulated_fixes_are_known_as_such(world):
    assert not read_patrol_sources(world.read()).quality.simulated
    world.is_simulated = True
    assert read_patrol_sources(world.read()).quality.simulated
