"""Cost a minute: what is divided by what, what is refused, and how sure the quotient is.

Every ledger line here is invented.
"""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.errors import InputError, RefusedError
from patrolwise.patrols.cost_comparison import compare_costs, split_paid_time
from patrolwise.patrols.costs import CostRule, cost_per_minute, divide_costs
from patrolwise.patrols.ledgers import KINDS, LEDGER, check_ledger, sum_pounds
from patrolwise.patrols.minutes_totals import (
    MinutesTotal,
    total_minutes,
    total_visit_minutes,
)
from patrolwise.tables import DOSES, UNIT_VISITS, make_table
from patrolwise.times import Window

JUNE = Window("June", date(2024, 6, 1), date(2024, 6, 30))
Z = 1.959963984540054
PAY = CostRule(service="outreach", kinds=("pay",), basis="patrol")


def line(kind="pay", pounds=100.0, first=JUNE.first, last=JUNE.last, **more):
    stated = {
        "service": "outreach",
        "first": first,
        "last": last,
        "kind": kind,
        "pounds": pounds,
        "may_split": False,
        "note": None,
    }
    return stated | more


def ledger_of(*lines):
    return make_table(LEDGER, pl.DataFrame(list(lines), schema=LEDGER.schema))


def minutes_of(minutes=200.0, **more):
    stated = {
        "service": "outreach",
        "period": JUNE,
        "basis": "patrol",
        "verified": True,
        "refresh_s": 30.0,
    }
    return MinutesTotal(minutes=minutes, **(stated | more))


def cost_of(pounds=100.0, minutes=200.0, level=0.95, **more):
    minutes = minutes_of(minutes, **more)
    rule = CostRule(
        service=minutes.service,
        kinds=("pay",),
        basis=minutes.basis,
        level=level,
        allow_reported=True,
    )
    period = minutes.period
    paid = line(pounds=pounds, service=minutes.service, first=period.first, last=period.last)
    return divide_costs(ledger_of(paid), minutes, rule)


def with_minutes(cost, minutes):
    """Return the cost with other credited minutes."""
    return replace(
        cost, minutes=replace(cost.minutes, minutes=minutes), value=cost.pounds / minutes
    )


def doses_of(rows, service="outreach", people=2):
    """Return DOSES of (area, day of June, credited, edge, variance), in minutes."""
    told = []
    for area, day, credited, edge, variance in rows:
        reach = Z * variance**0.5
        told.append(
            {
                "area_id": area,
                "day": date(2024, 6, day) if isinstance(day, int) else day,
                "service": service,
                "visits": 1,
                "pass_throughs": 0,
                "patrol_min": credited,
                "patrol_low_min": max(credited + edge - reach, 0.0),
                "patrol_high_min": credited + edge + reach,
                "person_min": credited * people,
                "pass_through_min": 0.0,
                "unknown_min": 0.0,
            }
        )
    return make_table(DOSES, pl.DataFrame(told))


def a_month(service="outreach", **more):
    return doses_of([("A", day, 40.0, 0.5, 4.0) for day in range(1, 31)], service, **more)


def test_pounds_are_summed_by_kind_and_only_the_kinds_asked_count():
    ledger = ledger_of(
        line(pounds=300.0),
        line(pounds=200.0, note="second post"),
        line("travel", 50.0),
        line("equipment", 999.0),
        line(service="police", pounds=1e6),
    )
    assert sum_pounds(ledger, "outreach", ("travel", "pay"), JUNE) == {"pay": 500.0, "travel": 50.0}


def test_lines_that_together_cover_the_period_serve():
    half = date(2024, 6, 15)
    ledger = ledger_of(line(last=half), line(first=half + timedelta(days=1), pounds=50.0))
    assert sum_pounds(ledger, "outreach", ("pay",), JUNE) == {"pay": 150.0}


