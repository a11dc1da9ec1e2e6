"""What shifts are planned from: slips in names are found before anything is planned."""

from datetime import date, time

import polars as pl
import pytest

from patrolwise.errors import InputError
from patrolwise.planning.shift_inputs import BreakRule, ServiceRule
from patrolwise.planning.shift_problem import Separation

from .shift_worlds import (
    MONDAY,
    allocation_of,
    events_of,
    inputs_of,
    on_rota,
    planned_of,
    priorities_of,
    rota_of,
    rule_of,
    utc,
)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"service_rules": (ServiceRule(service="police"),) * 2}, "two service rules of police"),
        ({"rota": rota_of(on_rota("w1", service="wardens"))}, "units of wardens, and no service"),
        ({"separations": (Separation(services=("police", "x")),)}, "A separation is of x"),
        ({"dose_rules": (rule_of("x"),)}, "A dose rule is of x"),
        ({"arms": {"both": ("police", "x")}}, "An arm is of x"),
        ({"area_ids": ("a", "b", "a")}, "Hot spot a is there twice"),
        ({"dose_rules": (rule_of(areas=("z",)),)}, "A dose rule names z"),
        (
            {"allocation": allocation_of(("z", MONDAY, "none")), "arms": {"none": ()}},
            "The allocation names z",
        ),
        (
            {"allocation": allocation_of(*(("a", MONDAY, "none"),) * 2), "arms": {"none": ()}},
            "a hot spot and day twice",
        ),
        ({"allocation": allocation_of(("a", MONDAY, "odd"))}, "may go where 'odd' was drawn"),
        ({"planned": planned_of(("p1", "z", utc(13), utc(14)))}, "The plan names z"),
        ({"priorities": priorities_of(("z", None, None, None, 1.0))}, "no hot spot has this id"),
        (
            {"events": events_of(("e", "z", utc(13), utc(14), "closed", None, None))},
            "no hot spot has this id",
        ),
        ({"travel": pl.DataFrame({"mode": ["walking"]})}, "travel lacks from_id"),
    ],
)
def test_a_slip_in_what_is_given_is_told(changes, fault):
    with pytest.raises(InputError, match=fault):
        inputs_of(**changes)


def break_of(service="police", **changes):
    settings = {"minutes": 30, "earliest": time(16), "latest": time(18), **changes}
    return BreakRule(service=service, **settings)


def test_two_break_rules_of_a_service_need_different_shifts():
    inputs_of(breaks=(break_of(), break_of(shift="late"), break_of("outreach")))
    with pytest.raises(InputError, match="two break rules of police late"):
        inputs_of(breaks=(break_of(shift="late"), break_of(shift="late")))
    with pytest.raises(InputError, match="A break rule is of x"):
        inputs_of(breaks=(break_of("x"),))


def test_a_break_rule_that_cannot_be_kept_is_refused():
    with pytest.raises(InputError, match="minutes must be at least 1"):
        break_of(minutes=0)
    with pytest.raises(InputError, match="longest_without_min at least 0"):
        break_of(longest_without_min=-1)
    with pytest.raises(InputError, match="It lies from 16:00 to the same"):
        break_of(latest=time(16))


def test_all_that_is_wrong_with_a_service_rule_is_told_at_once():
    with pytest.raises(InputError) as raised:
        ServiceRule(service=" ", apart_min=-1, further_visits=-1, prize=-1, repeat_share=1.1)
    told = str(raised.value)
    assert "5 faults" in told
    assert "It names no service" in told
    assert "repeat_share must be from 0 to 1" in told


def test_a_day_has_arms_only_within_the_dates_of_the_experiment():
    drawn = allocation_of(("a", MONDAY, "none"), ("b", date(2024, 6, 5), "none"))
    inputs = inputs_of(allocation=drawn, arms={"none": ()})
    assert inputs.arms_on(MONDAY) == {"a": "none", "b": ""}
    assert inputs.arms_on(date(2024, 6, 4)) == {"a": "", "b": ""}
    assert inputs.arms_on(date(2024, 6, 6)) == {}
    assert inputs.arms_on(date(2024, 6, 2)) == {}
    assert inputs_of().arms_on(MONDAY) == {}
