"""How a shift is debriefed: places on one page and in one table, people on another."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from patrolwise.errors import check_faults
from patrolwise.web.accounts.roles import Permission
from patrolwise.web.casework.actions.writing import Writing, add_record, check_may, tell
from patrolwise.web.street.clock import day_of
from patrolwise.web.street.models import (
    PeopleDebrief,
    PlaceDebrief,
    PlaceIssue,
    Shift,
    Wellbeing,
)
from patrolwise.web.street.places import check_place, check_words

SKIPPED = ("weather", "incident", "staffing", "safety", "event", "other")
ISSUES = (
    "lighting",
    "cameras",
    "sightlines",
    "hiding place",
    "litter or drug litter",
    "damage",
    "empty building",
    "other",
)
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
MOST_WORDS, MOST_SEVERITY, MOST_SCORE = 300, 3, 5


@dataclass(frozen=True, kw_only=True)
class NewPlaceDebrief:
    """How it went at the places; about no person."""

    visits: tuple[dict[str, Any], ...] = ()  # hot_spot_id, arrived, left, skipped: why
    what_worked: str = ""
    what_did_not: str = ""
    learning: str = ""
    ideas: str = ""


@dataclass(frozen=True, kw_only=True)
class NewIssue:
    """Something about a place that somebody can mend."""

    hot_spot_id: str
    kind: str
    severity: int
    text: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class NewWellbeing:
    """How somebody is after a shift, and what nearly went wrong."""

    score: int | None = None
    wants_call: bool = False
    is_near_miss: bool = False
    text: str = ""


def debrief_places(
    *, writing: Writing, debrief_id: UUID, shift: Shift, new: NewPlaceDebrief
) -> bool:
    """Keep a debrief of places; the same one twice is one.

    Parameters
    ----------
    writing : Writing
    debrief_id : UUID
    shift : Shift
    new : NewPlaceDebrief

    Returns
    -------
    bool
        Whether it is new.

    Raises
    ------
    InputError
        Words that look as if they were about a person, or visits that are none; all of it.
    """
    check_may(writing.by, Permission.WORK_STREET)
    if PlaceDebrief.objects.filter(pk=debrief_id).exists():
        return False
    faults: list[str] = []
    words = {
        "What worked": new.what_worked,
        "What did not": new.what_did_not,
        "What was learned": new.learning,
        "Ideas": new.ideas,
    }
    for what, text in words.items():
        check_words(text, what, MOST_WORDS, faults)
    for visit in new.visits:
        check_place(str(visit.get("hot_spot_id", "")), shift.date, faults)
        if visit.get("skipped") and visit["skipped"] not in SKIPPED:
            faults.append(f"Why a visit was left out is none of {', '.join(SKIPPED)}.")
        if not all(_CLOCK.fullmatch(str(visit.get(end) or "00:00")) for end in ("arrived", "left")):
            faults.append("When the pair came or left is no time of day, such as 16:05.")
        if set(visit) - {"hot_spot_id", "arrived", "left", "skipped"}:
            faults.append("A visit has more than its place, times and why it was left out.")
    check_faults("The debrief of places", faults)
    with transaction.atomic():
        made = PlaceDebrief.objects.create(
            id=debrief_id,
            shift=shift,
            visits=list(new.visits),
            what_worked=new.what_worked.strip(),
            what_did_not=new.what_did_not.strip(),
            learning=new.learning.strip(),
            ideas=new.ideas.strip(),
            created_by_id=writing.written_by,
            created_at=writing.now,
        )
        tell("added", made, writing)
    return True


def debrief_people(*, writing: Writing, debrief_id: UUID, shift: Shift, text: str) -> bool:
    """Keep what is to be known of people; it stays in this service.

    Parameters
    ----------
    writing : Writing
    debrief_id : UUID
    shift : Shift
    text : str

    Returns
    -------
    bool
        Whether it is new.

    Raises
    ------
    InputError
        It says nothing.
    """
    check_may(writing.by, Permission.WORK_STREET)
    if PeopleDebrief.objects.filter(pk=debrief_id).exists():
        return False
    check_faults("The debrief of people", [] if text.strip() else ["It says nothing."])
    values = {"id": debrief_id, "shift": shift, "text": text.strip(), "clock_start": shift.date}
    add_record(PeopleDebrief, writing, "contact", **values)
    return True


def report_issue(*, writing: Writing, issue_id: UUID, new: NewIssue) -> bool:
    """Keep what is broken or unsafe about a place; the partners see it.

    Parameters
    ----------
    writing : Writing
    issue_id : UUID
    new : NewIssue

    Returns
    -------
    bool
        Whether it is new.

    Raises
    ------
    InputError
        All that is wrong with it.
    """
    check_may(writing.by, Permission.WORK_STREET)
    if PlaceIssue.objects.filter(pk=issue_id).exists():
        return False
    faults: list[str] = []
    check_place(new.hot_spot_id, day_of(new.at), faults)
    if new.kind not in ISSUES:
        faults.append(f"What it is about is none of {', '.join(ISSUES)}.")
    if not 0 <= new.severity <= MOST_SEVERITY:
        faults.append(f"How bad it is, is {new.severity}. Give 0 to {MOST_SEVERITY}.")
    if not new.text.strip():
        faults.append("It says not what is wrong.")
    check_words(new.text, "What is wrong", MOST_WORDS, faults)
    check_faults("The place", faults)
    with transaction.atomic():
        made = PlaceIssue.objects.create(
            id=issue_id,
            hot_spot_id=new.hot_spot_id,
            kind=new.kind,
            severity=new.severity,
            text=new.text.strip(),
            reported_at=new.at,
            created_by_id=writing.written_by,
        )
        tell("added", made, writing)
    return True


def tell_wellbeing(
    *, writing: Writing, wellbeing_id: UUID, shift: Shift | None, new: NewWellbeing
) -> bool:
    """Keep how somebody is; only the lead reads it.

    Parameters
    ----------
    writing : Writing
    wellbeing_id : UUID
    shift : Shift or None
    new : NewWellbeing

    Returns
    -------
    bool
        Whether it is new.

    Raises
    ------
    InputError
        The score is none of 1 to 5.
    """
    check_may(writing.by, Permission.WORK_STREET)
    if Wellbeing.objects.filter(pk=wellbeing_id).exists():
        return False
    known = new.score is None or 1 <= new.score <= MOST_SCORE
    check_faults("How you are", [] if known else [f"It is {new.score}. Give 1 to {MOST_SCORE}."])
    day = day_of(writing.now)
    values = {**vars(new), "id": wellbeing_id, "shift": shift, "clock_start": day}
    add_record(Wellbeing, writing, "contact", **values)
    return True
