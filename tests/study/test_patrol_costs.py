"""What a minute cost: pounds of the ledger over minutes of the trackers, or why it is not given."""

from dataclasses import replace

import pytest

from patrolwise.errors import InputError, RefusedError
from patrolwise.study.patrol_cost_lines import describe_costs, summarise_costs
from patrolwise.study.patrol_costs import (
    cost_services,
    cost_what_can_be,
    record_cost,
    record_difference,
)
from patrolwise.study.patrol_study import describe_patrols

from .patrol_worlds import MONDAY, crew, quiet_world, stand

OUTREACH = "outreach,2024-06-03,2024-06-04,pay,100.32,no,made up"
POLICE = "police,2024-06-03,2024-06-04,overtime,67.60,yes,"


@pytest.fixture
def world(tmp_path):
    """Outreach is in a hot spot for 44 minutes, police for 20."""
    world = quiet_world(tmp_path)
    world.fixes.append(stand("d2", MONDAY, ("north", 70, 20), ("away", 90.5, 60)))
    world.crews.append(crew("p1", "police", MONDAY, "d2", 1))
    world.ledger = [OUTREACH, POLICE, "police,2024-06-03,2024-06-04,travel,9,no,not counted"]
    world.tracking = {"cost_kinds": '{ outreach = ["pay"], police = ["overtime"] }'}
    return world


def test_a_cost_is_pounds_over_minutes_of_the_same_days(world):
    study = cost_services(world.tables())
    outreach, police = (record_cost(cost) for cost in study.costs)
    assert (outreach.pounds, outreach.minutes, outreach.basis) == (100.32, 44.0, "patrol")
    assert outreach.per_minute == pytest.approx(100.32 / 44)
    assert outreach.low < outreach.per_minute < outreach.high
    assert outreach.pounds_by_kind == (("pay", 100.32),)
    assert outreach.is_verified
    assert "per pair" in outreach.sentence
    assert police.per_minute == pytest.approx(67.60 / police.minutes)
    assert study.refusals == ()


def test_a_persons_minute_is_half_a_pairs(world):
    pair = cost_services(world.tables()).costs[0].value
    world.tracking["cost_basis"] = '"person"'
    person = cost_services(world.tables()).costs[0]
    assert person.value == pytest.approx(pair / 2)
    assert "per person" in person.sentence


def test_the_difference_is_told_with_its_interval_and_cautions(world):
    comparison = cost_services(world.tables()).comparison
    told = record_difference(comparison)
    assert told.difference_percent == pytest.approx(100 * (comparison.ratio - 1))
    assert told.low_percent < told.difference_percent < told.high_percent
    size = f"{abs(told.difference_percent):.1f}"
    assert told.sentence.startswith(
        f"A minute per pair (or other unit) in hot spot cost {size} % less by outreach than by "
        "police (95 % interval \u2212"
    )
    assert any("Other costs went in" in caution for caution in told.cautions)


def test_a_difference_is_told_twice_where_edges_move_it(world):
    comparison = cost_services(world.tables()).comparison
    minutes = replace(comparison.a.minutes, edge_min=comparison.a.minutes.minutes / 10)
    moved = replace(comparison, a=replace(comparison.a, minutes=minutes))
    told = record_difference(moved)
    credited, expected = (
        f"{abs(x):.1f} % less" for x in (told.difference_percent, told.corrected_percent)
    )
    assert told.corrected_percent == pytest.approx(
        100 * ((1 + comparison.corrected_percent / 100) / 1.1 - 1)
    )
    assert told.sentence.startswith(
        f"A minute per pair (or other unit) in hot spot cost {credited} by outreach than by police "
        f"on credited minutes; {expected} on the minutes expected to be true (95 % interval \u2212"
    )


def test_the_dearer_is_told_as_more(world):
    world.tracking = {"cost_kinds": '{ police = ["overtime"], outreach = ["pay"] }'}
    told = record_difference(cost_services(world.tables()).comparison)
    assert " % more by police than by outreach" in told.sentence


def test_one_service_is_compared_with_nobody(world):
    world.tracking = {"cost_kinds": '{ outreach = ["pay"] }'}
    tables = world.tables()
    study = cost_services(tables)
    assert study.comparison is None
    assert describe_costs(tables, study).endswith(study.costs[0].sentence)
    assert describe_patrols(tables).cost_difference is None
    assert summarise_costs(tables, study)["difference"] is None


