"""Who is called to a review, what is asked of agencies, and what the meeting found."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from patrolwise.errors import RefusedError, check_faults
from patrolwise.web.accounts.models import Person, Team
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.asb.models import CaseMember, CaseParty
from patrolwise.web.casereviews.actions.closing import check_open, lock
from patrolwise.web.casereviews.apart import check_apart
from patrolwise.web.casereviews.facts import find_rule, tell_library
from patrolwise.web.casereviews.models import AgencyRequest, Review, Seat
from patrolwise.web.casereviews.words import ATTENDED
from patrolwise.web.casereviews.writing import add_record, list_long
from patrolwise.web.commons.clock import day_of
from patrolwise.web.vault.writing import Writing, check_may, save_record


@dataclass(frozen=True, kw_only=True)
class Meeting:
    """What came of the meeting."""

    reviewed_on: date
    attended: str
    outcome: str


def call_to_panel(
    *, review: Review, person: Person, is_chair: bool, independence: str, writing: Writing
) -> Seat:
    """Call somebody to the panel: from now on they see the review.

    Parameters
    ----------
    review : Review
    person : Person
    is_chair : bool
    independence : str
        Of the chair: why nothing ties them to the case.
    writing : Writing

    Returns
    -------
    Seat

    Raises
    ------
    InputError
        The chair is not independent, or nothing is said of it.
    RefusedError
        The role may not, no review is held, or they are called already.
    """
    check_may(writing.by, Permission.DECIDE_REVIEWS)
    _check_held(review)
    seats = review.seats.filter(left_at=None)
    faults = []
    if not person.may(Permission.SEE_REVIEWS):
        faults.append("Their role sits on no panel. Choose a panel member.")
    if seats.filter(person_id=person.pk).exists():
        faults.append("They are called already.")
    if is_chair and seats.filter(is_chair=True).exists():
        faults.append("There is a chair. Let that one go first.")
    if is_chair:
        faults += _list_ties(review, person)
        if not independence.strip():
            faults.append("Say why nothing ties the chair to the case.")
    check_faults("The panel", faults)
    check_apart(review, independence, is_unnamed=False)
    return add_record(
        Seat,
        writing,
        review=review,
        person_id=person.pk,
        is_chair=is_chair,
        independence=independence.strip() if is_chair else "",
    )


def let_go(*, seat: Seat, writing: Writing) -> None:
    """Let somebody go from the panel: they do not see the review any more.

    Parameters
    ----------
    seat : Seat
    writing : Writing
    """
    check_may(writing.by, Permission.DECIDE_REVIEWS)
    if seat.left_at is None:
        seat.left_at = writing.now
        save_record(seat, writing, "left_at")


def plan_meeting(*, review: Review, meets_on: date, where: str, writing: Writing) -> None:
    """Say when and where the panel meets.

    Parameters
    ----------
    review : Review
    meets_on : date
    where : str
    writing : Writing

    Raises
    ------
    InputError
        The day is before the decision, or no place is named.
    RefusedError
        No review is held, or it was held already.
    """
    check_may(writing.by, Permission.RUN_REVIEWS)
    decided = _check_held(review)
    if review.reviewed_on is not None:
        raise RefusedError("The meeting was held already.")
    faults = list_long(where=where)
    if meets_on < decided:
        faults.append(f"The meeting is before the decision, {decided:%-d %B %Y}. Mend the day.")
    if not where.strip():
        faults.append("Say where the panel meets.")
    check_faults("The meeting", faults)
    check_apart(review, where, is_unnamed=False)
    review.meets_on, review.meets_where = meets_on, where.strip()
    save_record(review, writing, "meets_on", "meets_where")


def ask_agency(
    *, review: Review, team: Team, question: str, due_on: date, writing: Writing
) -> AgencyRequest:
    """Ask an agency what it knows and did.

    Parameters
    ----------
    review : Review
    team : Team
    question : str
    due_on : date
    writing : Writing

    Returns
    -------
    AgencyRequest

    Raises
    ------
    InputError
        Nothing is asked, the day is over, or a name is in it.
    RefusedError
        The role may not, or the review is closed.

    References
    ----------
    Anti-social Behaviour, Crime and Policing Act 2014, schedule 4: bodies may ask for information
    for a review, and whoever exercises public functions must give it.
    """
    check_may(writing.by, Permission.RUN_REVIEWS)
    check_open(review)
    faults = list_long(question=question)
    if not question.strip():
        faults.append("Say what you ask.")
    if due_on < day_of(writing.now):
        faults.append("The day by which it is due is over.")
    check_faults("The request", faults)
    check_apart(review, question)
    return add_record(
        AgencyRequest,
        writing,
        review=review,
        team=team,
        question=question.strip(),
        due_on=due_on,
        asked_on=day_of(writing.now),
    )


def answer_request(*, request: AgencyRequest, answer: str, writing: Writing) -> None:
    """Answer what a review asks of one's agency.

    Parameters
    ----------
    request : AgencyRequest
    answer : str
    writing : Writing

    Raises
    ------
    InputError
        It says nothing, or holds a name.
    RefusedError
        It is asked of another agency, or was answered.
    """
    by = writing.by
    check_may(by, Permission.ANSWER_REVIEWS)
    check_own(by, request.team)
    check_open(request.review)
    if request.answered_on is not None:
        raise RefusedError("It was answered before.")
    faults = list_long(answer=answer)
    check_faults("The answer", faults if answer.strip() else ["It says nothing."])
    check_apart(request.review, answer)
    request.answer, request.answered_on = answer.strip(), day_of(writing.now)
    request.answered_by_id = by.pk
    save_record(request, writing, "answer", "answered_on", "answered_by_id")


@transaction.atomic
def hold_meeting(*, review: Review, held: Meeting, writing: Writing) -> None:
    """Write down that the panel met, who of those harmed was there, and what it found.

    Parameters
    ----------
    review : Review
    held : Meeting
    writing : Writing

    Raises
    ------
    InputError
        There is no chair, the day cannot be, or nothing is said.
    RefusedError
        No review is held, or it was written down before.
    """
    check_may(writing.by, Permission.RUN_REVIEWS)
    lock(review)
    _check_held(review)
    if review.reviewed_on is not None:
        raise RefusedError("The meeting was written down before.")
    faults = list_long(outcome=held.outcome)
    if not review.seats.filter(left_at=None, is_chair=True).exists():
        faults.append("There is no chair. Call an independent one first.")
    if held.reviewed_on > day_of(writing.now):
        faults.append("The day of the meeting is still to come.")
    if held.attended not in ATTENDED:
        faults.append("Say whether the person harmed was there.")
    if not held.outcome.strip():
        faults.append("Say what the panel found.")
    check_faults("The meeting", faults)
    check_apart(review, held.outcome)
    review.reviewed_on, review.attended = held.reviewed_on, held.attended
    review.outcome = held.outcome.strip()
    tell_library(review, find_rule(review.requested_on))  # refuses a day before the decision
    save_record(review, writing, "reviewed_on", "attended", "outcome")


def check_own(by: Person, team: Team) -> None:
    """Refuse what is for another agency than somebody's own.

    Parameters
    ----------
    by : Person
    team : Team

    Raises
    ------
    RefusedError
    """
    if by.team != team:
        raise RefusedError("It is for another agency.")


def _check_held(review: Review) -> date:
    check_open(review)
    if not review.is_met or review.decided_on is None:
        raise RefusedError("It was not decided to hold a review.")
    return review.decided_on


def _list_ties(review: Review, person: Person) -> list[str]:
    """Return what ties a chair to the case: they, or their agency, worked on it."""
    ties = []
    if person.pk == review.officer_id:
        ties.append("The chair runs the review. Choose somebody else.")
    case = review.case
    if case is not None:
        is_member = CaseMember.objects.filter(case=case, person_id=person.pk).exists()
        if is_member or person.pk == case.lead_officer_id:
            ties.append("The chair worked on the case. Choose somebody else.")
        team = person.team
        if team is not None and (
            team.name == case.lead_agency or CaseParty.objects.filter(case=case, team=team).exists()
        ):
            ties.append("The chair is of an agency that worked on the case. Choose another.")
    return ties
