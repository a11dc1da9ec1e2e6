"""Cases: incidents name nobody, victims and subjects are apart, what is not evidenced lapses."""

from calendar import monthrange
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.errors import InputError, RefusedError
from patrolwise.partnership.asb_cases import (
    ASB_CASES,
    ASB_INCIDENTS,
    ASB_SUBJECTS,
    ASB_VICTIMS,
    Basis,
    check_incidents,
)
from patrolwise.partnership.asb_flags import RepeatRule, flag_cases, mark_repeats
from patrolwise.partnership.asb_instruments import Band
from patrolwise.partnership.asb_quality import measure_asb_quality
from patrolwise.partnership.asb_review import find_last_day
from patrolwise.partnership.asb_subjects import (
    Asker,
    RoleLink,
    Standing,
    check_people,
    check_role_link,
    find_role_links,
    mark_lapsed,
    renew_standing,
)
from patrolwise.partnership.asb_targets import (
    ClosedCase,
    find_case_end,
    find_target_day,
    find_victim_contact_due,
    make_targets,
)
from patrolwise.tables import make_table

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
DAY = date(2026, 6, 1)
REPORTS = st.lists(st.tuples(st.sampled_from(["v1", "v2", None]), st.integers(0, 900)), max_size=12)


def make_incidents(rows):
    """One incident for each dict, with what every incident has."""
    return make_table(
        ASB_INCIDENTS,
        pl.DataFrame(
            [
                {"incident_id": f"i{n}", "reported_at": START, "source": "x", "row": n + 2} | row
                for n, row in enumerate(rows)
            ],
            schema_overrides={
                "happened_from": pl.Datetime("us", "UTC"),
                "happened_to": pl.Datetime("us", "UTC"),
            },
        ),
    )


def year_before(moment):
    day = min(moment.day, monthrange(moment.year - 1, moment.month)[1])
    return moment.replace(year=moment.year - 1, day=day)


@given(REPORTS, st.integers(2, 4))
def test_repeats_are_those_that_a_person_would_count_by_hand(reports, needed):
    rows = [
        {"victim_id": victim, "reported_at": START + timedelta(days=day)} for victim, day in reports
    ]
    if not rows:
        return
    found = mark_repeats(make_incidents(rows), RepeatRule(reports=needed))["is_repeat"].to_list()
    order = sorted(range(len(rows)), key=lambda n: (rows[n]["reported_at"], f"i{n}"))
    for place, n in enumerate(order):
        row = rows[n]
        same = [
            1
            for m in order[: place + 1]
            if rows[m]["victim_id"] == row["victim_id"]
            and rows[m]["reported_at"] >= year_before(row["reported_at"])
        ]
        assert found[n] == (row["victim_id"] is not None and len(same) >= needed)


def test_flags_of_a_case_come_from_its_incidents_and_repeats_from_all():
    incidents = make_incidents(
        [
            {"victim_id": "v1"},
            {"case_id": "c1", "victim_id": "v1", "reported_at": START + timedelta(days=3)},
            {"case_id": "c2", "hate_strand": "race"},
            {"case_id": "c2", "child_involved": True, "reported_at": START + timedelta(days=9)},
        ]
    )
    flags = flag_cases(incidents)
    assert flags.select(
        "case_id", "incidents", "is_repeat", "is_hate", "is_child_involved"
    ).rows() == [
        ("c1", 1, True, False, False),
        ("c2", 2, False, True, True),
    ]
    assert flags["last_reported_at"][1] - flags["first_reported_at"][1] == timedelta(days=9)


def test_a_rule_of_repeats_that_repeats_nothing_is_refused():
    with pytest.raises(InputError, match="two reports or more, got 1"):
        RepeatRule(reports=1)
    with pytest.raises(InputError, match="a month or more, got 0"):
        RepeatRule(months=0)


def test_incidents_that_contradict_themselves_are_named_by_line_and_never_by_what_they_hold():
    hour = timedelta(hours=1)
    bad = make_incidents(
        [
            {"incident_id": "same"},
            {"incident_id": "same", "category": "Ahmed Khan"},
            {"qualifier": "bad", "hate_strand": "worse"},
            {"happened_from": START - hour, "happened_to": START - 2 * hour},
            {"happened_from": START + hour},
        ]
    )
    with pytest.raises(InputError) as error:
        check_incidents(bad)
    for told in (
        "Line 2, 3 has an id that another has", "Line 3 has a category that is none of abandoned",
        "Line 4 has a qualifier", "Line 4 has a hate_strand", "Line 5 ends before",
        "Line 6 was reported before",
    ):  # fmt: skip
        assert told in str(error.value)
    for secret in ("same", "Ahmed", "worse"):
        assert secret not in str(error.value)


