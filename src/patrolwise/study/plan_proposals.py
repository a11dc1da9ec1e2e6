"""How changes of a plan are proposed, decided, answered and put into effect, from a programme."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from patrolwise.errors import PatrolwiseError, check_faults
from patrolwise.files.proposal_files import (
    ProposalBook,
    append_to_proposal_book,
    read_proposal_book,
)
from patrolwise.files.staff_forms import read_staff
from patrolwise.planning.concealment import ROLES
from patrolwise.planning.proposals import (
    ANSWER_WITHIN_DAYS,
    DECISIONS,
    Proposal,
    Said,
    Status,
    decide,
    find_unanswered,
    note_effect,
    propose,
    reply,
    status_of,
    tabulate_proposals,
)
from patrolwise.study.planning_programme import LOCAL, PlanProgramme

BOOK = "proposals.jsonl"  # beside the programme
WHO = ("frontline worker", "constable", "sergeant", "inspector", "supervisor", *ROLES)


@dataclass(frozen=True, kw_only=True)
class Saying:
    """Who says something of a proposal, and when."""

    by: str  # a role, perhaps with its service before it, or a staff code; never a name
    at: datetime  # aware
    proposal_id: str = ""  # of a new one, empty: the next free number


@dataclass(frozen=True, kw_only=True)
class ProposalState:
    """Where one proposal stands."""

    proposal_id: str
    made_on: date
    by_role: str
    service: str
    about: str
    text: str
    why: str
    status: str
    since: datetime  # UTC, of the last event
    due: date | None  # the day by which the proposer is owed a reply; None: has been told
    days_late: int


def make_proposal(
    programme: PlanProgramme, path: Path, saying: Saying, given: dict[str, str]
) -> str:
    """Add a new proposal to a programme's book; return its id.

    Parameters
    ----------
    programme : PlanProgramme
    path : Path
        Of the book.
    saying : Saying
    given : dict of str
        service, about, text and why, as in `Proposal`.

    Returns
    -------
    str

    Raises
    ------
    InputError
        The book is wrong, or what is given is; all at once.
    """
    book = read_proposal_book(path)
    proposal_id = saying.proposal_id or _next_id(book)
    faults = _find_faults(programme, saying.by)
    if given["service"] not in programme.service_names:
        known = ", ".join(programme.service_names)
        faults.append(f"There is no service {given['service']!r}. The programme has {known}.")
    made_on = saying.at.astimezone(ZoneInfo(LOCAL)).date()
    proposal = _try(
        lambda: Proposal(proposal_id=proposal_id, made_on=made_on, by_role=saying.by, **given),
        faults,
    )
    events = _try(
        lambda: None if proposal is None else propose(book.events, proposal, saying.at), faults
    )
    check_faults(path.name, faults)
    assert proposal is not None
    rows = pl.concat([book.proposals, tabulate_proposals([proposal])])
    append_to_proposal_book(path, ProposalBook(proposals=rows, events=events))
    return proposal_id


def decide_proposal(
    programme: PlanProgramme, path: Path, saying: Saying, decision: str, why: str
) -> Status:
    """Add the decision on a proposal, with its reason.

    Parameters
    ----------
    programme : PlanProgramme
    path : Path
        Of the book.
    saying : Saying
    decision : str
        accepted, changed or refused.
    why : str

    Returns
    -------
    Status

    Raises
    ------
    InputError
        The book is wrong, or what is given is; all at once.
    RefusedError
        The proposal has been decided.
    """
    faults = []
    if decision not in DECISIONS:
        faults.append(f"{decision!r} is no decision. Use one of {', '.join(DECISIONS)}.")

    def add(events: pl.DataFrame, said: Said) -> pl.DataFrame:
        return decide(events, saying.proposal_id, Status(decision), said)

    return _say(programme, path, saying, (why, add, faults))


def reply_to_proposal(programme: PlanProgramme, path: Path, saying: Saying, text: str) -> Status:
    """Add what the proposer was told of the decision.

    Parameters
    ----------
    programme : PlanProgramme
    path : Path
        Of the book.
    saying : Saying
    text : str

    Returns
    -------
    Status

    Raises
    ------
    InputError
        The book is wrong, or what is given is; all at once.
    RefusedError
        Nothing has been decided, or the proposer has been told.
    """

    def add(events: pl.DataFrame, said: Said) -> pl.DataFrame:
        return reply(events, saying.proposal_id, said)

    return _say(programme, path, saying, (text, add, []))


def note_proposal_effect(
    programme: PlanProgramme, path: Path, saying: Saying, text: str, change: tuple[str, str]
) -> Status:
    """Add what an accepted proposal changed.

    Parameters
    ----------
    programme : PlanProgramme
    path : Path
        Of the book.
    saying : Saying
    text : str
        What is otherwise, and why.
    change : (before, after)
        Plan ids, or doses.

    Returns
    -------
    Status

    Raises
    ------
    InputError
        The book is wrong, or what is given is; all at once.
    RefusedError
        It was refused, or is not decided, or the proposer has not been told.
    """

    def add(events: pl.DataFrame, said: Said) -> pl.DataFrame:
        return note_effect(events, saying.proposal_id, said, *change)

    return _say(programme, path, saying, (text, add, []))


def list_proposals(
    book: ProposalBook, today: date, within_days: int = ANSWER_WITHIN_DAYS
) -> tuple[ProposalState, ...]:
    """Return where each proposal stands, in the order in which they were made.

    Parameters
    ----------
    book : ProposalBook
    today : date
    within_days : int
        Days in which a reply is owed.

    Returns
    -------
    tuple of ProposalState
    """
    waiting = {
        row["proposal_id"]: row
        for row in find_unanswered(book.events, today, within_days).iter_rows(named=True)
    }
    last = {
        row["proposal_id"]: row
        for row in book.events.group_by("proposal_id", maintain_order=True)
        .agg(pl.col("event", "time").last())
        .iter_rows(named=True)
    }
    found = []
    for row in book.proposals.iter_rows(named=True):
        own, owed = last[row["proposal_id"]], waiting.get(row["proposal_id"])
        found.append(
            ProposalState(
                **row,
                status=own["event"],
                since=own["time"],
                due=owed["due"] if owed else None,
                days_late=owed["days_late"] if owed else 0,
            )
        )
    return tuple(found)


def tell_proposals(states: tuple[ProposalState, ...]) -> str:
    """Return where proposals stand, those that are owed a reply first, the most overdue before.

    Parameters
    ----------
    states : tuple of ProposalState

    Returns
    -------
    str
    """
    if not states:
        return "Nothing has been proposed."
    late = sum(one.days_late > 0 for one in states)
    head = f"{_count(len(states), 'proposal')}, {late} overdue"
    ordered = sorted(states, key=lambda one: (one.due is None, one.due or one.made_on))
    return "\n".join([head, *(_tell(one) for one in ordered)])


def _tell(one: ProposalState) -> str:
    owed = ""
    if one.days_late:
        owed = f"; ! reply was due {one.due}, {_count(one.days_late, 'day')} late"
    elif one.due is not None:
        owed = f"; reply due {one.due}"
    return (
        f"{one.proposal_id}: {one.status} since {one.since.astimezone(ZoneInfo(LOCAL)):%Y-%m-%d}"
        f"{owed}\n  {one.by_role}, {one.service}, {one.made_on}, about {one.about}: {one.text} "
        f"Why: {one.why}"
    )


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


_Step = tuple[str, Callable[[pl.DataFrame, Said], pl.DataFrame], list[str]]


def _say(programme: PlanProgramme, path: Path, saying: Saying, step: _Step) -> Status:
    """Add one event: its words, how it is added, and what is known to be wrong."""
    text, add, known = step
    book = read_proposal_book(path)
    faults = [*_find_faults(programme, saying.by), *known]
    if status_of(book.events, saying.proposal_id) is None:
        faults.append(f"There is no proposal {saying.proposal_id}. Propose it first.")
    said = _try(lambda: Said(time=saying.at, by_role=saying.by, text=text), faults)
    check_faults(path.name, faults)
    events = add(book.events, said)
    append_to_proposal_book(path, replace(book, events=events))
    return Status(events["event"][-1])


def _find_faults(programme: PlanProgramme, by: str) -> list[str]:
    """Return a fault where somebody is neither a role nor a code: it could be a person's name."""
    role = next(
        (by.removeprefix(f"{one} ") for one in programme.service_names if by.startswith(f"{one} ")),
        by,
    )
    if role in WHO:
        return []
    staff = programme.planning.forms.staff
    if staff is not None and by in {member.staff_id for member in read_staff(staff)}:
        return []
    return [
        f"{by!r} is neither a role nor a staff code of the programme: names are not kept. Roles "
        f"are {', '.join(dict.fromkeys(WHO))}, each also with its service before it."
    ]


def _try(make: Callable[[], Any], faults: list[str]) -> Any:
    try:
        return make()
    except PatrolwiseError as error:
        faults.append(str(error))
        return None


def _next_id(book: ProposalBook) -> str:
    known = set(book.proposals["proposal_id"])
    number = len(known) + 1
    while f"p{number}" in known:
        number += 1
    return f"p{number}"