def test_without_a_ledger_there_is_no_cost(world):
    world.ledger, world.tracking = [], {}
    tables = world.tables()
    with pytest.raises(InputError, match="declares no ledger"):
        cost_services(tables)
    assert describe_patrols(tables).costs == ()


def test_a_ledger_of_other_days_is_refused_with_both_periods(world):
    world.ledger[0] = OUTREACH.replace("2024-06-04", "2024-06-30")
    tables = world.tables()
    with pytest.raises(RefusedError, match="covers 2024-06-03 to 2024-06-30 and the minutes cover"):
        cost_services(tables)


def test_a_report_gives_the_costs_that_can_be_and_says_why_others_are_not(world):
    world.ledger[0] = OUTREACH.replace("2024-06-04", "2024-06-30")
    results = describe_patrols(world.tables())
    assert [cost.service for cost in results.costs] == ["police"]
    assert results.cost_difference is None
    (limit,) = [limit for limit in results.limits if "No cost is given" in limit]
    assert "Row 1, pay, covers 2024-06-03 to 2024-06-30" in limit


def test_costs_that_cannot_be_compared_stand_alone(world):
    world.ledger[1] = POLICE.replace("67.60", "0")
    study = cost_what_can_be(world.tables())
    assert len(study.costs) == 2
    assert study.comparison is None
    assert "police cost nothing" in study.refusals[0]


def test_a_partner_that_only_reports_gets_a_figure_marked_unverified(world):
    world.services = ("outreach", "police", "wardens")
    world.ledger.append("wardens,2024-06-03,2024-06-04,pay,50,no,")
    world.reported = [
        "wardens,south,2024-06-03,30,1,manager,diary",
        "wardens,south,2024-06-04,20,1,manager,diary",
    ]
    world.tracking = {"cost_kinds": '{ wardens = ["pay"], outreach = ["pay"] }'}
    tables = world.tables()
    study = cost_services(tables)
    wardens = record_cost(study.costs[0])
    assert (wardens.minutes, wardens.per_minute, wardens.is_verified) == (50.0, 1.0, False)
    assert (wardens.low, wardens.high) == (None, None)
    assert "UNVERIFIED" in wardens.sentence
    told = record_difference(study.comparison)
    assert (told.low_percent, told.high_percent) == (None, None)
    assert "(interval unknown)" in told.sentence
    text = describe_costs(tables, study)
    assert "wardens: £50.00 over 50.0 patrol-minutes in hot spots, self-reported, UNVER" in text


def test_the_terminal_tells_ledger_minutes_figures_and_difference(world):
    tables = world.tables()
    told = describe_costs(tables, cost_services(tables)).splitlines()
    assert told[:5] == [
        "Two streets",
        "2024-06-03 to 2024-06-04",
        "",
        "Ledger:",
        "  outreach, pay: £100.32, 2024-06-03 to 2024-06-04 (made up)",
    ]
    assert told[5] == "  police, overtime: £67.60, 2024-06-03 to 2024-06-04, may be split"
    assert not any("travel" in line for line in told), "a kind that does not count"
    assert "outreach: £100.32 over 44.0 patrol-minutes in hot spots, verified by trackers" in told
    assert any(
        line.startswith("  the true minutes while tracked: about 44.0, one standard")
        for line in told
    )
    assert any(line.startswith("  ! Other costs went in") for line in told)


def test_simulated_costs_say_so_first(world):
    world.is_simulated = True
    tables = world.tables()
    study = cost_services(tables)
    assert describe_costs(tables, study).startswith("! SIMULATED")
    assert summarise_costs(tables, study)["is_simulated"]


def test_costs_as_plain_values_hold_what_went_in(world):
    tables = world.tables()
    document = summarise_costs(tables, cost_services(tables))
    assert [line["kind"] for line in document["ledger"]] == ["pay", "overtime"]
    assert [one["minutes"] for one in document["minutes"]] == [
        one["minutes"] for one in document["costs"]
    ]
    assert document["difference"]["service_a"] == "outreach"
    assert document["minutes"][0]["refresh_s"] == 30.0