def test_a_line_over_the_edge_is_refused_with_both_periods():
    ledger = ledger_of(line(first=date(2024, 5, 1), last=date(2024, 7, 31)))
    told = "covers 2024-05-01 to 2024-07-31 and the minutes cover 2024-06-01 to 2024-06-30"
    with pytest.raises(RefusedError, match=told):
        sum_pounds(ledger, "outreach", ("pay",), JUNE)


def test_a_line_that_may_be_split_bears_its_share_of_days():
    quarter = line(first=date(2024, 4, 1), last=JUNE.last, pounds=910.0, may_split=True)
    assert sum_pounds(ledger_of(quarter), "outreach", ("pay",), JUNE)["pay"] == pytest.approx(300)
    whole = line(may_split=True)
    assert sum_pounds(ledger_of(whole), "outreach", ("pay",), JUNE) == {"pay": 100.0}


def test_days_of_which_a_kind_says_nothing_are_refused_and_named():
    ledger = ledger_of(
        line(last=date(2024, 6, 20)), line("travel", first=date(2024, 7, 1), last=date(2024, 7, 2))
    )
    with pytest.raises(RefusedError) as refused:
        sum_pounds(ledger, "outreach", ("pay", "travel"), JUNE)
    told = str(refused.value)
    assert "covers 2024-06-01 to 2024-06-20 and the minutes cover 2024-06-01 to 2024-06-30" in told
    assert "nothing is said of 10 days, the first 2024-06-21" in told
    assert "Kind travel has no line in it" in told


def test_another_services_ledger_is_refused():
    with pytest.raises(RefusedError, match="no line of outreach; it has police"):
        sum_pounds(ledger_of(line(service="police")), "outreach", ("pay",), JUNE)
    with pytest.raises(RefusedError, match="no line of outreach; it has no lines at all"):
        sum_pounds(make_table(LEDGER), "outreach", ("pay",), JUNE)


def test_all_faults_of_a_ledger_are_told_at_once_with_row_column_and_value():
    ledger = ledger_of(
        line(service=" "),
        line(kind="wages"),
        line(pounds=-5.0),
        line(pounds=float("nan")),
        line(first=JUNE.last, last=JUNE.first),
        line(note="x" * 81),
        line(may_split=None),
        line(),
        line(),
    )
    with pytest.raises(InputError) as raised:
        check_ledger(ledger, "costs.csv")
    told = str(raised.value)
    assert "costs.csv: 8 faults." in told
    for fault in (
        "Row 1, column service is ' '",
        "Row 5, column last is 2024-06-01: it is before first",
        "Row 2, column kind is 'wages': write one of pay, on-costs",
        "Row 3, column pounds is -5.0",
        "Row 4, column pounds is nan",
        "Row 7, column may_split is blank",
        "Row 6, column note is 'xxx",
        "Row 9, column pounds is 100.0: the same line is there already",
    ):
        assert fault in told
    with pytest.raises(InputError, match="Row 17, column kind is 'wages'"):
        check_ledger(ledger_of(line(kind="wages")).with_columns(row=pl.lit(17)))
    check_ledger(ledger_of(*(line(kind) for kind in KINDS)))


@given(
    st.lists(
        st.tuples(st.integers(-40, 40), st.integers(0, 60), st.integers(0, 10_000)),
        min_size=1,
        max_size=6,
        unique=True,
    )
)
def test_split_pounds_are_those_of_paying_every_day_by_itself(drawn):
    lines = [
        line(
            first=JUNE.first + timedelta(days=start),
            last=JUNE.first + timedelta(days=start + length),
            pounds=float(pounds),
            may_split=True,
        )
        for start, length, pounds in drawn
    ]
    by_day = {}
    for start, length, pounds in drawn:
        for n in range(start, start + length + 1):
            by_day[n] = by_day.get(n, 0) + pounds / (length + 1)
    june = range(30)
    if all(n in by_day for n in june):
        found = sum_pounds(ledger_of(*lines), "outreach", ("pay",), JUNE)
        assert found["pay"] == pytest.approx(sum(by_day[n] for n in june))
    else:
        missing = len([n for n in june if n not in by_day])
        with pytest.raises(RefusedError, match=f"nothing is said of {missing} days"):
            sum_pounds(ledger_of(*lines), "outreach", ("pay",), JUNE)


