"""Each kind of result held against a protocol: patrol days, displacement, comparators, costs."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from patrolwise.cli.__main__ import main
from patrolwise.evaluation.protocol import Standing
from patrolwise.files.allocations import read_published
from patrolwise.files.protocols import read_protocol, write_protocol
from patrolwise.study.programme_days import study_programme_days
from patrolwise.study.protocol_lines import describe_protocol
from patrolwise.study.protocol_plan import (
    COMPARATORS,
    freeze_programme,
    plan_programme,
)
from patrolwise.study.protocol_standing import ResultKey, hold_plan, key_of_days, stand_of
from patrolwise.study.reading import read_programme

from .day_worlds import make_world
from .programme_worlds import HEAD, LOT, OUTREACH_DAYS, POLICE_DAYS, declare

EARLY = datetime(2024, 5, 1, 9, tzinfo=UTC)
PROTOCOL = '\n[protocol]\nfile = "protocol.json"\n'
CHANGE = """
[[protocol.change]]
date = 2024-06-20
what = "patrol_days"
reason = "Fridays were added"
"""


@pytest.fixture
def world(tmp_path):
    return make_world(tmp_path, is_drawn=True, outreach=True)


def freeze(world, *parts, now=EARLY):
    """Freeze a programme of the world; return the protocol as it is read back."""
    read = read_programme(declare(world, *parts))
    protocol = freeze_programme(read, by="A. Analyst", now=now, days=read.patrol_days)
    path = world.folder / "protocol.json"
    path.unlink(missing_ok=True)
    write_protocol(path, protocol)
    assert read_protocol(path) == protocol
    return protocol


def hold(world, *parts):
    """Compare a programme's days; return each with its standing, and the plan that is held."""
    read = read_programme(declare(world, *parts, PROTOCOL))
    found, _ = study_programme_days(read, read.patrol_days, progress=lambda _: None)
    plan, _ = plan_programme(read, read.patrol_days)
    held = hold_plan(read, plan, date(2024, 9, 1))
    return [stand_of(held, "patrol_days", key_of_days(one)) for one in found.results], held


def test_days_that_were_frozen_are_planned(world):
    protocol = freeze(world, POLICE_DAYS, LOT, OUTREACH_DAYS)
    police, outreach = protocol.plan.patrol_days
    assert len(police.lot) == 64
    assert (police.test.id, outreach.test.id) == (
        "patrol-days-ratio-randomisation",
        "patrol-days-ratio-permutation",
    )
    stands, held = hold(world, POLICE_DAYS, LOT, OUTREACH_DAYS)
    assert [one.status for one in stands] == [Standing.PLANNED] * 2
    assert held.last_day == date(2024, 9, 30)
    told = describe_protocol(protocol)
    assert "Patrol days: police on all-crime@1, drawn by lot" in told
    assert "Patrol days: outreach on all-crime@1, by exchange" in told


def test_planned_tests_are_those_that_results_really_carry(world):
    protocol = freeze(world, POLICE_DAYS, LOT, OUTREACH_DAYS)
    read = read_programme(declare(world, POLICE_DAYS, LOT, OUTREACH_DAYS))
    found, _ = study_programme_days(read, read.patrol_days, progress=lambda _: None)
    for planned, result in zip(protocol.plan.patrol_days, found.results, strict=True):
        assert (planned.test.id, planned.test.level) == (result.headline.id, result.headline.level)
        assert bool(planned.lot) == result.is_drawn
    published = read_published(world.published / "published.json")
    assert protocol.plan.patrol_days[0].lot == published.sha256


def test_hours_that_came_later_are_exploratory_and_a_reason_makes_them_changed(world):
    freeze(world, POLICE_DAYS, LOT)
    hours = "hours = [14, 20]\n"
    ((stand,), _) = hold(world, POLICE_DAYS, LOT, hours)
    assert stand.status is Standing.EXPLORATORY
    assert "patrol_days (none; now police on all-crime@1" in stand.reason
    path = declare(world, POLICE_DAYS, LOT, hours, PROTOCOL, CHANGE)
    read = read_programme(path)
    plan, _ = plan_programme(read, read.patrol_days)
    held = hold_plan(read, plan, date(2024, 9, 1))
    key = ResultKey(outcome="all-crime@1", service="police", hours=(14, 20))
    assert stand_of(held, "patrol_days", key).status is Standing.CHANGED
    none = stand_of(held, "patrol_days", replace(key, hours=None))
    assert none.reason == "It is none of the comparisons declared."


