"""What a coordinator reads at 7 a.m.: the short ones first, and when who was last there."""

from datetime import date

import pytest

from patrolwise.errors import InputError
from patrolwise.study.patrol_days import describe_day, list_day, tell_day

from .patrol_worlds import MONDAY, TUESDAY, crew, quiet_world, stand


@pytest.fixture
def world(tmp_path):
    """On Monday outreach gives the north 44 min; police come to the south twice, too briefly."""
    world = quiet_world(tmp_path)
    came = ("away", 0, 30), ("south", 70, 8), ("away", 85, 20), ("south", 110, 4), ("north", 120, 0)
    world.fixes.append(stand("d2", MONDAY, *came, ("away", 120.5, 99)))
    world.crews.append(crew("p1", "police", MONDAY, "d2"))
    world.rules.append({"service": '"police"', "visit_min": "15", "areas": '["south"]'})
    return world


def test_hot_spots_that_are_short_come_first_the_furthest_below_before_others(world):
    lines = list_day(world.results(), MONDAY)
    assert [(line.service, line.area_id, line.verdict) for line in lines] == [
        ("outreach", "south", "short"),
        ("police", "south", "short"),
        ("outreach", "north", "met"),
    ]


def test_a_line_says_how_much_was_owed_who_came_and_when_the_last_left(world):
    world.crews.append(crew("p2", "police", MONDAY, "d3"))
    world.fixes.append(stand("d3", MONDAY, ("south", 100, 15), ("away", 115.5, 99)))
    results = world.results()
    line = next(line for line in list_day(results, MONDAY) if line.service == "police")
    assert (line.name, line.planned_min, line.visits) == ("South Street", 15.0, 3)
    assert line.units == ("p1", "p2")
    assert line.last_left == "2024-06-03T15:55:30Z"
    assert line.low_min < line.patrol_min < line.high_min


def test_who_only_passed_through_was_not_there(world):
    came = [(line.service, line.area_id) for line in list_day(world.results(), MONDAY)]
    assert ("police", "north") not in came


def test_the_terminal_tells_the_day_by_the_clock_on_the_wall(world):
    told = tell_day(world.results(), MONDAY).splitlines()
    assert told[0] == "Two streets"
    assert told[1] == "Patrol day Monday 3 June 2024, from 04:00 UTC"
    cells = [line.split() for line in told[3:7]]
    assert " ".join(cells[0]) == "hot spot service verdict minutes true owed who left last"
    assert " ".join(cells[1]) == "South Street outreach short 0 \u2013 40 nobody \u2013"
    assert cells[3][:5] == ["North", "Street", "outreach", "met", "44"]
    assert cells[3][-2:] == ["o1", "15:56"], "14:56 UTC is 15:56 in June"


def test_a_day_on_which_nothing_was_owed_and_nobody_came_says_so(world):
    world.rules = []
    assert tell_day(world.results(), TUESDAY).endswith("Nothing was owed, and nobody came.")
    assert list_day(world.results(), TUESDAY) == ()


def test_a_visit_that_no_rule_asked_for_is_told_after_the_others(world):
    world.rules = [{"areas": '["south"]'}]
    lines = list_day(world.results(), MONDAY)
    assert [(line.area_id, line.verdict) for line in lines] == [
        ("south", "short"),
        ("south", "no rule"),
        ("north", "no rule"),
    ]
    assert [line.service for line in lines] == ["outreach", "police", "outreach"]
    assert lines[1].planned_min is None


def test_what_is_to_be_asked_of_the_day_stands_below(world):
    world.crews.append(crew("o2", "outreach", MONDAY, "d7"))
    world.is_simulated = True
    results = world.results()
    told = tell_day(results, MONDAY)
    assert told.startswith("! SIMULATED DATA")
    assert "To ask:\n  o2 (outreach) was assigned on 2024-06-03" in told
    assert "To ask" not in tell_day(results, TUESDAY)


def test_a_day_as_plain_values_holds_the_same(world):
    results = world.results()
    document = describe_day(results, MONDAY)
    assert document["schema"] == "patrolwise.patrol-day/1"
    assert (document["day"], document["is_simulated"]) == ("2024-06-03", False)
    assert [line["verdict"] for line in document["lines"]] == ["short", "short", "met"]
    assert document["questions"] == []


def test_a_day_outside_the_results_is_refused(world):
    with pytest.raises(InputError, match="2024-06-09 is not among the days of these results"):
        list_day(world.results(), date(2024, 6, 9))
