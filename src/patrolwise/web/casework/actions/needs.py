"""What somebody needs, what was done, and what is to be done next."""

from dataclasses import dataclass
from datetime import date

from patrolwise.errors import RefusedError, check_faults
from patrolwise.outreach.vocabulary import NeedDomain
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.casework.actions.writing import Writing, add_record, check_may, save_record
from patrolwise.web.casework.models import CaseNote, Engagement, FollowUp, NeedAssessment
from patrolwise.web.casework.words import find_word

NOTE_KINDS = ("session", "call", "message", "visit", "other")
FOLLOW_UP_OUTCOMES = ("done", "not reached", "no longer wanted")
_MOST = 3


@dataclass(frozen=True, kw_only=True)
class NewNeed:
    """One part of somebody's life, as it is today."""

    domain: str
    need: int
    strength: int
    own_view: str = ""
    worker_view: str = ""
    goal: str = ""
    review_due: date | None = None


@dataclass(frozen=True, kw_only=True)
class NewNote:
    """What was done together, or heard."""

    kind: str  # of NOTE_KINDS
    text: str
    happened_on: date
    minutes: int | None = None


def assess_need(*, writing: Writing, case: Engagement, new: NewNeed) -> NeedAssessment:
    """Write down how one part of life stands; what was written before stays.

    Parameters
    ----------
    writing : Writing
    case : Engagement
    new : NewNeed

    Returns
    -------
    NeedAssessment

    Raises
    ------
    InputError
        It is no part of life that is known, or a mark is none of 0 to 3.
    """
    check_may(writing.by, Permission.WRITE_CASES)
    faults: list[str] = []
    find_word(NeedDomain, new.domain, "The part of life", faults)
    for name, mark in (("need", new.need), ("strength", new.strength)):
        if not 0 <= mark <= _MOST:
            faults.append(f"The {name} is {mark}. Give 0 (none) to {_MOST} (great).")
    today = writing.now.date()
    if new.review_due and new.review_due < today:
        faults.append("The day of the next look is past.")
    check_faults("The need", faults)
    return add_record(
        NeedAssessment,
        writing,
        case.retention_class,
        engagement=case,
        assessed_on=today,
        **vars(new),
    )


def write_note(*, writing: Writing, case: Engagement, new: NewNote) -> CaseNote:
    """Write down what was done together, or heard.

    Parameters
    ----------
    writing : Writing
    case : Engagement
    new : NewNote

    Returns
    -------
    CaseNote

    Raises
    ------
    InputError
        It says nothing, is of no kind that is known, or of a day to come.
    """
    check_may(writing.by, Permission.WRITE_CASES)
    faults = []
    if new.kind not in NOTE_KINDS:
        faults.append(f"The kind is none of {', '.join(NOTE_KINDS)}.")
    if not new.text.strip():
        faults.append("It says nothing.")
    if new.happened_on > writing.now.date():
        faults.append("The day is still to come.")
    check_faults("The note", faults)
    return add_record(CaseNote, writing, case.retention_class, engagement=case, **vars(new))


def promise_follow_up(*, writing: Writing, case: Engagement, what: str, due: date) -> FollowUp:
    """Say what will be done, and by when.

    Parameters
    ----------
    writing : Writing
    case : Engagement
    what : str
    due : date

    Returns
    -------
    FollowUp

    Raises
    ------
    InputError
        It says nothing, or is due before today.
    """
    check_may(writing.by, Permission.WRITE_CASES)
    faults = []
    if not what.strip():
        faults.append("It says not what will be done.")
    if due < writing.now.date():
        faults.append("The day by which it is due is past.")
    check_faults("The follow-up", faults)
    return add_record(
        FollowUp,
        writing,
        case.retention_class,
        engagement=case,
        worker_id=writing.by.pk,
        due=due,
        what=what.strip(),
    )


def end_follow_up(*, writing: Writing, follow_up: FollowUp, outcome: str) -> None:
    """Say what became of a follow-up.

    Parameters
    ----------
    writing : Writing
    follow_up : FollowUp
    outcome : str
        Of `FOLLOW_UP_OUTCOMES`.

    Raises
    ------
    InputError
        It is no outcome.
    RefusedError
        It was ended before.
    """
    check_may(writing.by, Permission.WRITE_CASES)
    known = outcome in FOLLOW_UP_OUTCOMES
    check_faults(
        "The follow-up",
        [] if known else [f"The outcome is none of {', '.join(FOLLOW_UP_OUTCOMES)}."],
    )
    if follow_up.done_at is not None:
        raise RefusedError("It was ended before.")
    follow_up.done_at, follow_up.outcome = writing.now, outcome
    save_record(follow_up, writing, "done_at", "outcome")
