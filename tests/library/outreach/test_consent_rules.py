"""Who may consent, for what, how, and for how long."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.outreach.consent_rules import Consent, check_consent, default_until, is_in_force
from patrolwise.outreach.vocabulary import (
    CompetencePoint,
    ConsentGiver,
    ConsentMethod,
    ConsentPurpose,
)

GOOD = Consent(
    purpose=ConsentPurpose.REFER_TO_SERVICE,
    fields=frozenset({"needs", "phone"}),
    given_by=ConsentGiver.YOUNG_PERSON_16_OVER,
    method=ConsentMethod.SPOKEN,
    pressure_free=True,
    starts=date(2026, 6, 1),
    recipient="Boxing club",
    age=16,
)
ALONE = replace(
    GOOD,
    given_by=ConsentGiver.UNDER_16_COMPETENT,
    age=14,
    competence_points=frozenset(CompetencePoint),
    competence_note="Said it back in their own words.",
)
BEST = replace(
    GOOD, given_by=ConsentGiver.MCA_BEST_INTERESTS, competence_note="Asked her social worker."
)
PARENT = replace(GOOD, given_by=ConsentGiver.PARENTAL_RESPONSIBILITY, age=13)


@pytest.mark.parametrize("consent", [GOOD, ALONE, BEST, PARENT, replace(PARENT, age=None)])
def test_a_good_consent_has_no_fault_and_is_in_force_for_its_days(consent):
    assert check_consent(consent) == []
    for on, expected in (
        (date(2026, 5, 31), False),
        (date(2026, 6, 1), True),
        (date(2026, 12, 1), True),
        (date(2026, 12, 2), False),
    ):
        assert is_in_force(consent, on, ConsentPurpose.REFER_TO_SERVICE, "phone") is expected


@pytest.mark.parametrize(
    ("consent", "fault"),
    [
        (replace(GOOD, fields=frozenset()), "No field is chosen"),
        (replace(GOOD, recipient=" "), "names nobody who may know"),
        (replace(GOOD, pressure_free=False), "It does not count"),
        (replace(GOOD, until=date(2026, 5, 31)), "before it starts"),
        (replace(GOOD, age=15), "The age is 15. A person under 16 consents alone only"),
        (replace(GOOD, age=None), "The age is not known"),
        (replace(ALONE, age=16), "from 16 a person consents without assessment"),
        (replace(ALONE, competence_note=""), "Competence has no note"),
        (replace(ALONE, method=ConsentMethod.TEXT_REPLY), "A text reply does not show"),
        (replace(BEST, age=15), "decides for nobody under 16"),
        (replace(BEST, age=None), "The age is not known"),
        (replace(BEST, competence_note=" "), "A best-interests decision has no note"),
        (replace(PARENT, age=16), "from 16 the young person consents"),
        (replace(PARENT, age=18), "parental responsibility ends at 18"),
    ],
)
def test_a_fault_is_told_and_the_consent_never_in_force(consent, fault):
    (told,) = check_consent(consent)
    assert fault in told
    assert not is_in_force(consent, date(2026, 6, 1), consent.purpose, "phone")


def test_all_faults_are_told_at_once():
    worst = replace(
        GOOD, fields=frozenset(), recipient="", pressure_free=False, age=15, until=date(2026, 1, 1)
    )
    assert len(check_consent(worst)) == 5


@pytest.mark.parametrize("point", CompetencePoint)
def test_each_point_of_competence_is_needed(point):
    (told,) = check_consent(replace(ALONE, competence_points=frozenset(CompetencePoint) - {point}))
    assert point in told
    assert all(other not in told for other in CompetencePoint if other is not point)


def test_a_text_reply_will_do_from_16():
    assert check_consent(replace(GOOD, method=ConsentMethod.TEXT_REPLY)) == []


def test_keeping_details_needs_no_recipient():
    assert check_consent(replace(GOOD, purpose=ConsentPurpose.KEEP_MY_DETAILS, recipient="")) == []


def test_another_purpose_or_field_is_not_covered():
    day = date(2026, 6, 1)
    assert not is_in_force(GOOD, day, ConsentPurpose.EVALUATION, "phone")
    assert not is_in_force(GOOD, day, ConsentPurpose.REFER_TO_SERVICE, "address")


def test_a_withdrawal_holds_from_its_own_day_on_by_the_clock_in_london():
    # 23:30 UTC on 9 June is 00:30 on 10 June in London
    withdrawn = replace(GOOD, withdrawn_at=datetime(2026, 6, 9, 23, 30, tzinfo=UTC))
    purpose = ConsentPurpose.REFER_TO_SERVICE
    assert is_in_force(withdrawn, date(2026, 6, 9), purpose, "phone")
    assert not is_in_force(withdrawn, date(2026, 6, 10), purpose, "phone")
    naive = replace(GOOD, withdrawn_at=datetime(2026, 6, 9, 23, 30))
    assert not is_in_force(naive, date(2026, 6, 9), purpose, "phone")


def test_an_end_that_was_agreed_stands():
    short = replace(GOOD, until=date(2026, 6, 7))
    assert short.last_day == date(2026, 6, 7)
    assert not is_in_force(short, date(2026, 6, 8), ConsentPurpose.REFER_TO_SERVICE, "phone")


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_without_an_end_it_is_six_months(starts):
    until = default_until(starts)
    assert (until.year * 12 + until.month) - (starts.year * 12 + starts.month) == 6
    assert until.day == starts.day or until.day < starts.day >= 29


def may_consent_by_hand(age, giver, understands, note):
    if giver is ConsentGiver.YOUNG_PERSON_16_OVER:
        return age is not None and age >= 16
    if giver is ConsentGiver.UNDER_16_COMPETENT:
        return (age is None or age < 16) and understands and note
    if giver is ConsentGiver.PARENTAL_RESPONSIBILITY:
        return age is None or age < 16
    return age is not None and age >= 16 and note


@given(st.none() | st.integers(8, 30), st.sampled_from(ConsentGiver), st.booleans(), st.booleans())
def test_who_may_consent_is_what_a_person_reads_in_the_rules(age, giver, understands, note):
    consent = replace(
        GOOD,
        age=age,
        given_by=giver,
        competence_points=frozenset(CompetencePoint) if understands else frozenset(),
        competence_note="seen" if note else "",
    )
    assert (check_consent(consent) == []) is may_consent_by_hand(age, giver, understands, note)


def test_a_story_is_told_in_parts_and_parts_are_for_a_story_alone():
    story = replace(
        GOOD, purpose=ConsentPurpose.TELL_MY_STORY, fields=frozenset({"story_help"}), recipient=""
    )
    assert check_consent(story) == []
    (fault,) = check_consent(replace(story, fields=frozenset({"story_help", "phone"})))
    assert "choose parts of the story only" in fault
    (fault,) = check_consent(replace(GOOD, fields=frozenset({"story_help"})))
    assert "parts of a story have no place there" in fault
