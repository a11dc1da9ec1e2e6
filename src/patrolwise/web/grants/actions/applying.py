"""What applicants do with their code: save, submit, withdraw, answer, accept."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from patrolwise.errors import InputError, RefusedError, check_faults
from patrolwise.partnership.grants import GrantState, list_lacking
from patrolwise.web.commons.clock import day_of
from patrolwise.web.grants.actions.rounds import is_taking
from patrolwise.web.grants.codes import digest_code, is_code, make_code
from patrolwise.web.grants.facts import read_application, read_round
from patrolwise.web.grants.models import FundRound, GrantApplication
from patrolwise.web.grants.writing import APPLICANT, tell

PAID, UNSUCCESSFUL = "grant-paid", "grant-unsuccessful"  # classes of the retention schedule
_YEAR_ENDS = (3, 31)  # the financial year
_NOBODY = 0  # who wrote it: no member of staff
_NO_CODE = "That number and code do not go together. Look at both and try again."


def begin_application(
    *, row: FundRound, values: Mapping[str, Any], now: datetime
) -> tuple[GrantApplication, str]:
    """Keep the first answers of an application; before, nothing is kept.

    Parameters
    ----------
    row : FundRound
    values : mapping
        Its first answers.
    now : datetime
        Aware.

    Returns
    -------
    (GrantApplication, str)
        With the code, which is told now and kept nowhere.

    Raises
    ------
    RefusedError
        The round takes no application.
    """
    _check_taking(row, now)
    code = make_code()
    made = GrantApplication(
        round=row,
        created_by_id=_NOBODY,
        created_at=now,
        saved_at=now,
        retention_class=UNSUCCESSFUL,
    )
    _fill(made, values)
    made.digest = digest_code(made.reference, code)
    with transaction.atomic():
        made.save(force_insert=True)
        tell("grant application begun", made, APPLICANT, now)
    return made, code


def open_application(*, reference: str, code: str, now: datetime) -> GrantApplication:
    """Return the application that a number and a code open.

    Parameters
    ----------
    reference, code : str
        As they were typed.
    now : datetime
        Aware.

    Returns
    -------
    GrantApplication

    Raises
    ------
    InputError
        They do not go together: which of them is wrong, is not said.
    """
    found = GrantApplication.objects.filter(reference=reference.strip().upper()).first()
    if found is None or not is_code(found.reference, code, found.digest):
        raise InputError(_NO_CODE)
    tell("grant application opened", found, APPLICANT, now)
    return found


def renew_code(*, row: GrantApplication) -> str:
    """Give an application a new code; the one before ends.

    Parameters
    ----------
    row : GrantApplication
        Held by the caller, who also tells of it.

    Returns
    -------
    str
    """
    code = make_code()
    row.digest = digest_code(row.reference, code)
    row.save(update_fields=["digest"])
    return code


def save_answers(*, row: GrantApplication, values: Mapping[str, Any], now: datetime) -> None:
    """Keep answers of one page.

    Parameters
    ----------
    row : GrantApplication
    values : mapping
    now : datetime
        Aware.

    Raises
    ------
    RefusedError
        The round has closed, or the application was submitted or withdrawn.
    """
    with transaction.atomic():
        row = _hold(row)
        _check_draft(row, now)
        _fill(row, values)
        row.saved_at = now
        row.server_revision += 1
        row.save()
        tell("grant application saved", row, APPLICANT, now)


def submit(*, row: GrantApplication, now: datetime) -> None:
    """Submit an application; what it lacks is told all at once.

    Parameters
    ----------
    row : GrantApplication
    now : datetime
        Aware.

    Raises
    ------
    RefusedError
    """
    with transaction.atomic():
        row = _hold(row)
        _check_draft(row, now)
        check_faults("Your application", list_missing(row, now), RefusedError)
        row.state, row.submitted_at = GrantState.SUBMITTED.value, now
        row.save(update_fields=["state", "submitted_at"])
        tell("grant application submitted", row, APPLICANT, now)


def withdraw(*, row: GrantApplication, now: datetime) -> None:
    """Take an application back for good, until it is decided.

    Parameters
    ----------
    row : GrantApplication
    now : datetime
        Aware.

    Raises
    ------
    RefusedError
    """
    with transaction.atomic():
        row = _hold(row)
        faults = []
        if row.withdrawn_at:
            faults.append("It was withdrawn before.")
        if row.decided_at or row.is_eligible is False:
            faults.append("It was decided. Write to us if you do not want the grant.")
        check_faults("Your application", faults, RefusedError)
        row.withdrawn_at = now
        row.clock_start = day_of(now)
        row.save(update_fields=["withdrawn_at", "clock_start"])
        tell("grant application withdrawn", row, APPLICANT, now)


def answer_more(*, row: GrantApplication, answer: str, now: datetime) -> None:
    """Keep the answer to what was asked at screening; the application itself stays as it was.

    Parameters
    ----------
    row : GrantApplication
    answer : str
    now : datetime
        Aware.

    Raises
    ------
    RefusedError
        Nothing is asked.
    InputError
        It says nothing.
    """
    check_faults("Your answer", [] if answer.strip() else ["It says nothing. Write a few words."])
    with transaction.atomic():
        row = _hold(row)
        if row.state != GrantState.MORE_INFORMATION or row.withdrawn_at:
            raise RefusedError("We ask you nothing now.")
        row.more_answer, row.more_answered_at = answer.strip(), now
        row.state = GrantState.SCREENING.value
        row.save(update_fields=["more_answer", "more_answered_at", "state"])
        tell("grant question answered", row, APPLICANT, now)


def accept_award(*, row: GrantApplication, now: datetime) -> None:
    """Accept an award and its conditions.

    Parameters
    ----------
    row : GrantApplication
    now : datetime
        Aware.

    Raises
    ------
    RefusedError
        There is none to accept.
    """
    with transaction.atomic():
        row = _hold(row)
        award = getattr(row, "award", None)
        if row.state != GrantState.DECIDED or award is None:
            raise RefusedError("There is no grant here to accept.")
        award.accepted_at = now
        award.save(update_fields=["accepted_at"])
        row.state, row.retention_class = GrantState.AWARDED.value, PAID
        row.clock_start = find_year_end(award.last)
        row.save(update_fields=["state", "retention_class", "clock_start"])
        tell("grant accepted", row, APPLICANT, now)


def list_missing(row: GrantApplication, now: datetime) -> tuple[str, ...]:
    """Return everything that an application lacks before it can be submitted, in whole sentences.

    What the library asks of every application, and what this round's form asks beside it.
    """
    library = list_lacking(read_application(row), read_round(row.round), day_of(now))
    asked: list[tuple[bool, str]] = [
        (bool(row.governance), "Say who runs the group and how it is kept in order."),
        (bool(row.is_insured), "Tell us that the group is insured."),
        (bool(row.cohort), "Say who the young people are."),
        (bool(row.outcomes), "Say what will be better for them."),
        (_fits(row), f"Give ages within {row.round.youngest} to {row.round.oldest}."),
        (bool(row.evidence and row.evidence_why), "Say how well it is known to work, and how."),
        (bool(row.co_design), "Say what part young people had in the plan."),
        (bool(row.contact_name), "Say whom we can ask."),
        (
            bool(row.contact_email or row.contact_phone),
            "Give a phone number or an e-mail, so that we can reach you.",
        ),
    ]
    return (*library, *(told for there, told in asked if not there))


def find_year_end(day: date) -> date:
    """Return the last day of the financial year that a day lies in.

    Parameters
    ----------
    day : date

    Returns
    -------
    date
    """
    ends = date(day.year, *_YEAR_ENDS)
    return ends if day <= ends else date(day.year + 1, *_YEAR_ENDS)


def _fits(row: GrantApplication) -> bool:
    youngest, oldest = row.youngest, row.oldest
    if youngest is None or oldest is None:
        return False
    return bool(row.round.youngest <= youngest <= oldest <= row.round.oldest)


def _fill(row: GrantApplication, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.asked_pence = sum(one["pence"] for one in row.budget)


def _check_taking(row: FundRound, now: datetime) -> None:
    if not is_taking(row, now):
        raise RefusedError(
            f"{row.title} takes applications from {row.opens} to {row.closes}, and none now."
        )


def _check_draft(row: GrantApplication, now: datetime) -> None:
    _check_taking(row.round, now)
    if row.withdrawn_at:
        raise RefusedError("You withdrew it. Begin a new one.")
    if row.state != GrantState.DRAFT:
        raise RefusedError("You sent it. It does not change any more; you can withdraw it.")


def _hold(row: GrantApplication) -> GrantApplication:
    held = GrantApplication.objects.select_for_update(of=("self",))
    return held.select_related("round").get(pk=row.pk)
