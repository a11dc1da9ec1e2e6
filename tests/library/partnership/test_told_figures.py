"""The figures that a force told in 2024, each with its counts, interval and verdict, or refused."""

from datetime import date

import pytest

from patrolwise.errors import InputError, RefusedError
from patrolwise.partnership.hours_totals import HoursFigure, HoursScope
from patrolwise.partnership.told_figures import (
    MonthlyFigure,
    divide_pounds_by_hours,
    find_least_base,
    judge_figure,
    refuse_bare_change,
)
from patrolwise.times import Window

YEAR = Window("year", date(2024, 4, 1), date(2025, 3, 31))
QUARTER = Window("quarter", date(2024, 7, 1), date(2024, 9, 30))


def judge(then, now):
    return judge_figure(MonthlyFigure(id="f", name="F", counted="c", then=then, now=now))


def test_percentages_told_without_counts_need_so_many():
    assert find_least_base(-0.084) == 1044  # policy-and-reporting.md, 1E 6
    assert find_least_base(-0.152) == 308
    assert "−8.4 %: refused. No counts are given; with fewer than 1,044 before" in (
        refuse_bare_change("Serious violence", -0.084)
    )
    assert "+257.0 %: refused. No counts are given; with fewer than 20 before" in (
        refuse_bare_change("Partner patrols", 2.57)
    )
    for wrong in (0, -1, -1.2, float("nan")):
        with pytest.raises(InputError, match="is none that can be tested"):
            find_least_base(wrong)


def test_with_counts_a_fall_of_8_4_per_cent_could_be_chance_and_one_of_15_2_is_clear():
    violence, asb = judge((420, 400, 370), (350, 380, 360)), judge((520, 500, 480), (470, 410, 392))
    assert violence.change == pytest.approx(-0.084, abs=0.0005)
    assert violence.low < -0.084 < 0 < violence.high
    assert violence.verdict == "could be chance"
    assert asb.change == pytest.approx(-0.152)
    assert (asb.verdict, asb.high < 0) == ("clear fall", True)
    assert judge((300, 350, 350), (450, 510, 512)).verdict == "clear rise"


@pytest.mark.parametrize(("then", "now"), [(7, 25), (14, 50)])
def test_257_per_cent_of_a_small_base_is_no_percentage(then, now):
    assert round(100 * (now / then - 1)) == 257
    found = judge((then, 0, 0), (now, 0, 0))
    assert (found.then, found.now, found.change, found.low) == (then, now, None, None)
    assert found.verdict == "too few to say"
    assert found.reason == f"There were {then} before; a percentage needs 20."


def test_two_months_give_no_interval_and_no_verdict():
    found = judge((40, 50), (30, 35))
    assert (found.change, found.low, found.verdict) == (65 / 90 - 1, None, "too few to say")
    assert found.reason.startswith("Needs three pairs of months")


def hours(**given):
    told = {"measure": "patrol-hours", "window": QUARTER, "agencies": ("Police",)} | given
    return HoursFigure(minutes=6800 * 60, scope=HoursScope(**told), source="ledger")


def test_a_years_pounds_over_a_quarters_hours_are_blocked():
    with pytest.raises(RefusedError, match="2 faults") as caught:
        divide_pounds_by_hours(1_570_000, YEAR, hours(), ["funded"])
    assert "The pounds are of 2024-04-01 to 2025-03-31, and the hours of 2024-07-01" in str(
        caught.value
    )
    assert "the hours are paid in any way, in kind too" in str(caught.value)
    with pytest.raises(RefusedError, match=r"the hours are funded, in kind\. Count those alone"):
        divide_pounds_by_hours(1, QUARTER, hours(paid=("funded", "in kind")), ["funded"])
    bare = HoursFigure(minutes=60, scope=None, source="Page")
    with pytest.raises(RefusedError, match=r"Page: 1 hours, of what it does not say\. Pounds"):
        divide_pounds_by_hours(1, QUARTER, bare, ["funded"])
    none = HoursFigure(minutes=0, scope=hours().scope, source="ledger")
    with pytest.raises(InputError, match="no hours to divide by"):
        divide_pounds_by_hours(1, QUARTER, none, ["funded"])


def test_pounds_of_the_same_days_and_hours_give_a_price():
    # 230.88 is what the wrong division would give: 1.57 million over 6,800 hours
    price = divide_pounds_by_hours(
        1_570_000, YEAR, hours(window=YEAR, paid=("funded",)), ["funded"]
    )
    assert price == pytest.approx(230.88, abs=0.005)
