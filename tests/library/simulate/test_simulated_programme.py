"""A whole programme: marked as simulated, the same from the same seed, true to itself."""

import hashlib
import json
from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest

from patrolwise.errors import InputError
from patrolwise.files import read_areas, read_crimes
from patrolwise.patrols.abstractions import ABSTRACTIONS, check_abstractions
from patrolwise.simulate import (
    OUTREACH,
    POLICE,
    TRUE_ABSTRACTIONS,
    CrimeRule,
    GpsRule,
    ProgrammeRule,
    SeparationRule,
    TruthRule,
    find_true_visits,
    make_town,
    simulate_programme,
    write_programme,
)
from patrolwise.tables import (
    AREAS,
    ASSIGNMENTS,
    CRIMES,
    FIXES,
    check_columns,
    make_table,
)
from patrolwise.times import Window, patrol_day

RULE = ProgrammeRule(
    window=Window("spring", date(2024, 3, 1), date(2024, 4, 30)),
    patrols=Window("patrols", date(2024, 3, 25), date(2024, 4, 7)),
    services=(
        replace(OUTREACH, devices=2, gps=GpsRule(refresh_s=60.0)),
        replace(POLICE, abstraction_chance=0.2, gps=GpsRule(refresh_s=300.0)),
    ),
    crimes=CrimeRule(mean_a_day=1.0, displaced_share=0.3, ring_mean_a_day=1.0),
    keep_paths=True,
)


def simulated(rule=RULE, seed=7):
    return simulate_programme(rule, make_town(), np.random.default_rng(seed))


@pytest.fixture(scope="module")
def programme():
    return simulated()


@pytest.fixture(scope="module")
def folder(programme, tmp_path_factory):
    place = tmp_path_factory.mktemp("simulated") / "new" / "programme"
    write_programme(place, programme)
    return place


def test_its_tables_are_as_declared(programme):
    check_columns(programme.areas, AREAS, name="areas")
    check_columns(programme.fixes, FIXES, name="fixes")
    check_columns(programme.assignments, ASSIGNMENTS, name="assignments")
    check_columns(programme.crimes, CRIMES, name="crimes")
    assert programme.areas["area_id"].to_list() == [*make_town()["area_id"], "ring"]


def test_abstractions_are_a_table_that_patrols_can_use(programme):
    assert TRUE_ABSTRACTIONS.schema == ABSTRACTIONS.schema
    assert programme.abstractions.height > 10
    check_abstractions(programme.abstractions)


def test_every_device_with_fixes_was_assigned_at_their_times(programme):
    joined = programme.fixes.join(programme.assignments, on="device_id")
    held = joined.filter(pl.col("time") >= pl.col("start"), pl.col("time") < pl.col("end"))
    assert held.height == programme.fixes.height
    assert programme.fixes["device_id"].unique().sort().to_list() == [
        "outreach-1-device-1",
        "outreach-1-device-2",
        "police-1-device-1",
    ]


def test_the_devices_of_a_pair_err_apart(programme):
    pair = programme.fixes.filter(pl.col("device_id").str.starts_with("outreach"))
    one, two = pair.partition_by("device_id")
    assert not one["x"].head(50).equals(two["x"].head(50))


def test_true_visits_are_those_of_the_paths(programme):
    again = find_true_visits(programme.paths, make_town(), TruthRule())
    by = ["unit_id", "start", "area_id"]
    assert again.equals(programme.true_visits.sort(by))


def test_patrolled_minutes_are_the_true_seconds_inside(programme):
    days = programme.place_days
    by_hand = {}
    for visit in programme.true_visits.iter_rows(named=True):
        day = pl.select(patrol_day(pl.lit(visit["start"]))).item()
        key = (visit["area_id"], day)
        by_hand[key] = by_hand.get(key, 0.0) + visit["inside_s"] / 60
    found = {(a, d): m for a, d, m in days.select("area_id", "day", "minutes").iter_rows() if m}
    assert found == pytest.approx(by_hand)
    assert (
        days.filter("patrolled").select("area_id", "day").rows()
        == days.filter(pl.col("minutes") > 0).select("area_id", "day").rows()
    )


def test_crimes_are_those_of_the_place_days(programme):
    assert programme.crimes.height == programme.place_days["crimes"].sum()


def test_paths_and_ring_are_left_out_when_nobody_asked(tmp_path):
    small = simulated(replace(RULE, keep_paths=False, crimes=CrimeRule()))
    assert small.paths is None
    assert small.areas.equals(make_town())
    written = write_programme(tmp_path / "small", small)
    assert "paths.parquet" not in [path.name for path in written]


def test_another_error_leaves_patrols_and_crimes_as_they_were(programme):
    services = tuple(replace(plan, gps=GpsRule(error_m=30.0)) for plan in RULE.services)
    other = simulated(replace(RULE, services=services))
    assert other.true_visits.equals(programme.true_visits)
    assert other.crimes.equals(programme.crimes)
    assert not other.fixes.equals(programme.fixes)


