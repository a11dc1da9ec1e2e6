"""What became of a plan: pairing against every other pairing, outcomes, sums and separation."""

from datetime import date, timedelta
from itertools import permutations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.errors import InputError
from patrolwise.patrols.minutes_totals import total_visit_minutes
from patrolwise.planning.plan_and_done import (
    PLAN_DONE,
    UNPLANNED_VISITS,
    PlanDoneRule,
    compare_plan,
)
from patrolwise.planning.plan_sums import PLAN_SUMS, find_separation_done, sum_plan
from patrolwise.planning.shift_problem import Separation
from patrolwise.planning.visit_matching import match_visits
from patrolwise.tables import UNIT_VISITS, make_table
from patrolwise.times import Window

from .shift_worlds import MONDAY, planned_of, utc

OUTREACH = {"service": "outreach"}
SPANS = st.lists(st.tuples(st.integers(0, 300), st.integers(1, 60)), max_size=4)
PLAN = planned_of(("p1", "a", utc(14), utc(14, 15)))


def visits_of(*rows):
    """Return UNIT_VISITS from (unit, area, start, end) with more by keyword in a dict."""
    made = []
    for unit_id, area_id, start, end, *more in rows:
        seconds = (end - start).total_seconds()
        made.append(
            {
                "unit_id": unit_id, "service": "police", "area_id": area_id,
                "day": (start - timedelta(hours=4)).date(), "start": start, "end": end,
                "patrol_s": seconds, "person_s": 2 * seconds, "unknown_s": 0.0,
                "is_pass_through": False, "edge_s": 0.0, "variance_s2": 0.0, "common_s": 0.0,
                **(more[0] if more else {}),
            }
        )  # fmt: skip
    return make_table(UNIT_VISITS, pl.DataFrame(made, schema=UNIT_VISITS.schema))


def outcome_of(*visits, plan=PLAN, **rule):
    rows = compare_plan(plan, visits_of(*visits), PlanDoneRule(**rule)).planned
    return rows.row(0, named=True)


# --- pairing


def microseconds(spans):
    made = [(60_000_000 * start, 60_000_000 * (start + length)) for start, length in spans]
    return np.array(made, dtype=np.int64).reshape(-1, 2)


def worth(planned, visit, furthest_min):
    """Return what a pair is worth in seconds, from the words of the docstring."""
    start, length = planned
    came, stayed = visit
    together = sum(came <= minute < came + stayed for minute in range(start, start + length))
    between = max(came - start - length, start - came - stayed, 0)
    return 60 * (furthest_min + together - between) - 0.06 * abs(came - start)


def best_by_trying_all(planned, visits, furthest_min):
    """Return the greatest sum of worths over all pairings, tried one by one."""
    places = [*range(len(visits)), *([None] * len(planned))]
    best = 0.0
    for order in set(permutations(places, len(planned))):
        pairs = [(p, v) for p, v in enumerate(order) if v is not None]
        best = max(best, sum(max(worth(planned[p], visits[v], furthest_min), 0) for p, v in pairs))
    return best


@given(SPANS, SPANS, st.integers(1, 90))
def test_no_other_pairing_agrees_better_in_time(planned, visits, furthest_min):
    pairs = match_visits(
        microseconds(planned), microseconds(visits), timedelta(minutes=furthest_min)
    )
    assert len({p for p, _ in pairs}) == len({v for _, v in pairs}) == len(pairs)
    worths = [worth(planned[p], visits[v], furthest_min) for p, v in pairs]
    assert all(one > -1e-6 for one in worths)
    assert sum(worths) == pytest.approx(best_by_trying_all(planned, visits, furthest_min))


def test_a_visit_in_time_is_not_given_away_to_make_more_pairs():
    plan = microseconds([(0, 15), (60, 15)])
    made = microseconds([(-40, 15), (1, 15)])
    assert match_visits(plan, made, timedelta(hours=1)) == [(0, 1)]


# --- outcomes


