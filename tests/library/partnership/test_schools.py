"""Schools: attendances apart from pupils, mentors apart from mentees, reach and never effect."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.errors import InputError, RefusedError
from patrolwise.partnership.schools import (
    SCHOOL_SESSIONS,
    SCHOOL_SURVEYS,
    add_school_surveys,
    check_school_sessions,
    count_school_reach,
    find_school_programme,
    load_school_programmes,
    tell_school_reach,
)
from patrolwise.tables import make_table
from patrolwise.times import Window

YEAR = Window("2026/27", date(2026, 9, 1), date(2027, 8, 31))
TOLD_ON = date(2027, 7, 1)


def session(number, urn="100001", audience="pupils", **given):
    row = {
        "session_id": number, "urn": urn, "programme": "knife-crime-session",
        "audience": audience, "day": date(2026, 10, 5), "sessions": 1, "attendances": 30, "new": 30,
    }  # fmt: skip
    return row | given


def table(*rows):
    return make_table(SCHOOL_SESSIONS, pl.DataFrame(list(rows)) if rows else None)


def test_a_pupil_who_comes_twice_attends_twice_and_is_one_pupil():
    reach = count_school_reach(
        table(
            session("1"),
            session("2", day=date(2026, 11, 5), attendances=32, new=2),
            session("3", "100002", "mentors", programme="mvp-mentor-training", attendances=12,
                    new=12),
            session("4", "100002", "mentees", programme="mvp-lesson", sessions=2, attendances=55,
                    new=28),
            session("5", "100003", "staff", programme="staff-training", attendances=9, new=9),
            session("6", day=date(2027, 9, 1)),
        ),
        ["100001", "100002", "100003"],
        YEAR,
    )  # fmt: skip
    assert (reach.attendances, reach.unique) == (129, 72)
    assert reach.covered == ("100001", "100002")
    assert reach.uncovered == ("100003",)  # only its staff were trained
    assert [(one.audience, one.unique) for one in reach.parts] == [
        ("pupils", 32), ("mentees", 28), ("mentors", 12), ("staff", 9),
    ]  # fmt: skip
    told = tell_school_reach(reach, TOLD_ON)
    assert told[0].startswith("72 different pupils of 10,000 a year, in 129 attendances")
    assert told[1] == "2 of 3 schools had a session."
    assert "reach, not effect" in told[2]
    assert "knife-crime education: no clear evidence." in told
    for word in ("reduced", "prevented", "cut", "fell", "impact"):
        assert word not in " ".join(told)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["100001", "100002"]),
            st.sampled_from(["pupils", "mentors", "mentees", "staff"]),
            st.integers(0, 60),
            st.integers(0, 60),
        ),
        max_size=12,
    )
)
def test_totals_are_sums_of_their_rows(rows):
    made = [
        session(str(n), urn, audience, attendances=max(a, b), new=min(a, b))
        for n, (urn, audience, a, b) in enumerate(rows)
    ]
    reach = count_school_reach(table(*made), ["100001", "100002"], YEAR)
    of_pupils = [one for one in made if one["audience"] != "staff"]
    assert reach.attendances == sum(one["attendances"] for one in of_pupils)
    assert reach.unique == sum(one["new"] for one in of_pupils) <= reach.attendances
    assert reach.unique == sum(one.unique for one in reach.parts if one.audience != "staff")
    assert set(reach.covered) == {one["urn"] for one in of_pupils}
    assert len(reach.covered) + len(reach.uncovered) == 2


def test_rows_that_cannot_be_are_all_named():
    with pytest.raises(InputError) as caught:
        check_school_sessions(
            table(
                session("1", "10001", "parents", programme="magic", sessions=0),
                session("1", attendances=-1),
                session("3", new=31),
            )
        )
    for told in ("there twice", "six digits", "'magic'", "'parents'", "sessions is 0",
                 "attendances is -1", "Row 3, column new is 31"):  # fmt: skip
        assert told in str(caught.value)


def test_a_window_that_would_count_pupils_twice_is_refused():
    with pytest.raises(InputError) as caught:
        count_school_reach(
            table(session("1")), [], Window("2026", date(2026, 1, 1), date(2026, 12, 31))
        )
    assert "begin on 1 September" in str(caught.value)
    assert "100001, not among the schools" in str(caught.value)


def test_a_rating_is_of_a_day_and_is_not_guessed_for_another():
    with pytest.raises(RefusedError, match="on 2020-01-01"):
        find_school_programme("assembly", date(2020, 1, 1))
    ratings = {one.key: one.rating for one in load_school_programmes()}
    assert ratings["police-in-school"] == "no clear evidence"
    assert ratings["mvp-lesson"] == "not rated here"
    assert all(one.source for one in load_school_programmes())


def survey(audience, before, after, urn="100001"):
    return {
        "urn": urn, "programme": "mvp-lesson", "audience": audience, "item": "would step in",
        "before_n": before[0], "before_mean": before[1], "after_n": after[0],
        "after_mean": after[1],
    }  # fmt: skip


def test_mentors_and_mentees_are_never_added_and_means_are_weighted_by_answers():
    given_ = [
        survey("mentors", (10, 3.0), (8, 4.5)),
        survey("mentees", (10, 2.0), (30, 3.0)),
        survey("mentees", (30, 4.0), (0, None), urn="100002"),
    ]
    mentees, mentors = add_school_surveys(make_table(SCHOOL_SURVEYS, pl.DataFrame(given_)))
    assert (mentors.audience, mentors.before_n, mentors.after_mean) == ("mentors", 10, 4.5)
    assert (mentees.before_n, mentees.before_mean) == (40, 3.5)
    assert (mentees.after_n, mentees.after_mean) == (30, 3.0)
    nobody = [survey("pupils", (0, None), (0, None))]
    (none,) = add_school_surveys(make_table(SCHOOL_SURVEYS, pl.DataFrame(nobody)))
    assert (none.before_mean, none.after_mean) == (None, None)


def test_means_without_answers_and_unknown_audiences_are_refused():
    rows = [survey("staff", (0, 3.0), (5, None)), survey("mentors", (-1, 2.0), (1, 1.0))]
    with pytest.raises(InputError) as caught:
        add_school_surveys(make_table(SCHOOL_SURVEYS, pl.DataFrame(rows)))
    assert "4 faults" in str(caught.value)