def test_minutes_edge_and_variance_of_doses_are_found_again_and_added():
    minutes = total_minutes(a_month(), "outreach", JUNE, "patrol", 30.0)
    assert minutes.minutes == 1200.0
    assert minutes.edge_min == pytest.approx(15.0)
    assert minutes.variance_min2 == pytest.approx(120.0)
    assert (minutes.refresh_s, minutes.basis, minutes.verified) == (30.0, "patrol", True)
    assert minutes.leaves_out_shared


def test_person_minutes_carry_the_same_relative_error():
    minutes = total_minutes(a_month(), "outreach", JUNE, "person")
    assert minutes.minutes == 2400.0
    assert minutes.edge_min == pytest.approx(30.0)
    assert minutes.variance_min2 == pytest.approx(480.0)


def test_where_the_lower_end_is_clipped_the_edge_counts_as_none():
    rows = [("A", day, 0.0, 0.0, 0.0) for day in range(1, 30)] + [("A", 30, 1.0, 0.0, 4.0)]
    for basis in ("patrol", "person"):
        minutes = total_minutes(doses_of(rows, people=1), "outreach", JUNE, basis)
        assert minutes.edge_min == 0.0
        assert minutes.variance_min2 == pytest.approx(4.0)


def test_other_services_and_other_days_are_left_aside():
    more = doses_of([("A", date(2024, 7, 1), 500.0, 0.0, 0.0)])
    both = pl.concat([a_month(), a_month("police"), more])
    assert total_minutes(both, "outreach", JUNE, "patrol").minutes == 1200.0


def test_minutes_of_fewer_days_than_the_cost_are_refused_with_both_periods():
    told = "run from 2024-06-01 to 2024-06-29, with rows for 29 of the 30 days of the cost's period"
    with pytest.raises(RefusedError, match=told):
        total_minutes(a_month().filter(pl.col("day") < JUNE.last), "outreach", JUNE, "patrol")
    with pytest.raises(RefusedError, match="no row of outreach; they have police"):
        total_minutes(a_month("police"), "outreach", JUNE, "patrol")
    with pytest.raises(RefusedError, match="they have no rows"):
        total_minutes(make_table(DOSES), "outreach", JUNE, "patrol")


def test_an_area_day_that_is_there_twice_is_not_counted_twice():
    with pytest.raises(InputError, match="60 rows that share an area and a day, the first A on"):
        total_minutes(pl.concat([a_month(), a_month()]), "outreach", JUNE, "patrol")


def test_a_cost_from_doses_is_pounds_over_their_minutes_with_their_interval():
    cost = cost_per_minute(ledger_of(line(pounds=2736.0)), a_month(), PAY, JUNE, 60.0)
    assert cost.value == pytest.approx(2.28)
    reach = Z * 120**0.5
    assert cost.low == pytest.approx(2736 / (1215 + reach))
    assert cost.high == pytest.approx(2736 / (1215 - reach))
    assert cost.corrected == pytest.approx(2736 / 1215)
    assert (cost.pounds, cost.pounds_by_kind) == (2736.0, {"pay": 2736.0})
    assert cost.sentence.endswith("leaves out error that all visits share: it is too narrow.")
    compared = compare_costs(cost, cost_of(refresh_s=60.0))
    assert len(compared.cautions) == 1
    assert "Make both costs from visits" in compared.cautions[0]