def test_no_column_of_incidents_or_cases_names_a_person_and_no_table_holds_both_roles():
    for table in (ASB_INCIDENTS, ASB_CASES):
        assert not {"name", "subject_id"} & set(table.names)
    assert "subject_id" not in ASB_VICTIMS.names
    assert "victim_id" not in ASB_SUBJECTS.names


def test_quality_is_counts_alone():
    quality = measure_asb_quality(
        make_incidents(
            [
                {"category": "noise", "qualifier": "nuisance", "x": 1.0, "y": 2.0,
                 "happened_from": datetime(2025, 12, 2, 12, tzinfo=UTC), "victim_id": "v1"},
                {"happened_from": datetime(2025, 12, 1, 12, tzinfo=UTC), "victim_id": "v1",
                 "reported_at": START + timedelta(days=1), "hate_strand": "race"},
                {"child_involved": True, "reported_at": START + timedelta(days=200, hours=11.5)},
            ]
        )
    )  # fmt: skip
    assert (quality.first_day, quality.last_day) == (date(2026, 1, 1), date(2026, 7, 21))
    assert quality.by_category["noise"] == quality.by_qualifier["nuisance"] == 1
    assert sum(quality.by_category.values()) + quality.without_category == 3
    assert (quality.without_qualifier, quality.without_place) == (2, 2)
    # of 1 December, 31 December was the last day; of 2 December, 1 January
    assert (quality.without_happening, quality.reported_late) == (1, 1)
    assert (quality.without_victim, quality.repeats, quality.hate, quality.with_child) == (
        1,
        1,
        1,
        1,
    )


def test_late_reports_are_those_that_a_case_review_does_not_count():
    days = [date(2026, 1, 28) + timedelta(days=n) for n in range(8)]
    rows = [(day, day + timedelta(days=wait)) for day in days for wait in range(25, 35)]
    incidents = make_incidents(
        [
            {"happened_from": datetime(*one.timetuple()[:3], 12, tzinfo=UTC),
             "reported_at": datetime(*other.timetuple()[:3], 12, tzinfo=UTC)}
            for one, other in rows
        ]
    )  # fmt: skip
    late = sum(other > find_last_day(one, 1) for one, other in rows)
    assert measure_asb_quality(incidents).reported_late == late > 0


ALLEGED = Standing(
    basis=Basis.ALLEGED, evidence_ref="", evidenced_on=DAY, review_due=date(2026, 12, 1)
)


def stand(basis, ref, month):
    return Standing(
        basis=basis, evidence_ref=ref, evidenced_on=date(2026, month, 1),
        review_due=date(2027, month, 1),
    )  # fmt: skip


@pytest.mark.parametrize("basis", Basis)
def test_every_basis_lapses_when_it_is_not_evidenced_anew_by_its_review(basis):
    standing = replace(ALLEGED, basis=basis, evidence_ref="e1")
    assert not standing.has_lapsed(date(2026, 12, 1))
    assert standing.has_lapsed(date(2026, 12, 2))
    subjects = make_subjects([{"basis": basis, "review_due": date(2026, 12, 1)}])
    lapsed = [mark_lapsed(subjects, date(2026, 12, day))["is_lapsed"][0] for day in (1, 2)]
    assert lapsed == [False, True]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"basis": Basis.ADMITTED}, "admitted without a reference"),
        ({"review_due": DAY}, "is not after"),
        ({"review_due": date(2027, 6, 2)}, "more than 12 months"),
    ],
)
def test_a_standing_that_cannot_be_is_refused(changes, told):
    with pytest.raises(InputError, match=told):
        replace(ALLEGED, **changes)


def test_only_new_evidence_renews_and_the_stronger_basis_stays_while_it_stands():
    found = stand(Basis.COURT_FINDING, "e1", 1)
    newer = stand(Basis.EVIDENCED, "e2", 6)
    assert renew_standing(found, newer).basis is Basis.COURT_FINDING
    lapsed = replace(found, review_due=date(2026, 3, 1))
    assert renew_standing(lapsed, newer) == newer
    for again, told in (
        (stand(Basis.EVIDENCED, "e1", 6), "no new evidence"),
        (replace(ALLEGED, evidenced_on=date(2026, 7, 1)), "no new evidence"),
        (stand(Basis.EVIDENCED, "e3", 1), "no later than what there is"),
    ):
        with pytest.raises(RefusedError, match=told):
            renew_standing(found, again)


