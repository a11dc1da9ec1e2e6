"""Walks of places: what they look at, when they are whole, and what was mended."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patrolwise.errors import InputError, RefusedError
from patrolwise.partnership.environment_audits import (
    Change,
    Issue,
    IssueState,
    Light,
    Walk,
    check_walk,
    compare_walks,
    find_new_issues,
    list_lacking_walks,
    load_items,
    report_issue,
    say_fixed,
    settle_issue,
)

ITEMS = load_items()
NIGHT = datetime(2026, 3, 9, 21, tzinfo=UTC)
TODAY = date(2026, 3, 10)


def walk(light=Light.DARK, walked=NIGHT, notes=None, **scores):
    return Walk(
        walked=walked,
        light=light,
        scores={item: scores.get(item, 0) for item in ITEMS},
        notes=notes or dict.fromkeys(scores, "By the shelter"),
        walkers=("Warden",),
    )


def test_the_item_set_is_the_published_one_and_no_other_version_is_guessed():
    assert list(ITEMS)[:4] == ["surveillance", "sightlines", "lighting", "cctv"]
    assert [key for key, one in ITEMS.items() if one.in_dark] == ["lighting", "cctv"]
    young = [key for key, one in ITEMS.items() if one.section == "Are young people safe here?"]
    assert young == list(ITEMS)[-6:]
    assert {one.section for one in ITEMS.values()} == {"The place", ITEMS["told"].section}
    assert list(load_items(1)) == [
        key for key in ITEMS if key not in ("feels-safe", "changed", "told")
    ]
    with pytest.raises(InputError, match="no version 99"):
        load_items(99)


def test_a_walk_that_looked_at_everything_is_taken():
    check_walk(walk(lighting=3, toilets=None), ITEMS)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"walked": datetime(2026, 3, 9, 21)}, "no timezone"),
        ({"walkers": ()}, "not who walked"),
        ({"scores": {**walk().scores, "moat": 1}}, "no item moat"),
        ({"notes": {"moat": "x"}}, "no item moat"),
        ({"scores": {**walk().scores, "cctv": 4}}, "CCTV has 4. Give 0 to 3"),
        ({"scores": {**walk().scores, "cctv": 2}, "notes": {"cctv": " "}}, "CCTV has 2: say where"),
    ],
)
def test_a_walk_with_a_fault_is_refused(changed, told):
    with pytest.raises(InputError, match=told):
        check_walk(replace(walk(), **changed), ITEMS)


def test_all_that_was_left_out_is_told_at_once():
    with pytest.raises(InputError, match="25 faults"):
        check_walk(replace(walk(), scores={}, walkers=()), ITEMS)


def test_an_audit_is_whole_once_somebody_walked_in_the_dark():
    assert "Nobody" in list_lacking_walks([])[0]
    lit = [walk(Light.DAY), walk(Light.DUSK)]
    assert "in the dark" in list_lacking_walks(lit)[0]
    assert list_lacking_walks([*lit, walk(Light.DARK)]) == ()


def test_what_changed_is_told_item_by_item_and_the_dark_only_by_the_dark():
    later = NIGHT + timedelta(days=30)
    first = walk(lighting=3, upkeep=1, toilets=None, seating=2)
    second = walk(walked=later, lighting=0, upkeep=2, toilets=None, seating=None)
    told = {one.item: one.change for one in compare_walks(first, second, ITEMS)}
    assert told["lighting"] is Change.BETTER
    assert told["upkeep"] is Change.WORSE
    assert told["toilets"] is Change.SAME
    assert told["seating"] is Change.UNKNOWN
    assert told["cctv"] is Change.SAME
    by_day = replace(second, light=Light.DAY)
    by_light = {one.item: one.change for one in compare_walks(first, by_day, ITEMS)}
    assert by_light["lighting"] is by_light["cctv"] is Change.UNKNOWN
    with pytest.raises(InputError, match="Swap them"):
        compare_walks(second, first, ITEMS)


def test_a_fault_makes_one_issue_until_it_is_verified():
    found = find_new_issues(walk(lighting=3, upkeep=1, seating=2, toilets=None), [])
    assert [(one.item, one.severity, one.state) for one in found] == [
        ("lighting", 3, IssueState.FOUND),
        ("seating", 2, IssueState.FOUND),
    ]
    again = walk(lighting=2)
    assert find_new_issues(again, found) == ()
    mended = [replace(one, state=IssueState.VERIFIED) for one in found]
    assert [one.item for one in find_new_issues(again, mended)] == ["lighting"]


LAMP = Issue(item="lighting", severity=3, found=NIGHT)


def test_an_issue_is_reported_fixed_and_verified_by_a_second_walk_in_the_dark():
    reported = report_issue(LAMP, owner=" Council ", reference="L-1", target=TODAY, on=TODAY)
    assert (reported.owner, reported.state) == ("Council", IssueState.REPORTED)
    assert not reported.is_overdue(TODAY)
    assert reported.is_overdue(TODAY + timedelta(days=1))
    fixed = say_fixed(reported, on=TODAY)
    assert not fixed.is_overdue(TODAY + timedelta(days=1))
    later = NIGHT + timedelta(days=5)
    assert settle_issue(fixed, walk(Light.DAY, later), ITEMS) == fixed  # nobody sees it by day
    assert settle_issue(fixed, walk(), ITEMS) == fixed  # the walk was before
    assert settle_issue(fixed, walk(walked=later), ITEMS).state is IssueState.VERIFIED
    gone = settle_issue(fixed, walk(walked=later, lighting=None), ITEMS)
    assert gone.state is IssueState.VERIFIED
    broken = settle_issue(fixed, walk(walked=later, lighting=2), ITEMS)
    assert (broken.state, broken.severity, broken.fixed) == (IssueState.REPORTED, 2, None)


def test_steps_out_of_order_are_refused_with_all_that_is_wrong():
    with pytest.raises(RefusedError, match="3 faults"):
        report_issue(LAMP, owner="", reference=" ", target=date(2026, 1, 1), on=TODAY)
    reported = report_issue(LAMP, owner="Council", reference="L-1", target=TODAY, on=TODAY)
    with pytest.raises(RefusedError, match="It is reported; this follows only when it is found"):
        report_issue(reported, owner="Council", reference="L-1", target=TODAY, on=TODAY)
    with pytest.raises(RefusedError, match="only when it is reported"):
        say_fixed(LAMP, on=TODAY)
    with pytest.raises(RefusedError, match="Give a later day"):
        say_fixed(reported, on=TODAY - timedelta(days=1))


@given(st.lists(st.sampled_from(["report", "fix", "dark", "day"]), max_size=12))
def test_nothing_is_verified_but_by_a_walk_in_the_dark_after_it_was_fixed(steps):
    issue, at = LAMP, NIGHT
    for step in steps:
        at += timedelta(days=1)
        before = issue
        try:
            if step == "report":
                issue = report_issue(
                    issue, owner="Council", reference="L-1", target=at.date(), on=at.date()
                )
            elif step == "fix":
                issue = say_fixed(issue, on=at.date())
            else:
                issue = settle_issue(issue, walk(Light(step), at), ITEMS)
        except RefusedError:
            continue
        if issue.state is IssueState.VERIFIED and before.state is not IssueState.VERIFIED:
            assert (step, before.state) == ("dark", IssueState.FIXED)
