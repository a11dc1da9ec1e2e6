"""Visits of devices added up by area: against the sum of the table itself."""

import pytest

from patrolwise.patrols.visits import find_visits
from patrolwise.study.visit_summary import (
    add_up_visits,
    describe_visits,
    mark_simulated,
    summarise_visits,
)
from patrolwise.tables import FIXES, make_table

from .patrol_worlds import MONDAY, SPOTS, stand


@pytest.fixture(scope="module")
def found():
    came = (
        ("away", 0, 9.5),
        ("north", 10, 20),
        ("north", 40, 20),
        ("south", 75, 0),
        ("away", 75.5, 30),
    )
    return find_visits(stand("d1", MONDAY, *came), SPOTS.areas)


def summarise(found, parts=1, *, simulated=False):
    rows = -(-max(found.visits.height, 1) // parts)
    sums = [add_up_visits(found.visits[rows * k : rows * (k + 1)]) for k in range(parts)]
    return summarise_visits(found, sums, SPOTS.areas, simulated=simulated)


def test_areas_add_up_to_the_visits_and_those_nobody_came_to_are_there(found):
    summary = summarise(found)
    north, south = summary["areas"]
    visits = found.visits.filter(~found.visits["is_pass_through"])
    assert north["minutes"] == visits["credited_s"].sum() / 60
    assert north["unknown_min"] == summary["unknown_min"] == 10.0
    assert north["low_min"] < north["minutes"] < north["high_min"]
    assert (south["visits"], south["pass_throughs"], south["minutes"]) == (0, 1, 0.0)
    assert (summary["visits"], summary["pass_throughs"], summary["devices"]) == (1, 1, 1)
    assert sum(summary["grades"].values()) == summary["device_days"] == 1


@pytest.mark.parametrize("parts", [1, 2, 5])
def test_visits_that_come_in_parts_add_up_to_the_same(found, parts):
    assert summarise(found, parts) == summarise(found)


def test_the_terminal_tells_areas_silence_refresh_and_hashes(found):
    summary = summarise(found)
    told = describe_visits(summary).splitlines()
    assert told[0] == "1 visits by 1 devices, and 1 that only passed through"
    assert told[1] == "  10 min of silence inside stays, credited to nobody"
    assert "refresh 30 s (30 to 30). With a fix every 30 s, visits under 0.5 min" in told[3]
    assert any(line.split()[:4] == ["North", "Street", "1", "40"] for line in told)
    assert told[-1].startswith(f"Fixes {summary['fixes_fingerprint'][:12]}, areas ")


def test_without_fixes_there_is_no_refresh_and_no_grade():
    empty = find_visits(make_table(FIXES), SPOTS.areas)
    told = describe_visits(summarise(empty, simulated=True))
    assert told.startswith("! SIMULATED DATA")
    assert "grades none" in told
    assert "refresh" not in told


def test_simulated_rows_say_so(found):
    marked = mark_simulated(found.visits)
    assert marked.columns == [*found.visits.columns, "simulated"]
    assert marked["simulated"].unique().to_list() == ["true"]
