"""Faults of a place as requests to whoever owns the asset, and what the owner answers.

The fields are those of Open311 GeoReport v2, which councils' systems read: a request is open until
its owner says that it is closed. That a walk saw it mended is the partnership's own word.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from patrolwise.errors import InputError, check_faults
from patrolwise.partnership.environment_audits import Issue, IssueState, say_fixed

OPEN, CLOSED = "open", "closed"
LONGEST_DESCRIPTION = 4_000  # characters, of GeoReport v2
_LOCAL = ZoneInfo("Europe/London")
_NOTES = {
    IssueState.REPORTED: "With its owner.",
    IssueState.FIXED: "Its owner says that it is mended. A second walk has yet to see it.",
    IssueState.VERIFIED: "A second walk saw that it is mended.",
}


@dataclass(frozen=True, kw_only=True)
class RequestPlace:
    """Where a fault is, as its owner is told."""

    address: str  # the hot spot's name
    lat: float | None = None  # WGS 84 degrees: the middle of the hot spot
    long: float | None = None


@dataclass(frozen=True, kw_only=True)
class RequestWords:
    """What a fault is, as its owner is told."""

    request_id: str
    title: str
    text: str


@dataclass(frozen=True, kw_only=True)
class ServiceRequest:
    """A request with GeoReport v2's names, but for those that are always empty here."""

    service_request_id: str
    status: str
    status_notes: str
    service_name: str
    service_code: str
    description: str
    agency_responsible: str
    requested_datetime: datetime
    updated_datetime: datetime
    expected_datetime: datetime | None
    address: str
    lat: float | None
    long: float | None


@dataclass(frozen=True, kw_only=True)
class OwnerAnswer:
    """What an owner says of one request."""

    service_request_id: str
    status: str
    expected: date | None = None  # by when they mean to mend it
    updated: date | None = None  # of closing


def make_request(
    issue: Issue, words: RequestWords, place: RequestPlace, *, seen: datetime | None = None
) -> ServiceRequest:
    """Return a fault as a request to its owner.

    Parameters
    ----------
    issue : Issue
    words : RequestWords
    place : RequestPlace
    seen : datetime or None
        When a walk saw it mended, aware.

    Returns
    -------
    ServiceRequest
        Days become local midnight, and the expected one its last minute.

    Raises
    ------
    InputError
        Its owner was not told yet, or the text is longer than the standard takes.
    """
    faults = []
    if issue.reported is None:
        faults.append("Its owner was not told yet. Name one first.")
    if len(words.text) > LONGEST_DESCRIPTION:
        faults.append(
            f"Its text has {len(words.text):,} characters; {LONGEST_DESCRIPTION:,} are the most."
        )
    check_faults(words.request_id, faults)
    assert issue.reported is not None  # a fault above
    asked = _at(issue.reported, time.min)
    return ServiceRequest(
        service_request_id=words.request_id,
        status=OPEN if issue.state is IssueState.REPORTED else CLOSED,
        status_notes=_NOTES[issue.state],
        service_name=words.title,
        service_code=issue.item,
        description=words.text,
        agency_responsible=issue.owner,
        requested_datetime=asked,
        updated_datetime=seen or (_at(issue.fixed, time.min) if issue.fixed else asked),
        expected_datetime=_at(issue.target, time(23, 59)) if issue.target else None,
        address=place.address,
        lat=place.lat,
        long=place.long,
    )


def take_answers(
    issues: Mapping[str, Issue], answers: Sequence[OwnerAnswer], *, today: date
) -> dict[str, Issue]:
    """Return the issues that an owner's answers change, as they leave them.

    Parameters
    ----------
    issues : mapping of request to Issue
        All that this owner was told of.
    answers : sequence of OwnerAnswer
    today : date

    Returns
    -------
    dict of request to Issue
        An open request takes the expected day; a closed one is said to be fixed, on its day of
        updating, and waits for a walk. One that was closed and is open again goes back to its
        owner. What a walk saw mended stays so.

    Raises
    ------
    InputError
        With all that is wrong. No answer is taken then.
    """
    faults, changed = [], dict[str, Issue]()
    known: set[str] = set()
    for answer in answers:
        request = answer.service_request_id
        if request not in issues or request in known:
            why = "answered twice" if request in known else "none of this owner's requests"
            faults.append(f"{request or 'A request without a number'} is {why}.")
            continue
        known.add(request)
        try:
            after = _take(issues[request], answer, today)
        except InputError as error:
            faults.append(str(error))
            continue
        if after != issues[request]:
            changed[request] = after
    check_faults("Answers", faults)
    return changed


def _take(issue: Issue, answer: OwnerAnswer, today: date) -> Issue:
    _check_answer(issue, answer, today)
    if issue.state is IssueState.VERIFIED:
        return issue
    if answer.status == CLOSED:
        is_new = issue.state is IssueState.REPORTED
        return say_fixed(issue, on=answer.updated or today) if is_new else issue
    target = answer.expected or issue.target
    return replace(issue, state=IssueState.REPORTED, target=target, fixed=None)


def _check_answer(issue: Issue, answer: OwnerAnswer, today: date) -> None:
    faults, reported = [], issue.reported
    if answer.status not in (OPEN, CLOSED):
        faults.append(f"Its status is {answer.status[:20] or 'empty'}. Write open or closed.")
    for name, day in (("expected_datetime", answer.expected), ("updated_datetime", answer.updated)):
        if day is not None and reported is not None and day < reported:
            faults.append(f"Its {name} {day} is before the request of {reported}.")
    if answer.status == CLOSED and answer.updated is not None and answer.updated > today:
        faults.append(f"Its updated_datetime {answer.updated} is still to come.")
    check_faults(answer.service_request_id, faults)


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, _LOCAL)