def test_a_visit_in_time_and_long_enough_is_done():
    row = outcome_of(("p1", "a", utc(14, 5), utc(14, 20)))
    assert (row["outcome"], row["done_by"], row["is_sure"]) == ("done", "p1", True)
    assert (row["planned_min"], row["credited_min"], row["late_min"]) == (15, 15, 5)
    assert (row["visit_start"], row["visit_end"]) == (utc(14, 5), utc(14, 20))
    assert row["overlap_min"] == 10


@pytest.mark.parametrize(
    ("came", "left", "outcome"),
    [
        (utc(14, 10), utc(14, 25), "done"),
        (utc(14, 11), utc(14, 26), "late"),
        (utc(13, 50), utc(14, 5), "done"),
        (utc(13, 49), utc(14, 4), "early"),
        (utc(13, 30), utc(14, 15), "done"),  # ran into its time and through it
        (utc(14), utc(14, 13), "short"),
        (utc(14), utc(14, 14), "done"),  # 13.5 of 15 minutes is enough
        (utc(15), utc(15, 10), "short"),  # short before late
        (utc(15, 16), utc(15, 31), "missed"),  # more than an hour after
        (utc(12, 40), utc(12, 55), "missed"),
    ],
)
def test_the_outcome_follows_from_the_times(came, left, outcome):
    assert outcome_of(("p1", "a", came, left))["outcome"] == outcome


def test_a_limit_that_is_just_reached_is_kept():
    plan = planned_of(("p1", "a", utc(14), utc(14, 40)))
    row = outcome_of(("p1", "a", utc(14), utc(14, 36)), plan=plan)
    assert (row["outcome"], row["is_sure"]) == ("done", True)


def test_a_visit_that_may_have_been_long_enough_is_not_called_short():
    uncertain = {"variance_s2": 90.0**2}
    row = outcome_of(("p1", "a", utc(14), utc(14, 12), uncertain))
    assert (row["outcome"], row["is_sure"]) == ("done", False)
    assert row["credited_low_min"] == pytest.approx(12 - 1.96 * 1.5, abs=0.01)
    assert row["credited_high_min"] == pytest.approx(12 + 1.96 * 1.5, abs=0.01)
    silent = {"unknown_s": 120.0}
    row = outcome_of(("p1", "a", utc(14), utc(14, 12), silent))
    assert (row["outcome"], row["is_sure"], row["unknown_min"]) == ("done", False, 2)


def test_the_visit_of_another_unit_of_the_service_stands_in():
    row = outcome_of(("p2", "a", utc(14), utc(14, 15)))
    assert (row["outcome"], row["done_by"], row["unit_id"]) == ("other unit", "p2", "p1")
    stranger = ("o1", "a", utc(14), utc(14, 15), OUTREACH)
    assert outcome_of(stranger)["outcome"] == "missed"


def test_a_units_own_visit_comes_before_anothers_that_agrees_better():
    row = outcome_of(("p2", "a", utc(14), utc(14, 15)), ("p1", "a", utc(14, 30), utc(14, 45)))
    assert (row["outcome"], row["done_by"]) == ("late", "p1")


def test_a_missed_visit_has_no_minutes():
    row = outcome_of(("p1", "b", utc(14), utc(14, 15)))
    assert row["outcome"] == "missed"
    assert (row["credited_min"], row["credited_high_min"], row["overlap_min"]) == (0, 0, 0)
    nothing = ("done_by", "visit_start", "late_min", "is_sure")
    assert [row[name] for name in nothing] == [None] * 4


def test_passing_through_is_no_visit():
    found = compare_plan(
        PLAN, visits_of(("p1", "a", utc(14), utc(14, 1), {"is_pass_through": True}))
    )
    assert found.planned["outcome"].to_list() == ["missed"]
    assert found.unplanned.height == 0