def test_days_frozen_when_they_had_begun_say_so_and_when_they_had_ended_plan_nothing(world):
    freeze(world, POLICE_DAYS, LOT, now=datetime(2024, 7, 1, tzinfo=UTC))
    ((stand,), _) = hold(world, POLICE_DAYS, LOT)
    assert stand.status is Standing.PLANNED
    assert "had begun on 2024-06-03" in stand.reason
    freeze(world, POLICE_DAYS, LOT, now=datetime(2024, 9, 23, tzinfo=UTC))
    ((stand,), _) = hold(world, POLICE_DAYS, LOT)
    assert stand.status is Standing.EXPLORATORY


def test_without_a_protocol_every_kind_is_exploratory(world):
    read = read_programme(declare(world, POLICE_DAYS, LOT))
    plan, _ = plan_programme(read, read.patrol_days)
    held = hold_plan(read, plan, None)
    assert held.last_day == read.after.last
    for kind in ("tests", "patrol_days", "displacement", "comparators"):
        stand = stand_of(held, kind, ResultKey(outcome="all-crime@1", service="police"))
        assert "No protocol" in stand.reason


def test_an_event_table_is_frozen_with_its_hash(world):
    events = world.folder / "events.csv"
    events.write_text("day,event\n2024-08-26,fair\n", encoding="utf-8")
    declared = 'events = "events.csv"\n'
    freeze(world, POLICE_DAYS, LOT, declared)
    ((stand,), _) = hold(world, POLICE_DAYS, LOT, declared)
    assert stand.status is Standing.PLANNED
    events.write_text("day,event\n2024-08-27,fair\n", encoding="utf-8")
    ((stand,), _) = hold(world, POLICE_DAYS, LOT, declared)
    assert stand.status is Standing.EXPLORATORY


# --- rings and comparators: a world with comparison areas ----------------------------------------


def test_rings_and_comparators_are_planned_where_they_can_be_had(fallen, own_copy, tmp_path):
    made = own_copy(fallen, tmp_path)
    now = datetime(2020, 12, 1, tzinfo=UTC)
    protocol = freeze_programme(read_programme(made.declare()), by="A. Analyst", now=now)
    write_protocol(made.folder / "protocol.json", protocol)
    assert tuple(test.id for test in protocol.plan.comparators) == COMPARATORS
    assert [test.id for test in protocol.plan.displacement] == [
        "wdd-robust-ring",
        "wdd-robust-total",
    ]
    told = describe_protocol(protocol)
    assert "Displacement: wdd-robust-ring at 0.95" in told
    assert "Beside the headline: difference-in-differences-permutation at 0.95" in told
    key = ResultKey(outcome="all-crime@1", test="wdd-robust-ring-0 to 100 m")

    def stand(kind, key, **changes):
        programme = read_programme(made.declare(protocol='file = "protocol.json"', **changes))
        plan, last = plan_programme(programme)
        return stand_of(hold_plan(programme, plan, last), kind, key).status

    assert stand("displacement", key) is Standing.PLANNED
    assert stand("displacement", replace(key, test="wdd-robust-local")) is Standing.EXPLORATORY
    for test in COMPARATORS:
        assert stand("comparators", replace(key, test=test)) is Standing.PLANNED
    assert stand("comparators", replace(key, test="twin-ratio")) is Standing.EXPLORATORY
    wider = {
        "outcomes": (
            'definitions = ["violence-and-sexual-offences", "all-crime"]\nrings_m = [0, 150]'
        )
    }
    assert stand("displacement", key, **wider) is Standing.EXPLORATORY
    assert stand("comparators", replace(key, test=COMPARATORS[0]), **wider) is Standing.PLANNED


def test_without_comparison_areas_neither_is_planned(world):
    plan = freeze(world, POLICE_DAYS, LOT).plan
    assert plan.displacement == plan.comparators == ()


def test_the_command_freezes_and_checks_patrol_days(world, capsys):
    path = declare(world, POLICE_DAYS, LOT)
    out = world.folder / "protocol.json"
    assert main(["protocol", "freeze", str(path), "--out", str(out), "--by", "A. Analyst"]) == 0
    assert "Patrol days: police on all-crime@1, drawn by lot" in capsys.readouterr().out
    assert main(["protocol", "check", str(out), str(path)]) == 0
    assert "Nothing has changed since." in capsys.readouterr().out
    declare(world, POLICE_DAYS, LOT, "washout = 4\n")
    assert main(["protocol", "check", str(out), str(path)]) == 1
    assert "patrol_days: police on all-crime@1, drawn by lot" in capsys.readouterr().out
    assert HEAD in path.read_text(encoding="utf-8")
