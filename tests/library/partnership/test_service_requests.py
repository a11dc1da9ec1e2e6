"""Faults as requests to owners: what is asked, and what an answer changes."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from patrolwise.errors import InputError
from patrolwise.partnership.environment_audits import Issue, IssueState, report_issue
from patrolwise.partnership.service_requests import (
    OwnerAnswer,
    RequestPlace,
    RequestWords,
    make_request,
    take_answers,
)

TODAY = date(2026, 4, 10)
FOUND = Issue(item="lighting", severity=3, found=datetime(2026, 3, 9, 20, tzinfo=UTC))
SENT = report_issue(FOUND, owner="Council", reference="r", target=None, on=date(2026, 3, 10))
FIXED = replace(SENT, state=IssueState.FIXED, fixed=date(2026, 4, 1))
VERIFIED = replace(FIXED, state=IssueState.VERIFIED)
ISSUES = {"sent": SENT, "fixed": FIXED, "verified": VERIFIED}


def answer(request, status, **days):
    return OwnerAnswer(service_request_id=request, status=status, **days)


@pytest.mark.parametrize(
    ("issue", "status", "notes", "updated"),
    [
        (SENT, "open", "With its owner", date(2026, 3, 10)),
        (FIXED, "closed", "has yet to see it", date(2026, 4, 1)),
        (VERIFIED, "closed", "saw that it is mended", date(2026, 4, 8)),
    ],
)
def test_a_request_is_open_until_its_owner_says_that_it_is_mended(issue, status, notes, updated):
    seen = datetime(2026, 4, 8, 21, tzinfo=UTC) if issue is VERIFIED else None
    words = RequestWords(request_id="r", title="Lighting", text="Lamp 7")
    made = make_request(issue, words, RequestPlace(address="x"), seen=seen)
    assert (made.status, made.updated_datetime.date()) == (status, updated)
    assert notes in made.status_notes
    assert made.expected_datetime is None


def test_a_request_needs_an_owner_and_words_that_the_standard_takes():
    words = RequestWords(request_id="r", title="Lighting", text="x" * 4001)
    with pytest.raises(InputError, match="2 faults"):
        make_request(FOUND, words, RequestPlace(address="x"))


def test_an_answer_gives_a_day_or_says_that_it_is_mended_and_no_more_than_that():
    day = date(2026, 4, 30)
    assert take_answers(ISSUES, [answer("sent", "open", expected=day)], today=TODAY) == {
        "sent": replace(SENT, target=day)
    }
    closed = take_answers(ISSUES, [answer("sent", "closed", updated=date(2026, 4, 2))], today=TODAY)
    assert closed["sent"] == replace(SENT, state=IssueState.FIXED, fixed=date(2026, 4, 2))
    assert take_answers(ISSUES, [answer("sent", "closed")], today=TODAY)["sent"].fixed == TODAY
    assert take_answers(ISSUES, [answer("fixed", "open")], today=TODAY) == {"fixed": SENT}
    same = [answer("sent", "open"), answer("fixed", "closed"), answer("verified", "open")]
    assert take_answers(ISSUES, same, today=TODAY) == {}


def test_a_file_with_any_fault_changes_nothing_and_says_all_of_it():
    wrong = [
        answer("sent", "done", expected=date(2026, 3, 1), updated=date(2026, 3, 2)),
        answer("sent", "open"),
        answer("", "open"),
        answer("other", "open"),
        answer("fixed", "closed", updated=date(2026, 5, 1)),
        answer("verified", "closed"),
    ]
    with pytest.raises(InputError) as error:
        take_answers(ISSUES, wrong, today=TODAY)
    told = str(error.value)
    for words in (
        "Its status is done", "expected_datetime 2026-03-01 is before",
        "updated_datetime 2026-03-02",
        "sent is answered twice", "A request without a number", "other is none of this owner",
        "2026-05-01 is still to come",
    ):  # fmt: skip
        assert words in told