def make_subjects(rows):
    given_rows = [
        {"subject_id": f"s{n}", "basis": "alleged", "evidenced_on": DAY,
         "review_due": date(2026, 12, 1)} | row
        for n, row in enumerate(rows)
    ]  # fmt: skip
    return make_table(ASB_SUBJECTS, pl.DataFrame(given_rows))


def test_people_are_checked_by_counts_without_a_code_or_a_name():
    victims = make_table(ASB_VICTIMS, {"victim_id": ["p1", "p2"], "name": ["Ann", "Bob"]})
    subjects = make_subjects(
        [
            {"subject_id": "p1", "name": "Ann"},
            {"basis": "evidenced"},
            {"basis": "rumour", "evidence_ref": "e1"},
            {"is_under_18": True},
            {"review_due": DAY},
        ]
    )
    faults = check_people(victims, subjects)
    assert [fault.partition(" ")[0] for fault in faults] == ["1"] * 5
    assert not [fault for fault in faults if "p1" in fault or "Ann" in fault]
    assert check_people(victims, make_subjects([{}, {"is_under_18": False}])) == []


def test_only_a_lead_joins_a_victim_and_a_subject_or_learns_that_they_are_joined():
    victims = make_table(ASB_VICTIMS, {"victim_id": ["v1"]})
    subjects = make_subjects([{"subject_id": "s1"}])
    link = RoleLink(
        victim_id="v1", subject_id="s1", reason="Both sides live next door.", linked_by="L1",
        linked_on=DAY,
    )  # fmt: skip
    check_role_link(link, victims, subjects, Asker.LEAD)
    assert find_role_links([link], "v1", Asker.LEAD) == (link,)
    assert find_role_links([link], "s1", Asker.LEAD) == (link,)
    assert find_role_links([link], "v2", Asker.LEAD) == ()
    for code in ("v1", "v2"):  # told the same whether there is a link or not
        with pytest.raises(RefusedError, match="for a lead of the case alone"):
            find_role_links([link], code, Asker.CASE_TEAM)
    with pytest.raises(RefusedError):
        check_role_link(link, victims, subjects, Asker.CASE_TEAM)
    bad = replace(link, victim_id="s1", subject_id="v1", reason=" ")
    with pytest.raises(InputError) as error:
        check_role_link(bad, victims, subjects, Asker.LEAD)
    assert str(error.value).count("There is no such") == 2
    assert "has no reason" in str(error.value)


def test_targets_are_working_days_by_band_and_contact_runs_from_the_last():
    assert find_target_day("agree an action plan", Band.STANDARD, DAY) == date(2026, 6, 15)
    assert find_victim_contact_due(Band.HIGH, DAY, None) == date(2026, 6, 2)
    assert find_victim_contact_due(Band.HIGH, DAY, date(2026, 6, 5)) == date(2026, 6, 8)
    with pytest.raises(InputError, match="before the case"):
        find_victim_contact_due(Band.HIGH, DAY, date(2026, 5, 1))
    for action, on in (("dance", DAY), ("contact the victim", date(2025, 12, 31))):
        with pytest.raises(RefusedError, match=f"no target to {action} at high risk on {on}"):
            find_target_day(action, Band.HIGH, on)


def test_targets_of_ones_own_are_dated():
    line = {"action": "visit", "band": "high", "from": "2026-01-01", "until": "2026-03-31",
            "working_days": "2", "source": "x"}  # fmt: skip
    targets = make_targets([line, line | {"from": "2026-04-01", "until": "", "working_days": "1"}],
                           "own.csv")  # fmt: skip
    days = [find_target_day("visit", Band.HIGH, day, targets) for day in (date(2026, 3, 31), DAY)]
    assert days == [date(2026, 4, 2), date(2026, 6, 2)]
    for changes in (
        {"band": "extreme"},
        {"from": "June"},
        {"working_days": "two"},
        {"until": None},
    ):
        with pytest.raises(InputError, match="Line 2"):
            make_targets([line | changes], "own.csv")


@pytest.mark.parametrize(
    ("case", "end"),
    [
        (ClosedCase(closed_on=DAY, is_substantiated=True), date(2032, 6, 1)),
        (ClosedCase(closed_on=DAY, is_substantiated=False), date(2027, 6, 1)),
        (
            ClosedCase(closed_on=DAY, is_substantiated=True, order_ended_on=date(2033, 1, 1)),
            date(2035, 1, 1),
        ),
    ],
)
def test_a_case_is_kept_as_long_as_its_longest_part_asks(case, end):
    assert find_case_end(case) == end