def visits_of(*rows):
    """Return UNIT_VISITS of (service, day of June, seconds, people, passing through)."""
    told = []
    for n, (service, day, seconds, people, passing) in enumerate(rows):
        start = datetime(2024, 6, day, 14, tzinfo=UTC) + timedelta(hours=n)
        told.append(
            {
                "unit_id": "u",
                "service": service,
                "area_id": "A",
                "day": start.date(),
                "start": start,
                "end": start + timedelta(seconds=seconds),
                "patrol_s": float(seconds),
                "person_s": float(seconds * people),
                "unknown_s": 0.0,
                "is_pass_through": passing,
                "edge_s": 30.0,
                "variance_s2": 900.0,
                "common_s": 12.0,
            }
        )
    return make_table(UNIT_VISITS, pl.DataFrame(told))


VISITS = visits_of(
    ("outreach", 3, 2400, 2, False),
    ("outreach", 4, 1200, 1, False),
    ("outreach", 4, 0, 2, False),
    ("outreach", 5, 50, 2, True),
    ("police", 3, 900, 2, False),
)


def test_from_visits_variances_add_and_so_do_the_standard_errors_that_visits_share():
    minutes = total_visit_minutes(VISITS, "outreach", JUNE, "patrol", 30.0)
    assert (minutes.minutes, minutes.edge_min) == (60.0, 1.5)
    assert minutes.variance_min2 == pytest.approx(3 * 0.25)
    assert minutes.shared_min == pytest.approx(3 * 0.2)
    assert minutes.error_min == pytest.approx((0.75 + 0.36) ** 0.5)
    assert not minutes.leaves_out_shared
    cost = divide_costs(ledger_of(line()), minutes, PAY)
    assert cost.low == pytest.approx(100 / (61.5 + Z * minutes.error_min))
    assert "too narrow" not in cost.sentence


def test_person_minutes_of_visits_carry_errors_for_each_person():
    minutes = total_visit_minutes(VISITS, "outreach", JUNE, "person")
    assert (minutes.minutes, minutes.edge_min) == (100.0, 2.0)
    assert minutes.variance_min2 == pytest.approx((4 + 1 + 1) * 0.25)
    assert minutes.shared_min == pytest.approx((2 + 1 + 1) * 0.2)


def test_a_period_without_a_visit_is_refused():
    july = Window("July", date(2024, 7, 1), date(2024, 7, 31))
    with pytest.raises(RefusedError, match="no visit in 2024-07-01 to 2024-07-31"):
        total_visit_minutes(VISITS, "outreach", july, "patrol")
    with pytest.raises(RefusedError, match="There are visits of nobody"):
        total_visit_minutes(make_table(UNIT_VISITS), "outreach", JUNE, "patrol")


def test_a_figure_says_per_pair_or_per_person():
    assert cost_of().sentence == (
        "outreach: £0.50 a minute per pair (or other unit) in hot spot "
        "(95 % interval £0.50 to £0.50), counting pay, 2024-06-01 to 2024-06-30."
    )
    assert "£0.50 a minute per person in hot spot" in cost_of(basis="person").sentence


def test_where_the_edge_moves_a_figure_by_a_penny_both_are_told():
    apart = cost_of(102.0, 100.0, edge_min=5.0, variance_min2=1.0)
    assert apart.sentence == (
        "outreach: £1.02 a credited minute per pair (or other unit) in hot spot; £0.97 a minute on "
        "the minutes expected to be true (95 % interval £0.95 to £0.99), counting pay, 2024-06-01 "
        "to 2024-06-30."
    )
    near = cost_of(102.0, 100.0, edge_min=0.2, variance_min2=1.0)
    assert "£1.02 a minute per pair (or other unit) in hot spot (95 % interval" in near.sentence
    wide = cost_of(102.0, 100.0, edge_min=5.0, level=0.995)
    assert "(99.5 % interval" in wide.sentence


