"""The page on dwell error holds what its script measures, and the script measures the truth."""

import importlib.util
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from patrolwise.patrols.visits import find_visits
from patrolwise.simulate import GpsRule, true_seconds

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def script():
    path = ROOT / "scripts" / "measure_dwell_error.py"
    spec = importlib.util.spec_from_file_location("measure_dwell_error", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def small(script, label, days=4, **gps):
    """A month of few days, seen by one tracker."""
    scene = next(scene for scene in script.list_scenes() if scene.label == label)
    condition = script.Condition(label="", gps=GpsRule(**gps))
    return replace(scene, days=days, conditions=(condition,))


def test_the_page_holds_a_filled_table_for_each_that_the_script_makes(script):
    page = script.PAGE.read_text(encoding="utf-8")
    rows = {"refresh": 16, "other-errors": 16, "coverage": 32, "naive": 12, "seen": 5, "shapes": 12}
    rows |= {"styles": 2 * len(script.STYLES)}
    rows |= {"limits": sum(len(s.conditions) for s in script.list_scenes() if s.block == "limits")}
    for name, expected in rows.items():
        table = page.split(f"<!-- {name}: begin -->")[1].split(f"<!-- {name}: end -->")[0]
        lines = table.strip().splitlines()
        assert len(lines) == expected + 2, name
        assert len({line.count("|") for line in lines}) == 1, name


def test_a_table_replaces_the_one_before_and_nothing_else(script):
    page = "before <!-- seen: begin -->old<!-- seen: end --> after"
    once = script.fill_page(page, {"seen": "| new |"})
    assert once == "before <!-- seen: begin -->\n\n| new |\n\n<!-- seen: end --> after"
    assert script.fill_page(once, {"seen": "| new |"}) == once


def test_a_page_without_markers_is_refused(script):
    with pytest.raises(SystemExit, match="seen: begin"):
        script.fill_page("nothing here", {"seen": "| new |"})


@pytest.mark.parametrize("refresh_s", [7, 300])
def test_truth_in_the_recorded_time_is_that_of_the_simulator_step_by_step(script, refresh_s):
    scene = small(script, "mixed 2 to 45 min", days=2, refresh_s=refresh_s, gap_rate_per_h=2.0)
    rng = np.random.default_rng(3)
    areas = script.make_ground(None)
    path = script.walk_month(scene, areas, rng)
    fixes = script.observe(path, scene.conditions[0], rng)
    steps = script.add_step(fixes, find_visits(fixes, areas).device_days)
    found = script.true_seconds_observed(script.know_truth(path, areas), steps)
    # each recorded step by itself
    seen = steps.filter("is_seen").select(
        pl.col("device_id").alias("unit_id"),
        start="time",
        end=pl.col("time") + pl.duration(microseconds=(pl.col("step") * 1e6).round().cast(int)),
    )
    assert 0 < seen.height < steps.height - 2  # some silence, or the test says nothing
    slow = true_seconds(path, areas, seen)
    both = found.join(
        slow, left_on=["device_id", "area_id"], right_on=["unit_id", "area_id"], how="full"
    )
    assert both["truth"].to_list() == pytest.approx(both["seconds"].to_list(), abs=0.01)
    assert both["truth"].sum() > 0


def test_a_patrol_that_stays_inside_loses_seconds_and_the_correction_gives_them_back(script):
    scene = small(script, "outreach 40 min", days=8, error_m=15, refresh_s=10)
    told = script.pool(pl.DataFrame(script.measure_month(scene, 0, 1)))
    assert told["raw"] < -0.05
    assert abs(told["corrected"]) < 0.03
    assert 0.98 <= told["pieces"] <= 1.02


def test_without_error_nothing_is_lost_and_every_visit_is_found(script):
    scene = small(script, "police 15 min", error_m=0.01, refresh_s=1, gap_rate_per_h=0.0)
    told = script.pool(pl.DataFrame(script.measure_month(scene, 0, 1)))
    assert told["raw"] == pytest.approx(0, abs=0.002)
    assert told["pieces"] == 1
    assert told["median"] <= 2


def test_the_chance_of_being_inside_is_half_at_the_edge_and_sure_deep_inside(script):
    square = script.make_ground(5.0)["geometry"][0]
    shape = script.shapely.from_wkb(square) if isinstance(square, bytes) else square
    west, south, east, north = shape.bounds
    middle = (south + north) / 2
    places = np.array(
        [[west, middle], [(west + east) / 2, middle], [west - 8, middle], [west - 900, middle]]
    )
    chance = script._chance_inside(shape, places, np.full(4, 8.0))
    assert chance == pytest.approx([0.5, 1.0, 0.1587, 0.0], abs=1e-3)


def test_months_of_the_same_seed_are_the_same_and_of_another_are_not(script):
    scene = small(script, "roams across edges", days=1)
    first, same, other = (script.measure_month(scene, 0, seed) for seed in (1, 1, 2))
    pair = pl.DataFrame(first), pl.DataFrame(same)
    assert_frame_equal(*pair, check_column_order=False)  # sums of floats, to rounding
    assert first != other


def test_silence_within_a_true_visit_keeps_it_out_of_the_errors_of_visits(script):
    scene = small(script, "outreach 40 min", days=1, refresh_s=10, gap_rate_per_h=0.0)
    rng = np.random.default_rng(5)
    areas = script.make_ground(None)
    path = script.walk_month(scene, areas, rng)
    truth = script.know_truth(path, areas)
    fixes = script.observe(path, scene.conditions[0], rng)
    visit = truth.visits.filter(~pl.col("is_pass_through")).row(0, named=True)
    gone = pl.col("time").is_between(
        visit["start"] + timedelta(minutes=10), visit["start"] + timedelta(minutes=20)
    )
    errors = [
        len(script.measure_tracker(truth, some, naive=False)["errors"])
        for some in (fixes, fixes.filter(~gone))
    ]
    assert errors[1] == errors[0] - 1