def test_one_long_stay_over_two_planned_visits_is_told_once():
    plan = planned_of(("p1", "a", utc(14), utc(14, 40)), ("p1", "a", utc(15), utc(15, 40)))
    rows = compare_plan(plan, visits_of(("p1", "a", utc(14), utc(15, 20)))).planned
    assert rows["outcome"].to_list() == ["done", "same stay"]
    assert rows["credited_min"].to_list() == [80, 0]
    assert rows["overlap_min"].to_list() == [40, 20]


def test_visits_that_nobody_planned_are_listed_with_their_minutes():
    made = visits_of(
        ("p1", "a", utc(14), utc(14, 15)),
        ("p1", "a", utc(14, 20), utc(14, 25), {"edge_s": 30.0}),
        ("p1", "c", utc(16), utc(16, 12)),
    )
    found = compare_plan(PLAN, made)
    assert dict(found.unplanned.schema) == UNPLANNED_VISITS.schema
    assert found.unplanned.select("area_id", "credited_min", "credited_low_min").rows() == [
        ("a", 5, 5.5),
        ("c", 12, 12),
    ]


def test_breaks_are_left_aside_and_empty_tables_give_empty_ones():
    pause = planned_of(("p1", None, utc(14), utc(14, 30)))
    found = compare_plan(pause, visits_of())
    assert dict(found.planned.schema) == PLAN_DONE.schema
    assert (found.planned.height, found.unplanned.height) == (0, 0)
    assert sum_plan(found).height == 0


@settings(max_examples=20)
@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(random):
    plan = [("p1", "a", utc(14), utc(14, 15)), ("p2", "a", utc(14), utc(14, 15)),
            ("p1", "b", utc(15), utc(15, 15)), ("p1", "b", utc(16), utc(16, 15))]  # fmt: skip
    made = [("p1", "b", utc(15, 30), utc(15, 50)), ("p3", "a", utc(14), utc(14, 15)),
            ("p3", "b", utc(15), utc(15, 15)), ("p3", "a", utc(14), utc(14, 30))]  # fmt: skip
    as_given = compare_plan(planned_of(*plan), visits_of(*made))
    random.shuffle(plan)
    random.shuffle(made)
    shuffled = compare_plan(planned_of(*plan), visits_of(*made))
    assert shuffled.planned.equals(as_given.planned)
    assert shuffled.unplanned.equals(as_given.unplanned)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"furthest": timedelta(0)}, "furthest must be above 0"),
        ({"off_by": timedelta(-1)}, "off_by at least 0"),
        ({"share": 0.0}, "share must be above 0"),
        ({"level": 1.0}, "level must be above 0"),
    ],
)
def test_a_rule_that_judges_nothing_is_refused(changes, fault):
    with pytest.raises(InputError, match=fault):
        PlanDoneRule(**changes)


# --- sums


def test_sums_count_each_outcome_and_add_minutes_with_their_interval():
    error = {"edge_s": 12.0, "variance_s2": 900.0, "common_s": 6.0}
    plan = planned_of(
        ("p1", "a", utc(14), utc(14, 15)),
        ("p1", "b", utc(15), utc(15, 15)),
        ("p2", "b", utc(16), utc(16, 15)),
        ("o1", "a", utc(18), utc(18, 40), OUTREACH),
    )
    made = visits_of(
        ("p1", "a", utc(14), utc(14, 15), error),
        ("p1", "b", utc(15, 20), utc(15, 40), error),
        ("p3", "c", utc(19), utc(19, 10), error),
    )
    found = compare_plan(plan, made)
    sums = sum_plan(found)
    assert dict(sums.schema) == PLAN_SUMS.schema
    outreach, police = sums.rows(named=True)
    assert (outreach["planned_visits"], outreach["missed"], outreach["made_share"]) == (1, 1, 0)
    assert outreach["late_median_min"] is None
    assert (police["done"], police["late"], police["missed"]) == (1, 1, 1)
    assert (police["unsure"], police["unplanned_visits"], police["unplanned_min"]) == (0, 1, 10)
    assert police["made_share"] == pytest.approx(2 / 3)
    assert police["credited_share"] == pytest.approx(35 / 45)
    assert police["late_median_min"] == 10
    # the same minutes by the road that costs take
    total = total_visit_minutes(made[:2], "police", Window("day", MONDAY, MONDAY), "patrol")
    assert police["credited_min"] == total.minutes
    middle = (police["credited_low_min"] + police["credited_high_min"]) / 2
    assert middle == pytest.approx(total.expected)
    reach = (police["credited_high_min"] - police["credited_low_min"]) / 2
    assert reach == pytest.approx(1.959964 * total.error_min)