@given(st.floats(1, 500), st.floats(-50, 50), st.floats(0, 20))
def test_the_figure_told_before_an_interval_lies_in_it(pounds, edge, error):
    cost = cost_of(pounds, 100.0, edge_min=edge, variance_min2=error**2)
    told = re.findall(r"£([\d.]+)", cost.sentence)
    ends = told[-2:] if cost.high is not None else [told[-1], "inf"]
    figure = told[-3] if cost.high is not None else told[-2]
    assert float(ends[0]) <= float(figure) <= float(ends[1])


def test_minutes_that_may_be_none_leave_the_cost_without_an_upper_end():
    cost = cost_of(minutes=10.0, variance_min2=100.0)
    assert cost.high is None
    assert cost.low == pytest.approx(100 / (10 + Z * 10))
    assert "£3.38 to no upper end" in cost.sentence


def test_what_does_not_belong_together_is_refused_all_at_once():
    minutes = minutes_of(0.0, service="police", basis="person", verified=False)
    with pytest.raises(RefusedError) as refused:
        divide_costs(ledger_of(line()), minutes, PAY)
    told = str(refused.value)
    assert "4 faults" in told
    assert "minutes are of police and the cost is of outreach" in told
    assert "person-minutes and the rule asks patrol" in told
    assert "no minutes in hot spots to divide by" in told
    assert "self-reported" in told
    with pytest.raises(RefusedError, match="no minutes in hot spots"):
        divide_costs(ledger_of(line()), minutes_of(5.0, edge_min=-5.0), PAY)


def test_self_reported_minutes_give_a_figure_only_when_asked_and_marked():
    said = minutes_of(verified=False, variance_min2=None)
    with pytest.raises(RefusedError, match="Set allow_reported"):
        divide_costs(ledger_of(line()), said, PAY)
    cost = divide_costs(ledger_of(line()), said, replace(PAY, allow_reported=True))
    assert (cost.value, cost.low, cost.high) == (0.5, None, None)
    assert "interval unknown" in cost.sentence
    assert cost.sentence.endswith("UNVERIFIED: the minutes are self-reported.")
    compared = compare_costs(cost, cost_of())
    assert not compared.is_verified
    assert (compared.low, compared.interval_percent) == (None, None)
    assert "The minutes of outreach are self-reported: unverified." in compared.cautions


def test_costs_nothing_is_a_cost_with_a_sentence_and_no_ratio():
    free = cost_of(pounds=0.0, variance_min2=4.0)
    assert "£0.00 to £0.00" in free.sentence
    with pytest.raises(RefusedError, match="cost nothing, so there is no ratio"):
        compare_costs(free, cost_of())


def test_a_comparison_is_the_ratio_with_its_percent():
    compared = compare_costs(
        cost_of(228.0, 100.0, variance_min2=4.0),
        cost_of(338.0, 100.0, service="police", variance_min2=9.0),
    )
    assert compared.ratio == pytest.approx(2.28 / 3.38)
    assert round(compared.difference_percent, 1) == -32.5
    assert compared.corrected_percent == pytest.approx(compared.difference_percent)
    low, high = compared.interval_percent
    error = (0.02**2 + 0.03**2) ** 0.5
    assert low == pytest.approx(100 * (2.28 / 3.38 * np.exp(-Z * error) - 1))
    assert high == pytest.approx(100 * (2.28 / 3.38 * np.exp(Z * error) - 1))
    assert compared.cautions == ()
    assert compared.is_verified


def test_a_comparison_on_minutes_expected_to_be_true_lies_in_its_interval():
    lost = cost_of(228.0, 100.0, edge_min=10.0, variance_min2=4.0)
    compared = compare_costs(lost, cost_of(338.0, 100.0, service="police", variance_min2=9.0))
    assert round(compared.difference_percent, 1) == -32.5
    assert compared.corrected_percent == pytest.approx(100 * (228 / 110 / 3.38 - 1))
    low, high = compared.interval_percent
    assert low < compared.corrected_percent < high


