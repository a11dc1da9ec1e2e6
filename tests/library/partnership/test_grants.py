"""Rounds, applications and blind scores: what is refused, who sees what, who is ranked where."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patrolwise.errors import InputError, RefusedError
from patrolwise.partnership.grant_rounds import parse_grant_round, to_pence
from patrolwise.partnership.grant_scoring import (
    GrantScore,
    Place,
    list_assessment_faults,
    rank_applications,
    score_application,
    see_assessments,
    tell_ranking,
)
from patrolwise.partnership.grants import (
    STEPS,
    Application,
    GrantState,
    check_step,
    list_lacking,
)
from patrolwise.partnership.org_ids import Organisation, OrgKind

from .grant_worlds import CLUB, ROUND, application, assessment

TOML = """
id = "communities-fund"
version = 1
title = "Communities fund 2026"
opens = 2026-04-01
closes = 2026-05-15
budget = 60000
most = 20000
top_score = 5
assessors = 2
widest_spread = 20
least_total = 50
days_to_report = 28
[funder]
org_id = "GB-CHC-1000147"
name = "Example Fund"
prefix = "360G-example"
[[criteria]]
key = "need"
title = "Need"
weight = 3
[[criteria]]
key = "plan"
title = "Plan"
weight = 2
"""
IN_TIME = date(2026, 5, 1)


# --- the round ----------------------------------------------------------------------------------


def test_a_round_is_read_as_it_is_declared():
    assert parse_grant_round(TOML) == ROUND
    assert ROUND.key == "communities-fund@1"
    assert ROUND.highest_total == 25
    assert [ROUND.is_open(date(2026, *day)) for day in ((3, 31), (4, 1), (5, 15), (5, 16))] == [
        False, True, True, False,
    ]  # fmt: skip


def test_all_that_is_wrong_in_a_round_is_told_at_once():
    broken = TOML.replace("weight = 2", "wait = 2").replace("most = 20000", 'most = "20k"')
    with pytest.raises(InputError) as caught:
        parse_grant_round(broken.replace('prefix = "360G-example"', ""))
    for told in ("Criterion 2 lacks weight", "which nothing reads", "most is '20k', no whole",
                 "The funder lacks prefix"):  # fmt: skip
        assert told in str(caught.value)
    with pytest.raises(InputError, match="is no TOML"):
        parse_grant_round("opens = ")
    with pytest.raises(InputError, match="criteria is 3, no list"):
        parse_grant_round('criteria = 3\nfunder = "us"')


def test_a_round_that_cannot_be_is_refused():
    with pytest.raises(InputError) as caught:
        replace(
            ROUND, criteria=(), closes=date(2026, 3, 1), assessors=1, most_pence=9_000_000,
            least_total=101,
        )  # fmt: skip
    for told in (
        "no criteria",
        "before it opens",
        "assessors is 1",
        "more than there is",
        "101 per",
    ):
        assert told in str(caught.value)
    need = ROUND.criteria[0]
    with pytest.raises(InputError, match="need is there twice"):
        replace(ROUND, criteria=(need, need))
    with pytest.raises(InputError, match="the weight 0"):
        replace(ROUND, criteria=(replace(need, weight=0),))


def test_pence_are_exact():
    with pytest.raises(InputError, match="part of a penny"):
        to_pence(1.005)
    assert to_pence(0.29) == 29  # 100 * 0.29 is 28.999999999999996


# --- applications -------------------------------------------------------------------------------


def test_a_draft_may_lack_anything_and_is_told_all_of_it():
    told = list_lacking(Application(application_id="9"), ROUND, IN_TIME)
    assert len(told) == 9
    assert list_lacking(application(state=GrantState.DRAFT), ROUND, IN_TIME) == ()
    assert "opens on 2026-04-01" in list_lacking(application(), ROUND, date(2026, 3, 1))[0]
    assert "closed on 2026-05-15" in list_lacking(application(), ROUND, date(2026, 5, 16))[0]
    odd = application(title="x" * 141, asked_pence=2_000_001, first=date(2026, 5, 15))
    told = list_lacking(odd, ROUND, IN_TIME)
    assert len(told) == 3
    assert "£20,000.01" in told[1]


@pytest.mark.parametrize("before", GrantState)
def test_only_declared_steps_are_taken(before):
    for to in GrantState:
        if to in STEPS[before]:
            check_step(application(state=before), to, ROUND, IN_TIME)
        else:
            with pytest.raises(RefusedError, match=f"is at {before}"):
                check_step(application(state=before), to, ROUND, IN_TIME)


def test_a_draft_that_lacks_something_is_not_submitted():
    draft = application(state=GrantState.DRAFT, areas=())
    with pytest.raises(RefusedError, match="Name the hot spots"):
        check_step(draft, GrantState.SUBMITTED, ROUND, IN_TIME)


def test_numbers_of_organisations_are_those_of_their_registers():
    def org(kind=OrgKind.CHARITABLE_COMPANY, **numbers):
        return Organisation(ref="O9", name="X", kind=kind, **numbers)

    ids = {
        "GB-CHC-1000147": org(charity_number="1000147"),
        "GB-CHC-1000147-2": org(charity_number="1000147-2"),
        "GB-SC-SC012345": org(charity_number="sc012345"),
        "GB-NIC-100123": org(charity_number="NIC100123"),
        "GB-COH-01234567": org(company_number="1234567"),
        "GB-COH-SC123456": org(company_number="SC 123456"),
        "360G-e-org-O9": org(),
    }
    assert {one.org_id("360G-e"): one for one in ids.values()} == ids
    assert CLUB.list_faults() == []
    told = org(charity_number="12", company_number="12").list_faults()
    assert ["charity number" in told[0], "company number" in told[1], len(told)] == [True, True, 2]
    assert len(org().list_faults()) == 2
    assert "is an individual" in org(OrgKind.INDIVIDUAL).list_faults()[0]


# --- blind scores -------------------------------------------------------------------------------


def test_nobody_sees_the_others_scores_before_all_are_in():
    first, second = assessment("A1", 4, 4), assessment("A2", 5, 3)
    writing = replace(second, completed=None)
    barred = assessment("A3", 0, 0, has_conflict=True, scores={}, completed=None)
    assert see_assessments([first, writing], "A1", ROUND) == (first,)
    assert see_assessments([first, writing], "A2", ROUND) == (writing,)
    assert see_assessments([first, second, barred], "A1", ROUND) == (first, second)
    assert see_assessments([first, second, barred], "A3", ROUND) == (barred,)
    assert see_assessments([first, second], "A4", ROUND) == ()
    three = [first, second, assessment("A4", 1, 1, completed=None)]
    assert see_assessments(three, "A4", ROUND) == (three[2],)  # its own is not in


def test_totals_are_weights_times_scores_and_wait_for_both():
    score = score_application([assessment("A2", 5, 3), assessment("A1", 4, 4)], ROUND)
    assert score.totals == (("A1", 20), ("A2", 21))
    assert (score.mean, score.per_cent, score.spread) == (Fraction(41, 2), 82, 4)
    conflict = assessment("A2", 0, 0, has_conflict=True, scores={}, completed=None)
    with pytest.raises(RefusedError, match="1 of 2 assessments"):
        score_application([assessment("A1", 4, 4), conflict], ROUND)


def test_a_wide_spread_needs_a_note():
    exactly = [assessment("A1", 4, 4), assessment("A2", 3, 3)]  # 20 and 15 of 25: 20 per cent
    assert score_application(exactly, ROUND).spread == 20
    wide = [assessment("A1", 4, 4), assessment("A2", 3, 2)]
    with pytest.raises(RefusedError, match="28 per cent apart"):
        score_application(wide, ROUND, moderation="  ")
    assert score_application(wide, ROUND, moderation="One read the budget.").moderation


def test_all_that_is_wrong_with_assessments_is_told():
    told = list_assessment_faults(
        [
            assessment("A1", 6, -1),
            assessment("A1", 1, 1, scores={"need": 1, "fun": 2}),
            assessment("A2", 4, 4, has_conflict=True),
        ],
        ROUND,
    )
    for part in ("need: 6 is no score", "plan: -1 is no score", "there twice", "fun is no crit",
                 "completed without plan", "conflict of interest and scores"):  # fmt: skip
        assert any(part in one for one in told), part


# --- ranks --------------------------------------------------------------------------------------


def scored(number, total):
    return GrantScore(application_id=number, totals=(("A1", total), ("A2", total)), highest=25)


def ranked(totals, asked=2_000_000):
    scores = [scored(number, total) for number, total in totals.items()]
    return rank_applications(scores, dict.fromkeys(totals, asked), ROUND)


def test_ties_are_told_and_no_machine_breaks_one_at_the_line():
    found = ranked({"a": 20, "b": 24, "c": 20, "d": 20, "e": 15, "f": 12})
    assert [(one.rank, one.score.application_id, one.place) for one in found] == [
        (1, "b", Place.WITHIN),
        (2, "a", Place.TIED),
        (2, "c", Place.TIED),
        (2, "d", Place.TIED),
        (5, "e", Place.BEYOND),
        (6, "f", Place.BELOW),
    ]
    assert found[1].tied_with == ("c", "d")
    assert tell_ranking(found)[1] == (
        "2. a: 80.0 per cent, asks for £20,000, tied at the line: the panel decides; tied with c, d"
    )
    assert [one.place for one in ranked({"a": 20, "b": 20}, 3_000_000)] == [Place.WITHIN] * 2


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 25), st.integers(1, 40)), max_size=12))
def test_the_budget_holds_and_nobody_goes_before_a_better_one(rows):
    scores = [scored(f"{n:02}", total) for n, (total, _) in enumerate(rows)]
    asked = {f"{n:02}": 100_000 * tenth for n, (_, tenth) in enumerate(rows)}
    found = rank_applications(scores, asked, ROUND)
    within = [one for one in found if one.place is Place.WITHIN]
    assert sum(one.asked_pence for one in within) <= ROUND.budget_pence
    assert within == list(found[: len(within)])
    for one in found:
        assert one.rank == 1 + sum(other.score.mean > one.score.mean for other in found)
        same = {other.place for other in found if other.score.mean == one.score.mean}
        assert same == {one.place}
        assert (one.place is Place.BELOW) == (one.score.mean < Fraction(25, 2))
    rest = [one for one in found if one.place in (Place.TIED, Place.BEYOND)]
    if rest:  # the first that is not within did not fit, with all that are tied with it
        left = ROUND.budget_pence - sum(one.asked_pence for one in within)
        assert sum(one.asked_pence for one in rest if one.rank == rest[0].rank) > left