def test_sums_by_hot_spot_and_unit_stay_within_the_service():
    plan = planned_of(
        ("p1", "a", utc(14), utc(14, 15)), ("o1", "a", utc(15), utc(15, 15), OUTREACH)
    )
    found = compare_plan(plan, visits_of(("p2", "b", utc(14), utc(14, 15))))
    by_area = sum_plan(found, ["area_id"])
    assert by_area.select("service", "area_id", "planned_visits", "unplanned_visits").rows() == [
        ("outreach", "a", 1, 0),
        ("police", "a", 1, 0),
        ("police", "b", 0, 1),
    ]
    assert by_area["made_share"].to_list() == [0, 0, None]
    assert sum_plan(found, ["unit_id", "area_id"]).height == 3
    with pytest.raises(InputError, match="by area_id or unit_id, not shift"):
        sum_plan(found, ["shift"])


# --- separation

APART = (Separation(services=("police", "outreach"), margin_min=5),)
BOTH_PLANNED = planned_of(
    ("p1", "a", utc(14), utc(14, 15)),
    ("o1", "a", utc(14, 30), utc(15, 10), OUTREACH),
    ("o1", None, utc(14, 15), utc(14, 20), OUTREACH),
)


@pytest.mark.parametrize(
    ("came", "kept", "margin"),
    [(utc(14, 30), "yes", 15), (utc(14, 20), "yes", 5), (utc(14, 19), "no", 4), (utc(14), "no", 0)],
)
def test_separation_is_kept_when_the_margin_asked_for_is(came, kept, margin):
    made = visits_of(("p1", "a", utc(14), utc(14, 15)), ("o1", "a", came, utc(15), OUTREACH))
    rows = find_separation_done(BOTH_PLANNED, made, APART).rows(named=True)
    assert rows == [
        {"service_a": "police", "service_b": "outreach", "area_id": "a", "day": MONDAY,
         "asked_min": 5, "planned_min": 15.0, "margin_min": float(margin), "kept": kept},
    ]  # fmt: skip


@pytest.mark.parametrize(("came", "kept"), [(utc(14, 15), "yes"), (utc(14, 14), "no")])
def test_with_no_margin_who_comes_as_the_other_leaves_has_kept_apart(came, kept):
    made = visits_of(("p1", "a", utc(14), utc(14, 15)), ("o1", "a", came, utc(15), OUTREACH))
    apart = (Separation(services=("police", "outreach")),)
    assert find_separation_done(BOTH_PLANNED, made, apart)["kept"].to_list() == [kept]


def test_where_one_did_not_come_or_was_not_planned_that_is_said():
    alone = visits_of(("p1", "a", utc(14), utc(14, 15)))
    found = find_separation_done(BOTH_PLANNED, alone, APART)
    assert found.select("kept", "margin_min").rows() == [("not both", None)]
    day = date(2024, 6, 4)
    made = visits_of(
        ("p1", "b", utc(14, day=day), utc(15, day=day)),
        ("o1", "b", utc(16, day=day), utc(17, day=day), OUTREACH),
    )
    found = find_separation_done(BOTH_PLANNED, made, APART)
    assert found.select("area_id", "day", "planned_min", "margin_min", "kept").rows() == [
        ("a", MONDAY, 15.0, None, "not both"),
        ("b", day, None, 60.0, "yes"),
    ]


def test_a_service_is_not_held_against_itself():
    itself = (Separation(services=("police", "police"), margin_min=5),)
    assert find_separation_done(BOTH_PLANNED, visits_of(), itself).height == 0