def test_another_effect_leaves_patrols_and_fixes_as_they_were(programme):
    other = simulated(replace(RULE, crimes=replace(RULE.crimes, rate_ratio=0.5)))
    assert other.fixes.equals(programme.fixes)
    assert not other.place_days.equals(programme.place_days)


def test_the_record_holds_the_rule_and_the_seed_and_says_simulated(programme):
    record = json.loads(json.dumps(programme.record))
    assert record["simulated"] is True
    assert record["seed"]["entropy"] == 7
    assert record["rule"]["patrols"] == {
        "name": "patrols",
        "first": "2024-03-25",
        "last": "2024-04-07",
    }
    assert record["rule"]["services"][0]["first"] == "14:00:00"
    assert record["rule"]["services"][0]["gps"]["refresh_s"] == 60.0
    assert set(record["rule"]["services"][1]["reasons"]) >= {"arrest", "custody"}
    assert record["rule"]["crimes"]["offences"][0]["code"] == "105A"


def test_a_generator_used_before_is_recorded_as_such_and_gives_another_programme():
    rng = np.random.default_rng(7)
    one, two = (simulate_programme(RULE, make_town(), rng) for _ in range(2))
    assert (one.record["seed"]["spawned_before"], two.record["seed"]["spawned_before"]) == (0, 3)
    assert not one.fixes.equals(two.fixes)


def hashes(folder):
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_seed_writes_the_same_bytes_and_another_does_not(folder, tmp_path):
    write_programme(tmp_path / "again", simulated())
    write_programme(tmp_path / "other", simulated(seed=8))
    assert hashes(tmp_path / "again") == hashes(folder)
    assert hashes(tmp_path / "other")["fixes.parquet"] != hashes(folder)["fixes.parquet"]


def test_every_file_says_that_it_is_simulated(folder):
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert len(files) == 12
    for path in files:
        if path.suffix == ".csv":
            table = pl.read_csv(path)
            assert table.columns[0] == "simulated", path.name
            assert table.height > 0
            assert table["simulated"].all()
        elif path.suffix == ".parquet":
            assert pl.read_parquet_metadata(path)["simulated"] == "true", path.name
        elif path.suffix in (".json", ".geojson"):
            assert json.loads(path.read_text("utf-8"))["simulated"] is True, path.name
        else:
            assert "simulated" in path.read_text("utf-8").lower(), path.name


def test_the_notes_name_every_file_there_is(folder):
    notes = (folder / "SIMULATED.md").read_text("utf-8")
    for path in folder.rglob("*"):
        if path.is_file() and path.name != "SIMULATED.md":
            assert f"`{path.relative_to(folder).as_posix()}`" in notes


def test_the_crimes_are_read_as_any_force_export(folder, programme):
    read = read_crimes(folder / "crimes.csv", mapping=folder / "crimes-mapping.toml")
    assert read.quality.rows_read == read.quality.rows_kept == programme.crimes.height
    same = [name for name in CRIMES.names if name not in ("source", "lsoa")]
    assert read.crimes.select(same).equals(programme.crimes.select(same))


def test_the_areas_are_read_as_any_geojson(folder, programme):
    areas = read_areas(folder / "areas.geojson").areas
    assert areas.select("area_id", "name").equals(programme.areas.select("area_id", "name"))


def test_the_fixes_are_a_store_that_says_it_is_simulated(folder, programme):
    from patrolwise.files.fix_store import is_fix_store, is_simulated_store, scan_fixes

    path = folder / "fixes.parquet"
    assert is_fix_store(path)
    assert is_simulated_store(path)
    assert scan_fixes(path).collect().equals(programme.fixes.drop("source", "row"))
    assert pl.read_parquet(path)["source"].unique().to_list() == ["simulated"]


def test_a_folder_that_holds_something_is_left_alone(programme, tmp_path):
    (tmp_path / "real.csv").write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match="is not empty"):
        write_programme(tmp_path, programme)
    assert [path.name for path in tmp_path.iterdir()] == ["real.csv"]


def test_a_place_that_cannot_be_written_is_named(programme, tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match="file cannot be written: File exists"):
        write_programme(tmp_path / "file", programme)


def test_an_area_called_ring_is_refused():
    areas = make_town().with_columns(
        area_id=pl.when(pl.col("area_id") == "saltgate")
        .then(pl.lit("ring"))
        .otherwise(pl.col("area_id"))
    )
    with pytest.raises(InputError, match="An area is called ring"):
        simulate_programme(RULE, areas, np.random.default_rng(1))


def test_no_areas_are_refused():
    with pytest.raises(InputError, match="no area to patrol"):
        simulate_programme(RULE, make_table(AREAS), np.random.default_rng(1))


def test_patrols_outside_the_window_and_a_ring_without_width_are_refused():
    late = Window("late", date(2024, 4, 1), date(2024, 5, 1))
    with pytest.raises(InputError, match="2 faults"):
        replace(RULE, patrols=late, ring_m=0.0)


def test_breaches_reach_the_programme_only_when_asked(programme):
    assert not programme.stays["is_breach"].any()
    breached = simulated(replace(RULE, separation=SeparationRule(breach_rate=0.5)))
    assert breached.stays["is_breach"].any()
