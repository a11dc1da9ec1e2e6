"""Before the start: the level is measured from crimes; what can be found is told and written."""

import json
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from patrolwise.errors import InputError
from patrolwise.planning.power_simulation import SimulationRule
from patrolwise.planning.power_tables import DETECTABLE, PowerGrid, PowerPlan
from patrolwise.study.power_study import (
    POWER_STEPS,
    CrimeSource,
    find_study_power,
    measure_level,
    mix_harms,
    record_power,
    tell_power,
    write_power,
)
from patrolwise.times import Window

from .day_worlds import WINDOW, make_world

GRID = PowerGrid(hot_spots=(6,), weeks=(8,), falls=(0.3, 0.9))
RULE = SimulationRule(runs=20, draws=99)


def find(plan, grid=GRID):
    told = []
    found = find_study_power(plan, grid, RULE, told.append)
    assert len(told) == POWER_STEPS
    return found


@pytest.fixture(scope="module")
def timed(tmp_path_factory):
    return make_world(tmp_path_factory.mktemp("timed"))


def test_crimes_with_times_are_measured_by_days(timed):
    level = measure_level(
        CrimeSource(crimes=(timed.crimes,), areas=timed.areas, window=WINDOW, mapping=timed.mapping)
    )
    rows = pl.read_csv(timed.crimes)
    assert level.source == "days"
    assert level.hot_spots == 5
    days = [WINDOW.first + timedelta(days=d) for d in range(WINDOW.days)]
    assert level.crimes_a_day == pytest.approx(level.crimes / 5 / len(days))
    assert level.crimes <= rows.height
    assert 1 <= level.dispersion < 4


def test_months_are_measured_where_there_are_no_times(calm, geojson_of, tmp_path):
    areas = tmp_path / "areas.geojson"
    areas.write_text(geojson_of([(2, 2), (2, 6), (6, 2), (6, 6)]), encoding="utf-8")
    window = Window("before", date(2020, 1, 1), date(2020, 12, 31))
    level = measure_level(
        CrimeSource(
            crimes=(calm.folder / "street",),
            areas=areas,
            window=window,
            definition="violence-and-sexual-offences",
        )
    )
    assert level.source == "months"
    assert level.hot_spots == 4
    assert level.crimes_a_day == pytest.approx(level.crimes / 4 / 366)
    assert level.dispersion < 2  # the world's crimes are Poisson


def test_hot_spot_sets_are_read_as_areas(calm, tmp_path):
    calm.evaluate()
    source = CrimeSource(
        crimes=(calm.folder / "street",),
        areas=tmp_path / "set.geojson",
        window=Window("before", date(2020, 1, 1), date(2020, 12, 31)),
    )
    from patrolwise.cli.__main__ import main

    words = ["hot-spots", str(calm.folder / "street"), "--first", "2019-01-01"]
    words += ["--study-area", str(calm.folder / "study-area.geojson"), "--last", "2019-12-31"]
    assert main([*words, "--count", "4", "--out", str(source.areas)]) == 0
    assert measure_level(source).hot_spots == 4


def test_areas_without_crime_are_refused(calm, geojson_of, tmp_path):
    areas = tmp_path / "far.geojson"
    areas.write_text(geojson_of([(200, 200)]), encoding="utf-8")
    window = Window("before", date(2020, 1, 1), date(2020, 12, 31))
    with pytest.raises(InputError, match="had no crime from 2020-01-01 to 2020-12-31"):
        measure_level(CrimeSource(crimes=(calm.folder / "street",), areas=areas, window=window))


def test_a_mix_of_harm_becomes_a_thousand_crimes():
    harms = mix_harms([(1, 0.6), (10, 0.37), (500, 0.03)])
    assert len(harms) == 1000
    assert np.mean(harms) == pytest.approx(0.6 + 3.7 + 15)
    thirds = mix_harms([(1, 0.333), (2, 0.333), (3, 0.334)])
    assert len(thirds) == 1000


@pytest.mark.parametrize("mix", [[(1, 0.5)], [(-1, 1.0)], [(1, 1.5), (2, -0.5)]])
def test_a_mix_that_is_none_is_refused(mix):
    with pytest.raises(InputError, match="Give weights of 0 or more"):
        mix_harms(mix)


def test_the_text_has_both_tables_and_what_they_rest_on():
    plan = PowerPlan(
        crimes_a_day=0.4, lasting=(1.0, 0.5), washout_days=2, delivered=0.8, dispersion=2.0
    )
    told = tell_power(find(plan))
    for words in (
        "0.4 crimes a hot spot-day, variance over mean 2.00, 5 days a week, power 80%",
        "The effect lasts: 100%, 50% of it",
        "Days within 2 after patrol are left out.",
        "80% of planned days take place.",
        "Smallest fall that is found",
        "Weeks that a true fall needs",
        "-30%",
    ):
        assert words in told
    assert "Taken from" not in told
    assert "Outcome: harm" not in told


def test_what_is_never_found_is_said_so():
    told = tell_power(find(PowerPlan(crimes_a_day=0.01)))
    assert "none" in told
    assert ">260" in told


def test_harm_is_simulated_and_says_how_often(timed, tmp_path):
    from dataclasses import replace

    plan = PowerPlan(crimes_a_day=1.0, harms=mix_harms([(1, 0.9), (5, 0.1)]))
    found = find(plan)
    assert found.runs == 20
    level = measure_level(
        CrimeSource(crimes=(timed.crimes,), areas=timed.areas, window=WINDOW, mapping=timed.mapping)
    )
    found = replace(found, level=level)
    told = tell_power(found)
    assert "Outcome: harm, 1.4 a crime; each figure from 20 simulated experiments." in told
    assert "in 5 areas, by days." in told
    written = write_power(found, tmp_path / "out")
    assert [path.name for path in written] == ["detectable.csv", "weeks-needed.csv", "power.json"]
    record = json.loads(written[2].read_text(encoding="utf-8"))
    assert record == json.loads(json.dumps(record_power(found)))
    assert record["plan"]["mean_harm"] == pytest.approx(1.4)
    assert record["level"]["hot_spots"] == 5
    table = pl.read_csv(written[0])
    assert table.columns == list(DETECTABLE.names)
    assert table["fall"].to_list() == [row["fall"] for row in record["detectable"]]


def test_crimes_are_not_simulated():
    found = find(PowerPlan(crimes_a_day=0.4))
    assert (found.runs, record_power(found)["level"]) == (None, None)
    assert record_power(found)["plan"]["mean_harm"] is None