def test_the_interval_of_a_ratio_holds_the_truth_as_often_as_it_says():
    """Made: true minutes are drawn, credited ones differ from them by edge and error."""
    rng = np.random.default_rng(11)
    true_a, true_b, edge, error_a, error_b = 300.0, 200.0, 6.0, 15.0, 12.0
    held, rounds = 0, 2000
    made_a = cost_of(1.0, true_a, edge_min=edge, variance_min2=error_a**2)
    made_b = cost_of(1.0, true_b, variance_min2=error_b**2)
    for _ in range(rounds):
        # One pound each: the costs per true minute have the ratio true_b / true_a.
        a = with_minutes(made_a, true_a - edge + rng.normal(0, error_a))
        b = with_minutes(made_b, true_b + rng.normal(0, error_b))
        compared = compare_costs(a, b)
        held += compared.low <= true_b / true_a <= compared.high
    assert 0.93 <= held / rounds <= 0.97


def test_one_that_was_tracked_more_slowly_is_not_compared_silently():
    fast, slow = cost_of(refresh_s=10.0), cost_of(service="police", refresh_s=300.0)
    compared = compare_costs(fast, slow)
    assert compared.refresh_s == (10.0, 300.0)
    (caution,) = compared.cautions
    assert "outreach was tracked every 10 s and police every 300 s" in caution
    assert "match_refresh" in caution
    assert compare_costs(cost_of(refresh_s=30.0), cost_of(refresh_s=60.0)).cautions == ()
    assert "unknown" in compare_costs(cost_of(refresh_s=None), fast).cautions[0]
    assert "unknown" in compare_costs(fast, cost_of(refresh_s=None)).cautions[0]


def test_other_kinds_and_other_days_are_said():
    overtime = divide_costs(
        ledger_of(line("overtime")), minutes_of(), replace(PAY, kinds=("overtime",))
    )
    july = Window("July", date(2024, 7, 1), date(2024, 7, 31))
    cautions = compare_costs(overtime, cost_of(period=july)).cautions
    assert "Other costs went in: overtime for outreach, pay for outreach." in cautions
    assert any("2024-06-01 to 2024-06-30" in c and "2024-07-31" in c for c in cautions)


def test_bases_are_never_mixed():
    with pytest.raises(RefusedError, match="a pair's minute is two of a person"):
        compare_costs(cost_of(), cost_of(basis="person"))
    with pytest.raises(InputError, match=r"The levels are 0\.95 and 0\.9"):
        compare_costs(cost_of(), cost_of(level=0.9))


def test_paid_minutes_outside_hot_spots_bear_their_share_of_pounds():
    split = split_paid_time(cost_of(100.0, 200.0), 500.0)
    assert split.share_elsewhere == pytest.approx(0.6)
    assert split.pounds_elsewhere == pytest.approx(60.0)
    assert (split.paid_min, split.in_hot_spots_min) == (500.0, 200.0)
    for paid in (100.0, float("nan"), float("inf")):
        with pytest.raises(InputError, match=r"spent 200 in hot spots\. Give paid patrol-minutes"):
            split_paid_time(cost_of(100.0, 200.0), paid)


def test_minutes_and_rules_that_cannot_be_are_said_at_once():
    with pytest.raises(InputError, match="6 faults"):
        minutes_of(
            float("nan"),
            shared_min=-1.0,
            basis="pair",
            edge_min=float("inf"),
            variance_min2=-1.0,
            refresh_s=0.0,
        )
    with pytest.raises(InputError, match="5 faults"):
        CostRule(service="outreach", kinds=("wages", "wages"), basis="pair", level=1.0)
    with pytest.raises(InputError, match="kinds must name what counts"):
        CostRule(service="outreach", kinds=(), basis="patrol")
    for total, table in ((total_minutes, a_month()), (total_visit_minutes, VISITS)):
        with pytest.raises(InputError, match="basis must be patrol or person, got 'pair'"):
            total(table, "outreach", JUNE, "pair")
