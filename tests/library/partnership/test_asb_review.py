"""Case reviews: what counts, what is due when, what is published."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.errors import InputError, RefusedError
from patrolwise.outreach.working_days import is_working_day
from patrolwise.partnership.asb_cases import ASB_INCIDENTS
from patrolwise.partnership.asb_review import (
    CaseReview,
    Complaint,
    JudgedComplaint,
    PublishedCounts,
    Step,
    Threshold,
    count_for_publication,
    find_due_steps,
    find_last_day,
    judge_threshold,
)
from patrolwise.partnership.asb_review_offers import find_review_offers
from patrolwise.partnership.asb_review_rules import find_review_rule, make_review_rules
from patrolwise.tables import make_table

DAY = date(2026, 6, 1)
RULE = find_review_rule("example", DAY)
COUNTS = JudgedComplaint(complaint_id="c", counts=True, reason="")
MET = Threshold(complaints=(COUNTS,) * 3, counted=3, needed=3)
FEW = Threshold(complaints=(), counted=0, needed=3)
LINE = {
    "area": "city", "from": "2020-01-01", "until": "", "complaints": "2", "months_to_report": "1",
    "months_to_apply": "6", "days_to_acknowledge": "5", "days_to_decide": "", "days_to_review": "",
    "days_to_tell": "", "days_to_appeal": "", "days_to_answer_appeal": "", "source": "procedure",
}  # fmt: skip
DAYS = st.dates(min_value=date(2023, 12, 1), max_value=date(2026, 3, 31))


def complain(number, behaved, reported):
    return Complaint(complaint_id=f"c{number}", behaved_on=behaved, reported_on=reported)


@given(DAYS, st.integers(1, 14))
def test_a_period_ends_the_day_before_its_corresponding_date(first, months):
    """Walk from month to month; where the last has no such day, the period has all of it."""
    year, month = first.year, first.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    day, end = date(year, month, 1), None
    while day.month == month:
        if day.day == first.day:
            end = day - timedelta(days=1)
        day += timedelta(days=1)
    assert find_last_day(first, months) == (end or day - timedelta(days=1))


@given(DAYS, st.lists(st.tuples(st.integers(0, 400), st.integers(0, 80)), max_size=5))
def test_complaints_count_as_one_would_by_the_calendar(applied, ages):
    complaints = [
        complain(n, applied - timedelta(days=age + wait), applied - timedelta(days=age))
        for n, (age, wait) in enumerate(ages)
    ]
    found = judge_threshold(complaints, applied, RULE)
    by_hand = [
        one.reported_on <= find_last_day(one.behaved_on, 1)
        and applied <= find_last_day(one.reported_on, 6)
        for one in complaints
    ]
    assert [one.counts for one in found.complaints] == by_hand
    assert [bool(one.reason) for one in found.complaints] == [not one for one in by_hand]
    assert found.must_review == (sum(by_hand) >= 3)


def test_a_complaint_on_the_last_day_counts_and_a_day_later_does_not():
    on_time = complain(1, date(2026, 3, 5), date(2026, 4, 4))
    late = complain(2, date(2026, 3, 5), date(2026, 4, 5))
    old = complain(3, date(2025, 12, 1), date(2025, 12, 1))
    older = complain(4, date(2025, 11, 30), date(2025, 11, 30))
    found = judge_threshold([on_time, late, old, older], date(2026, 5, 31), RULE)
    assert [one.counts for one in found.complaints] == [True, False, True, False]
    assert found.complaints[3].reason == (
        "applied on 2026-05-31; 2026-05-29 was the last day for this complaint"
    )


def test_complaints_that_cannot_be_are_told_all_at_once():
    twice = complain(1, DAY, DAY - timedelta(days=1))
    with pytest.raises(InputError) as error:
        judge_threshold([twice, twice, complain(2, DAY, DAY + timedelta(days=9))], DAY, RULE)
    for told in ("c1 comes twice", "c1 was made before the behaviour", "c2 was made after the app"):
        assert told in str(error.value)


REVIEW = CaseReview(review_id="r1", requested_on=DAY, threshold=MET)


def due(review, today):
    return {one.step: one for one in find_due_steps(review, RULE, today)}


def count_on(day, working_days):
    """Step through the calendar; the slow twin of the clock."""
    while working_days:
        day += timedelta(days=1)
        working_days -= is_working_day(day)
    return day


def test_the_clock_runs_from_step_to_step_and_tells_what_is_late():
    steps = due(REVIEW, date(2026, 6, 15))
    assert list(steps) == [Step.ACKNOWLEDGE, Step.DECIDE]
    assert steps[Step.ACKNOWLEDGE].due == count_on(DAY, 10) == date(2026, 6, 15)
    assert (steps[Step.ACKNOWLEDGE].is_late, steps[Step.ACKNOWLEDGE].days_left) == (False, 0)
    assert (steps[Step.DECIDE].due, steps[Step.DECIDE].days_left) == (date(2026, 6, 22), 5)
    assert due(REVIEW, date(2026, 6, 16))[Step.ACKNOWLEDGE].is_late
    late = replace(REVIEW, acknowledged_on=date(2026, 6, 16))
    step = due(late, date(2026, 6, 17))[Step.ACKNOWLEDGE]
    assert (step.is_late, step.days_left) == (True, None)
    decided = replace(late, decided_on=date(2026, 6, 19), is_met=True)
    assert due(decided, DAY)[Step.REVIEW].due == count_on(date(2026, 6, 19), 20)
    held = replace(decided, reviewed_on=date(2026, 7, 1), recommendations=2)
    assert due(held, DAY)[Step.TELL].due == count_on(date(2026, 7, 1), 10)
    told = replace(held, told_on=date(2026, 7, 2))
    assert Step.APPEAL in due(told, date(2026, 7, 30))
    assert Step.APPEAL not in due(told, date(2026, 7, 31))  # nobody appealed, nobody can any more
    appealed = replace(told, appealed_on=date(2026, 7, 10))
    assert due(appealed, date(2026, 9, 1))[Step.ANSWER_APPEAL].is_late
    assert due(appealed, date(2026, 9, 1))[Step.APPEAL].done == date(2026, 7, 10)


def test_after_a_decision_against_one_no_review_is_due_and_the_applicant_is_told():
    against = CaseReview(
        review_id="r2", requested_on=DAY, threshold=FEW, decided_on=date(2026, 6, 10), is_met=False,
        reasons="One complaint, answered in a day.",
    )  # fmt: skip
    steps = due(against, date(2026, 6, 11))
    assert Step.REVIEW not in steps
    assert steps[Step.TELL].due == count_on(date(2026, 6, 10), 10)


def test_the_statute_alone_sets_no_day():
    steps = find_due_steps(REVIEW, find_review_rule("statute", DAY), date(2026, 12, 1))
    assert [(one.due, one.is_late, one.days_left) for one in steps] == [(None, False, None)] * 2


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"acknowledged_on": date(2026, 5, 29)}, "acknowledge the application was on 2026-05-29"),
        ({"reviewed_on": DAY}, "what comes before is not done"),
        ({"decided_on": DAY}, "both its day and what was decided"),
        ({"decided_on": DAY, "is_met": False, "reasons": "No."}, "a review must be held"),
        ({"decided_on": DAY, "is_met": True, "threshold": FEW}, "Give the reasons: how persist"),
        ({"recommendations": 1}, "Recommendations come from a review"),
        (
            {"decided_on": DAY, "is_met": False, "reasons": "No.", "threshold": FEW,
             "reviewed_on": DAY},
            "not met and a review was held",
        ),
    ],
)  # fmt: skip
def test_a_review_that_cannot_be_is_refused(changes, told):
    with pytest.raises(InputError, match=told):
        replace(REVIEW, **changes)


def test_the_counts_that_are_published():
    held = replace(REVIEW, decided_on=DAY, is_met=True, reviewed_on=date(2027, 1, 4))
    reviews = [
        replace(REVIEW, requested_on=date(2025, 12, 31)),
        REVIEW,
        held,
        replace(held, reviewed_on=date(2026, 7, 1), recommendations=3),
        replace(REVIEW, threshold=FEW, decided_on=DAY, is_met=False, reasons="No harm."),
    ]
    first, last = date(2026, 1, 1), date(2026, 12, 31)
    assert count_for_publication(reviews, first, last) == PublishedCounts(
        first=first, last=last, requests=4, threshold_not_met=1, reviews=1,
        reviews_with_recommendations=1,
    )  # fmt: skip
    assert count_for_publication([], first, last).requests == 0
    with pytest.raises(InputError, match="Swap the two days"):
        count_for_publication(reviews, last, first)


def test_an_areas_own_rules_are_dated_and_one_is_in_force_at_a_time():
    rules = make_review_rules([LINE | {"until": "2025-12-31"}, LINE | {"from": "2026-01-01",
                              "complaints": "3"}], "own.csv")  # fmt: skip
    assert find_review_rule("city", date(2025, 12, 31), rules).complaints == 2
    assert find_review_rule("city", date(2026, 1, 1), rules).complaints == 3
    for area, on in (("city", date(2019, 12, 31)), ("town", DAY)):
        with pytest.raises(RefusedError, match=f"{area} has no rule of case reviews on {on}"):
            find_review_rule(area, on, rules)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"source": None}, "Line 2 lacks source"),
        ({"complaints": ""}, "Line 2 has nothing in complaints"),
        ({"from": "June"}, "from: 'June' is no date"),
        ({"days_to_decide": "soon"}, "days_to_decide: 'soon' is no whole number"),
        ({"complaints": "4"}, "city asks for 4 complaints"),
    ],
)
def test_rules_that_are_wrong_are_told_by_their_lines(changes, told):
    with pytest.raises(InputError, match=told):
        make_review_rules([LINE | changes], "own.csv")


def test_two_rules_on_one_day_are_refused():
    with pytest.raises(InputError, match="city has two rules in force on 2024-01-01"):
        make_review_rules([LINE, LINE | {"from": "2024-01-01"}], "own.csv")


def test_who_reached_the_threshold_and_did_not_apply_is_found():
    def noon(day):
        return datetime(*day.timetuple()[:3], 12, tzinfo=UTC)

    rows = [
        (victim, reported - timedelta(days=wait), reported)
        for victim, wait, months in (
            ("reached", 2, (3, 4, 5)), ("applied", 2, (3, 4, 5)), ("few", 2, (4, 5)),
            ("late", 40, (3, 4, 5)), ("later", 2, (4, 5, 6)), (None, 2, (3, 4, 5)),
        )
        for reported in (date(2026, month, 20) for month in months)
    ]  # fmt: skip
    incidents = make_table(
        ASB_INCIDENTS,
        {
            "incident_id": [f"i{n}" for n in range(len(rows))],
            "victim_id": [row[0] for row in rows],
            "happened_from": [noon(row[1]) for row in rows],
            "reported_at": [noon(row[2]) for row in rows],
            "source": ["x"] * len(rows),
            "row": list(range(2, len(rows) + 2)),
        },
    )
    (offer,) = find_review_offers(incidents, ["applied"], DAY, RULE)
    assert (offer.victim_id, offer.threshold.counted) == ("reached", 3)
    offers = find_review_offers(incidents, [], date(2026, 6, 20), RULE)
    assert [one.victim_id for one in offers] == ["applied", "later", "reached"]
    for one in offers:  # the day after, fewer count
        again = [
            {o.victim_id for o in find_review_offers(incidents, [], one.last_day + k, RULE)}
            for k in (timedelta(0), timedelta(days=1))
        ]
        assert one.victim_id in again[0] - again[1]
